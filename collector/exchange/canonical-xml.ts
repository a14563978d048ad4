/**
 * Writes XML that is its own exclusive canonical form (W3C xml-exc-c14n, without comments), so that it can be signed without a
 * canonicaliser. Invariants: every prefix is declared where it is first used and nowhere below; names come from settings that were
 * checked, values from anywhere: what XML forbids becomes U+FFFD.
 */

/** Prefixes and what they stand for. */
export type Namespaces = Readonly<Record<string, string>>;

export interface XmlElement {
  /** With its prefix, where it has one. */
  name: string;
  attributes?: Readonly<Record<string, string | number>> | undefined;
  /** Text, elements, or text that is canonical already. */
  content?: string | number | readonly (XmlElement | CanonicalXml)[] | undefined;
}

export interface CanonicalXml {
  canonical: string;
}

/** Of XML 1.0; lone surrogates went before. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const clean = (text: string): string => text.toWellFormed().replaceAll(FORBIDDEN, '\u{FFFD}');

function escapeText(text: string): string {
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;');
}

function escapeAttribute(text: string): string {
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
}

const byCodePoint = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

/** @param declared prefixes that an ancestor declares. @throws RangeError for a prefix that stands for nothing */
export function writeCanonical(
  { name, attributes = {}, content = [] }: XmlElement,
  namespaces: Namespaces,
  declared: ReadonlySet<string> = new Set(),
): string {
  const colon = name.indexOf(':');
  const prefix = colon === -1 ? undefined : name.slice(0, colon);
  let tag = name;
  let below = declared;
  if (prefix !== undefined && !declared.has(prefix)) {
    const space = namespaces[prefix];
    if (space === undefined) throw new RangeError(`the prefix ${prefix} stands for nothing`);
    tag += ` xmlns:${prefix}="${escapeAttribute(space)}"`;
    below = new Set([...declared, prefix]);
  }
  for (const [key, value] of Object.entries(attributes).sort(byCodePoint))
    tag += ` ${key}="${escapeAttribute(String(value))}"`;
  if (typeof content !== 'object') return `<${tag}>${escapeText(String(content))}</${name}>`;
  const lines = content.map(
    (one) => `${'canonical' in one ? one.canonical : writeCanonical(one, namespaces, below)}\n`,
  );
  return `<${tag}>${lines.length === 0 ? '' : '\n'}${lines.join('')}</${name}>`;
}
