/** HTML as a tagged template (of a name that formatters leave as it is): what is put in is text, unless it was made here itself. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Controls, and marks that turn the reading direction: a document shows what it says. */
const UNSEEN = /(?![\t\n])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

export function escapeHtml(text: string): string {
  return text.replaceAll(UNSEEN, '').replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
}

type Part = string | number | Html | readonly Part[];

function written(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(written).join('');
  return escapeHtml(String(part));
}

export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((text, at) => text + (at < parts.length ? written(parts[at] ?? '') : '')).join(''),
  );
}

/** Paragraphs are separated by empty lines; a line break inside of one stays one. */
export function paragraphs(text: string): Html {
  const blocks = text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '');
  return new Html(blocks.map((block) => `<p>${escapeHtml(block).replaceAll('\n', '<br>')}</p>`).join('\n'));
}
