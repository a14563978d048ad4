/** Whether a value is as a test wants it, and the test in signs that need no language. */
import { compilePattern } from '#protocol/linear-pattern.ts';
import type { ValueTest, ValueUnit } from '#protocol/posture-value.ts';

export function judgeValue(value: string, test: ValueTest): boolean {
  const folded = fold(value);
  const items = folded.split(/[,\s]+/).filter((item) => item !== '');
  const is = (other: string): boolean => fold(other) === folded;
  if (test.is !== undefined && !is(test.is)) return false;
  if (test.isNot !== undefined && is(test.isNot)) return false;
  if (test.oneOf !== undefined && !test.oneOf.some(is)) return false;
  if (test.noneOf?.some(is) === true) return false;
  if (test.min !== undefined || test.max !== undefined) {
    const number = quantity(value, test.unit);
    if (number === undefined) return false;
    if (test.min !== undefined && number < test.min) return false;
    if (test.max !== undefined && number > test.max) return false;
  }
  if (test.matches !== undefined && !compilePattern(test.matches).test(value)) return false;
  if (test.lacks !== undefined && compilePattern(test.lacks).test(value)) return false;
  if (test.includes !== undefined && !test.includes.every((item) => items.includes(fold(item)))) return false;
  if (test.excludes !== undefined) {
    const pattern = compilePattern(test.excludes);
    if (items.some((item) => pattern.test(item))) return false;
  }
  if (test.onlyFrom !== undefined) {
    const allowed = new Set(test.onlyFrom.map(fold));
    if (!items.every((item) => allowed.has(item))) return false;
  }
  return true;
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}

/** e.g. `>= 14`, `= no | prohibit-password`. */
export function describeValue(test: ValueTest): string {
  const unit = test.unit === undefined ? '' : ` ${SHORT_UNITS[test.unit]}`;
  const parts = [
    test.is !== undefined && `= ${test.is}`,
    test.isNot !== undefined && `≠ ${test.isNot}`,
    test.oneOf !== undefined && `= ${test.oneOf.join(' | ')}`,
    test.noneOf !== undefined && `≠ ${test.noneOf.map((each) => (each === '' ? '""' : each)).join(', ')}`,
    test.min !== undefined && `≥ ${test.min}${unit}`,
    test.max !== undefined && `≤ ${test.max}${unit}`,
    test.matches !== undefined && `~ ${test.matches}`,
    test.lacks !== undefined && `!~ ${test.lacks}`,
    test.includes !== undefined && `∋ ${test.includes.join(', ')}`,
    test.excludes !== undefined && `∌ ${test.excludes}`,
    test.onlyFrom !== undefined && `⊆ ${test.onlyFrom.join(', ')}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

const SHORT_UNITS: Record<ValueUnit, string> = { seconds: 's', milliseconds: 'ms', bytes: 'B' };

const MS_OF: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  sec: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const BYTES_OF: Readonly<Record<string, number>> = {
  b: 1,
  k: 1_024,
  m: 1_024 ** 2,
  g: 1_024 ** 3,
  t: 1_024 ** 4,
};

/** A number as programs write it: `60`, `0x1f`, `2m`, `1h30m`, `128MB`. undefined when it is none. */
export function quantity(text: string, unit: ValueUnit | undefined): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (unit === undefined) return /^[+-]?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
  if (unit === 'bytes') {
    const found = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?$/.exec(trimmed);
    return found === null ? undefined : Number(found[1]) * (BYTES_OF[found[2] ?? ''] ?? 1);
  }
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^(?:\d+(?:\.\d+)?\s*(?:us|ms|sec|s|min|m|h|d|w)\s*)+$/.test(trimmed)) return undefined;
  let ms = 0;
  for (const [, number, name = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*(us|ms|sec|s|min|m|h|d|w)/g))
    ms += Number(number) * (MS_OF[name] ?? 0);
  return unit === 'seconds' ? ms / 1_000 : ms;
}
