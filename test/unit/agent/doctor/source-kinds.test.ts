/** Whoever registers a source says what it is, in both languages, and how the doctor looks at it. */
import { expect, test } from 'vitest';
import { loadConfig } from '../../../../agent/config.ts';
import { SOURCE_CHECKS } from '../../../../agent/doctor/source-checks.ts';
import { en } from '../../../../agent/messages/en.ts';
import { vi } from '../../../../agent/messages/vi.ts';
import { SOURCE_KINDS } from '../../../../agent/source-kind.ts';
import { createSources } from '../../../../agent/sources/registry.ts';

const environment = {
  platform: 'linux' as const,
  env: { PATH: '' },
  homeDir: '/nowhere',
  privileged: false,
  workingDir: '/nowhere',
};

test('every kind has a name in both languages and a check', () => {
  for (const kind of SOURCE_KINDS) {
    expect(en.sourceKinds[kind]).not.toBe('');
    expect(vi.sourceKinds[kind]).not.toBe('');
    expect(vi.sourceKinds[kind]).not.toBe(en.sourceKinds[kind]);
    expect(SOURCE_CHECKS[kind]).toBeTypeOf('function');
  }
});

test('every source that the settings ask for says of which kind it is', async () => {
  const config = loadConfig({ watch: ['/nowhere'], tails: ['/nowhere/auth.log'] }, environment);
  const { probes: _, ...rest } = config;
  const { probeSchema } = await import('../../../../agent/probe-config.ts');
  const { syslogSchema } = await import('../../../../agent/syslog-config.ts');
  const schedule = { everyMs: 60_000, timeoutMs: 1_000, mode: 'whole' as const, outputBytesMax: 1_000 };
  const listener = { protocol: 'udp', port: 5_140, allow: ['192.0.2.0/24'] };
  const sources = await createSources(
    {
      ...rest,
      probes: [probeSchema().parse({ target: 'tcp://192.0.2.1:22' })],
      journald: { startAt: 'end' },
      syslog: syslogSchema().parse({ listeners: [listener] }),
      commands: { allow: [], run: [{ name: 'df', command: ['/bin/df'], ...schedule }] },
    },
    { identity: { sign: () => 'signature', enrolledAt: 0 } },
  );
  expect(sources.filter(({ kind }) => kind === undefined || kind === 'other')).toEqual([]);
  const kinds = sources.map(({ kind }) => kind);
  expect(kinds).toEqual(
    expect.arrayContaining(['command', 'file', 'journald', 'integrity', 'inventory', 'probe', 'syslog']),
  );
});
