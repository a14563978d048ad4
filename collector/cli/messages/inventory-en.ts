/** What `vonggac inventory` says, in English. The Vietnamese part has the same shape. */
import { categoryTitles } from '../../inventory/category-titles.ts';

const states: Readonly<Record<string, string>> = {
  complete: 'complete',
  partial: 'in part',
  failed: 'not readable',
  unknown: 'unknown',
};

const changes = { added: 'added', changed: 'changed', removed: 'removed' } as const;

export const inventoryEn = {
  categories: categoryTitles('en'),
  states,
  changes: changes as Readonly<Record<keyof typeof changes, string>>,
  columns: {
    category: 'Category',
    code: 'Name for --category',
    items: 'Items',
    state: 'Seen',
    toldAt: 'Told',
    item: 'Item',
    facts: 'Facts',
    change: 'Change',
  },
  heading: (host: string, at: string) => `${host}, as of ${at}`,
  diffHeading: (host: string, from: string, to: string) => `${host}, from ${from} to ${to}`,
  nothingTold: 'Nothing was told of this host by then.',
  seeCategory: 'The items of one category: --category NAME. Everything: --json.',
  failed: (category: string, reason: string) =>
    `${category}: the agent could not look (${reason}); what is shown is what it saw last.`,
  unread: (category: string, reasons: string) => `${category}: not read: ${reasons}`,
  truncated: (category: string, count: number) =>
    `${category}: ${count} more were left out, there were too many.`,
  differs: (category: string) =>
    `${category}: records are missing here that the agent told; the next full picture (within a week) heals it.`,
  noChange: 'Nothing changed.',
  unknownThen: (category: string) => `${category}: nothing was known of it at one of the two moments.`,
  more: 'There is more than was looked at: ask for less at a time.',
  found: (hosts: number, all: number) =>
    `${hosts} of ${all} ${all === 1 ? 'host' : 'hosts'} that told of it.`,
  incomplete: (count: number, names: string) =>
    `Not known in full of ${count} ${count === 1 ? 'host' : 'hosts'}: ${names}`,
};
export type InventoryMessages = typeof inventoryEn;

export const inventoryHelpEn = {
  inventory: 'what a host has, now or on any day before',
  inventoryHost: "the host's name, or its agent's id or the first characters of it",
  inventoryAt: 'the moment, e.g. 2026-11-01 (the end of that day) or 2026-11-01T08:00+07:00 (default: now)',
  inventoryCategory: 'one category only',
  inventoryDiff: 'what changed on a host between two moments',
  inventoryFrom: 'the earlier moment, as --at',
  inventoryTo: 'the later moment, as --at (default: now)',
  inventoryFind: 'which hosts have something: a package, a port, a user, an old system',
  inventoryFindCategory: 'where to look',
  inventoryKey: 'its name; * stands for anything (default: *)',
  inventoryVersionBelow: 'only versions below this one, in the order of dpkg or rpm',
  inventoryWhere: 'only items with this fact, NAME=VALUE; may be given again',
  inventoryAgency: 'one agency only',
};
