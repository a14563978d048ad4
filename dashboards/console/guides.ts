/**
 * Turns the guides (docs/vi, docs/en) into data that the console draws itself, so that no HTML is made of text. Invariant:
 * what a guide holds that the console cannot draw stops the build, naming the file.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { lexer, type Token, type Tokens } from 'marked';
import type { Plugin } from 'vite';
import type { Block, Inline } from './src/guide/guide-tree.ts';

const guideFile = /\/docs\/(?:vi|en)\/[^/]+\.md$/u;

/** A heading's place in its address: letters without marks and numbers, joined by hyphens. */
export function anchorOf(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/gu, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');
}

type Images = Map<string, string>;

/** The import that stands for a picture beside the guide. */
function imageName(images: Images, href: string): string {
  const known = images.get(href) ?? `image${images.size}`;
  images.set(href, known);
  return known;
}

const isOfKind = <Kind extends Token['type']>(
  token: Token,
  kind: Kind,
): token is Extract<Token, { type: Kind }> => token.type === kind;

function inlines(tokens: readonly Token[] | undefined, images: Images, file: string): Inline[] {
  return (tokens ?? []).map((token): Inline => {
    if (isOfKind(token, 'strong')) return { kind: 'strong', children: inlines(token.tokens, images, file) };
    if (isOfKind(token, 'em')) return { kind: 'em', children: inlines(token.tokens, images, file) };
    if (isOfKind(token, 'codespan')) return { kind: 'code', text: token.text };
    if (isOfKind(token, 'br')) return { kind: 'break' };
    if (isOfKind(token, 'link'))
      return { kind: 'link', to: token.href, children: inlines(token.tokens, images, file) };
    if (isOfKind(token, 'image')) {
      return { kind: 'image', source: imageName(images, token.href), alt: token.text };
    }
    if (isOfKind(token, 'text') || isOfKind(token, 'escape')) {
      const { text, tokens: inner } = token as Tokens.Text;
      return inner === undefined
        ? { kind: 'text', text }
        : { kind: 'span', children: inlines(inner, images, file) };
    }
    throw new Error(`${file}: the console draws no "${token.type}" in a line: ${token.raw.slice(0, 80)}`);
  });
}

function blocks(tokens: readonly Token[], images: Images, file: string): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case 'space':
        return [];
      case 'heading': {
        const { depth, text, tokens: inner } = token as Tokens.Heading;
        return [{ kind: 'heading', depth, anchor: anchorOf(text), children: inlines(inner, images, file) }];
      }
      case 'paragraph':
      case 'text': {
        const { tokens: inner, raw } = token as Tokens.Paragraph;
        return [
          {
            kind: 'paragraph',
            children: inner === undefined ? [{ kind: 'text', text: raw }] : inlines(inner, images, file),
          },
        ];
      }
      case 'list': {
        const { ordered, items } = token as Tokens.List;
        return [{ kind: 'list', ordered, items: items.map((item) => blocks(item.tokens, images, file)) }];
      }
      case 'code':
        return [{ kind: 'code', text: (token as Tokens.Code).text }];
      case 'blockquote':
        return [{ kind: 'note', children: blocks((token as Tokens.Blockquote).tokens, images, file) }];
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        return [
          {
            kind: 'table',
            head: header.map((cell) => inlines(cell.tokens, images, file)),
            rows: rows.map((row) => row.map((cell) => inlines(cell.tokens, images, file))),
          },
        ];
      }
      default:
        throw new Error(`${file}: the console draws no "${token.type}": ${token.raw.slice(0, 80)}`);
    }
  });
}

/** Addresses of all headings of a guide, in order. */
const anchorsOf = (text: string): string[] =>
  lexer(text).flatMap((token) => (isOfKind(token, 'heading') ? [anchorOf(token.text)] : []));

/**
 * A module that exports the guide's title and blocks.
 * @param english the same guide in English: its headings name the chapters, so that an address of a chapter is good in both languages
 * @throws Error naming the file and what cannot be drawn
 */
export function guideModule(file: string, text: string, english = text): string {
  const images: Images = new Map();
  const anchors = anchorsOf(english).values();
  const tree = blocks(lexer(text), images, file).map((block) =>
    block.kind === 'heading' ? { ...block, anchor: anchors.next().value ?? block.anchor } : block,
  );
  const [first] = tree;
  if (first?.kind !== 'heading' || first.depth !== 1)
    throw new Error(`${file}: a guide begins with its title (# …)`);
  const imports = [...images].map(([href, name]) => `import ${name} from ${JSON.stringify(href)};`);
  const sources = `{ ${[...images.values()].join(', ')} }`;
  return `${imports.join('\n')}\nexport const blocks = ${JSON.stringify(tree)};\nexport const images = ${sources};\n`;
}

const picture = /!\[[^\]]*\]\(([^)]+)\)\n?/gu;

/** Addresses of the pictures that a guide shows, as it writes them. */
export const picturesOf = (text: string): string[] =>
  [...text.matchAll(picture)].map((found) => found[1] ?? '');

/** Pictures are taken of the built console: it is built without those that are not there yet. */
const withoutPictures = (text: string, missing: readonly string[]): string =>
  text.replaceAll(picture, (whole, href: string) => (missing.includes(href) ? '' : whole));

/** The build step. */
export function guides(): Plugin {
  return {
    name: 'vonggac:guides',
    enforce: 'pre',
    async load(id) {
      if (!guideFile.test(id)) return null;
      const english = id.replace('/docs/vi/', '/docs/en/');
      this.addWatchFile(english);
      const [text, chapters] = await Promise.all([readFile(id, 'utf8'), readFile(english, 'utf8')]);
      const missing = picturesOf(text).filter((href) => !existsSync(path.join(path.dirname(id), href)));
      for (const href of missing) this.warn(`${href} was not taken yet: npm run screenshots`);
      return { code: guideModule(id, withoutPictures(text, missing), chapters), map: null };
    },
  };
}
