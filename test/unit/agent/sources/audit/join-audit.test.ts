import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SourceRecord } from '#protocol/record.ts';
import { createAuditSource } from '../../../../../agent/sources/audit/audit-source.ts';
import { joinAudit } from '../../../../../agent/sources/audit/join-audit.ts';
import type { Source } from '../../../../../agent/sources/source.ts';
import { callLines } from '../../../../support/audit-records.ts';
import { makeFolder, removeFolder } from '../../../../support/agent/spool-fixture.ts';
import { MemoryPositions } from '../memory-positions.ts';
import { readAll, start, texts } from '../source-harness.ts';

let folder: string;
let log: string;

beforeEach(() => {
  folder = makeFolder();
  log = path.join(folder, 'audit.log');
});

afterEach(() => removeFolder(folder));

const LINES = callLines({ syscall: 2, cwd: '/', proctitle: 'x' });
const tails = (): { path: string; channel: 'linux-audit' }[] => [{ path: log, channel: 'linux-audit' }];

test('read once, an event without an end is told at the end of the log', async () => {
  fs.writeFileSync(log, `${LINES.slice(0, 2).join('\n')}\n`);
  expect(texts(await readAll(createAuditSource({ tails: tails(), once: true })))).toEqual([
    LINES.slice(0, 2).join('\n'),
  ]);
});

test('an event without an end is told when nothing more comes', async () => {
  fs.writeFileSync(log, `${LINES.slice(0, 2).join('\n')}\n`);
  const positions = new MemoryPositions();
  const run = start(createAuditSource({ tails: tails(), tickMs: 10, pollMs: 20 }), { positions });
  const told = await run.until((records) => records.length > 0);
  expect(texts(told)).toEqual([LINES.slice(0, 2).join('\n')]);
  expect(positions.get('audit:open')).toBeUndefined();
  await run.stop();
});

test('what is open waits for the next start', async () => {
  fs.writeFileSync(log, `${LINES.slice(0, 2).join('\n')}\n`);
  const positions = new MemoryPositions();
  const create = (): Source => createAuditSource({ tails: tails(), tickMs: 60_000, pollMs: 20 });
  const first = start(create(), { positions });
  while (positions.get('audit:open') === undefined) await first.step();
  await first.stop();
  fs.appendFileSync(log, `${LINES.slice(2).join('\n')}\n`);
  const second = start(create(), { positions });
  expect(texts(await second.until((records) => records.length > 0))).toEqual([LINES.join('\n')]);
  await second.stop();
});

test('a stored beginning that cannot be understood is named and left out', async () => {
  fs.writeFileSync(log, `${LINES.join('\n')}\n`);
  const positions = new MemoryPositions();
  positions.commit({ lane: 'security', records: [], positions: [{ key: 'audit:open', value: '{"x":1}' }] });
  const run = start(createAuditSource({ tails: tails(), pollMs: 20 }), { positions });
  expect(texts(await run.until((records) => records.length > 0))).toEqual([LINES.join('\n')]);
  expect(run.problems.map(({ subject }) => subject)).toContain('audit:open');
  await run.stop();
});

test('records of other channels pass, and what fails below fails here', async () => {
  const other: SourceRecord = { kind: 'log', at: 1, channel: 'sshd', origin: 'x', text: 'hello' };
  const source: Source = {
    name: 'mixed',
    async *open() {
      yield { lane: 'standard', records: [other], positions: [] };
      throw new Error('gone');
    },
  };
  const run = start(joinAudit(source));
  expect(await run.step()).toEqual([other]);
  await expect(run.pull()).rejects.toThrow('gone');
});
