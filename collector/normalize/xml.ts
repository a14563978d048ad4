/**
 * A scanner for small XML documents from untrusted peers: one pass, no recursion, nothing built.
 * Invariants: no document type, no entities beyond XML's five and character references, so nothing can expand; depth, elements and
 * attributes are bounded; a character that XML forbids is kept, for an attacker must not blind us with one.
 * Written for speed (Windows hosts send little else); tests hold it against saxes.
 */
const DEPTH_MAX = 64;
const ELEMENTS_MAX = 20_000;
const ATTRIBUTES_MAX = 64;

/** The text is not XML of the kind we accept. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

export type XmlAttribute = readonly [name: string, value: string];

export interface XmlHandler {
  /** An element opens at that place of the text; a self-closing one is closed at once. */
  open(name: string, attributes: readonly XmlAttribute[], at: number): void;
  /** The element closes; `text` is its own character data, children's excluded. */
  close(name: string, text: string): void;
}

const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([A-Za-z]{1,8}));|&/g;
const NAME = /[^\s/>=<"']+/y;
const ATTRIBUTE = /\s+([^\s/>=<"']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;

function decodeReference(
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): string {
  if (name !== undefined) {
    const char = PREDEFINED.get(name);
    if (char === undefined) throw new XmlError(`entity &${name}; is not allowed`);
    return char;
  }
  if (decimal === undefined && hex === undefined) throw new XmlError('a bare & is not allowed');
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  // Half a pair, and what lies beyond Unicode, becomes the replacement character.
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\u{FFFD}' : String.fromCodePoint(code);
}

/** References resolved. @throws XmlError */
export function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    REFERENCE,
    (_, decimal: string | undefined, hex: string | undefined, name: string | undefined) =>
      decodeReference(decimal, hex, name),
  );
}

/** A name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

interface Tag {
  name: string;
  attributes: XmlAttribute[];
  /** Where the text goes on behind the tag. */
  end: number;
  selfClosing: boolean;
}

/** By ASCII code: 1 for what ends a name. */
const ENDS_NAME = new Uint8Array(128);
for (const char of '\t\n\v\f\r />=<"\'') ENDS_NAME[char.charCodeAt(0)] = 1;

/** Index behind the ASCII name that begins at `start`; -1 when another character comes before its end. */
function nameEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return -1;
    if (ENDS_NAME[code] === 1) break;
  }
  return at === start ? -1 : at;
}

/** A tag as machines write it: ASCII names, one space before an attribute. Undefined for any other. */
function readPlainTag(text: string, open: number): Tag | undefined {
  const afterName = nameEnd(text, open + 1);
  if (afterName === -1) return undefined;
  const attributes: XmlAttribute[] = [];
  let at = afterName;
  while (text[at] === ' ') {
    const equals = nameEnd(text, at + 1);
    const mark = text[equals + 1];
    if (equals === -1 || text[equals] !== '=' || (mark !== '"' && mark !== "'")) return undefined;
    const quote = text.indexOf(mark, equals + 2);
    const value = text.slice(equals + 2, quote);
    if (quote === -1 || value.includes('<') || attributes.length >= ATTRIBUTES_MAX) return undefined;
    attributes.push([text.slice(at + 1, equals), decode(value)]);
    at = quote + 1;
  }
  const selfClosing = text[at] === '/';
  if (selfClosing) at += 1;
  if (text[at] !== '>') return undefined;
  return { name: text.slice(open + 1, afterName), attributes, end: at + 1, selfClosing };
}

/** Any tag. @throws XmlError */
function readTag(text: string, open: number): Tag {
  NAME.lastIndex = open + 1;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) throw new XmlError('a < opens no element');
  let at = NAME.lastIndex;
  const attributes: XmlAttribute[] = [];
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null) break;
    at = ATTRIBUTE.lastIndex;
    if (attributes.length >= ATTRIBUTES_MAX) throw new XmlError('too many attributes');
    attributes.push([match[1] ?? '', decode(match[2] ?? match[3] ?? '')]);
  }
  TAG_END.lastIndex = at;
  const end = TAG_END.exec(text);
  if (end === null) throw new XmlError(`the tag of ${name.slice(0, 64)} is malformed`);
  return { name, attributes, end: TAG_END.lastIndex, selfClosing: end[1] === '/' };
}

class Scanner {
  readonly #text: string;
  readonly #handler: XmlHandler;
  readonly #names: string[] = [];
  readonly #texts: string[] = [];
  readonly #elementsMax: number;
  #at = 0;
  #elements = 0;

  constructor(text: string, handler: XmlHandler, elementsMax: number) {
    this.#text = text;
    this.#handler = handler;
    this.#elementsMax = elementsMax;
  }

  run(): void {
    const text = this.#text;
    if (text.codePointAt(0) === 0xfeff) this.#at = 1;
    while (this.#at < text.length) {
      const open = text.indexOf('<', this.#at);
      this.#characters(open === -1 ? text.length : open);
      if (open === -1) break;
      this.#markup(open);
    }
    if (this.#names.length > 0) throw new XmlError(`element ${this.#names.at(-1)} is not closed`);
    if (this.#elements === 0) throw new XmlError('there is no element');
  }

  #characters(end: number): void {
    if (end === this.#at) return;
    const raw = this.#text.slice(this.#at, end);
    this.#at = end;
    this.#append(decode(raw));
  }

  #append(text: string): void {
    const depth = this.#names.length;
    if (depth > 0) this.#texts[depth - 1] += text;
    else if (text.trim() !== '') throw new XmlError('text outside of any element');
  }

  #markup(open: number): void {
    const next = this.#text[open + 1];
    if (next === '/') this.#closeTag(open);
    else if (next === '?') this.#skip(open, '?>');
    else if (next === '!') this.#declaration(open);
    else this.#openTag(open);
  }

  #skip(open: number, terminator: string): void {
    const end = this.#text.indexOf(terminator, open + 2);
    if (end === -1) throw new XmlError(`${terminator} is missing`);
    this.#at = end + terminator.length;
  }

  #declaration(open: number): void {
    if (this.#text.startsWith('<!--', open)) return this.#skip(open + 2, '-->');
    if (!this.#text.startsWith('<![CDATA[', open)) throw new XmlError('a document type is not allowed');
    const start = open + '<![CDATA['.length;
    this.#skip(start - 2, ']]>');
    return this.#append(this.#text.slice(start, this.#at - 3));
  }

  #closeTag(open: number): void {
    const end = this.#text.indexOf('>', open);
    if (end === -1) throw new XmlError('a closing tag is cut off');
    const name = this.#text.slice(open + 2, end).trimEnd();
    if (this.#names.at(-1) !== name) throw new XmlError(`</${name.slice(0, 64)}> closes nothing`);
    this.#at = end + 1;
    this.#close();
  }

  #close(): void {
    const name = this.#names.pop() ?? '';
    this.#handler.close(name, this.#texts.pop() ?? '');
  }

  #openTag(open: number): void {
    const { name, attributes, end, selfClosing } =
      readPlainTag(this.#text, open) ?? readTag(this.#text, open);
    this.#at = end;
    this.#elements += 1;
    if (this.#elements > this.#elementsMax) throw new XmlError('too many elements');
    if (this.#names.length >= DEPTH_MAX) throw new XmlError('elements are nested too deep');
    this.#names.push(name);
    this.#texts.push('');
    this.#handler.open(name, attributes, open);
    if (selfClosing) this.#close();
  }
}

/** @throws XmlError; the handler then has seen everything up to the place of the error. */
export function scanXml(text: string, handler: XmlHandler, elementsMax: number = ELEMENTS_MAX): void {
  new Scanner(text, handler, elementsMax).run();
}
