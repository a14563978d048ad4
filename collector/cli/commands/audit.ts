/** `vonggac audit list | verify | export | head | send` */
import { anchorLine } from '../../audit/anchor.ts';
import { endLine, entryLine, startLine } from '../../audit/export-file.ts';
import type { ChainFault } from '../../audit/verify-chain.ts';
import type { HeadPlace } from '../../audit/head-sender.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { auditHead, auditList, auditSend } from '../operations/audit.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { writeWhole } from '../whole-file.ts';
import { readAnchors, verifyFile, verifyTrail, walkTrail } from './audit-trail.ts';
import { terminalProgress } from './progress.ts';

const DETAIL_CHARS_MAX = 80;

export interface AuditListFlags {
  actor?: string;
  action?: string;
  target?: string;
  from?: number;
  to?: number;
  limit: number;
  json?: boolean;
}

export async function listAuditCommand(context: CommandContext, flags: AuditListFlags): Promise<void> {
  const { m, print } = context;
  const { from: fromMs, to: toMs, json, ...query } = flags;
  const records = await call(context, auditList, { ...query, fromMs, toMs });
  if (json === true) return print(JSON.stringify(records, undefined, 2));
  if (records.length === 0) return print(m.audit.none);
  const { columns } = m.audit;
  formatTable(records, [
    { title: columns.seq, value: ({ seq }) => String(seq), align: 'right' },
    { title: columns.time, value: ({ atMs }) => localTime(atMs) },
    { title: columns.actor, value: ({ actor }) => actor },
    { title: columns.action, value: ({ action }) => action },
    { title: columns.target, value: ({ target }) => target },
    { title: columns.detail, value: ({ detail }) => cut(JSON.stringify(detail)) },
  ]).forEach(print);
}

const cut = (text: string): string =>
  text.length > DETAIL_CHARS_MAX ? `${text.slice(0, DETAIL_CHARS_MAX)}…` : text;

function faultText({ m }: CommandContext, fault: ChainFault): string {
  const { faults } = m.audit;
  const at = 'atMs' in fault && fault.atMs !== null ? localTime(fault.atMs) : undefined;
  switch (fault.kind) {
    case 'changed':
      return faults.changed(fault.seq);
    case 'missing':
      return faults.missing(fault.fromSeq, fault.toSeq);
    case 'misplaced':
      return faults.misplaced(fault.seq, fault.afterSeq);
    case 'cut':
      return faults.cut(fault.lastSeq, fault.headSeq, at);
    case 'rewritten':
      return faults.rewritten(fault.seq, at);
  }
}

export async function verifyAuditCommand(
  context: CommandContext,
  flags: { heads?: string[]; file?: string; json?: boolean },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const anchors = await readAnchors(context, flags.heads ?? []);
  const progress = terminalProgress();
  const verdict =
    flags.file === undefined
      ? await verifyTrail(context, anchors, (entries) => progress.tick(() => m.audit.progress(entries)))
      : await verifyFile(context, flags.file, anchors);
  progress.clear();
  const foreign = anchors.filter(({ trailId }) => trailId !== verdict.trailId).length;
  const ok = verdict.faults.length === 0;
  if (flags.json === true) {
    print(JSON.stringify({ ok, ...verdict, anchorsOfOtherTrails: foreign }, undefined, 2));
    return ok ? EXIT.ok : EXIT.failure;
  }
  const { entries, firstSeq, lastSeq, firstMs, lastMs, anchorsMatched, anchorsBefore, faultsBeyond } =
    verdict;
  if (firstMs === null || lastMs === null) print(m.audit.empty);
  else print(m.audit.walked(entries, firstSeq, lastSeq, localTime(firstMs), localTime(lastMs)));
  if (verdict.masked > 0) print(m.audit.masked(verdict.masked));
  if (anchors.length === 0) print(m.audit.withoutHeads);
  else print(m.audit.withHeads(anchorsMatched, anchorsBefore, foreign));
  for (const fault of verdict.faults) complain(faultText(context, fault));
  if (faultsBeyond > 0) complain(m.audit.more(faultsBeyond));
  print(ok ? m.audit.whole(verdict.headHash) : m.audit.notAsWritten);
  return ok ? EXIT.ok : EXIT.failure;
}

async function* exportLines(
  context: CommandContext,
  onProgress: (entries: number) => void,
): AsyncGenerator<string> {
  const { trailId, genesisHash } = await call(context, auditHead, {});
  yield `${startLine(trailId, { seq: 0, hash: genesisHash })}\n`;
  const walk = walkTrail(context);
  let done = 0;
  for (;;) {
    const step = await walk.next();
    if (step.done === true) {
      yield `${endLine(step.value)}\n`;
      return;
    }
    yield step.value.map((entry) => `${entryLine(entry)}\n`).join('');
    done += step.value.length;
    onProgress(done);
  }
}

export async function exportAuditCommand(context: CommandContext, flags: { out: string }): Promise<void> {
  const { m, print } = context;
  const { out } = flags;
  const progress = terminalProgress();
  let entries = 0;
  const lines = exportLines(context, (done) => {
    entries = done;
    progress.tick(() => m.audit.progress(done));
  });
  try {
    await writeWhole(out, lines, m.audit.unwritable);
  } finally {
    progress.clear();
  }
  print(m.audit.exported(entries, out));
}

export async function headAuditCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const head = await call(context, auditHead, {});
  context.print(flags.json === true ? JSON.stringify(head, undefined, 2) : anchorLine(head));
}

export async function sendAuditCommand(context: CommandContext): Promise<ExitCode> {
  const { m, print, complain } = context;
  const places = await call(context, auditSend, {});
  if (places.length === 0) {
    complain(m.audit.noPlaces);
    return EXIT.failure;
  }
  for (const place of places) tell(context, place, { print, complain });
  return places.every(({ problem }) => problem === null) ? EXIT.ok : EXIT.failure;
}

function tell(
  { m }: CommandContext,
  { target, sentSeq, problem }: HeadPlace,
  { print, complain }: Pick<CommandContext, 'print' | 'complain'>,
): void {
  if (problem === null) print(m.audit.sent(target, sentSeq ?? 0));
  else complain(m.audit.unsent(target, printable(problem)));
}
