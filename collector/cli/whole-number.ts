/** Numbers of options that may be zero, e.g. the version of what is not there yet. */
import { InvalidArgumentError } from 'commander';
import type { Messages } from './messages/en.ts';

export function wholeNumber(m: Messages): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new InvalidArgumentError(m.usageError.notWhole(text));
  };
}
