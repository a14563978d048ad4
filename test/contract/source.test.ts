/** The contract of sources, kept by each of them over real files. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { z } from 'zod';
import type { ScheduledCommand } from '../../agent/command-config.ts';
import { createAuditSource } from '../../agent/sources/audit/audit-source.ts';
import { createCommandSource } from '../../agent/sources/command/command-source.ts';
import { createFileSource } from '../../agent/sources/file/file-source.ts';
import { createIntegritySource } from '../../agent/sources/integrity/integrity-source.ts';
import { picture } from '../../agent/sources/inventory/inventory-item.ts';
import { createInventorySource } from '../../agent/sources/inventory/inventory-source.ts';
import { hostAt } from '../../agent/host/host.ts';
import { lookHere } from '../../agent/posture/look-here.ts';
import { createPostureSource } from '../../agent/sources/posture/posture-source.ts';
import { posturePolicySchema } from '#protocol/posture-policy.ts';
import { probeSchema } from '../../agent/probe-config.ts';
import { createJournaldSource } from '../../agent/sources/journald/journald-source.ts';
import { createWindowsEventSource } from '../../agent/sources/windows-event-log/windows-event-source.ts';
import { Wevtutil } from '../../agent/sources/windows-event-log/wevtutil.ts';
import { createProbeSource } from '../../agent/sources/probe/probe-source.ts';
import { NO_PROXY } from '../../agent/transport/proxy.ts';
import { receiver, sendTcp } from '../support/syslog-senders.ts';
import { EventLogs, LINUX_CODES } from '../support/agent/event-logs.ts';
import { exportEntry, journalToolsMissing, writeJournal } from '../support/journal-files.ts';
import { KEY, made } from '../support/agent/known-states.ts';
import { startTestSite } from '../support/probe/test-site.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { start } from '../unit/agent/sources/source-harness.ts';
import { describeSourceContract } from './source-contract.ts';

function makeFolder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-contract-')));
}

function remove(folder: string): Promise<void> {
  return fs.promises.rm(folder, { recursive: true });
}

describeSourceContract('file, three logs in three lanes', async () => {
  const folder = makeFolder();
  const expected: string[] = [];
  for (const [name, count] of [
    ['auth.log', 2_500],
    ['syslog', 900],
    ['access.log', 1_200],
  ] as const) {
    const lines = Array.from(
      { length: count },
      (_, index) => `${name} line ${index} ${'x'.repeat(index % 700)}`,
    );
    expected.push(...lines);
    await fs.promises.writeFile(path.join(folder, name), `${lines.join('\n')}\n`);
  }
  return {
    create: () =>
      createFileSource({
        tails: [
          { path: path.join(folder, 'auth.log'), channel: 'auto' },
          { path: path.join(folder, 'syslog'), channel: 'auto' },
          { path: path.join(folder, '*access.log'), channel: 'auto' },
        ],
        pollMs: 20,
      }),
    expected: () => [...expected],
    identify: (record) => (record.kind === 'log' ? record.text : record.kind),
    dispose: () => remove(folder),
  };
});

describeSourceContract('audit, events mixed with each other', async () => {
  const folder = makeFolder();
  const file = path.join(folder, 'audit.log');
  const at = (type: string, serial: number, body: string): string =>
    `type=${type} msg=audit(1750000000.123:${serial}): ${body}`;
  const lines: string[] = [];
  const expected: string[] = [];
  for (let serial = 0; serial < 1_800; serial += 2) {
    const [one, two] = [serial, serial + 1].map((number) =>
      ['SYSCALL', 'PATH', 'PROCTITLE'].map((type) => at(type, number, 'x'.repeat(number % 400))),
    );
    for (const [index, line] of (one ?? []).entries()) lines.push(line, two?.[index] ?? '');
    expected.push((one ?? []).join('\n'), (two ?? []).join('\n'));
  }
  await fs.promises.writeFile(file, `${lines.join('\n')}\n`);
  return {
    create: () => createAuditSource({ tails: [{ path: file, channel: 'linux-audit' }], pollMs: 20 }),
    expected: () => [...expected],
    identify: (record) => (record.kind === 'log' ? record.text : record.kind),
    dispose: () => remove(folder),
  };
});

describeSourceContract('integrity, changes made while the agent was down', async () => {
  const folder = makeFolder();
  const before = new MemoryPositions();
  const create = (): ReturnType<typeof createIntegritySource> =>
    createIntegritySource({ watch: [{ path: folder }], key: KEY });
  const files = Array.from({ length: 1_500 }, (_, index) => path.join(folder, `file-${index}`));
  for (const file of files) fs.writeFileSync(file, file);
  // The baseline is made by a first life of the source, and every later life starts from it.
  const first = start(create(), { positions: before });
  while (!made(before, folder)) await first.step();
  await first.stop();
  const expected: string[] = [];
  for (const [index, file] of files.entries()) {
    if (index % 2 === 0) continue;
    if (index % 3 === 0) fs.unlinkSync(file);
    else fs.writeFileSync(file, 'changed');
    expected.push(`${index % 3 === 0 ? 'deleted' : 'modified'} ${file}`);
  }
  for (let index = 0; index < 700; index += 1) {
    const file = path.join(folder, `new-${index}`);
    fs.writeFileSync(file, '');
    expected.push(`created ${file}`);
  }
  return {
    create: () => {
      const source = create();
      return {
        name: source.name,
        open: (context) => {
          if (context.positions instanceof MemoryPositions && !made(context.positions, folder)) {
            context.positions.copyFrom(before);
          }
          return source.open(context);
        },
      };
    },
    expected: () => [...expected],
    identify: (record) => (record.kind === 'integrity' ? `${record.change} ${record.path}` : undefined),
    dispose: () => remove(folder),
  };
});

const byKey = (left: { key: string }, right: { key: string }): number => (left.key < right.key ? -1 : 1);

describeSourceContract('posture, a first picture', async () => {
  const root = makeFolder();
  await fs.promises.mkdir(path.join(root, 'etc'));
  const text = { vi: 'x'.repeat(900), en: 'y'.repeat(900) };
  const checks = Array.from({ length: 400 }, (_, index) => ({
    id: `check-${index}`,
    title: text,
    rationale: text,
    remediation: text,
    severity: 'low' as const,
    controls: ['CF-01'],
    references: [],
    when: [],
    assess: { file: { paths: [`/etc/file-${index}`], exists: index % 2 === 0 } },
  }));
  const policies = ['one', 'two', 'three'].map((policy) =>
    posturePolicySchema.parse({ policy, version: '1.0.0', title: text, platforms: ['linux'], checks }),
  );
  return {
    create: () =>
      createPostureSource({
        look: lookHere({ host: hostAt(root), policies, exceptions: [] }),
        everyMs: 3_600_000,
        fullEveryMs: 86_400_000,
      }),
    expected: () =>
      policies.flatMap(({ policy }) =>
        checks.map(({ id }, index) => `${policy} ${id} ${index % 2 === 0 ? 'fail' : 'pass'}`),
      ),
    identify: (record) =>
      record.kind === 'posture' ? `${record.policy} ${record.check} ${record.result}` : record.kind,
    dispose: () => remove(root),
  };
});

describeSourceContract('inventory, a first picture', () => {
  const packages = Array.from({ length: 2_500 }, (_, index) => ({
    key: `package-${index}`,
    detail: { version: `1.${index}`, description: 'x'.repeat(index % 900) },
  }));
  const users = Array.from({ length: 40 }, (_, index) => ({ key: `user-${index}`, detail: { uid: index } }));
  return Promise.resolve({
    create: () =>
      createInventorySource({
        intervalMs: 3_600_000,
        collect: [
          { category: 'package', collect: () => Promise.resolve(picture(packages)) },
          { category: 'user', collect: () => Promise.resolve(picture(users)) },
        ],
      }),
    // Each category ends with how it stands.
    expected: () => [
      ...[...packages].sort(byKey).map(({ key }) => `present ${key}`),
      'present package',
      ...[...users].sort(byKey).map(({ key }) => `present ${key}`),
      'present user',
    ],
    identify: (record) => (record.kind === 'inventory' ? `${record.change} ${record.key}` : record.kind),
    dispose: () => Promise.resolve(),
  });
});

describe.skipIf(journalToolsMissing() !== undefined)('systemd journal', () => {
  describeSourceContract('journald, three files and two lanes', async () => {
    const folder = makeFolder();
    const expected: string[] = [];
    for (const file of [0, 1, 2]) {
      const entries = Array.from({ length: 400 }, (_, index) => {
        const number = file * 400 + index;
        const message = `line ${number} ${'x'.repeat(number % 700)}`;
        expected.push(message);
        return exportEntry(1_750_000_000_000_000 + number * 1_000, {
          MESSAGE: message,
          SYSLOG_IDENTIFIER: number % 50 < 5 ? 'sshd' : 'app',
          _HOSTNAME: 'may-chu',
          _PID: '7',
        });
      });
      await writeJournal(path.join(folder, `part${file}.journal`), entries);
    }
    return {
      create: () => createJournaldSource({ directory: folder }),
      expected: () => [...expected],
      identify: (record) => (record.kind === 'log' ? record.text.replace(/^.*? - - /, '') : record.kind),
      dispose: () => remove(folder),
    };
  });
});

describeSourceContract(
  'syslog over TCP',
  () => {
    const messages = Array.from(
      { length: 2_000 },
      (_, index) => `<13>fw: message ${index} ${'x'.repeat(index % 700)}`,
    );
    let sending: Promise<void> | undefined;
    return Promise.resolve({
      create: () => {
        const { source, port } = receiver({ protocol: 'tcp' });
        void port.then((number) => {
          // A run that is stopped early cuts its sender off.
          sending ??= sendTcp(number, [
            messages.map((text) => `${Buffer.byteLength(text)} ${text}`).join(''),
          ]).catch(() => undefined);
        });
        return source;
      },
      expected: () => [...messages],
      identify: (record) => (record.kind === 'log' ? record.text : record.kind),
      dispose: () => sending ?? Promise.resolve(),
    });
  },
  { volatile: true },
);

// The program stands in for wevtutil.exe, which only Windows has.
describeSourceContract('Windows event log, pages of a hundred', () => {
  const folder = makeFolder();
  const logs = new EventLogs(path.join(folder, 'logs'));
  const records = Array.from({ length: 320 }, (_, index) => index + 1);
  const user = (record: number): string => `user-${record}-${'x'.repeat(record * 10)}`;
  logs.append(
    'Security',
    records.map((record) => ({ record, data: { TargetUserName: user(record) } })),
  );
  const wevtutil = new Wevtutil({
    program: logs.program,
    folder: path.join(folder, 'own'),
    codes: LINUX_CODES,
  });
  return Promise.resolve({
    create: () =>
      createWindowsEventSource({
        log: { channel: 'Security', optional: false },
        lane: 'security',
        wevtutil,
        startAt: 'beginning',
        rendered: false,
        everyMs: 1_000,
        quietMs: 1_000,
        ageMsMax: 366 * 86_400_000,
        pageEvents: 100,
      }),
    expected: () => records.map(user),
    identify: (record) => (record.kind === 'log' ? /user-\d+-x*/.exec(record.text)?.[0] : undefined),
    dispose: () => remove(folder),
  });
});

describeSourceContract('probe, many ports of one server', async () => {
  const site = await startTestSite((_, response) => void response.end());
  const probes = Array.from({ length: 150 }, (_, index) => ({
    ...probeSchema().parse({ name: `port ${index}`, target: `tcp://127.0.0.1:${site.port}` }),
    intervalMs: 200,
  }));
  return {
    create: () => createProbeSource({ probes, proxy: NO_PROXY, random: () => 0 }),
    expected: () => probes.map(({ name }) => String(name)),
    identify: (record) => (record.kind === 'probe' ? record.probe : record.kind),
    dispose: () => site.stop(),
  };
});

// What a command wrote cannot be had again: a run that was cut off is told as such, and the next one is another.
describeSourceContract(
  'command, one run of many lines',
  () => {
    const folder = makeFolder();
    const file = path.join(folder, 'list');
    const lines = Array.from({ length: 1_300 }, (_, index) => `item ${index} ${'x'.repeat(index % 200)}`);
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    const command: ScheduledCommand = {
      name: 'list',
      command: ['/bin/cat', file],
      everyMs: 86_400_000,
      timeoutMs: 30_000,
      mode: 'lines',
      outputBytesMax: 200_000,
    };
    return Promise.resolve({
      create: () =>
        createCommandSource({
          command,
          allow: ['/bin/cat'],
          lane: 'standard',
          privileged: false,
          random: () => 0,
        }),
      expected: () => [...lines, 'exit 0'],
      identify: (record) => {
        const [head = '', line] = record.kind === 'log' ? record.text.split('\n') : [];
        return line ?? `exit ${String(z.object({ exit: z.number() }).parse(JSON.parse(head)).exit)}`;
      },
      dispose: () => remove(folder),
    });
  },
  { volatile: true },
);
