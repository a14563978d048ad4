/** `vonggac inventory HOST | diff HOST | find`: what hosts had at a moment. */
import type { InventoryFoundView, InventoryView } from '../../api/contract-inventory.ts';
import type { InventoryCategory } from '../../protocol/record-names.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { inventoryDiff, inventoryFind, inventoryShow } from '../operations/inventory.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface InventoryShowOptions {
  at?: number;
  category?: InventoryCategory;
  json?: boolean;
}

export interface InventoryDiffOptions {
  from: number;
  to?: number;
  category?: InventoryCategory;
  json?: boolean;
}

export interface InventoryFindOptions {
  category?: InventoryCategory;
  key?: string;
  versionBelow?: string;
  where?: { name: string; value: string }[];
  at?: number;
  agency?: number;
  json?: boolean;
}

const FACTS_SHOWN = 6;
const VALUE_CHARS_MAX = 60;

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '-' : JSON.stringify(value);
  return text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
}

function factsText(facts: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(facts).map(([name, value]) => `${name}=${valueText(value)}`);
  const more = texts.length - FACTS_SHOWN;
  return `${texts.slice(0, FACTS_SHOWN).join(' ')}${more > 0 ? ` (+${more})` : ''}`;
}

function json(context: CommandContext, value: unknown): void {
  context.print(JSON.stringify(value, undefined, 2));
}

export async function showInventoryCommand(
  context: CommandContext,
  host: string,
  options: InventoryShowOptions,
): Promise<ExitCode> {
  const { m, print } = context;
  const { category } = options;
  const view = await call(context, inventoryShow, { host, atMs: options.at ?? Date.now(), category });
  if (options.json === true) {
    json(context, view);
    return EXIT.ok;
  }
  print(m.inventory.heading(printable(view.hostname), localTime(Date.parse(view.at))));
  if (view.categories.length === 0) print(m.inventory.nothingTold);
  else if (category === undefined) printCategories(context, view);
  else printItems(context, view);
  printFaults(context, view);
  return EXIT.ok;
}

/** Without a category: how each stands; the items would be thousands of lines. */
function printCategories({ m, print }: CommandContext, view: InventoryView): void {
  const count = (name: string): number => view.items.filter(({ category }) => category === name).length;
  const lines = formatTable(view.categories, [
    {
      title: m.inventory.columns.category,
      value: ({ category }) => m.inventory.categories[category] ?? category,
    },
    { title: m.inventory.columns.code, value: ({ category }) => category },
    { title: m.inventory.columns.items, value: ({ category }) => String(count(category)), align: 'right' },
    { title: m.inventory.columns.state, value: ({ state }) => m.inventory.states[state] ?? state },
    {
      title: m.inventory.columns.toldAt,
      value: ({ toldAt }) => (toldAt === null ? '-' : localTime(Date.parse(toldAt))),
    },
  ]);
  lines.forEach(print);
  print(m.inventory.seeCategory);
}

function printItems({ m, print }: CommandContext, view: InventoryView): void {
  const lines = formatTable(view.items, [
    { title: m.inventory.columns.item, value: ({ key }) => key },
    { title: m.inventory.columns.facts, value: ({ facts }) => factsText(facts) },
  ]);
  lines.forEach(print);
}

function printFaults({ m, print }: CommandContext, view: InventoryView): void {
  for (const { category, state, unread, truncated, check } of view.categories) {
    const name = m.inventory.categories[category] ?? category;
    if (state === 'failed') print(m.inventory.failed(name, printable(unread)));
    else if (unread !== '') print(m.inventory.unread(name, printable(unread)));
    if (truncated > 0) print(m.inventory.truncated(name, truncated));
    if (check === 'differs') print(m.inventory.differs(name));
  }
}

export async function diffInventoryCommand(
  context: CommandContext,
  host: string,
  options: InventoryDiffOptions,
): Promise<ExitCode> {
  const { m, print } = context;
  const { from: fromMs, to: toMs = Date.now(), category } = options;
  const view = await call(context, inventoryDiff, { host, fromMs, toMs, category });
  if (options.json === true) {
    json(context, view);
    return EXIT.ok;
  }
  print(
    m.inventory.diffHeading(
      printable(view.hostname),
      localTime(Date.parse(view.from)),
      localTime(Date.parse(view.to)),
    ),
  );
  const lines = formatTable(view.changes, [
    { title: m.inventory.columns.change, value: ({ change }) => m.inventory.changes[change] },
    {
      title: m.inventory.columns.category,
      value: (row) => m.inventory.categories[row.category] ?? row.category,
    },
    { title: m.inventory.columns.item, value: ({ key }) => key },
    {
      title: m.inventory.columns.facts,
      value: ({ change, facts, before, after }) =>
        change === 'changed'
          ? facts
              .map((name) => `${name}: ${valueText(before?.[name])} → ${valueText(after?.[name])}`)
              .join(', ')
          : factsText(after ?? before ?? {}),
    },
  ]);
  if (view.changes.length === 0 && view.unknown.length === 0) print(m.inventory.noChange);
  else lines.forEach(print);
  for (const name of view.unknown) print(m.inventory.unknownThen(m.inventory.categories[name] ?? name));
  if (view.more) print(m.inventory.more);
  return EXIT.ok;
}

export async function findInventoryCommand(
  context: CommandContext,
  options: InventoryFindOptions & { category: InventoryCategory },
): Promise<ExitCode> {
  const { m, print } = context;
  const view = await call(context, inventoryFind, {
    category: options.category,
    name: options.key ?? '*',
    facts: options.where ?? [],
    versionBelow: options.versionBelow,
    atMs: options.at ?? Date.now(),
    agencyId: options.agency,
  });
  if (options.json === true) json(context, view);
  else {
    printFound(context, view);
    if (view.more) print(m.inventory.more);
  }
  return EXIT.ok;
}

function printFound({ m, print }: CommandContext, view: InventoryFoundView): void {
  const lines = formatTable(view.items, [
    { title: m.columns.host, value: ({ hostname }) => hostname },
    { title: m.columns.agency, value: ({ agencyId, agencyName }) => `${agencyId} ${agencyName}` },
    { title: m.inventory.columns.item, value: ({ key }) => key },
    { title: m.inventory.columns.facts, value: ({ facts }) => factsText(facts) },
  ]);
  if (view.items.length > 0) lines.forEach(print);
  const hosts = new Set(view.items.map(({ agentId }) => agentId)).size;
  print(m.inventory.found(hosts, view.hostsComplete + view.hostsIncomplete.length));
  if (view.hostsIncomplete.length > 0) {
    const names = view.hostsIncomplete.slice(0, 10).map(({ hostname }) => printable(hostname));
    print(m.inventory.incomplete(view.hostsIncomplete.length, names.join(', ')));
  }
}
