/**
 * Turns the guides (docs/vi, docs/en) into data that the console draws itself, so that no HTML is made of text. Invariant:
 * what a guide holds that the console cannot draw stops the build, naming the file.
 */
import { readFile } from 'node:fs/promises';
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

/** A module that exports the guide's title and blocks. @throws Error naming the file and what cannot be drawn */
export function guideModule(file: string, text: string): string {
  const images: Images = new Map();
  const tree = blocks(lexer(text), images, file);
  const [first] = tree;
  if (first?.kind !== 'heading' || first.depth !== 1)
    throw new Error(`${file}: a guide begins with its title (# …)`);
  const imports = [...images].map(([href, name]) => `import ${name} from ${JSON.stringify(href)};`);
  const sources = `{ ${[...images.values()].join(', ')} }`;
  return `${imports.join('\n')}\nexport const blocks = ${JSON.stringify(tree)};\nexport const images = ${sources};\n`;
}

/** The build step. */
export function guides(): Plugin {
  return {
    name: 'vonggac:guides',
    enforce: 'pre',
    async load(id) {
      if (!guideFile.test(id)) return null;
      return { code: guideModule(id, await readFile(id, 'utf8')), map: null };
    },
  };
}
