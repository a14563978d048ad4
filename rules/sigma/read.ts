/** Small readers over YAML nodes, shared by the document parsers. */
import { closest } from './suggest.ts';
import type { Position } from './types.ts';
import type { YamlEntry, YamlMap, YamlNode } from './yaml-node.ts';

/** A document that is no rule; becomes an entry of `errors`. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly at: Position;
  constructor(message: string, at: Position, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

/** Only the place of something that also has other properties. */
export function at1({ line, column }: Position): Position {
  return { line, column };
}

/** The entry of that key, written exactly so. */
export function entry(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((candidate) => candidate.key === key);
}

/** A key that looks like a slip of `key`, which the mapping lacks. */
function misspelt(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((candidate) => closest(candidate.key, [key]) !== undefined);
}

/** @throws DocumentError with `message` at the mapping, or at a key that looks misspelt, when the key is missing. */
export function need(map: YamlMap, key: string, message: string, at: Position = map.at): YamlEntry {
  const found = entry(map, key);
  if (found !== undefined) return found;
  const slip = misspelt(map, key);
  if (slip === undefined) throw new DocumentError(message, at);
  throw new DocumentError(`${message}; did you mean "${key}" by "${slip.key}"?`, slip.keyAt);
}

/** A scalar as text; undefined for null, lists and mappings. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.raw : undefined;
}

/** A scalar or a list of scalars as texts; everything else is left out. */
export function textList(node: YamlNode | undefined): string[] {
  const nodes = node?.kind === 'list' ? node.items : [node];
  return nodes.flatMap((item) => {
    const text = textOf(item);
    return text === undefined ? [] : [text];
  });
}

/**
 * Names and their places: one text, or a list of them; a name that stands twice counts once.
 * @throws DocumentError at whatever is no text
 */
export function namesOf(node: YamlNode, what: string): ReadonlyMap<string, Position> {
  const names = new Map<string, Position>();
  for (const item of node.kind === 'list' ? node.items : [node]) {
    const name = textOf(item);
    if (name === undefined || name === '')
      throw new DocumentError(`${what} must be a name or a list of names`, item.at);
    if (!names.has(name)) names.set(name, item.at);
  }
  return names;
}
