/**
 * Regular expressions in time linear to the value: RE2's algorithm (re2js), so no pattern and no value can stall
 * the host. Look-around and back-references do not exist there and reject the rule.
 */
import { RE2JS } from 're2js';
import { isAscii } from './fold.ts';
import { nativeRegex } from './native-regex.ts';

export interface LinearRegex {
  test(text: string): boolean;
}

/** A regular expression that cannot be run in linear time, or is too large; rejects its rule. */
export class RegexError extends Error {
  override readonly name = 'RegexError';
}

const LENGTH_MAX = 20_000;
/** Steps of the compiled program; the time of a search is at most this times the length of the value. */
const PROGRAM_MAX = 2_500;
const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * Unanchored search. `flags` out of i, m, s; inline flags such as `(?i)` work too.
 * @throws RegexError when the pattern is not understood, saying why.
 */
export function linearRegex(pattern: string, flags: string): LinearRegex {
  if (pattern.length > LENGTH_MAX)
    throw new RegexError(`the regular expression is longer than ${String(LENGTH_MAX)} characters`);
  if (/\(\?(?:[=!]|<[=!])/.test(stripEscapes(pattern))) {
    throw new RegexError(
      'look-around is not accepted: it cannot be searched in linear time; use two selections instead',
    );
  }
  if (/\\[1-9]/.test(pattern.replaceAll('\\\\', ''))) {
    throw new RegexError('back-references are not accepted: they cannot be searched in linear time');
  }
  let bits = 0;
  for (const flag of flags) bits |= FLAGS[flag] ?? 0;
  const compiled = compileProgram(pattern, bits);
  const size = compiled.programSize();
  if (size > PROGRAM_MAX) {
    throw new RegexError(
      `the regular expression grows to ${String(size)} steps, above ${String(PROGRAM_MAX)}: use smaller repetitions such as {100}`,
    );
  }
  const native = nativeRegex(pattern, flags);
  if (native === undefined) return { test: (text) => compiled.test(text) };
  return { test: (text) => (isAscii(text) ? native.test(text) : compiled.test(text)) };
}

function compileProgram(pattern: string, bits: number): RE2JS {
  try {
    return RE2JS.compile(pattern, bits);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RegexError(`the regular expression is not understood: ${reason}`, { cause: error });
  }
}

function stripEscapes(pattern: string): string {
  return pattern.replace(/\\./gs, '');
}
