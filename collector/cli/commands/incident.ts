/** `vonggac case incident show | set`, `vonggac case notice`, `vonggac case told` */
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { REPORT_FORMATS } from '../../api/contract-reports.ts';
import type { NoticeKind, ToldChannel } from '../../report/notice-words.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { incidentNotice, incidentSet, incidentShow, incidentTold } from '../operations/incident.ts';
import { printable, printableLines } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { readNamed } from '../named-file.ts';

/** Not over one that is there. */
const NEW_FILE = { flag: 'wx', mode: 0o600 } as const;
interface JsonFlag {
  json?: boolean;
}

type Shown = Awaited<ReturnType<typeof showOf>>;
const showOf = (context: CommandContext, id: string) => call(context, incidentShow, { id });

export async function showIncidentCommand(
  context: CommandContext,
  id: string,
  { json }: JsonFlag,
): Promise<void> {
  const shown = await showOf(context, id);
  if (json === true) context.print(JSON.stringify(shown, undefined, 2));
  else printIncident(context, shown);
}

function printIncident({ m, print, language }: CommandContext, { incident, told, notices }: Shown): void {
  const { facts, systems, grounds, missing } = incident;
  print(printable(`${incident.case}${incident.drill ? `, ${m.case.drill}` : ''}`));
  if (!incident.begun) print(m.incident.notBegun);
  print(incident.serious ? m.incident.serious : m.incident.notSerious);
  for (const ground of grounds) {
    const doubt = ground.toBeConfirmed ? `, ${m.case.toBeConfirmed}` : '';
    const source = ground.source === '' ? '' : ` (${ground.source})`;
    print(printable(`  ${ground[language]}${source}${doubt}`));
  }
  for (const { id, name, level } of systems) print(printable(m.incident.system(id, name, level)));
  for (const [name, value] of Object.entries(facts)) {
    const isEmpty =
      value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
    if (!isEmpty)
      print(printableLines(`  ${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`));
  }
  if (missing.length > 0) print(m.incident.missing(missing.join(', ')));
  for (const { at, receiver, number, clock, inTime } of told) {
    const met = clock === null ? '' : ` [${clock}, ${inTime === true ? m.incident.inTime : m.incident.late}]`;
    print(printable(`  ${localTime(Date.parse(at))} ${receiver} ${number}${met}`));
  }
  for (const { id, kind, revision, sha256, lockedAt } of notices)
    print(`  ${id} ${kind} ${revision} ${localTime(Date.parse(lockedAt))} ${sha256}`);
}

export async function setIncidentCommand(
  context: CommandContext,
  id: string,
  pairs: string[],
  { json }: JsonFlag,
): Promise<void> {
  const words = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(context.m.help.caseIncidentPairs);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const incident = await call(context, incidentSet, { id, words });
  if (json === true) return context.print(JSON.stringify(incident, undefined, 2));
  printIncident(context, await showOf(context, id));
}

export interface NoticeFlags extends JsonFlag {
  kind?: NoticeKind;
  notice?: number;
  out: string;
  lock?: boolean;
}

export async function noticeCommand(
  context: CommandContext,
  id: string,
  { kind, notice, out, lock = false, json }: NoticeFlags,
): Promise<void> {
  const { m, print } = context;
  const extension = path.extname(out).slice(1).toLowerCase();
  const format = REPORT_FORMATS.find((one) => one === extension);
  if (format === undefined) throw new UsageError(m.report.formatUnknown(REPORT_FORMATS.join(', .')));
  // Asked before anything is locked.
  if (existsSync(out)) throw new UsageError(m.incident.outExists(out));
  if ((kind === undefined) === (notice === undefined)) throw new UsageError(m.incident.noticeNeeds);
  const what = kind === undefined ? { noticeId: notice ?? 0 } : { kind, lock };
  const made = await call(context, incidentNotice, { id, format, what });
  writeFileSync(out, Buffer.from(made.base64, 'base64'), NEW_FILE);
  const { base64: _file, ...rest } = made;
  if (json === true) return print(JSON.stringify(rest, undefined, 2));
  print(m.report.written(out));
  if (made.noticeId !== null) print(m.incident.locked(made.noticeId, made.sha256 ?? ''));
  if (made.missing.length > 0) print(m.incident.missingNotice(made.missing.join(', ')));
}

export interface ToldFlags extends JsonFlag {
  receiver: string;
  channel: ToldChannel;
  number?: string;
  on?: string;
  at?: string;
  file?: string;
  clock?: number;
  notice?: number;
  note?: string;
}

export async function toldCommand(context: CommandContext, id: string, flags: ToldFlags): Promise<void> {
  const { receiver, channel, number = '', on = '', at, file, clock, notice, note = '', json } = flags;
  const sha256 =
    file === undefined ? '' : createHash('sha256').update(readNamed(context, file)).digest('hex');
  const wanted = { id, receiver, channel, number, on, at, sha256, note, clockId: clock, noticeId: notice };
  const list = await call(context, incidentTold, wanted);
  if (json === true) return context.print(JSON.stringify(list.told, undefined, 2));
  printIncident(context, await showOf(context, id));
}
