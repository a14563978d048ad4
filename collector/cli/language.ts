/** Which language the user reads. Needed before the command line is parsed, since the help itself is translated. */
import { en, type Messages } from './messages/en.ts';
import { vi } from './messages/vi.ts';

export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const CATALOGUES: Record<Language, Messages> = { vi, en };

/** `--lang X` or `--lang=X` among the arguments, else the locale of the environment; English for every other. */
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
