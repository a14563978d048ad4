/** Sets one setting by Windows' own programs, each argument apart. */
import type { Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { readRegistry, readRegistryKey } from '../windows/read-registry.ts';
import { longKey } from '../windows/reg-file.ts';
import { ABSENT, bitsOf, logState, registryData } from './setting-state.ts';
import type { AuditSetting } from './wanted-settings.ts';

/** @returns why not; undefined when it was done */
export async function setState(
  host: Host,
  setting: AuditSetting,
  state: string,
): Promise<string | undefined> {
  const [program, args] = commandFor(setting, state);
  return whyNot(program, await host.run(program, args));
}

function commandFor(setting: AuditSetting, state: string): [program: string, args: string[]] {
  switch (setting.kind) {
    case 'policy': {
      const bits = bitsOf(state);
      const word = (bit: number): string => ((bits & bit) === 0 ? 'disable' : 'enable');
      const which = `/subcategory:${setting.guid}`;
      return ['auditpol', ['/set', which, `/success:${word(1)}`, `/failure:${word(2)}`]];
    }
    case 'log': {
      const log = logState(state);
      const to = log === undefined ? [] : [`/e:${log.enabled}`, `/ms:${log.bytes}`];
      return ['wevtutil', ['sl', setting.log, ...to]];
    }
    case 'registry': {
      const value = ['/v', setting.name];
      if (state === ABSENT) return ['reg', ['delete', setting.key, ...value, '/f']];
      const { type, data } = registryData(state) ?? { type: 'REG_SZ', data: '' };
      return ['reg', ['add', setting.key, ...value, '/t', type, '/d', data, '/f']];
    }
  }
}

/** The key and those above it that are not there, the uppermost first. */
export async function missingKeys(host: Host, key: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = key; at.includes('\\'); at = at.slice(0, at.lastIndexOf('\\'))) {
    if ((await readRegistryKey(host, at)) !== undefined) break;
    missing.unshift(at);
  }
  return missing;
}

/** Takes away a key that holds nothing; one that somebody uses by now stays. @returns why not */
export async function removeEmptyKey(host: Host, key: string): Promise<string | undefined> {
  const tree = await readRegistry(host, key);
  const own = tree?.keys.get(longKey(key).toLowerCase());
  if (tree === undefined || own === undefined || tree.keys.size > 1 || own.values.size > 0) return undefined;
  return whyNot('reg', await host.run('reg', ['delete', key, '/f']));
}
