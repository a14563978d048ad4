/**
 * Dates and numbers in a language. Times come as ISO 8601 in UTC and are shown in the browser's time zone.
 * Invariant: a value that is no time is shown as it came, never as "Invalid Date".
 */
import { localeOf, type Language } from '../i18n/translate.ts';

export type Formats = {
  /** 1.234.567 */
  readonly number: (value: number) => string;
  /** 1,2 Tr / 1.2M: for strips where space is short. */
  readonly compact: (value: number) => string;
  /** 09:45:39 22/11/2026 */
  readonly dateTime: (iso: string) => string;
  /** The same with the time zone, for tooltips. */
  readonly dateTimeZone: (iso: string) => string;
  /** "2 phút trước"; under ten seconds "vài giây trước". */
  readonly relative: (iso: string, nowMs: number) => string;
  /** A signed duration: +2,5 giây. */
  readonly signedSeconds: (milliseconds: number) => string;
};

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** Formatters of a language. @param timeZone for tests; the browser's own when left out. */
export function formatsOf(language: Language, timeZone?: string): Formats {
  const locale = localeOf[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
  } as const;
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(language === 'en' ? 'en-US' : locale, {
    notation: 'compact',
    maximumFractionDigits: 1,
  });
  const dateTime = new Intl.DateTimeFormat(locale, parts);
  const dateTimeZone = new Intl.DateTimeFormat(locale, { ...parts, timeZoneName: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const seconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1,
  });
  const time = (format: Intl.DateTimeFormat, iso: string) => {
    const at = Date.parse(iso);
    return Number.isNaN(at) ? iso : format.format(at);
  };
  return {
    number: (value) => number.format(value),
    compact: (value) => compact.format(value),
    dateTime: (iso) => time(dateTime, iso),
    dateTimeZone: (iso) => time(dateTimeZone, iso),
    relative(iso, nowMs) {
      const at = Date.parse(iso);
      if (Number.isNaN(at)) return iso;
      const difference = (at - nowMs) / 1_000;
      const size = Math.abs(difference);
      if (size < 10) return relative.format(0, 'second');
      const [unit, unitSeconds] = steps.find(([, length]) => size >= length) ?? ['second', 1];
      return relative.format(Math.trunc(difference / unitSeconds), unit);
    },
    signedSeconds: (milliseconds) => seconds.format(milliseconds / 1_000),
  };
}
