/**
 * Cuts a host off from everything but its collector. It is closed for seconds first; only when the collector answers over
 * the open session meanwhile does it stay closed. Whoever dies in between, the kernel opens it again (isolation-rules.ts).
 */
import fs from 'node:fs';
import path from 'node:path';
import { whyNot } from '../host/run-program.ts';
import type { Action, ActionContext } from './action.ts';
import { ActionError } from './action.ts';
import { ISOLATION_TABLE, isolationRules } from './isolation-rules.ts';
import { isoTime } from '../iso-time.ts';

/** How long it is closed before the line has proved itself, and how long the collector may take to answer. */
const TRIAL_SECONDS = 20;
const ANSWER_MS_MAX = 8_000;

/** Loads rules; nft takes them from a file, since they are no arguments. @throws ActionError */
async function load({ host, stateDir, id }: ActionContext, rules: string, checkOnly = false): Promise<void> {
  const file = path.join(stateDir, `isolation-${id}.nft`);
  fs.writeFileSync(file, rules, { mode: 0o600 });
  try {
    const reason = whyNot('nft', await host.run('nft', [...(checkOnly ? ['--check'] : []), '--file', file]));
    if (reason !== undefined) throw new ActionError('failed', reason);
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** @returns whether there was an isolation */
export async function openHost({ host }: Pick<ActionContext, 'host'>): Promise<boolean> {
  const result = await host.run('nft', ['delete', 'table', 'inet', ISOLATION_TABLE]);
  if (result.kind === 'ended' && result.code !== 0) return false;
  const reason = whyNot('nft', result);
  if (reason !== undefined) throw new ActionError('failed', reason);
  return true;
}

export const isolateHost: Action<'isolate'> = async ({ durationMs }, context) => {
  const { dryRun, settings, line, isAnswered, clock } = context;
  const end = line();
  if (end === undefined)
    throw new ActionError('failed', 'the line to the collector is not known by its address');
  if (await isOwn(context, end.address))
    throw new ActionError('refused', 'the collector runs on this host: everybody would be cut off from it');
  const seconds = Math.round(Math.min(durationMs, settings.isolateMsMax) / 1_000);
  const until = isoTime(clock.now() + seconds * 1_000);
  const facts = { collector: end.address, port: end.port, seconds, until };
  if (dryRun) {
    await load(context, isolationRules(end, seconds), true);
    return facts;
  }
  await load(context, isolationRules(end, TRIAL_SECONDS));
  if (!(await isAnswered(ANSWER_MS_MAX))) {
    await openHost(context);
    throw new ActionError(
      'undone',
      'the collector was not reached through the isolation: the host is open again',
    );
  }
  // The line may have been opened anew meanwhile, to another collector.
  const now = line() ?? end;
  await load(context, isolationRules(now, seconds));
  return facts;
};

/** Whether an address is of this host itself. */
async function isOwn({ host }: ActionContext, address: string): Promise<boolean> {
  const bare = address.replace(/^::ffff:/, '').replace(/%.*$/, '');
  if (bare === '::1' || bare.startsWith('127.')) return true;
  const result = await host.run('ip', ['-o', 'route', 'get', bare]);
  return result.kind === 'ended' && result.code === 0 && result.stdout.startsWith('local ');
}

export const releaseHost: Action<'release'> = async (_, context) => {
  if (context.dryRun) return { isIsolated: await isIsolated(context) };
  return { wasIsolated: await openHost(context) };
};

async function isIsolated({ host }: Pick<ActionContext, 'host'>): Promise<boolean> {
  const result = await host.run('nft', ['list', 'table', 'inet', ISOLATION_TABLE]);
  if (result.kind === 'absent') throw new ActionError('failed', 'the program nft is not installed');
  return result.kind === 'ended' && result.code === 0;
}
