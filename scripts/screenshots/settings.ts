/** What `npm run screenshots` is asked for. */
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

export const LANGUAGES = ['vi', 'en'] as const;
export const THEMES = ['light', 'dark'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = (typeof THEMES)[number];

export const HELP = `npm run screenshots [-- OPTIONS]
Takes pictures of the console's pages on the stage: a real collector in a temporary folder with a made-up province.

  --only PAGE       this page only (may be given again, or names with commas between); --list names them
  --language LANG   vi or en only
  --theme THEME     light or dark only
  --out FOLDER      docs/screenshots by default; pictures of pages that are no more go from it in a whole run
  --dialogs FOLDER  every dialog instead of the pages, NAME-LANGUAGE-THEME.png, to be looked at
  --list            names of the pages, and nothing else
  --help            this

One stage gives the same bytes each time it is taken; another one is of another time of day.
Needs Chromium (Debian: apt-get install chromium; VONGGAC_CHROMIUM names another).
`;

export interface Settings {
  only: ReadonlySet<string> | undefined;
  languages: readonly Language[];
  themes: readonly Theme[];
  out: string;
  /** Where pictures of the dialogs go, in the place of the pages'. */
  dialogs: string | undefined;
  list: boolean;
  help: boolean;
}

function oneOf<T extends string>(name: string, value: string | undefined, all: readonly T[]): readonly T[] {
  if (value === undefined) return all;
  const found = all.find((known) => known === value);
  if (found === undefined) throw new RangeError(`--${name} ${value}: one of ${all.join(', ')}`);
  return [found];
}

/** @throws RangeError, TypeError with words for whoever asked */
export function parseSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      language: { type: 'string' },
      theme: { type: 'string' },
      out: { type: 'string', default: path.join(ROOT, 'docs', 'screenshots') },
      dialogs: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const only = values.only?.flatMap((names) => names.split(',')).map((name) => name.trim());
  return {
    only: only === undefined ? undefined : new Set(only),
    languages: oneOf('language', values.language, LANGUAGES),
    themes: oneOf('theme', values.theme, THEMES),
    out: path.resolve(values.out),
    dialogs: values.dialogs === undefined ? undefined : path.resolve(values.dialogs),
    list: values.list,
    help: values.help,
  };
}
