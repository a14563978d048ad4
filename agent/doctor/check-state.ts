/** Is this host enrolled, does the agent run, can the spool be written, is there room for it? */
import fs from 'node:fs';
import type { AgentConfig } from '../config.ts';
import { formatBytes, formatTime } from '../format.ts';
import { hint } from '../hint.ts';
import type { Host } from '../host/host.ts';
import { NotEnrolledError, identityPath, loadIdentity } from '../identity.ts';
import type { Identity } from '../identity.ts';
import type { Messages } from '../messages/en.ts';
import { isAlive, readStatus } from '../status-file.ts';
import type { AgentStatus } from '../status-file.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

const FREE_BYTES_MIN = 64 * 1_048_576;
const FREE_BYTES_LOW = 512 * 1_048_576;
const FILLING_ABOVE = 0.5;
const OTHERS = 0o077;

export function checkIdentity(stateDir: string, m: Messages): { checks: Check[]; identity?: Identity } {
  try {
    const identity = loadIdentity(stateDir);
    const checks = [ok('identity', m.doctor.identityOk(identity.agencyName, identity.url))];
    const file = identityPath(stateDir);
    const open = process.platform !== 'win32' && (fs.statSync(file).mode & OTHERS) !== 0;
    if (open) checks.push(warn('identity', m.doctor.identityOpen(file)));
    return { checks, identity };
  } catch (error) {
    const message =
      error instanceof NotEnrolledError
        ? m.notEnrolled(stateDir, hint(`enrol --url URL --token ${m.tokenWord}`, stateDir))
        : reasonOf(error);
    return { checks: [fail('identity', message)] };
  }
}

/** On Windows, whose files have no mode: whether others may open the state folder. */
export async function checkPrivacy(stateDir: string, host: Host, m: Messages): Promise<Check[]> {
  if (process.platform !== 'win32' || !fs.existsSync(stateDir)) return [];
  const { privacyOf } = await import('../windows/private-folder.ts');
  const privacy = await privacyOf(stateDir, host);
  if (privacy.kind === 'private') return [ok('identity', m.doctor.stateFolderPrivate(stateDir))];
  return privacy.kind === 'open'
    ? [fail('identity', m.doctor.stateFolderOpen(stateDir, privacy.who.join(', ')))]
    : [warn('identity', m.doctor.stateFolderUnknown(stateDir, privacy.reason))];
}

export function checkAgent(stateDir: string, m: Messages): { checks: Check[]; status?: AgentStatus } {
  let status: AgentStatus | undefined;
  try {
    status = readStatus(stateDir);
  } catch (error) {
    return { checks: [warn('agent', m.doctor.agentUnknown(reasonOf(error)))] };
  }
  // It writes at its end that it has stopped; one that was killed cannot.
  if (status?.state === 'running' && !isAlive(status)) {
    const log =
      process.platform === 'win32' ? 'eventvwr (Application)' : 'journalctl -u vonggac-agent, journalctl -k';
    const killed = m.doctor.killed(status.pid, formatTime(status.at), log);
    return { checks: [fail('agent', `${killed}. ${m.doctor.agentStopped(hint('run', stateDir))}`)] };
  }
  if (status === undefined || !isAlive(status))
    return { checks: [warn('agent', m.doctor.agentStopped(hint('run', stateDir)))] };
  const { pid, link } = status;
  const check =
    link.state === 'online'
      ? ok('agent', m.doctor.agentRunning(pid))
      : warn('agent', m.doctor.agentOffline(pid, link.problem?.message ?? link.state));
  return { checks: [check], status };
}

export function checkSpool(config: AgentConfig, status: AgentStatus | undefined, m: Messages): Check[] {
  const { stateDir } = config;
  const checks: Check[] = [];
  try {
    if (fs.existsSync(stateDir)) fs.accessSync(stateDir, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    checks.push(fail('spool', m.doctor.spoolReadOnly(stateDir, reasonOf(error))));
  }
  if (status !== undefined) checks.push(...checkDepth(status.spool, m));
  return [...checks, ...checkDisk(stateDir, m)];
}

function checkDepth(spool: AgentStatus['spool'], m: Messages): Check[] {
  const waiting = spool.lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  const used = formatBytes(spool.waitingBytes);
  const max = formatBytes(spool.bytesMax);
  const checks: Check[] = [];
  if (spool.refused) checks.push(fail('spool', m.doctor.spoolRefused));
  if (spool.droppedRecords > 0) checks.push(warn('spool', m.doctor.spoolDropped(spool.droppedRecords)));
  if (spool.waitingBytes > spool.bytesMax * FILLING_ABOVE)
    checks.push(warn('spool', m.doctor.spoolFilling(used, max)));
  else checks.push(ok('spool', m.doctor.spoolOk(waiting, used, max)));
  return checks;
}

function checkDisk(stateDir: string, m: Messages): Check[] {
  if (!fs.existsSync(stateDir)) return [];
  const { bavail, bsize } = fs.statfsSync(stateDir);
  const freeBytes = bavail * bsize;
  const free = formatBytes(freeBytes);
  if (freeBytes < FREE_BYTES_MIN) return [fail('disk', m.doctor.diskLow(free, stateDir))];
  if (freeBytes < FREE_BYTES_LOW) return [warn('disk', m.doctor.diskLow(free, stateDir))];
  return [ok('disk', m.doctor.diskOk(free))];
}
