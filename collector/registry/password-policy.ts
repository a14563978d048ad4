/** What a new password must be: long, of several characters, known from no leak, and not built of what guessers try first or of the user name. */
import { isBreached } from './breached-passwords.ts';
import { ownCharacters } from './common-passwords.ts';
import { RefusalError } from './refusal.ts';

export const PASSWORD_LIMITS = {
  charsMin: 12,
  charsMax: 1_024,
  differentMin: 5,
  /** Characters besides the user name. */
  ownCharsMin: 8,
  /** Characters besides common words, years and keys in a row. */
  uncommonCharsMin: 6,
} as const;

/** @throws RefusalError password-weak */
export function checkStrength(password: string, username: string): void {
  const { charsMin, charsMax, differentMin, ownCharsMin, uncommonCharsMin } = PASSWORD_LIMITS;
  const refuse = (why: string): never => {
    throw new RefusalError('password-weak', username, why);
  };
  if (password.length < charsMin || password.length > charsMax)
    refuse(`a password has ${charsMin} to ${charsMax} characters`);
  if (isBreached(password))
    refuse('choose another password: this one is known from leaks, and guessers try such ones first');
  const text = password.normalize('NFKC').toLowerCase();
  // The user name adds nothing; a short one may stand in a good password by chance.
  const own = username === '' ? text : text.replaceAll(username, '');
  if (new Set(text).size < differentMin || own.length < ownCharsMin)
    refuse('choose a password of more different characters that is not built from the user name');
  if (ownCharacters(password) < uncommonCharsMin)
    refuse(
      'choose a password that is not built of common words, years and keys in a row: guessers try these first',
    );
}
