/**
 * Patterns that come from elsewhere (policies, settings), read alike on both ends and run in time linear in the text,
 * whatever they say: RE2's language, without look-around and back-references. `.` takes a line's end too.
 */
import { RE2JS } from 're2js';

export interface LinearPattern {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
}

export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A search takes at most so many times the length of the text. */
const STEPS_MAX = 4_000;

/**
 * @param stepsMax of the compiled pattern, repetitions written out
 * @throws PatternError saying why when it is not understood or too large
 */
export function compilePattern(source: string, stepsMax = STEPS_MAX): LinearPattern {
  let pattern;
  try {
    pattern = RE2JS.compile(source, RE2JS.DOTALL);
  } catch (cause) {
    // The engine writes its flags into what it quotes.
    const why = cause instanceof Error ? cause.message.replace('`(?s)', '`') : String(cause);
    throw new PatternError(why, { cause });
  }
  const steps = pattern.programSize();
  if (steps > stepsMax) {
    throw new PatternError(`the pattern grows to ${steps} steps, above ${stepsMax}: use smaller repetitions`);
  }
  return { test: (text) => pattern.test(text) };
}
