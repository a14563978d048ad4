/** `vonggac-agent integrity scan|status|baseline verify|baseline accept` */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { formatTime } from '../format.ts';
import { deriveSecret, loadIdentity } from '../identity.ts';
import { printable } from '../printable.ts';
import {
  answerOf,
  askDesk,
  deskFolderOf,
  readIntegrityStatus,
  type DeskAnswer,
  type DeskRequest,
  type IntegrityStatus,
} from '../sources/integrity/desk.ts';
import { BASELINE_SECRET, INTEGRITY_SOURCE } from '../sources/integrity/integrity-names.ts';
import { SealedRows, type Verification } from '../sources/integrity/sealed-rows.ts';
import { spoolPositions } from '../spool/spool-positions.ts';
import { prepareStatements } from '../spool/statements.ts';
import { isAlive, readStatus } from '../status-file.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { monotonicNow } from '../monotonic-now.ts';

export interface IntegrityCommandOptions {
  state?: string;
  json?: boolean;
  yes?: boolean;
  /** Seconds. */
  timeout?: string;
}

const TIMEOUT_S = 3_600;
const ASK_EVERY_MS = 100;

export async function integrityScanCommand(
  options: IntegrityCommandOptions,
  context: CommandContext,
): CommandResult {
  return ask('scan', options, context, (answer) => {
    const { paths = 0, changes = 0, durationMs = 0 } = answer;
    return context.m.integrity.scanned(paths, changes, (durationMs / 1_000).toFixed(1));
  });
}

export async function baselineAcceptCommand(
  options: IntegrityCommandOptions,
  context: CommandContext,
): CommandResult {
  if (options.yes !== true) {
    context.complain(context.m.integrity.acceptAsks);
    return EXIT.usage;
  }
  return ask('accept', options, context, ({ paths = 0, changes = 0 }) =>
    context.m.integrity.accepted(paths, changes),
  );
}

export async function baselineVerifyCommand(
  options: IntegrityCommandOptions,
  context: CommandContext,
): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  const { m } = context;
  if (isRunning(stateDir)) {
    return ask('verify', options, context, ({ rows = 0, digest = '', forged = 0 }) =>
      forged > 0 ? m.integrity.forged(forged) : m.integrity.genuine(rows, digest),
    );
  }
  const found = await verifyAtRest(stateDir);
  if (options.json === true) context.print(JSON.stringify(found ?? null));
  else if (found === undefined) context.print(m.integrity.noBaseline);
  else if (found.faults.length > 0) context.complain(m.integrity.faults(found.faults.join(', ')));
  else context.print(m.integrity.genuine(found.rows, found.digest));
  return (found?.faults.length ?? 0) > 0 ? EXIT.failure : EXIT.ok;
}

export async function integrityStatusCommand(
  options: IntegrityCommandOptions,
  context: CommandContext,
): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  const status = readIntegrityStatus(deskFolderOf(stateDir));
  if (options.json === true)
    context.print(JSON.stringify({ running: isRunning(stateDir), status: status ?? null }));
  else if (status === undefined) context.print(context.m.integrity.noStatus);
  else for (const line of describe(status, context)) context.print(printable(line));
  return status === undefined ? EXIT.failure : EXIT.ok;
}

function describe(status: IntegrityStatus, { m }: CommandContext): string[] {
  const words = m.integrity;
  const time = (at: number | null): string => (at === null ? words.never : formatTime(at));
  const { scan, baseline, maintenanceUntil } = status;
  return [
    words.baselineLine(baseline.rows, baseline.digest),
    ...status.sets.map((set) => words.set(set.path, set.realtime, time(set.scannedAt), time(set.nextScanAt))),
    ...(status.degraded ? [words.degraded] : []),
    ...(scan === null ? [] : [words.scanning(scan.kind, scan.paths, scan.folder)]),
    ...(maintenanceUntil === null ? [] : [words.maintenance(formatTime(maintenanceUntil))]),
  ];
}

function isRunning(stateDir: string): boolean {
  const status = readStatus(stateDir);
  return status !== undefined && isAlive(status) && fs.existsSync(deskFolderOf(stateDir));
}

/** Asks the running agent and waits for its answer. */
async function ask(
  command: DeskRequest['command'],
  options: IntegrityCommandOptions,
  { m, print, complain, signal }: CommandContext,
  say: (answer: DeskAnswer) => string,
): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  if (!isRunning(stateDir)) {
    complain(m.integrity.notRunning);
    return EXIT.failure;
  }
  const folder = deskFolderOf(stateDir);
  const id = randomUUID();
  askDesk(folder, { id, command, by: os.userInfo().username });
  const seconds = Number(options.timeout ?? TIMEOUT_S);
  const until = monotonicNow() + seconds * 1_000;
  while (monotonicNow() < until && !signal.aborted) {
    const answer = answerOf(folder, id);
    if (answer !== undefined) {
      print(options.json === true ? JSON.stringify(answer) : say(answer));
      return (answer.forged ?? 0) > 0 ? EXIT.failure : EXIT.ok;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, ASK_EVERY_MS);
    await promise;
  }
  complain(m.integrity.noAnswer(seconds));
  return EXIT.failure;
}

/** Reads the baseline of an agent that does not run. */
async function verifyAtRest(stateDir: string): Promise<(Verification & { digest: string }) | undefined> {
  const file = path.join(stateDir, 'spool.db');
  if (!fs.existsSync(file)) return undefined;
  const key = deriveSecret(loadIdentity(stateDir), BASELINE_SECRET);
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const statements = prepareStatements(db);
    const rows = new SealedRows(
      spoolPositions((query) => query(statements), INTEGRITY_SOURCE),
      key,
      () => undefined,
    );
    const found = await rows.verify(() => Promise.resolve());
    return found.rows === 0 && found.faults.length === 0 ? undefined : { ...found, digest: rows.digest };
  } finally {
    db.close();
  }
}
