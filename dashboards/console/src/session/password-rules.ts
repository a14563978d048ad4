/** The rules of a new password, as the person sees them fulfilled while typing. The server has the last word. */
import { fold } from '../text/fold.ts';

export type PasswordRule = 'length' | 'variety' | 'different' | 'username';
export type PasswordCheck = { readonly rule: PasswordRule; readonly met: boolean };

/** Shortest and longest password the API takes, in UTF-16 units. */
export const passwordUnitsMin = 12;
export const passwordUnitsMax = 1_024;
/** Fewest different characters. */
export const passwordVarietyMin = 5;

/** Each rule with whether `next` meets it; an empty password meets none. */
export function checkPassword(
  next: string,
  context: { readonly current: string; readonly username: string },
): readonly PasswordCheck[] {
  const typed = next !== '';
  const username = fold(context.username);
  return [
    { rule: 'length', met: next.length >= passwordUnitsMin && next.length <= passwordUnitsMax },
    { rule: 'variety', met: new Set(next.normalize('NFKC').toLowerCase()).size >= passwordVarietyMin },
    { rule: 'different', met: typed && next !== context.current },
    { rule: 'username', met: typed && (username === '' || !fold(next).includes(username)) },
  ];
}
