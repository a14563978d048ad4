/**
 * YAML text -> trees of nodes that know their place. js-yaml's event parser does the syntax; this file resolves
 * scalars by the YAML 1.2 core schema, aliases and merge keys. Invariants: bounded depth, nodes and aliases;
 * mappings never become JavaScript objects before their keys are data; nothing is thrown but a YamlError.
 */
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { Data, Position, Scalar } from './types.ts';

export interface YamlScalar {
  kind: 'scalar';
  value: Scalar;
  /** The scalar as decoded text, before it became a number or a boolean. */
  raw: string;
  at: Position;
}
export interface YamlList {
  kind: 'list';
  items: YamlNode[];
  at: Position;
}
export interface YamlEntry {
  key: string;
  keyAt: Position;
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

export interface YamlLimits {
  /** Characters of a whole text. */
  lengthMax: number;
  depthMax: number;
  /** Nodes of a document after aliases are followed. */
  nodesMax: number;
}

const YAML_LIMITS: YamlLimits = { lengthMax: 4 * 1024 * 1024, depthMax: 32, nodesMax: 200_000 };

export interface YamlDocument {
  node?: YamlNode | undefined;
  error?: YamlError | undefined;
}

/**
 * All documents of a text. A document that cannot be read has `error` and does not spoil the others; empty
 * documents are left out.
 */
export function readYaml(text: string, limits: YamlLimits = YAML_LIMITS): YamlDocument[] {
  if (text.length > limits.lengthMax) {
    const message = `the text has ${String(text.length)} characters; at most ${String(limits.lengthMax)} are read: split the file`;
    return [{ error: new YamlError(message, { line: 1, column: 1 }) }];
  }
  try {
    return readChunk(text, 0, limits).map((node) => ({ node }));
  } catch {
    // One bad document: read each by itself. `---` at the start of a line always ends a document, even in a block scalar.
    return splitDocuments(text).flatMap(({ chunk, line }): YamlDocument[] => {
      try {
        return readChunk(chunk, line, limits).map((node) => ({ node }));
      } catch (error) {
        return [{ error: toYamlError(error, line) }];
      }
    });
  }
}

function splitDocuments(text: string): { chunk: string; line: number }[] {
  const chunks: { chunk: string; line: number }[] = [];
  const marker = /^---(?=[ \t\r\n]|$)/gm;
  let start = 0;
  let line = 0;
  const cut = (end: number): void => {
    const chunk = text.slice(start, end);
    if (chunk !== '') chunks.push({ chunk, line });
    line += countLines(chunk);
    start = end;
  };
  for (const found of text.matchAll(marker)) cut(found.index);
  cut(text.length);
  return chunks;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function toYamlError(error: unknown, lineOffset: number): YamlError {
  if (error instanceof YamlError) return error;
  if (error instanceof YAMLException) {
    const at = { line: (error.mark?.line ?? 0) + 1 + lineOffset, column: (error.mark?.column ?? 0) + 1 };
    return new YamlError(`not valid YAML: ${error.reason}`, at, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new YamlError(`not valid YAML: ${reason}`, { line: lineOffset + 1, column: 1 }, { cause: error });
}

interface Frame {
  node: YamlList | YamlMap | undefined;
  anchor: string | undefined;
  sizeBefore: number;
  key: YamlScalar | undefined;
  keys: Set<string>;
  merges: { node: YamlNode; at: Position }[];
  root: YamlNode | undefined;
  /** Levels below this node, aliases followed. */
  height: number;
}

function readChunk(text: string, lineOffset: number, limits: YamlLimits): YamlNode[] {
  const lines = new LineIndex(text, lineOffset);
  const documents: YamlNode[] = [];
  const frames: Frame[] = [];
  let anchors = new Map<string, { node: YamlNode; size: number; height: number }>();
  let size = 0;

  const grow = (by: number, at: Position): void => {
    size += by;
    if (size > limits.nodesMax) {
      throw new YamlError(
        `the document grows beyond ${String(limits.nodesMax)} values (aliases counted)`,
        at,
      );
    }
  };
  const add = (node: YamlNode, at: Position, height: number): void => {
    const frame = frames.at(-1);
    if (frame === undefined) throw new YamlError('a value stands outside a document', at);
    frame.height = Math.max(frame.height, height + 1);
    if (frames.length + height > limits.depthMax) {
      throw new YamlError(`the document is nested deeper than ${String(limits.depthMax)} levels`, at);
    }
    if (frame.node === undefined) frame.root = node;
    else if (frame.node.kind === 'list') frame.node.items.push(node);
    else addToMap(frame, frame.node, node, at);
  };

  for (const event of parseEvents(text, { maxDepth: limits.depthMax })) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        anchors = new Map();
        size = 0;
        frames.push(newFrame(undefined, undefined, 0));
        break;
      case EVENT_ID.SCALAR: {
        const at = lines.position(scalarStart(event));
        grow(1, at);
        const node = resolveScalar(text, event, at);
        const anchor = anchorOf(text, event);
        if (anchor !== undefined) anchors.set(anchor, { node, size: 1, height: 0 });
        add(node, at, 0);
        break;
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const at = lines.position(event.start);
        checkCollectionTag(text, event, at);
        frames.push(
          newFrame(
            event.type === EVENT_ID.SEQUENCE
              ? { kind: 'list', items: [], at }
              : { kind: 'map', entries: [], at },
            anchorOf(text, event),
            size,
          ),
        );
        grow(1, at);
        break;
      }
      case EVENT_ID.ALIAS: {
        const at = lines.position(event.anchorStart);
        const name = text.slice(event.anchorStart, event.anchorEnd);
        const target = anchors.get(name);
        if (target === undefined) throw new YamlError(`alias *${name} has no finished anchor before it`, at);
        grow(target.size, at);
        add(target.node, at, target.height);
        break;
      }
      case EVENT_ID.POP: {
        const frame = frames.pop();
        if (frame === undefined) break;
        if (frame.node === undefined) {
          if (frame.root !== undefined && !(frame.root.kind === 'scalar' && frame.root.raw === ''))
            documents.push(frame.root);
          break;
        }
        if (frame.node.kind === 'map') applyMerges(frame, frame.node, grow);
        if (frame.anchor !== undefined) {
          anchors.set(frame.anchor, {
            node: frame.node,
            size: size - frame.sizeBefore,
            height: frame.height,
          });
        }
        add(frame.node, frame.node.at, frame.height);
        break;
      }
    }
  }
  return documents;
}

function newFrame(
  node: YamlList | YamlMap | undefined,
  anchor: string | undefined,
  sizeBefore: number,
): Frame {
  return {
    node,
    anchor,
    sizeBefore,
    key: undefined,
    keys: new Set(),
    merges: [],
    root: undefined,
    height: 0,
  };
}

function addToMap(frame: Frame, map: YamlMap, node: YamlNode, at: Position): void {
  if (frame.key === undefined) {
    if (node.kind !== 'scalar')
      throw new YamlError('a mapping key must be plain text, not a list or a mapping', at);
    frame.key = node;
    return;
  }
  const key = frame.key;
  frame.key = undefined;
  if (key.raw === '<<') {
    frame.merges.push({ node, at });
    return;
  }
  if (frame.keys.has(key.raw))
    throw new YamlError(`the key "${key.raw}" stands twice in one mapping`, key.at);
  frame.keys.add(key.raw);
  map.entries.push({ key: key.raw, keyAt: key.at, value: node });
}

function applyMerges(frame: Frame, map: YamlMap, grow: (by: number, at: Position) => void): void {
  for (const { node, at } of frame.merges) {
    for (const source of node.kind === 'list' ? node.items : [node]) {
      if (source.kind !== 'map') throw new YamlError('<< needs a mapping or a list of mappings', at);
      for (const entry of source.entries) {
        grow(1, at);
        if (frame.keys.has(entry.key)) continue;
        frame.keys.add(entry.key);
        map.entries.push(entry);
      }
    }
  }
}

function anchorOf(text: string, event: { anchorStart: number; anchorEnd: number }): string | undefined {
  return event.anchorStart === -1 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
}

function checkCollectionTag(
  text: string,
  event: Event & { tagStart: number; tagEnd: number },
  at: Position,
): void {
  if (event.tagStart === -1) return;
  const tag = text.slice(event.tagStart, event.tagEnd);
  if (tag !== '!!map' && tag !== '!!seq' && tag !== '!')
    throw new YamlError(`the tag ${tag} is not accepted in rules`, at);
}

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;

/** Where a reader sees the scalar begin: at its quote, or at its tag when it is empty. */
function scalarStart({ valueStart, style, tagStart, anchorStart }: ScalarEvent): number {
  if (valueStart === -1) return Math.max(tagStart, anchorStart, 0);
  const quoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  return quoted ? valueStart - 1 : valueStart;
}

function resolveScalar(text: string, event: ScalarEvent, at: Position): YamlScalar {
  const raw = getScalarValue(text, event);
  const tag = event.tagStart === -1 ? '' : text.slice(event.tagStart, event.tagEnd);
  if (tag === '' && event.style === SCALAR_STYLE.PLAIN)
    return { kind: 'scalar', value: plainScalar(raw), raw, at };
  if (tag === '' || tag === '!' || tag === '!!str') return { kind: 'scalar', value: raw, raw, at };
  const value = plainScalar(raw);
  const fits =
    (tag === '!!int' && typeof value === 'number' && Number.isInteger(value)) ||
    (tag === '!!float' && typeof value === 'number') ||
    (tag === '!!bool' && typeof value === 'boolean') ||
    (tag === '!!null' && value === null);
  if (!fits) throw new YamlError(`the tag ${tag} is not accepted in rules, or does not fit its value`, at);
  return { kind: 'scalar', value, raw, at };
}

/** YAML 1.2 core schema, without infinities: those stay text. */
function plainScalar(raw: string): Scalar {
  switch (raw) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    default:
  }
  if (/^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(raw)) {
    const value = Number(raw);
    // A number JavaScript cannot hold exactly stays the text it was written as.
    return Number.isSafeInteger(value) ? value : raw;
  }
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(raw)) {
    const value = Number(raw);
    return Number.isFinite(value) ? value : raw;
  }
  return raw;
}

class LineIndex {
  readonly #starts: number[] = [0];
  readonly #offset: number;
  constructor(text: string, lineOffset: number) {
    this.#offset = lineOffset;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }
  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1 + this.#offset, column: offset - (this.#starts[low] ?? 0) + 1 };
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
