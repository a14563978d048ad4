/** Walks the events of an HTML parser and keeps what page-facts.ts is made of. */
import { Parser } from 'htmlparser2';
import { isHidden } from './hidden-style.ts';
import type { PageFacts, Reference } from './page-facts.ts';

/** The parser's own work grows with the depth, so what is deeper than any real page ends the reading. */
const DEPTH_MAX = 1_000;
const BLOCKS_MAX = 5_000;
const BLOCK_CHARS_MAX = 2_000;
const REFERENCES_MAX = 5_000;
const SHAPES_MAX = 3_000;
const TITLE_CHARS_MAX = 512;
const HIDDEN_CHARS_MAX = 65_536;
const SCRIPT_CHARS_MAX = 262_144;
const LINK_CHARS_MAX = 300;
const URL_CHARS_MAX = 1_000;

/** Elements that stand inside a line: they do not end a block. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo cite code data dfn em font i ins kbd mark q s samp small span strong sub sup time u var wbr'.split(
    ' ',
  ),
);
const NO_TEXT: ReadonlySet<string> = new Set(['script', 'style', 'template', 'noscript']);
/** They have no end tag, so they never lie on the stack. */
const VOID: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);

/** Packers, and code that is text until it runs. */
const OBFUSCATED =
  /eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k|eval\s*\(\s*(?:window\s*\.\s*)?(?:atob|unescape|decodeURIComponent)\s*\(|document\s*\.\s*write\s*\(\s*(?:atob|unescape|String\.fromCharCode)\s*\(|String\.fromCharCode\s*\((?:\s*(?:0x[0-9a-f]+|\d+)\s*,){16}|(?:\\x[0-9a-f]{2}){40}|_0x[0-9a-f]{4,6}[^]{0,40}_0x[0-9a-f]{4,6}/i;

interface Open {
  name: string;
  hidden: boolean;
  shape: string;
  link: { text: string; href: string } | undefined;
}

type Collected = Omit<PageFacts, 'letters' | 'spam' | 'textLength'>;

export function collectPage(html: string, url: string): Collected {
  const collector = new PageCollector(url);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (!collector.open(name, attributes)) parser.pause();
      },
      ontext: (text) => collector.text(text),
      onclosetag: (name) => collector.close(name),
    },
    { lowerCaseTags: true, lowerCaseAttributeNames: true, decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  return collector.collected();
}

class PageCollector {
  readonly #page: string;
  #base: string;
  readonly #stack: Open[] = [];
  #tooDeep = false;
  #block = '';
  #title = '';
  #description = '';
  readonly #blocks: string[] = [];
  #hiddenText = '';
  readonly #references: Reference[] = [];
  readonly #shape = new Set<string>();
  #script = '';
  #obfuscated = 0;
  #elements = 0;

  constructor(url: string) {
    this.#page = url;
    this.#base = url;
  }

  /** @returns false when the page is deeper than it may be: nothing more of it is to be read. */
  open(name: string, attributes: Readonly<Record<string, string>>): boolean {
    this.#elements += 1;
    if (!INLINE.has(name)) this.#endBlock();
    const above = this.#stack.at(-1);
    const [firstClass = ''] = (attributes['class'] ?? '').trim().split(/\s+/, 1);
    const own = `${name}${firstClass === '' ? '' : `.${firstClass.slice(0, 40)}`}`;
    const shape = `${(above?.shape ?? '').split('>').slice(-2).join('>')}>${own}`;
    if (this.#shape.size < SHAPES_MAX) this.#shape.add(shape);
    const hidden = above?.hidden === true || isHidden(attributes);
    this.#refer(name, attributes, hidden);
    if (VOID.has(name)) return true;
    if (this.#stack.length >= DEPTH_MAX) {
      this.#tooDeep = true;
      return false;
    }
    const href = name === 'a' ? attributes['href'] : undefined;
    const link = href === undefined ? above?.link : { text: attributes['title'] ?? '', href };
    this.#stack.push({ name, hidden, shape, link });
    return true;
  }

  text(text: string): void {
    const at = this.#stack.at(-1);
    if (at?.name === 'title' && this.#title.length < TITLE_CHARS_MAX) {
      this.#title += text;
      return;
    }
    if (at?.name === 'script') {
      if (this.#script.length < SCRIPT_CHARS_MAX) this.#script += text;
      return;
    }
    if (at !== undefined && NO_TEXT.has(at.name)) return;
    if (at?.link !== undefined && at.link.text.length < LINK_CHARS_MAX) at.link.text += ` ${text}`;
    if (at?.hidden === true) {
      if (this.#hiddenText.length < HIDDEN_CHARS_MAX) this.#hiddenText += ` ${text}`;
    } else if (this.#block.length < BLOCK_CHARS_MAX) this.#block += text;
  }

  close(name: string): void {
    if (VOID.has(name)) return;
    if (!INLINE.has(name)) this.#endBlock();
    const closed = this.#stack.pop();
    if (closed?.name === 'script') {
      if (OBFUSCATED.test(this.#script)) this.#obfuscated += 1;
      this.#script = '';
    }
    // A link inside a link closes for the outer one too; each is told once.
    if (closed?.name === 'a' && closed.link !== undefined) {
      this.#keep('link', closed.link.href, closed.hidden, closed.link.text);
    }
  }

  collected(): Collected {
    this.#endBlock();
    return {
      title: tidy(this.#title, TITLE_CHARS_MAX),
      description: this.#description,
      blocks: this.#blocks,
      hiddenText: tidy(this.#hiddenText, HIDDEN_CHARS_MAX),
      references: this.#references,
      shape: [...this.#shape],
      obfuscatedScripts: this.#obfuscated,
      elements: this.#elements,
      tooDeep: this.#tooDeep,
    };
  }

  #endBlock(): void {
    if (this.#block === '') return;
    const text = tidy(this.#block, BLOCK_CHARS_MAX);
    this.#block = '';
    if (text !== '' && this.#blocks.length < BLOCKS_MAX) this.#blocks.push(text);
  }

  #refer(name: string, attributes: Readonly<Record<string, string>>, hidden: boolean): void {
    const { src, href, action, content, data } = attributes;
    switch (name) {
      case 'base':
        this.#base = URL.parse(href ?? '', this.#page)?.href ?? this.#base;
        return;
      case 'script':
        if (src !== undefined) this.#keep('script', src, hidden);
        return;
      case 'iframe':
      case 'frame':
      case 'embed':
        if (src !== undefined) this.#keep('frame', src, hidden);
        return;
      case 'object':
        if (data !== undefined) this.#keep('frame', data, hidden);
        return;
      case 'form':
        if (action !== undefined) this.#keep('form', action, hidden);
        return;
      case 'area':
        if (href !== undefined) this.#keep('link', href, hidden, attributes['alt'] ?? '');
        return;
      case 'meta':
        this.#meta(attributes, content ?? '');
    }
  }

  #meta(attributes: Readonly<Record<string, string>>, content: string): void {
    if (attributes['name']?.toLowerCase() === 'description')
      this.#description = tidy(content, TITLE_CHARS_MAX);
    if (attributes['http-equiv']?.toLowerCase() !== 'refresh') return;
    const to = /^\s*[\d.]*\s*[;,]?\s*url\s*=\s*["']?([^"'\s]+)/i.exec(content)?.[1];
    if (to !== undefined) this.#keep('refresh', to, false);
  }

  #keep(kind: Reference['kind'], address: string, hidden: boolean, text = ''): void {
    if (this.#references.length >= REFERENCES_MAX) return;
    const url = URL.parse(address.trim(), this.#base);
    const isWeb = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
    const host = isWeb ? url.hostname : '';
    const page = URL.parse(this.#page)?.hostname ?? '';
    this.#references.push({
      kind,
      host,
      own: !isWeb || ofOneSite(host, page),
      hidden,
      text: tidy(text, LINK_CHARS_MAX),
      url: (isWeb ? url.href : address).slice(0, URL_CHARS_MAX),
    });
  }
}

function tidy(text: string, charsMax: number): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, charsMax).toWellFormed();
}

/** The same host with or without `www.`, or below it, or beside it under a name of three labels or more. */
function ofOneSite(host: string, page: string): boolean {
  const bareHost = host.replace(/^www\./, '');
  const barePage = page.replace(/^www\./, '');
  return bareHost === barePage || bareHost.endsWith(`.${barePage}`);
}
