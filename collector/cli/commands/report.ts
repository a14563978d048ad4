/** `vonggac report`, and `list | due | show | create | file | lock | amend | sent | verify` of it */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type ReportDetail,
  REPORT_FORMATS,
  type ReportFormat,
  type SignedPdfView,
} from '../../api/contract-reports.ts';
import {
  REPORT_LIMITS,
  type ReportKind,
  type ReportState,
  type SendChannel,
} from '../../report/report-words.ts';
import { dayShort } from '../../report/short-day.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  reportAmend,
  reportCreate,
  reportDue,
  reportFile,
  reportList,
  reportLock,
  reportPreview,
  reportSent,
  reportShow,
  reportVerify,
} from '../operations/report.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { readNamed } from '../named-file.ts';

export interface SubjectFlags {
  kind: ReportKind;
  period: string;
  agency?: number;
  system?: number;
}

export interface ReportListFlags {
  kind?: ReportKind;
  period?: string;
  agency?: number;
  state?: ReportState;
  json?: boolean;
}

interface JsonFlag {
  json?: boolean | undefined;
}

/** Not over one that is there. */
const NEW_FILE = { flag: 'wx', mode: 0o600 } as const;
const DIFFERENCES_SHOWN = 50;

function formatOf({ m }: CommandContext, file: string): ReportFormat {
  const extension = path.extname(file).slice(1).toLowerCase();
  const format = REPORT_FORMATS.find((one) => one === extension);
  if (format === undefined) throw new UsageError(m.report.formatUnknown(REPORT_FORMATS.join(', .')));
  return format;
}

function subjectOf({ kind, period, agency, system }: SubjectFlags) {
  return { kind, period, agencyId: agency, systemId: system };
}

function write({ m, print }: CommandContext, file: string, base64: string): void {
  writeFileSync(file, Buffer.from(base64, 'base64'), NEW_FILE);
  print(m.report.written(file));
}

export async function writeReportCommand(
  context: CommandContext,
  { out, ...subject }: SubjectFlags & { out: string },
): Promise<void> {
  const format = formatOf(context, out);
  const { base64 } = await call(context, reportPreview, { ...subjectOf(subject), format });
  write(context, out, base64);
}

export async function reportFileCommand(context: CommandContext, id: string, file: string): Promise<void> {
  const { base64 } = await call(context, reportFile, { id, format: formatOf(context, file) });
  write(context, file, base64);
}

export async function listReportsCommand(context: CommandContext, flags: ReportListFlags): Promise<void> {
  const { m, print } = context;
  const { agency, json, ...filter } = flags;
  const { reports } = await call(context, reportList, { ...filter, agencyId: agency });
  if (json === true) return print(JSON.stringify(reports, undefined, 2));
  if (reports.length === 0) return print(m.report.none);
  const { columns } = m.report;
  formatTable(reports, [
    { title: columns.id, value: ({ id }) => id },
    { title: columns.kind, value: ({ kind }) => m.report.kinds[kind] },
    { title: columns.period, value: ({ period }) => period },
    { title: columns.revision, value: ({ revision }) => String(revision) },
    { title: columns.state, value: ({ state }) => m.report.states[state] },
    { title: columns.agency, value: ({ agencyName, systemName }) => printable(systemName ?? agencyName) },
  ]).forEach(print);
}

type Deadlines = ReportDetail['deadlines'];

function deadlineLines({ m }: CommandContext, deadlines: Deadlines): string[] {
  return deadlines.map(({ step, on, workDay, daysLeft, workDaysLeft }) =>
    m.report.deadline(m.report.steps[step], dayShort(on), dayShort(workDay), daysLeft, workDaysLeft),
  );
}

export async function dueReportsCommand(
  context: CommandContext,
  { agency, json }: { agency?: number; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { agency: of, due } = await call(context, reportDue, { agencyId: agency });
  if (json === true) return print(JSON.stringify({ agency: of, due }, undefined, 2));
  print(printable(of.name));
  for (const { kind, period, state, deadlines, toConfirm } of due) {
    print(
      `${m.report.kinds[kind]} ${period}: ${state === null ? m.report.notBegun : m.report.states[state]}`,
    );
    for (const line of deadlineLines(context, deadlines)) print(`  ${line}`);
    for (const doubt of toConfirm) print(`  ${m.report.doubts[doubt]}`);
  }
}

function printDetail(context: CommandContext, report: ReportDetail, { json }: JsonFlag): void {
  const { m, print, language } = context;
  if (json === true) return print(JSON.stringify(report, undefined, 2));
  const { kind, period, state, revision, agencyName, systemName, lockedAt, lockedBy, sha256, sent } = report;
  print(
    `${report.id}  ${m.report.kinds[kind]} ${period}  ${m.report.states[state]}  ${m.report.revision(revision)}`,
  );
  print(printable(systemName ?? agencyName));
  if (lockedAt !== null)
    print(m.report.locked(localTime(Date.parse(lockedAt)), lockedBy ?? '', sha256 ?? ''));
  if (sent !== null)
    print(m.report.sent(printable(sent.number), dayShort(sent.on), m.report.channels[sent.channel]));
  for (const line of deadlineLines(context, report.deadlines)) print(line);
  for (const doubt of report.toConfirm) print(m.report.doubts[doubt]);
  if (report.findings.length > 0) print(m.report.findings(report.findings.length));
  for (const { severity, vi, en } of report.findings)
    print(`  [${m.report.severities[severity]}] ${printable(language === 'vi' ? vi : en)}`);
  if (report.late.length > 0) print(m.report.late(report.late.map(({ name }) => printable(name)).join('; ')));
  const { amendment } = report;
  if (amendment === null) return;
  print(m.report.amended(printable(amendment.reason), amendment.differences.length + amendment.more));
  for (const { where, before, after } of amendment.differences.slice(0, DIFFERENCES_SHOWN))
    print(`  ${printable(where)}: ${printable(before)} -> ${printable(after)}`);
}

export async function showReportCommand(context: CommandContext, id: string, flags: JsonFlag): Promise<void> {
  printDetail(context, await call(context, reportShow, { id }), flags);
}

export async function createReportCommand(
  context: CommandContext,
  { json, ...subject }: SubjectFlags & JsonFlag,
): Promise<void> {
  printDetail(context, await call(context, reportCreate, subjectOf(subject)), { json });
}

export async function lockReportCommand(
  context: CommandContext,
  id: string,
  { acceptFindings, ...flags }: JsonFlag & { acceptFindings?: string },
): Promise<void> {
  printDetail(context, await call(context, reportLock, { id, acceptFindings }), flags);
}

export async function amendReportCommand(
  context: CommandContext,
  id: string,
  { reason, ...flags }: JsonFlag & { reason: string },
): Promise<void> {
  printDetail(context, await call(context, reportAmend, { id, reason }), flags);
}

function printSigned({ m, print }: CommandContext, { verdict, signatures, changes }: SignedPdfView): void {
  print(m.report.verdicts[verdict]);
  for (const { state, why, signer } of signatures) {
    print(`  ${m.report.signatures[state]}${why === null ? '' : `: ${printable(why)}`}`);
    if (signer === null) continue;
    print(`    ${printable(signer.name)}`);
    print(`    ${m.report.chain(m.report.chains[signer.chain], printable(signer.issuer))}`);
    print(
      `    ${m.report.validity(localTime(Date.parse(signer.validFrom)), localTime(Date.parse(signer.validTo)))}`,
    );
    if (signer.signedAt !== null) print(`    ${m.report.signedAt(localTime(Date.parse(signer.signedAt)))}`);
  }
  if (changes.length > 0) print(m.report.changes(changes.join(', ')));
}

/** Ends well when it is the report, signed by somebody who is trusted. */
export async function verifyReportCommand(
  context: CommandContext,
  id: string,
  file: string,
  { json }: JsonFlag,
): Promise<ExitCode> {
  const base64 = readNamed(context, file, REPORT_LIMITS.fileBytes).toString('base64');
  const found = await call(context, reportVerify, { id, base64 });
  if (json === true) context.print(JSON.stringify(found, undefined, 2));
  else printSigned(context, found);
  return found.verdict === 'signed' ? EXIT.ok : EXIT.failure;
}

export interface SentFlags extends JsonFlag {
  number: string;
  on: string;
  channel: SendChannel;
  file: string;
  note?: string;
}

/** The file that was sent is hashed here; it stays where it is. */
export async function sentReportCommand(
  context: CommandContext,
  id: string,
  { number, on, channel, file, note = '', ...flags }: SentFlags,
): Promise<void> {
  const sha256 = createHash('sha256').update(readNamed(context, file)).digest('hex');
  printDetail(context, await call(context, reportSent, { id, number, on, channel, sha256, note }), flags);
}
