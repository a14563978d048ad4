/**
 * Cuts a Windows host off from everything but its collector. First there is a task of Windows that opens it again, then it is
 * closed for seconds; only when the collector answers over the open session meanwhile does it stay closed.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { whyNot } from '../../host/run-program.ts';
import { writePrivate } from '../../identity.ts';
import { isoTime } from '../../iso-time.ts';
import { readRegistryKey } from '../../windows/read-registry.ts';
import { registryText } from '../../windows/windows-release.ts';
import type { Action, ActionContext } from '../action.ts';
import { ActionError } from '../action.ts';
import {
  DELETE_RULES,
  isolationCommands,
  PROFILES,
  profileCommand,
  releaseTask,
  TASK_NAME,
  type Profile,
} from './isolation-plan.ts';

const TRIAL_SECONDS = 30;
const ANSWER_MS_MAX = 8_000;
const LOCAL = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
const POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';
const NAMES = Object.keys(PROFILES) as Profile[];

const keptSchema = z.strictObject({ version: z.literal(1), off: z.array(z.enum(NAMES)) });

function keptFile(stateDir: string): string {
  return path.join(stateDir, 'isolation.json');
}

/** Profiles that were off before; undefined: no isolation is written down. */
function readKept(stateDir: string): readonly Profile[] | undefined {
  const file = keptFile(stateDir);
  return fs.existsSync(file) ? keptSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8'))).off : undefined;
}

async function run(host: Host, program: string, args: readonly string[]): Promise<void> {
  const reason = whyNot(program, await host.run(program, args));
  if (reason !== undefined) throw new ActionError('failed', reason);
}

/** Profiles that are off. @throws ActionError where a group policy would make rules of ours count for nothing */
async function profilesOff(host: Host): Promise<Profile[]> {
  const off: Profile[] = [];
  for (const [profile, key] of Object.entries(PROFILES) as [Profile, string][]) {
    const policy = await readRegistryKey(host, `${POLICY}\\${key}`);
    if (registryText(policy, 'EnableFirewall') === '0')
      throw new ActionError(
        'failed',
        `a group policy keeps the firewall off (${key}): rules would count for nothing`,
      );
    if (registryText(policy, 'AllowLocalPolicyMerge') === '0')
      throw new ActionError('failed', `a group policy lets no local rule of the firewall count (${key})`);
    const local = await readRegistryKey(host, `${LOCAL}\\${key}`);
    if (registryText(local, 'EnableFirewall') === '0' && registryText(policy, 'EnableFirewall') !== '1')
      off.push(profile);
  }
  return off;
}

async function setTask(
  { host, stateDir, id, clock }: ActionContext,
  seconds: number,
  off: readonly Profile[],
): Promise<void> {
  const folder = path.win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
  const text = releaseTask(clock.now() + seconds * 1_000, folder, off);
  const file = path.join(stateDir, `isolation-${id}.xml`);
  fs.writeFileSync(file, Buffer.from(`\ufeff${text}`, 'utf16le'), { mode: 0o600 });
  try {
    await run(host, 'schtasks', ['/create', '/tn', TASK_NAME, '/xml', file, '/f']);
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** @returns whether there was an isolation */
async function open({ host, stateDir }: Pick<ActionContext, 'host' | 'stateDir'>): Promise<boolean> {
  const kept = readKept(stateDir);
  const deleted = await host.run('netsh', DELETE_RULES);
  // It ends with 1 when there is no such rule.
  if (deleted.kind !== 'ended')
    throw new ActionError('failed', whyNot('netsh', deleted) ?? 'netsh gave no answer');
  for (const profile of kept ?? []) await run(host, 'netsh', profileCommand(profile, false));
  // What opened the host by itself has deleted it already.
  await host.run('schtasks', ['/delete', '/tn', TASK_NAME, '/f']);
  fs.rmSync(keptFile(stateDir), { force: true });
  return deleted.code === 0;
}

function isOwn(address: string): boolean {
  const bare = address.replace(/^::ffff:/, '').replace(/%.*$/, '');
  if (bare === '::1' || bare.startsWith('127.')) return true;
  return Object.values(os.networkInterfaces()).some(
    (ends) => ends?.some((end) => end.address === bare) === true,
  );
}

export const isolateHost: Action<'isolate'> = async ({ durationMs }, context) => {
  const { dryRun, settings, line, isAnswered, clock, host, stateDir } = context;
  const end = line();
  if (end === undefined)
    throw new ActionError('failed', 'the line to the collector is not known by its address');
  if (isOwn(end.address))
    throw new ActionError('refused', 'the collector runs on this host: everybody would be cut off from it');
  const off = await profilesOff(host);
  const commands = isolationCommands(end);
  const seconds = Math.round(Math.min(durationMs, settings.isolateMsMax) / 1_000);
  const until = isoTime(clock.now() + seconds * 1_000);
  const facts = { collector: end.address, port: end.port, seconds, until, rules: commands.length };
  if (dryRun) return facts;
  // A second isolation prolongs the first: what was off before that counts.
  const before = readKept(stateDir) ?? off;
  writePrivate(keptFile(stateDir), { version: 1, off: before });
  try {
    await setTask(context, TRIAL_SECONDS, before);
    await host.run('netsh', DELETE_RULES);
    for (const args of commands) await run(host, 'netsh', args);
    for (const profile of off) await run(host, 'netsh', profileCommand(profile, true));
  } catch (error) {
    await open(context);
    throw error;
  }
  if (!(await isAnswered(ANSWER_MS_MAX))) {
    await open(context);
    throw new ActionError(
      'undone',
      'the collector was not reached through the isolation: the host is open again',
    );
  }
  try {
    await setTask(context, seconds, before);
  } catch (error) {
    await open(context);
    throw error;
  }
  return facts;
};

export const releaseHost: Action<'release'> = async (_, context) => {
  const { dryRun, host } = context;
  if (!dryRun) return { wasIsolated: await open(context) };
  const task = await host.run('schtasks', ['/query', '/tn', TASK_NAME]);
  if (task.kind !== 'ended')
    throw new ActionError('failed', whyNot('schtasks', task) ?? 'schtasks gave no answer');
  return { isIsolated: task.code === 0 };
};
