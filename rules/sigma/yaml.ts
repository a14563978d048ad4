/**
 * YAML text -> trees of nodes that know their place. js-yaml's event parser does the syntax; this file builds the
 * trees and follows aliases and merge keys. Invariants: bounded depth, nodes and aliases;
 * mappings never become JavaScript objects before their keys are data; nothing is thrown but a YamlError.
 */
import { EVENT_ID, parseEvents, YAMLException } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { SourceText } from './place.ts';
import type { Position } from './types.ts';
import { YamlError } from './yaml-node.ts';
import type { YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';
import { isWritten, resolveScalar } from './yaml-scalar.ts';

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
export function readYaml(source: SourceText, limits: YamlLimits = YAML_LIMITS): YamlDocument[] {
  const { text } = source;
  if (text.length > limits.lengthMax) {
    const message = `the text has ${String(text.length)} characters; at most ${String(limits.lengthMax)} are read: split the file`;
    return [{ error: new YamlError(message, { line: 1, column: 1 }) }];
  }
  const whole: Chunk = { source, text, base: 0 };
  try {
    return readChunk(whole, limits).map((node) => ({ node }));
  } catch {
    // One bad document: read each by itself. `---` at the start of a line always ends a document, even in a block scalar.
    return splitDocuments(source).flatMap((chunk): YamlDocument[] => {
      try {
        return readChunk(chunk, limits).map((node) => ({ node }));
      } catch (error) {
        return [{ error: toYamlError(error, chunk) }];
      }
    });
  }
}

/** A part of the file, read by itself; `base` is where it begins. */
interface Chunk {
  source: SourceText;
  text: string;
  base: number;
}

function splitDocuments(source: SourceText): Chunk[] {
  const { text } = source;
  const starts = [0, ...[...text.matchAll(/(?<![^\r\n])---(?=[ \t\r\n]|$)/g)].map(({ index }) => index)];
  return starts.flatMap((base, number): Chunk[] => {
    const chunk = text.slice(base, starts[number + 1]);
    return chunk === '' ? [] : [{ source, text: chunk, base }];
  });
}

function toYamlError(error: unknown, { source, base }: Chunk): YamlError {
  if (error instanceof YamlError) return error;
  const index = error instanceof YAMLException ? error.mark?.position : undefined;
  const reason =
    error instanceof YAMLException ? error.reason : error instanceof Error ? error.message : String(error);
  const message = `not valid YAML: ${reason}${REMEDIES.get(reason) ?? ''}`;
  return new YamlError(message, source.position(base + (index ?? 0)), { cause: error });
}

/** What to do about the most frequent slips, by the parser's words for them. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['tab characters must not be used in indentation', ': indent with spaces'],
  [
    'bad indentation of a mapping entry',
    ': line the keys up, and quote a value that holds ": " or " #" or begins with one of * & ! % @ ` [ { or a quote',
  ],
  ["expected ':' after a mapping key", ': write "key: value"'],
  ['end of the stream or a document separator is expected', ': line it up, or begin a new document with ---'],
  ['unexpected end of the stream within a double quoted scalar', ': close the quote'],
  ['unexpected end of the stream within a single quoted scalar', ': close the quote'],
  ['unexpected end of the stream within a flow collection', ': close the bracket'],
  ['unknown escape sequence', ': use single quotes, in which a backslash is itself'],
]);

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

function readChunk({ source, text, base }: Chunk, limits: YamlLimits): YamlNode[] {
  const place = (index: number): Position => source.position(base + index);
  const documents: YamlNode[] = [];
  const frames: Frame[] = [];
  let anchors = new Map<string, { node: YamlNode; size: number; height: number }>();
  let size = 0;

  // Nothing is written of an empty value: its place is its key, or the dash of its item.
  let last = 0;
  const afterLast = (): number => {
    const found = /\S/g;
    found.lastIndex = last;
    const index = found.exec(text)?.index ?? text.length;
    last = index + 1;
    return index;
  };
  const grow = (by: number, at: Position): void => {
    size += by;
    if (size > limits.nodesMax) {
      throw new YamlError(
        `the document grows beyond ${String(limits.nodesMax)} values (aliases counted): split it`,
        at,
      );
    }
  };
  const add = (node: YamlNode, at: Position, height: number): void => {
    const frame = frames.at(-1);
    if (frame === undefined) throw new YamlError('a value stands outside a document', at);
    frame.height = Math.max(frame.height, height + 1);
    if (frames.length + height > limits.depthMax) {
      throw new YamlError(
        `the document is nested deeper than ${String(limits.depthMax)} levels: flatten it`,
        at,
      );
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
        const node = resolveScalar(text, event, base, place);
        const at = isWritten(event) ? node.at : (frames.at(-1)?.key?.at ?? place(afterLast()));
        node.at = at;
        last = Math.max(last, event.valueEnd);
        grow(1, at);
        const anchor = anchorOf(text, event);
        if (anchor !== undefined) anchors.set(anchor, { node, size: 1, height: 0 });
        add(node, at, 0);
        break;
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const at = place(event.start);
        last = event.start;
        checkCollectionTag(text, event, place);
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
        const at = place(event.anchorStart);
        last = event.anchorEnd;
        const name = text.slice(event.anchorStart, event.anchorEnd);
        const target = anchors.get(name);
        if (target === undefined)
          throw new YamlError(
            `alias *${name} has no finished anchor before it: define &${name} above, or quote a value that begins with *`,
            at,
          );
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
    throw new YamlError(`the key "${key.raw}" stands twice in one mapping: keep one of them`, key.at);
  frame.keys.add(key.raw);
  map.entries.push({ key: key.raw, keyAt: key.at, keyStart: key.start, value: node });
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
  place: (index: number) => Position,
): void {
  if (event.tagStart === -1) return;
  const tag = text.slice(event.tagStart, event.tagEnd);
  if (tag !== '!!map' && tag !== '!!seq' && tag !== '!')
    throw new YamlError(`the tag ${tag} is not accepted in rules: leave it out`, place(event.tagStart));
}
