/** What a host makes of policies, true and false ones; its files are real, the session is the test. */
import { setImmediate } from 'node:timers/promises';
import fs from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import type { PolicyReport } from '#protocol/policy.ts';
import { policyReportSchema } from '#protocol/policy.ts';
import { stateSuccessor } from '#protocol/signing-key.ts';
import { encodePublicKey } from '#protocol/agent-key.ts';
import type { UpMessage } from '#protocol/up.ts';
import { PolicyDesk } from '../../../../agent/policy/policy-desk.ts';
import { PolicyStore } from '../../../../agent/policy/policy-store.ts';
import { PinnedKeys } from '../../../../agent/signing-keys.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';
import { newKey, signPolicy, tellKeys } from '../../../support/agent/signed-policy.ts';

const AGENT = '6a2f41a3-c54c-4fce-8d37-2b5a8e1f0c11';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => removeFolder(folder));

/** One process of the agent on the folder, with a session open. */
function process_(options: { enabled?: boolean; fault?: string } = {}) {
  const said: UpMessage[] = [];
  const told: string[] = [];
  let changes = 0;
  let wake: () => void = () => undefined;
  const store = new PolicyStore(folder);
  const desk = new PolicyDesk({
    store,
    keys: new PinnedKeys(folder),
    agentId: AGENT,
    settings: { enabled: options.enabled ?? true, confirmMsMax: 60_000 },
    faultOf: (document) => ('wrong' in document ? 'wrong: unknown setting' : options.fault),
    clock: {
      now: () => 0,
      monotonicMs: () => 0,
      sleep: (_, signal) =>
        new Promise((resolve) => {
          wake = resolve;
          signal?.addEventListener('abort', () => resolve(), { once: true });
        }),
    },
    logger: pino({ level: 'silent' }),
    tell: (action, subject, detail) =>
      told.push([action, subject, detail['code'] ?? detail['became']].join(' ')),
    onChange: () => (changes += 1),
  });
  const report = (): PolicyReport => policyReportSchema.parse(said.at(-1));
  return {
    desk,
    store,
    told,
    said,
    report,
    changes: () => changes,
    timeOut: () => wake(),
    open: () => desk.opened((message) => said.push(message)),
    hear: (messages: Parameters<PolicyDesk['receive']>[0][]) => messages.forEach((one) => desk.receive(one)),
  };
}

/** A host that runs version 1 of group servers, and the key it pinned. */
function running(settings: unknown = { log: { level: 'debug' } }) {
  const key = newKey();
  const host = process_();
  host.open();
  host.hear([tellKeys(key), ...signPolicy(key, { agentId: AGENT, issue: 10, settings })]);
  host.hear([{ type: 'policy-ack', issue: 10 }]);
  return { key, host };
}

describe('a policy', () => {
  test('is on trial until the collector is reached under it, and holds from then on, over restarts', () => {
    const key = newKey();
    const host = process_();
    host.open();
    expect(host.report()).toEqual({ type: 'policy-report', state: 'own-settings' });
    host.hear([tellKeys(key), ...signPolicy(key, { agentId: AGENT, issue: 10, settings: { watch: [] } })]);
    expect(host.changes()).toBe(1);
    expect(host.store.running?.text).toBe('{"watch":[]}');
    host.open();
    expect(host.report()).toMatchObject({
      state: 'trial',
      running: { group: 'servers', version: 1, issue: 10 },
    });
    host.hear([{ type: 'policy-ack', issue: 10 }]);
    expect(host.report()).toMatchObject({ state: 'applied', running: { version: 1 } });
    expect(host.told).toEqual([
      'signing-key-trusted policy pinned',
      'signing-key-trusted command pinned',
      'policy-applied policy ',
    ]);
    expect(new PolicyStore(folder).report()).toEqual(host.report());
    expect(fs.statSync(path.join(folder, 'policy-document.json')).mode & 0o777).toBe(0o600);
  });

  test('that is acknowledged under another number still is on trial', () => {
    const key = newKey();
    const host = process_();
    host.open();
    host.hear([tellKeys(key), ...signPolicy(key, { agentId: AGENT, issue: 10, settings: { watch: [] } })]);
    host.hear([
      { type: 'policy-ack', issue: 9 },
      { type: 'policy-ack', issue: 0 },
    ]);
    expect(host.store.trial?.issue).toBe(10);
  });

  test('under which the collector is not reached in time is taken back, and the one before runs', async () => {
    const { key, host } = running();
    host.hear(signPolicy(key, { agentId: AGENT, issue: 11, version: 2, settings: { watch: [] } }));
    const over = new AbortController();
    const watching = host.desk.watch(over.signal);
    await setImmediate();
    host.timeOut();
    await watching;
    expect(host.store.running).toMatchObject({ version: 1 });
    expect(host.told.at(-1)).toBe('policy-rolled-back policy unreachable');
    host.open();
    expect(host.report()).toMatchObject({
      state: 'rolled-back',
      running: { version: 1, issue: 10 },
      tried: { version: 2, issue: 11 },
      code: 'unreachable',
    });
    // The same one again is known, and stays taken back.
    host.hear(signPolicy(key, { agentId: AGENT, issue: 11, version: 2, settings: { watch: [] } }));
    expect(host.store.trial).toBeUndefined();
  });

  test('under which process after process dies is taken back', () => {
    const { key, host } = running();
    host.hear(signPolicy(key, { agentId: AGENT, issue: 11, version: 2, settings: { watch: [] } }));
    for (let start = 1; start <= 3; start += 1) expect(process_().desk.begin()).toBe(false);
    const last = process_();
    expect(last.desk.begin()).toBe(true);
    expect(last.store.running?.version).toBe(1);
    expect(last.store.tried).toMatchObject({ state: 'rolled-back', code: 'crashed' });
  });

  test('of version 0 gives the host its own settings back', () => {
    const { key, host } = running();
    host.hear(signPolicy(key, { agentId: AGENT, issue: 11, version: 0, group: '', text: '{}' }));
    host.hear([{ type: 'policy-ack', issue: 11 }]);
    expect(host.store.running).toBeUndefined();
    expect(host.report()).toMatchObject({ state: 'applied', running: { group: '', version: 0, issue: 11 } });
  });

  test('with the same settings under another number needs no trial', () => {
    const { key, host } = running({ watch: [] });
    const before = host.changes();
    host.hear(signPolicy(key, { agentId: AGENT, issue: 11, version: 2, settings: { watch: [] } }));
    expect(host.changes()).toBe(before);
    expect(host.report()).toMatchObject({ state: 'applied', running: { version: 2, issue: 11 } });
  });

  test('of many parts is put together; a part that is missing or strange spoils it', () => {
    const key = newKey();
    const host = process_();
    host.open();
    const long = { tails: Array.from({ length: 2_000 }, (_, at) => ({ path: `/srv/"log"/${at}` })) };
    const parts = signPolicy(key, { agentId: AGENT, issue: 10, settings: long });
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(LIMITS.controlBytesMax);
    host.hear([tellKeys(key), ...parts.filter((_, at) => at !== 1)]);
    expect(host.report()).toMatchObject({ state: 'refused', code: 'bad-parts' });
    host.hear(parts);
    expect(host.store.trial?.text).toBe(JSON.stringify(long));
  });
});

describe('refused, with what ran still running, is a policy', () => {
  type Cheat = (key: ReturnType<typeof newKey>) => ReturnType<typeof signPolicy>;
  const next = { agentId: AGENT, issue: 11, version: 2, settings: { watch: [] } };
  const cheats: [string, string, Cheat][] = [
    ['bad-signature', 'of a key nobody pinned', () => signPolicy(newKey(), next)],
    [
      'bad-signature',
      'for another agent',
      (key) => signPolicy(key, { ...next, signed: { agentId: AGENT.replace('6', '7') } }),
    ],
    [
      'bad-signature',
      'with another version than was signed',
      (key) => signPolicy(key, { ...next, signed: { version: 3 } }),
    ],
    [
      'bad-signature',
      'of another group than was signed',
      (key) => signPolicy(key, { ...next, signed: { group: 'pcs' } }),
    ],
    [
      'bad-signature',
      'made a rollback on the way',
      (key) => signPolicy(key, next).map((part) => ({ ...part, rollback: true as const })),
    ],
    [
      'bad-digest',
      'with another text than was signed',
      (key) => signPolicy(key, next).map((part) => ({ ...part, text: '{"log":{}}' })),
    ],
    [
      'bad-digest',
      'that is cut off',
      (key) => signPolicy(key, next).map((part) => ({ ...part, text: part.text.slice(0, -1) })),
    ],
    ['replayed', 'that was sent before', (key) => signPolicy(key, { ...next, issue: 9 })],
    [
      'older-version',
      'older than what runs, without a rollback',
      (key) => signPolicy(key, { ...next, version: 0, group: 'servers' }),
    ],
    ['not-json', 'that is no JSON', (key) => signPolicy(key, { ...next, text: '{"watch":' })],
    ['invalid', 'that is no object', (key) => signPolicy(key, { ...next, text: '[1]' })],
    [
      'invalid',
      'nested without end',
      (key) => signPolicy(key, { ...next, text: '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000) }),
    ],
    [
      'invalid',
      'with settings that nobody knows',
      (key) => signPolicy(key, { ...next, settings: { wrong: 1 } }),
    ],
    [
      'local-only',
      'about what it may do on the host',
      (key) => signPolicy(key, { ...next, settings: { response: { allow: ['kill-process'] } } }),
    ],
    [
      'local-only',
      'about the way to the collector',
      (key) => signPolicy(key, { ...next, settings: { proxy: 'http://evil:3128' } }),
    ],
    [
      'local-only',
      'about programs that may be run',
      (key) => signPolicy(key, { ...next, settings: { commands: { run: [], allow: ['/bin/sh'] } } }),
    ],
    [
      'local-only',
      'about policies',
      (key) => signPolicy(key, { ...next, settings: { policy: { confirmMsMax: 86_400_000 } } }),
    ],
  ];
  test.each(cheats)('%s: one %s', (code, _, cheat) => {
    const { key, host } = running();
    const before = host.changes();
    host.hear(cheat(key));
    expect(host.report()).toMatchObject({ state: 'refused', running: { version: 1, issue: 10 }, code });
    expect(host.changes()).toBe(before);
    expect(host.store.running?.version).toBe(1);
    expect(host.told.at(-1)).toBe(`policy-refused policy ${code}`);
    // The true one is still taken.
    host.hear(signPolicy(key, next));
    expect(host.store.trial?.version).toBe(2);
  });

  test('older than what runs; with a rollback that was signed it is taken', () => {
    const { key, host } = running();
    host.hear(signPolicy(key, { agentId: AGENT, issue: 12, version: 5, settings: { watch: [] } }));
    host.hear([{ type: 'policy-ack', issue: 12 }]);
    host.hear(signPolicy(key, { agentId: AGENT, issue: 13, version: 4, settings: {} }));
    expect(host.report()).toMatchObject({ state: 'refused', code: 'older-version' });
    host.hear(signPolicy(key, { agentId: AGENT, issue: 14, version: 4, rollback: true, settings: {} }));
    expect(host.store.trial).toMatchObject({ version: 4, issue: 14 });
  });

  test('before any key was heard of', () => {
    const host = process_();
    host.open();
    host.hear(signPolicy(newKey(), { agentId: AGENT, issue: 1 }));
    expect(host.report()).toMatchObject({ state: 'refused', code: 'no-key' });
  });

  test('while the host takes none', () => {
    const { key } = running();
    const host = process_({ enabled: false });
    host.open();
    host.hear(signPolicy(key, { agentId: AGENT, issue: 11, version: 2 }));
    expect(host.report()).toMatchObject({ code: 'switched-off' });
  });

  test('again and again: after twenty nothing is said any more in this session', () => {
    const { host } = running();
    const before = host.said.length;
    for (let issue = 20; issue < 120; issue += 1) host.hear(signPolicy(newKey(), { agentId: AGENT, issue }));
    expect(host.said.length - before).toBe(20);
    expect(host.told.filter((line) => line.startsWith('policy-refused'))).toHaveLength(20);
  });
});

describe('the keys', () => {
  test('are followed from the pinned one by its own word, over several changes', () => {
    const { key, host } = running();
    const [second, third] = [newKey(), newKey()];
    const statements = [
      stateSuccessor('policy', second, encodePublicKey(third)),
      stateSuccessor('policy', key, encodePublicKey(second)),
    ];
    host.hear([
      { ...tellKeys(third, key, statements) },
      ...signPolicy(third, { agentId: AGENT, issue: 11, version: 2, settings: { watch: [] } }),
    ]);
    expect(host.store.trial?.version).toBe(2);
    expect(new PinnedKeys(folder).get('policy')).toBe(encodePublicKey(third));
    // What the old one signs is worth nothing from then on.
    host.hear(signPolicy(key, { agentId: AGENT, issue: 12, version: 3 }));
    expect(host.store.tried).toMatchObject({ code: 'bad-signature' });
  });

  test('are not taken from whoever names himself, or by the word of the other purpose', () => {
    const { key, host } = running();
    const thief = newKey();
    const self = stateSuccessor('policy', thief, encodePublicKey(thief));
    const other = stateSuccessor('command', key, encodePublicKey(thief));
    for (const statements of [[], [self], [other]]) {
      host.hear([
        tellKeys(thief, key, statements),
        ...signPolicy(thief, { agentId: AGENT, issue: 11, version: 2 }),
      ]);
      expect(host.store.tried).toMatchObject({ code: 'wrong-key' });
    }
    expect(host.told).toContain('signing-key-refused policy refused');
    expect(new PinnedKeys(folder).get('policy')).toBe(encodePublicKey(key));
  });

  test('that cannot be read are not pinned anew', () => {
    running();
    fs.writeFileSync(path.join(folder, 'signing-keys.json'), '{"version":1,"policy":"short"}');
    expect(() => new PinnedKeys(folder)).toThrow('signing-keys.json');
  });
});

test('a kept policy whose text was changed on the disk does not run', () => {
  running();
  const file = path.join(folder, 'policy-document.json');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('debug', 'trace'));
  const store = new PolicyStore(folder);
  expect(store.running).toBeUndefined();
  expect(store.damage).toContain('not the one that was signed');
});

test('a policy that does not fit the settings of the host any more is given up, and said so', () => {
  const { host } = running();
  host.desk.giveUp('tails.0.path: wrong');
  host.open();
  expect(host.report()).toMatchObject({ state: 'refused', tried: { version: 1 }, code: 'invalid' });
  expect(host.report().running).toBeUndefined();
});
