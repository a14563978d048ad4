/**
 * Patterns of the settings, run in time linear in the text (RE2's algorithm): they come by policy, and a log may hold
 * what a stranger sent.
 */
import { RE2JS } from 're2js';

/** Steps of the compiled program: a search takes at most so many times the length of the text. */
const PROGRAM_MAX = 1_000;

/** A search for the pattern anywhere in a text. @throws Error saying why when it is not understood or too large. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  const size = compiled.programSize();
  if (size > PROGRAM_MAX) {
    throw new Error(`the pattern grows to ${size} steps, above ${PROGRAM_MAX}: use smaller repetitions`);
  }
  return (text) => compiled.test(text);
}
