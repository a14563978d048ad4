/** `vonggac doctor`: what the collector says of itself, and what this machine says of it. */
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { listBackupNames } from '../../backup/create-backup.ts';
import { type CollectorFacts, type Finding, findings } from '../../doctor/verdicts.ts';
import { version } from '../../version.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { quickCheck } from '../../registry/snapshot.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { doctor } from '../operations/doctor.ts';
import { printable } from '../printable.ts';
import { backupFolderOf, type Environment } from './backup-place.ts';

const run = promisify(execFile);
const TIMEDATECTL_MS_MAX = 2_000;

/** Soft limit of the collector's service, as far as this process shares it. */
function openFilesMax(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line?.[1] === undefined ? undefined : Number(line[1]);
}

async function clockSynchronised(): Promise<boolean | undefined> {
  try {
    const { stdout } = await run('timedatectl', ['show', '--property', 'NTPSynchronized', '--value'], {
      timeout: TIMEDATECTL_MS_MAX,
    });
    return stdout.trim() === 'yes';
  } catch {
    return undefined; // not a system with systemd: nobody to ask
  }
}

async function lastBackupMs(folder: string): Promise<number | undefined> {
  const name = (await listBackupNames(folder)).at(-1);
  return name === undefined ? undefined : (await stat(path.join(folder, name))).mtimeMs;
}

async function gather(context: CommandContext, env: Environment): Promise<CollectorFacts> {
  const { backupFolder, live, rejectedRules, ...told } = await call(context, doctor, { version: version() });
  const folder = dataFolder(context.dataDir);
  const disk = await statfs(folder.path);
  return {
    ...told,
    live,
    rejectedRules,
    nowMs: Date.now(),
    version: version(),
    folderMode: process.platform === 'win32' ? undefined : statSync(folder.path).mode,
    diskFreeBytes: disk.bavail * disk.bsize,
    diskBytes: disk.blocks * disk.bsize,
    openFilesMax: openFilesMax(),
    memoryBytes: os.totalmem(),
    clockSynchronised: await clockSynchronised(),
    registryFault: statSync(folder.registry, { throwIfNoEntry: false }) && quickCheck(folder.registry),
    lastBackupMs: await lastBackupMs(backupFolder ?? backupFolderOf(context.dataDir, env)),
  };
}

function lines(found: readonly Finding[], m: CommandContext['m']['doctor']): string[] {
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const levels = width(Object.values(m.levels));
  const names = width(Object.values(m.names));
  return found.map(({ name, level, args }) => {
    const sentence = level === 'unknown' ? m.unknown : m.findings[name](level, args);
    return printable(`${m.levels[level].padEnd(levels)}  ${m.names[name].padEnd(names)}  ${sentence}`);
  });
}

/** Exit code 1 when something is bad. */
export async function doctorCommand(
  context: CommandContext,
  flags: { json?: boolean },
  env: Environment,
): Promise<ExitCode> {
  const { m, print } = context;
  const found = findings(await gather(context, env));
  const bad = found.filter(({ level }) => level === 'fail').length;
  if (flags.json === true) print(JSON.stringify({ ok: bad === 0, findings: found }, undefined, 2));
  else {
    lines(found, m.doctor).forEach(print);
    print('');
    print(bad === 0 ? m.doctor.good : m.doctor.bad(bad));
  }
  return bad === 0 ? EXIT.ok : EXIT.failure;
}
