/** Small readers over YAML nodes, shared by the document parsers. */
import type { Position } from './types.ts';
import type { YamlEntry, YamlMap, YamlNode } from './yaml.ts';

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

export function entries(map: YamlMap): readonly YamlEntry[] {
  return map.entries;
}

/** The entry of that key, written exactly so. */
export function entry(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((candidate) => candidate.key === key);
}

/** @throws DocumentError with `message` at the mapping when the key is missing. */
export function need(map: YamlMap, key: string, message: string): YamlEntry {
  const found = entry(map, key);
  if (found === undefined) throw new DocumentError(message, map.at);
  return found;
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
