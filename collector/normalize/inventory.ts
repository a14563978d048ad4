/**
 * A part of a host's inventory: first seen (`present`), or changed against the last picture.
 * The item's own facts keep the agent's names behind `inventory.` (now) and `inventory.previous.` (before).
 */
import type { InventoryRecord } from '../protocol/record.ts';
import type { NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { wordsOf } from './put-facts.ts';

const INVENTORY = logSources({ product: 'vonggac', service: 'inventory' });

/** As part of an action's name, e.g. `listening_port_added`. */
function labelOf(category: InventoryRecord['category']): string {
  return category === 'os' ? 'operating_system' : category.replaceAll('-', '_');
}

type Detail = NonNullable<InventoryRecord['after']>;

/** Names that are ours; an item's fact of that name moves aside. */
const RESERVED = /^(?:category|change|changes|key|previous)(?:$|\.)/;

function putDetail(event: NormalEvent, prefix: string, detail: Detail): void {
  for (const [name, value] of Object.entries(detail)) {
    put(event, RESERVED.test(name) ? `${prefix}item.${name}` : prefix + name, value);
  }
}

function changesOf(before: Detail, after: Detail): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

function sentence(record: InventoryRecord, label: string): string {
  return `${label.replaceAll('_', ' ')} ${record.change}: ${record.key}${wordsOf(record.after ?? record.before)}`;
}

/** The facts that have an ECS name of their own. */
function putShared(event: NormalEvent, record: InventoryRecord): void {
  const item = record.after ?? record.before ?? {};
  if (record.category === 'user') put(event, 'user.name', record.key);
  if (record.category === 'package') put(event, 'package.name', record.key);
  const process = record.category === 'listening-port' ? item['process'] : undefined;
  if (typeof process === 'string' && process !== '') put(event, 'process.name', process);
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
  putShared(event, record);
  if (after !== undefined) putDetail(event, 'inventory.', after);
  if (before !== undefined) putDetail(event, 'inventory.previous.', before);
  if (before !== undefined && after !== undefined) put(event, 'inventory.changes', changesOf(before, after));
  event.message = sentence(record, label);
}
