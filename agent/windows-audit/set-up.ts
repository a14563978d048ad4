/**
 * The audit set-up of Windows: what there is to change, changing it, and giving everything back as it was found. One setting
 * that cannot be changed stops no other; each says what became of it.
 */
import type { Host } from '../host/host.ts';
import { readBook, writeBook, type FoundBook } from './found-book.ts';
import { readStates, type Standing } from './read-states.ts';
import { missingKeys, removeEmptyKey, setState } from './set-state.ts';
import { ABSENT, wantedState } from './setting-state.ts';
import { AUDIT_SETTINGS, type AuditSetting } from './wanted-settings.ts';

export interface AuditChange {
  setting: AuditSetting;
  from: string;
  to: string;
}

export interface AuditPlan {
  changes: readonly AuditChange[];
  /** As they should be. */
  right: readonly { setting: AuditSetting; state: string }[];
  /** Logs that this Windows does not have. */
  absent: readonly AuditSetting[];
  unread: readonly { setting: AuditSetting; reason: string }[];
}

export interface ChangeResult extends AuditChange {
  /** Why it was not done. */
  reason?: string | undefined;
}

export async function planInstall(
  host: Host,
  { settings = AUDIT_SETTINGS, signal }: { settings?: readonly AuditSetting[]; signal?: AbortSignal } = {},
): Promise<AuditPlan> {
  return sort(await readStates(host, settings, signal), wantedState);
}

/** @param book what was found before the set-up */
export async function planRevert(host: Host, book: FoundBook): Promise<AuditPlan> {
  const ours = AUDIT_SETTINGS.filter(({ id }) => book.found[id] !== undefined);
  return sort(await readStates(host, ours), ({ id }) => book.found[id]);
}

function sort(
  standings: readonly Standing[],
  wanted: (setting: AuditSetting, state: string) => string | undefined,
): AuditPlan {
  const changes: AuditChange[] = [];
  const right: { setting: AuditSetting; state: string }[] = [];
  const absent: AuditSetting[] = [];
  const unread: { setting: AuditSetting; reason: string }[] = [];
  for (const standing of standings) {
    const { setting } = standing;
    if (standing.kind === 'unread') {
      unread.push({ setting, reason: standing.reason });
      continue;
    }
    const { state } = standing;
    const to = wanted(setting, state);
    if (to === undefined || (setting.kind === 'log' && state === ABSENT)) absent.push(setting);
    else if (to === state) right.push({ setting, state });
    else changes.push({ setting, from: state, to });
  }
  return { changes, right, absent, unread };
}

/** Writes down what was found, then changes. @throws when that cannot be written: then nothing was changed */
export async function install(host: Host, stateDir: string, { changes }: AuditPlan): Promise<ChangeResult[]> {
  const before = readBook(stateDir) ?? { version: 1, found: {}, madeKeys: [] };
  const madeKeys = new Set(before.madeKeys);
  for (const { setting, from } of changes)
    if (setting.kind === 'registry' && from === ABSENT)
      for (const key of await missingKeys(host, setting.key)) madeKeys.add(key);
  const found = {
    ...Object.fromEntries(changes.map(({ setting, from }) => [setting.id, from])),
    ...before.found,
  };
  await writeBook(stateDir, { version: 1, found, madeKeys: [...madeKeys] });
  return changeAll(host, changes);
}

/** The file of what was found goes only when everything is as it was. */
export async function revert(
  host: Host,
  stateDir: string,
  book: FoundBook,
  { changes, unread }: AuditPlan,
): Promise<ChangeResult[]> {
  const results = await changeAll(host, changes);
  // Those below first.
  for (const key of book.madeKeys.toSorted((left, right) => right.length - left.length)) {
    const reason = await removeEmptyKey(host, key);
    const setting = AUDIT_SETTINGS.find((each) => each.kind === 'registry' && each.key.startsWith(key));
    if (reason !== undefined && setting !== undefined)
      results.push({ setting, from: 'key', to: ABSENT, reason });
  }
  if (unread.length === 0 && results.every(({ reason }) => reason === undefined))
    await writeBook(stateDir, undefined);
  return results;
}

async function changeAll(host: Host, changes: readonly AuditChange[]): Promise<ChangeResult[]> {
  const results: ChangeResult[] = [];
  for (const change of changes) {
    const reason = await setState(host, change.setting, change.to);
    results.push(reason === undefined ? change : { ...change, reason });
  }
  return results;
}
