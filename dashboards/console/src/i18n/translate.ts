/**
 * Messages with `{name}` placeholders and `{name|one|other}` plural choices, formatted by the language's rules.
 * Invariant: a catalogue of another language has exactly the keys of `vi`, checked by the type and by a test.
 */
import { en } from './en.ts';
import { vi } from './vi.ts';

export type Language = 'vi' | 'en';
export type MessageKey = keyof typeof vi;

/** Names of the values that a message needs. */
export type MessageNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}|${string}` ? Plain : Name) | MessageNames<Rest>
  : never;
/** What a message needs, read from its Vietnamese text. */
export type MessageArguments<Key extends MessageKey> = [MessageNames<(typeof vi)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<MessageNames<(typeof vi)[Key]>, string | number>>];

/** Keys whose message needs nothing filled in: what tables of labels hold. */
export type LabelKey = {
  [Key in MessageKey]: [MessageNames<(typeof vi)[Key]>] extends [never] ? Key : never;
}[MessageKey];

export type Translate = <Key extends MessageKey>(key: Key, ...values: MessageArguments<Key>) => string;

const catalogues: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { vi, en };

/** BCP 47 tag used for numbers and dates; English writes day before month, as the country does. */
export const localeOf: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' };

/** Fills a template; a value that is missing leaves its placeholder visible. */
export function formatMessage(
  language: Language,
  template: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const locale = localeOf[language];
  return template.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/gu,
    (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one !== undefined && other !== undefined) {
        return typeof value === 'number' && new Intl.PluralRules(locale).select(value) === 'one'
          ? one
          : other;
      }
      return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
    },
  );
}

/** The translate function of a language. */
export function translator(language: Language): Translate {
  const catalogue = catalogues[language];
  return (key, ...values) => formatMessage(language, catalogue[key], values[0] ?? {});
}
