/** `vonggac-agent uninstall`: a last record, then what the agent keeps on this host is removed. */
import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { hostFacts } from '../host-facts.ts';
import { loadIdentity } from '../identity.ts';
import { makeLogger } from '../log.ts';
import { runAgent } from '../main.ts';
import { removeUninstall, writeUninstall } from '../self/uninstall-file.ts';
import { uninstallAllowed } from '../self/uninstall-allowed.ts';
import { isAlive, readStatus } from '../status-file.ts';
import { loadTrust } from '../trust-store.ts';
import { AGENT_VERSION } from '../version.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { monotonicNow } from '../monotonic-now.ts';

export interface UninstallCommandOptions {
  state?: string;
  config?: string;
  token?: string;
  force?: boolean;
  keepState?: boolean;
}

const STANDARD_ERROR = 2;
/** For seeing the file, the last record, and its acknowledgement. */
const END_MS_MAX = 30_000;
/** An agent writes its status every 3 s: one that has not for so long is dead, whoever has its process id now. */
const SIGN_MS_MAX = 8_000;
const LOOK_EVERY_MS = 200;

export async function uninstallCommand(
  options: UninstallCommandOptions,
  context: CommandContext,
): CommandResult {
  const { m, print, complain } = context;
  const config = loadConfig({ stateDir: options.state, file: options.config });
  const { stateDir } = config;
  const identity = loadIdentity(stateDir);
  const { token, force = false } = options;
  if (token === undefined && !force) {
    complain(m.uninstall.needsToken(identity.agentId));
    return EXIT.usage;
  }
  const trust = loadTrust(stateDir, identity.fingerprint);
  const allowed =
    token === undefined
      ? { tokenId: null }
      : uninstallAllowed(token, { agentId: identity.agentId, trust, nowMs: Date.now() });
  if ('fault' in allowed) {
    complain(m.uninstall.faults[allowed.fault]);
    return EXIT.refused;
  }
  const { tokenId } = allowed;
  writeUninstall(stateDir, { how: tokenId === null ? 'force' : 'token', user: userName(), tokenId });
  const end = await ended(stateDir);
  if (end === 'runs') {
    removeUninstall(stateDir);
    complain(m.uninstall.stillRunning);
    return EXIT.failure;
  }
  if (end === 'was-dead') {
    // Nobody runs who could say it: this process does, and sends what was waiting, too.
    await runAgent({
      config: { stateDir, spool: config.spool, proxy: config.proxy },
      identity,
      host: hostFacts(),
      agentVersion: AGENT_VERSION,
      sources: [],
      logger: makeLogger('warn', STANDARD_ERROR),
      signal: context.signal,
    });
  }
  const isTold = waiting(stateDir) === 0;
  if (options.keepState === true) removeUninstall(stateDir);
  else fs.rmSync(stateDir, { recursive: true, force: true });
  print(isTold ? m.uninstall.told : m.uninstall.notTold);
  print(options.keepState === true ? m.uninstall.doneKept(stateDir) : m.uninstall.done(stateDir));
  return EXIT.ok;
}

/** Whoever became root by sudo stays known by name. */
function userName(): string {
  const { SUDO_USER } = process.env;
  try {
    const { username } = os.userInfo();
    return SUDO_USER === undefined ? username : `${SUDO_USER} (${username})`;
  } catch {
    // A container's user without a name.
    return String(process.getuid?.() ?? '');
  }
}

/** Records that the agent ended without having sent. */
function waiting(stateDir: string): number {
  return readStatus(stateDir)?.spool.lanes.reduce((sum, lane) => sum + lane.waiting, 0) ?? 0;
}

async function ended(stateDir: string): Promise<'was-dead' | 'ended' | 'runs'> {
  const startedMs = monotonicNow();
  const first = readStatus(stateDir);
  if (first === undefined || !isAlive(first)) return 'was-dead';
  let isSeen = false;
  while (monotonicNow() - startedMs < END_MS_MAX) {
    await sleep(LOOK_EVERY_MS);
    const status = readStatus(stateDir);
    if (status === undefined || !isAlive(status)) return 'ended';
    isSeen ||= status.at !== first.at;
    if (!isSeen && monotonicNow() - startedMs > SIGN_MS_MAX) return 'was-dead';
  }
  return 'runs';
}
