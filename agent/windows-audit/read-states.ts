/** How the settings stand on this host, by auditpol, reg and wevtutil. What cannot be read says why; nothing is guessed. */
import type { Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { answerInFile } from '../windows/answer-file.ts';
import { readRegistryKey } from '../windows/read-registry.ts';
import type { RegistryKey } from '../windows/reg-file.ts';
import { ABSENT, parseAuditBackup, parseLogSettings, registryState } from './setting-state.ts';
import type { AuditSetting, LogSetting } from './wanted-settings.ts';

export type Standing =
  | { setting: AuditSetting; kind: 'read'; state: string }
  | { setting: AuditSetting; kind: 'unread'; reason: string };

/** ERROR_EVT_CHANNEL_NOT_FOUND, ERROR_EVT_INVALID_CHANNEL_PATH */
const NO_SUCH_LOG: ReadonlySet<number> = new Set([15_007, 15_000]);

export async function readStates(
  host: Host,
  settings: readonly AuditSetting[],
  signal?: AbortSignal,
): Promise<Standing[]> {
  const policies = await readPolicies(host, settings, signal);
  const keys = new Map<string, Promise<RegistryKey | undefined>>();
  const found: Standing[] = [];
  for (const setting of settings) {
    try {
      found.push({ setting, kind: 'read', state: await readOne(host, setting, { policies, keys, signal }) });
    } catch (error) {
      found.push({ setting, kind: 'unread', reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

interface Read {
  policies: ReadonlyMap<string, string> | string;
  keys: Map<string, Promise<RegistryKey | undefined>>;
  signal: AbortSignal | undefined;
}

async function readOne(host: Host, setting: AuditSetting, { policies, keys, signal }: Read): Promise<string> {
  if (setting.kind === 'policy') {
    if (typeof policies === 'string') throw new Error(policies);
    const state = policies.get(setting.guid);
    if (state === undefined) throw new Error(`auditpol does not tell of ${setting.guid}`);
    return state;
  }
  if (setting.kind === 'log') return readLog(host, setting, signal);
  const key = keys.get(setting.key) ?? readRegistryKey(host, setting.key, signal);
  keys.set(setting.key, key);
  return registryState(await key, setting.name);
}

/** @returns why not, as text */
async function readPolicies(
  host: Host,
  settings: readonly AuditSetting[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string> | string> {
  if (!settings.some(({ kind }) => kind === 'policy')) return new Map();
  const args = (file: string): string[] => ['/backup', `/file:${file}`];
  const answer = await answerInFile(host, { program: 'auditpol', args, signal, bytesMax: 1_048_576 });
  return answer.kind === 'text' ? parseAuditBackup(answer.text) : answer.reason;
}

async function readLog(host: Host, { log }: LogSetting, signal: AbortSignal | undefined): Promise<string> {
  const result = await host.run('wevtutil', ['gl', log, '/f:xml'], { signal });
  if (result.kind === 'ended' && NO_SUCH_LOG.has(result.code)) return ABSENT;
  const reason = whyNot('wevtutil', result);
  if (reason !== undefined || result.kind !== 'ended') throw new Error(reason ?? 'wevtutil gave no answer');
  const state = parseLogSettings(result.stdout);
  if (state === undefined) throw new Error('wevtutil does not say how the log is set');
  return state;
}
