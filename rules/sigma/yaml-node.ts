/** What a YAML document is read into: trees of nodes that know their place, and the error of one that is none. */
import type { Data, Position, Scalar } from './types.ts';

export interface YamlScalar {
  kind: 'scalar';
  value: Scalar;
  /** The scalar as decoded text, before it became a number or a boolean. */
  raw: string;
  at: Position;
  /** Index in the file of its first character, behind a quote. */
  start: number;
}
export interface YamlList {
  kind: 'list';
  items: YamlNode[];
  at: Position;
}
export interface YamlEntry {
  key: string;
  keyAt: Position;
  /** Index in the file of the key's first character, behind a quote. */
  keyStart: number;
  value: YamlNode;
}
export interface YamlMap {
  kind: 'map';
  entries: YamlEntry[];
  at: Position;
}
export type YamlNode = YamlScalar | YamlList | YamlMap;

/** A document that is not YAML, or goes over a limit; rejects that document. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly at: Position;
  constructor(message: string, at: Position, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

/** A node as plain data; mappings have no prototype, so `__proto__` is only a key. */
export function toData(node: YamlNode): Data {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toData);
    case 'map': {
      const data: Record<string, Data> = Object.create(null) as Record<string, Data>;
      for (const { key, value } of node.entries) data[key] = toData(value);
      return data;
    }
  }
}
