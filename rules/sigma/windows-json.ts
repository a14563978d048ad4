/**
 * Windows events as JSON brings them, made one flat record as rules expect it: the event log's own tree
 * (`Event`, `System`, `EventData`, attributes under `#attributes` or `@`), and winlogbeat's `winlog`.
 * Invariants: attributes are joined by `_`, spaces leave names, a name that comes twice holds a list; depth and number
 * of fields are bounded; any other event comes back as the very same object.
 */
import { isAccessor } from './event.ts';
import type { EventInput } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;

const DEPTH_MAX = 16;
const FIELDS_MAX = 4_096;

export function flattenWindows(event: EventInput): EventInput {
  // Most events are flat already.
  if (Object.hasOwn(event, 'Channel') || isAccessor(event)) return event;
  const tree = own(event, 'Event');
  if (isRecord(tree) && isRecord(own(tree, 'System'))) return flattenTree(event, 'Event', tree);
  if (isRecord(own(event, 'System'))) return flattenTree(event, undefined, event);
  if (Object.hasOwn(event, 'winlog')) {
    const winlog = own(event, 'winlog');
    return isRecord(winlog) ? flattenWinlog(event, (name) => walk(winlog, name)) : event;
  }
  // Dots in the names instead of objects.
  return Object.hasOwn(event, 'winlog.channel')
    ? flattenWinlog(event, (name) => own(event, `winlog.${name}`))
    : event;
}

function own(record: Fields, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function walk(record: Fields, path: string): unknown {
  let value: unknown = record;
  for (const name of path.split('.')) value = isRecord(value) ? own(value, name) : undefined;
  return value ?? own(record, path);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Collector {
  readonly fields = Object.create(null) as Record<string, unknown>;
  #left = FIELDS_MAX;

  add(rawName: string, value: unknown): void {
    if (this.#left <= 0 || value === undefined) return;
    this.#left -= 1;
    const name = rawName.includes(' ') ? rawName.replaceAll(' ', '') : rawName;
    const present = this.fields[name];
    if (present === undefined) this.fields[name] = value;
    else this.fields[name] = Array.isArray(present) ? [...(present as unknown[]), value] : [present, value];
  }

  /** Where the event does not say it already. */
  addMissing(name: string, value: unknown): void {
    if (this.fields[name] === undefined) this.add(name, value);
  }
}

const TEXT = '#text';

/** Attributes of an element in the two ways that converters write them. */
function attributesOf(element: Fields): [name: string, value: unknown][] {
  const grouped = own(element, '#attributes');
  return [
    ...(isRecord(grouped) ? Object.entries(grouped) : []),
    ...Object.entries(element).flatMap(([key, value]): [string, unknown][] =>
      key.startsWith('@') ? [[key.slice(1), value]] : [],
    ),
  ].filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'));
}

function isChild(key: string): boolean {
  return !key.startsWith('#') && !key.startsWith('@');
}

function flattenTree(event: Fields, root: string | undefined, tree: Fields): Fields {
  const out = new Collector();
  for (const [section, value] of Object.entries(tree)) {
    if (section === 'System' && isRecord(value)) readElements(value, out, true, 0);
    else if (section === 'EventData') readEventData(value, out);
    else if (section === 'UserData' && isRecord(value)) readElements(value, out, true, 0);
    else if (section === 'RenderingInfo' && isRecord(value)) out.add('Message', own(value, 'Message'));
    else if (root === undefined) out.add(section, value);
  }
  // What stands beside the tree, such as the name of a file or a host.
  if (root !== undefined)
    for (const [name, value] of Object.entries(event)) if (name !== root) out.addMissing(name, value);
  return out.fields;
}

/** Leaves by their own name, whatever they stand in. */
function readElements(element: Fields, out: Collector, attributes: boolean, depth: number): void {
  if (depth > DEPTH_MAX) return;
  for (const [name, value] of Object.entries(element)) {
    if (!isChild(name)) continue;
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      if (!isRecord(one)) {
        out.add(name, one);
        continue;
      }
      const text = own(one, TEXT);
      if (text !== undefined) out.add(name, text);
      if (attributes) for (const [attribute, of] of attributesOf(one)) out.add(`${name}_${attribute}`, of);
      readElements(one, out, attributes, depth + 1);
    }
  }
}

/** `{Image: ...}`, or `Data` elements with their name as an attribute; nameless ones are `Data`. */
function readEventData(section: unknown, out: Collector): void {
  for (const part of Array.isArray(section) ? (section as readonly unknown[]) : [section]) {
    if (!isRecord(part)) continue;
    for (const [name, value] of Object.entries(part)) {
      if (!isChild(name)) continue;
      for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
        const isElement = isRecord(one) && (Object.hasOwn(one, TEXT) || attributesOf(one).length > 0);
        if (!isElement) {
          out.add(name, one);
          continue;
        }
        const named = attributesOf(one).find(([attribute]) => attribute === 'Name')?.[1];
        const texts = own(one, TEXT) ?? null;
        for (const text of Array.isArray(texts) ? (texts as readonly unknown[]) : [texts])
          out.add(name === 'Data' && typeof named === 'string' ? named : name, text);
      }
    }
  }
}

/** Names of the event log for what winlogbeat calls otherwise. */
const WINLOG: readonly (readonly [name: string, winlog: string])[] = [
  ['Channel', 'channel'],
  ['EventID', 'event_id'],
  ['Provider_Name', 'provider_name'],
  ['Provider_Guid', 'provider_guid'],
  ['Computer', 'computer_name'],
  ['EventRecordID', 'record_id'],
  ['Version', 'version'],
  ['Task', 'task'],
  ['Opcode', 'opcode'],
  ['Keywords', 'keywords'],
  ['Execution_ProcessID', 'process.pid'],
  ['Execution_ThreadID', 'process.thread.id'],
  ['Security_UserID', 'user.identifier'],
];
const DATA = ['event_data', 'user_data'];

function flattenWinlog(event: Fields, ask: (name: string) => unknown): Fields {
  const out = new Collector();
  for (const [name, value] of Object.entries(event)) out.add(name, value);
  for (const section of DATA) {
    const data = ask(section);
    if (isRecord(data)) for (const [name, value] of Object.entries(data)) out.addMissing(name, value);
    const dotted = `winlog.${section}.`;
    for (const [name, value] of Object.entries(event))
      if (name.startsWith(dotted)) out.addMissing(name.slice(dotted.length), value);
  }
  for (const [name, winlog] of WINLOG) out.addMissing(name, ask(winlog));
  const { event: ecs } = event;
  out.addMissing('EventID', own(event, 'event.code') ?? (isRecord(ecs) ? own(ecs, 'code') : undefined));
  return out.fields;
}
