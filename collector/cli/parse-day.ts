/** Days as commands take them: 2026-12-14. */
import { InvalidArgumentError } from 'commander';
import { legalDaySchema } from '../agency/legal-day.ts';
import type { Messages } from './messages/en.ts';

/** For options and arguments. */
export function dayParser(m: Messages): (text: string) => string {
  return (text) => {
    if (!legalDaySchema.safeParse(text).success) throw new InvalidArgumentError(m.calendar.notDate(text));
    return text;
  };
}
