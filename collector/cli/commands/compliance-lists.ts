/** `vonggac compliance lists list | show | set | drop` */
import { text } from 'node:stream/consumers';
import type { ListsView, ListSummaryView } from '../../api/contract-compliance-lists.ts';
import { LIST_FORMS, type ListKind } from '../../compliance/evidence/assessment-lists.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  complianceListDrop,
  complianceLists,
  complianceListSet,
  complianceListShow,
} from '../operations/compliance-lists.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { readNamedText } from '../named-file.ts';

export interface ListFlags {
  agency?: number;
  system?: number;
  note?: string;
  yes?: boolean;
  json?: boolean;
}

type Entry = { value: string; until?: string };

interface Row {
  kind: ListsView['kinds'][number];
  list?: ListSummaryView;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export async function listListsCommand(context: CommandContext, { json }: ListFlags): Promise<void> {
  const { m, print, language } = context;
  const { lists, kinds } = await call(context, complianceLists, {});
  if (json === true) return print(JSON.stringify({ lists, kinds }, undefined, 2));
  const rows = kinds.flatMap((kind): Row[] => {
    const own = lists.filter((list) => list.kind === kind.kind);
    return own.length === 0 ? [{ kind }] : own.map((list) => ({ kind, list }));
  });
  const texts = m.complianceLists;
  formatTable<Row>(rows, [
    { title: texts.columns.kind, value: ({ kind }) => kind.kind },
    { title: texts.columns.about, value: ({ kind }) => kind.title[language] },
    {
      title: texts.columns.scope,
      value: ({ list }) => (list === undefined ? texts.nobody : texts.scope(list.agencyId, list.systemId)),
    },
    { title: texts.columns.entries, value: ({ list }) => String(list?.entries ?? '-'), align: 'right' },
    {
      title: texts.columns.set,
      value: ({ list }) =>
        list === undefined ? '-' : `${localTime(Date.parse(list.setAt))} ${printable(list.setBy)}`,
    },
  ]).forEach(print);
}

export async function showListCommand(
  context: CommandContext,
  kind: ListKind,
  flags: ListFlags,
): Promise<void> {
  const { print } = context;
  const list = await call(context, complianceListShow, { kind, ...which(context, flags) });
  if (flags.json === true) return print(JSON.stringify(list, undefined, 2));
  if (list.note !== '') print(`# ${printable(list.note)}`);
  for (const { value, until } of list.entries)
    print(until === null ? printable(value) : `${printable(value)}; ${until.slice(0, 10)}`);
}

export async function setListCommand(
  context: CommandContext,
  kind: ListKind,
  file: string,
  flags: ListFlags,
): Promise<void> {
  const { m, print } = context;
  const content = file === '-' ? await text(process.stdin) : readNamedText(context, file);
  const entries = readEntries(context, content);
  const { note = '', json } = flags;
  const list = await call(context, complianceListSet, { kind, ...which(context, flags), entries, note });
  if (json === true) return print(JSON.stringify(list, undefined, 2));
  print(
    m.complianceLists.set(kind, m.complianceLists.scope(list.agencyId, list.systemId), list.entries.length),
  );
}

export async function dropListCommand(
  context: CommandContext,
  kind: ListKind,
  flags: ListFlags,
): Promise<void> {
  const { m, print, language } = context;
  const of = which(context, flags);
  if (flags.yes !== true) throw new UsageError(m.complianceLists.sure(LIST_FORMS[kind].title[language]));
  await call(context, complianceListDrop, { kind, ...of });
  print(m.complianceLists.dropped(kind));
}

function which(
  { m }: CommandContext,
  { agency, system }: ListFlags,
): { agencyId?: number | undefined; systemId?: number | undefined } {
  if (agency !== undefined && system !== undefined) throw new UsageError(m.complianceLists.both);
  return { agencyId: agency, systemId: system };
}

/** A line each: the entry, and where it ends `; YYYY-MM-DD`, its last day. What follows ` #` is a remark. */
function readEntries({ m }: CommandContext, content: string): Entry[] {
  return content.split('\n').flatMap((line, at): Entry[] => {
    const [value = '', until] = line
      .replace(/(?:^|\s)#.*$/, '')
      .split(';')
      .map((part) => part.trim());
    if (value === '') return [];
    if (until === undefined) return [{ value }];
    if (!DAY.test(until) || Number.isNaN(Date.parse(until)))
      throw new UsageError(m.complianceLists.badDay(at + 1, until));
    // The whole of the day counts, where this machine is.
    const end = new Date(`${until}T00:00:00`);
    end.setDate(end.getDate() + 1);
    return [{ value, until: end.toISOString() }];
  });
}
