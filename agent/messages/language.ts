/** Which language the user reads, and its catalogue. */
import { en } from './en.ts';
import type { Messages } from './en.ts';
import { vi } from './vi.ts';

export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const CATALOGUES: Record<Language, Messages> = { vi, en };

/**
 * `--lang X` or `--lang=X` among the arguments, else the locale of the environment; English for every other.
 * It is needed before the command line is parsed, since the help itself is translated.
 */
export function chooseLanguage(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const at = argv.indexOf('--lang');
  const inline = argv.find((argument) => argument.startsWith('--lang='))?.slice('--lang='.length);
  const wanted = inline ?? (at === -1 ? undefined : argv[at + 1]);
  const named = LANGUAGES.find((language) => language === wanted);
  if (named !== undefined) return named;
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return /^vi([_.@-]|$)/i.test(locale ?? '') ? 'vi' : 'en';
}

export function messagesIn(language: Language): Messages {
  return CATALOGUES[language];
}
