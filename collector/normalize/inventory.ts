/**
 * A part of a host's inventory: first seen (`present`), or changed against the last picture.
 * The item's own facts keep the agent's names behind `inventory.` (now) and `inventory.previous.` (before).
 */
import type { InventoryRecord } from '../protocol/record.ts';
import type { FieldValue, NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { wordsOf } from './put-facts.ts';

const INVENTORY = logSources({ product: 'vonggac', service: 'inventory' });

/** As part of an action's name, e.g. `listening_port_added`. */
function labelOf(category: InventoryRecord['category']): string {
  return category === 'os' ? 'operating_system' : category.replaceAll('-', '_');
}

/** Names of what can be told of an item of the category; that it is there comes first. */
export function inventoryActions(category: InventoryRecord['category']): readonly string[] {
  return ['present', 'added', 'changed', 'removed'].map((change) => `${labelOf(category)}_${change}`);
}

type Detail = NonNullable<InventoryRecord['after']>;

/** Names that are ours; an item's fact of that name moves aside. */
const RESERVED = /^(?:category|change|changes|key|previous|snapshot|item)(?:$|\.)/;
const ASIDE = 'item.';
const PREFIX = 'inventory.';

/** The field in which an item's fact stands. */
export function inventoryField(fact: string): string {
  return RESERVED.test(fact) ? `${PREFIX}${ASIDE}${fact}` : PREFIX + fact;
}

/** The item's own facts again, from the fields of its event. */
export function inventoryFacts(fields: Readonly<Record<string, FieldValue>>): Record<string, FieldValue> {
  const facts: Record<string, FieldValue> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (!field.startsWith(PREFIX)) continue;
    const name = field.slice(PREFIX.length);
    if (name.startsWith(ASIDE)) facts[name.slice(ASIDE.length)] = value;
    else if (!RESERVED.test(name)) facts[name] = value;
  }
  return facts;
}

function putDetail(event: NormalEvent, prefix: string, detail: Detail): void {
  for (const [name, value] of Object.entries(detail)) {
    put(event, RESERVED.test(name) ? `${prefix}${ASIDE}${name}` : prefix + name, value);
  }
}

function changesOf(before: Detail, after: Detail): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

function sentence(record: InventoryRecord, label: string): string {
  return `${label.replaceAll('_', ' ')} ${record.change}: ${record.key}${wordsOf(record.after ?? record.before)}`;
}

/** By category: facts that have a name of their own in ECS. */
const SHARED: Partial<Record<InventoryRecord['category'], Readonly<Record<string, string>>>> = {
  os: {
    hostname: 'host.hostname',
    architecture: 'host.architecture',
    id: 'host.os.family',
    name: 'host.os.name',
    prettyName: 'host.os.full',
    versionId: 'host.os.version',
    kernel: 'host.os.kernel',
  },
  package: { version: 'package.version' },
  user: { uid: 'user.id' },
  'ssh-key': { user: 'user.name' },
  'scheduled-task': { command: 'process.command_line', user: 'user.name' },
  'listening-port': { process: 'process.name', executable: 'process.executable' },
  service: { exec: 'process.command_line' },
  container: { id: 'container.id', name: 'container.name', image: 'container.image.name' },
  certificate: { fingerprint: 'tls.server.hash.sha256', notAfter: 'tls.server.not_after' },
};

/** By category: what the key itself is in ECS. */
const KEY_IS: Partial<Record<InventoryRecord['category'], string>> = {
  user: 'user.name',
  group: 'group.name',
  package: 'package.name',
  service: 'service.name',
};

function putShared(event: NormalEvent, record: InventoryRecord): void {
  const facts = record.after ?? record.before ?? {};
  const keyIs = KEY_IS[record.category];
  if (keyIs !== undefined) put(event, keyIs, record.key);
  for (const [name, field] of Object.entries(SHARED[record.category] ?? {})) {
    const value = facts[name];
    if (value !== undefined && value !== null && value !== '') put(event, field, value);
  }
}

export function readInventory(event: NormalEvent, record: InventoryRecord): void {
  const label = labelOf(record.category);
  const { before, after } = record;
  event.logsources = INVENTORY;
  event.parsed = true;
  putAction(event, `${label}_${record.change}`);
  put(event, 'inventory.category', record.category);
  put(event, 'inventory.change', record.change);
  put(event, 'inventory.key', record.key);
  put(event, 'inventory.snapshot', record.snapshot);
  putShared(event, record);
  if (after !== undefined) putDetail(event, 'inventory.', after);
  if (before !== undefined) putDetail(event, 'inventory.previous.', before);
  if (before !== undefined && after !== undefined) put(event, 'inventory.changes', changesOf(before, after));
  event.message = sentence(record, label);
}
