/** Moments as commands take them: any time that names its day, e.g. 2026-12-14T08:00+07:00. */
import { InvalidArgumentError } from 'commander';
import type { Messages } from './messages/en.ts';

/** @returns milliseconds since 1970 */
export function timeParser(m: Messages): (text: string) => number {
  return (text) => {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new InvalidArgumentError(m.usageError.notTime(text));
    return ms;
  };
}
