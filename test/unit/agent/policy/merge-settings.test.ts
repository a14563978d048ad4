/** A policy over the host's own settings, and what of it only the host may say. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPolicyText, LOCAL_ONLY_SETTINGS } from '#protocol/policy-settings.ts';
import { loadConfig } from '../../../../agent/config.ts';
import { ConfigError } from '../../../../agent/config-error.ts';
import { mergeSettings } from '../../../../agent/policy/merge-settings.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

test('objects are merged, everything else is replaced, and neither is changed', () => {
  const own = { spool: { bytesMax: 1, whenFull: 'hold' }, tails: [1, 2], log: { level: 'info' } };
  const policy = { spool: { bytesMax: 2 }, tails: [3], watch: [] };
  expect(mergeSettings(own, policy)).toEqual({
    spool: { bytesMax: 2, whenFull: 'hold' },
    tails: [3],
    log: { level: 'info' },
    watch: [],
  });
  expect(own.spool.bytesMax).toBe(1);
  expect(mergeSettings(undefined, policy)).toEqual(policy);
  expect(mergeSettings({ log: 'x' }, { log: { level: 'info' } })).toEqual({ log: { level: 'info' } });
});

test('a name like __proto__ stays a setting, which nobody knows', () => {
  const policy = JSON.parse('{"__proto__":{"allow":["isolate"]},"constructor":{}}') as Record<
    string,
    unknown
  >;
  const merged = mergeSettings({ response: {} }, policy) as { allow?: unknown };
  expect(merged.allow).toBeUndefined();
  expect(Object.hasOwn(merged, '__proto__')).toBe(true);
  expect(() => loadConfig({ stateDir: folder, policy })).toThrow(ConfigError);
});

describe('over agent.json', () => {
  beforeEach(() => {
    const own = {
      log: { level: 'error' },
      commands: { allow: ['/usr/bin/uptime'] },
      response: { allow: ['isolate'] },
    };
    fs.writeFileSync(path.join(folder, 'agent.json'), JSON.stringify(own));
  });
  test('a policy wins, and what it does not say stays as the host says', () => {
    const run = [{ name: 'load', command: ['/usr/bin/uptime'], everyMs: 60_000 }];
    const config = loadConfig({ stateDir: folder, policy: { log: { level: 'warn' }, commands: { run } } });
    expect(config.log.level).toBe('warn');
    expect(config.commands.allow).toEqual(['/usr/bin/uptime']);
    expect(config.commands.run).toMatchObject(run);
    expect(config.response.allow).toEqual(['isolate']);
  });
  test('a policy that does not fit is refused by its field', () => {
    expect(() => loadConfig({ stateDir: folder, policy: { log: { level: 'loud' } } })).toThrow('log.level');
    expect(() => loadConfig({ stateDir: folder, policy: { loggs: {} } })).toThrow('loggs');
  });
});

test.each(LOCAL_ONLY_SETTINGS)('%s is the host’s own affair', (setting) => {
  const value = setting.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), null);
  expect(checkPolicyText(JSON.stringify(value))).toEqual({ fault: { kind: 'local-only', setting } });
});
