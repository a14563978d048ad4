/**
 * What a page is made of, read in one pass without building a tree: blocks of text, shape, where it leads and loads
 * from, what is hidden. Scripts are not run and style sheets not read. Everything kept is bounded, whatever the page.
 */
import { findSpamWords } from './spam-words.ts';
import type { SpamWord } from './spam-words.ts';

/** Where a page leads to or loads from. */
export interface Reference {
  kind: 'link' | 'script' | 'frame' | 'form' | 'refresh';
  /** Empty when the address is no address of the web. */
  host: string;
  /** Same site as the page: its host, or one that shares all but the first label. */
  own: boolean;
  hidden: boolean;
  /** Of a link: its text, or title. */
  text: string;
  url: string;
}

export interface PageFacts {
  title: string;
  description: string;
  /** Visible text blocks, in order. */
  blocks: readonly string[];
  hiddenText: string;
  references: readonly Reference[];
  /** Paths of tags and first classes, three deep; each once. */
  shape: readonly string[];
  /** Inline scripts that hide what they do. */
  obfuscatedScripts: number;
  /** Letters by script, in the visible text. */
  letters: { latin: number; foreign: number };
  /** Words of spam by where they stand. */
  spam: Readonly<Record<SpamPlace, readonly SpamWord[]>>;
  elements: number;
  /** Deeper than any real page: the rest was not read. */
  tooDeep: boolean;
  /** Of the visible text, in UTF-16 code units. */
  textLength: number;
}

export type SpamPlace = 'title' | 'links' | 'hidden' | 'text';

const FOREIGN =
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}\p{Script=Hangul}\p{Script=Thai}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}]/gu;
const LATIN = /\p{Script=Latin}/gu;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

export async function readPage(html: string, url: string): Promise<PageFacts> {
  const { collectPage } = await import('./page-collector.ts');
  const page = collectPage(html, url);
  const visible = page.blocks.join('\n');
  const spamLinks = page.references
    .filter(({ kind }) => kind === 'link')
    .map(({ text, own, url: to }) => `${text} ${own ? pathOf(to) : to}`)
    .join('\n');
  return {
    ...page,
    letters: { latin: count(visible, LATIN), foreign: count(visible, FOREIGN) },
    textLength: visible.length,
    spam: {
      title: findSpamWords(`${page.title} ${page.description}`),
      links: findSpamWords(spamLinks),
      hidden: findSpamWords(page.hiddenText),
      text: findSpamWords(visible),
    },
  };
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}
