/** The sealed baseline under hostile hands: whatever is done to its rows is told, and what is affected is learnt anew. */
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IntegrityRecord, SourceRecord } from '#protocol/record.ts';
import {
  answerOf,
  askDesk,
  readIntegrityStatus,
  type DeskAnswer,
} from '../../agent/sources/integrity/desk.ts';
import { SEAL_KEY } from '../../agent/sources/integrity/sealed-rows.ts';
import { changesOf, IntegrityWorld, integrityRecords } from '../support/agent/integrity-run.ts';
import { known } from '../support/agent/known-states.ts';
import type { Run } from '../unit/agent/sources/source-harness.ts';

let world: IntegrityWorld;

beforeEach(() => {
  world = new IntegrityWorld();
});

afterEach(() => world.dispose());

/** Does something to rows as who has the disk can. */
function meddle(change: (key: string, value: string) => string | undefined): void {
  const positions = [...world.positions.entries()].map(([key, value]) => ({
    key,
    value: change(key, value),
  }));
  world.positions.commit({ lane: 'security', records: [], positions });
}

async function stopped(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) world.write(name, content);
  await (await world.watching()).stop();
}

describe('tampering is told', () => {
  test('when a state is made to fit a changed file: the folder is named, and its files are learnt anew', async () => {
    await stopped({ 'bin/login': 'good', 'bin/other': 'good', 'lib/x': 'x' });
    fs.writeFileSync(world.at('bin/login'), 'evil');
    meddle((key, value) =>
      key.startsWith(world.at('bin//')) ? value.replace(/\|g?[A-Za-z0-9+/=]{43,44}/, '|AAAA') : value,
    );
    const records = await changesOf(world.start(), 4);
    expect(records.map(({ change, path, detail }) => [change, path, detail?.['reason']])).toEqual([
      ['baseline-tampered', 'spool.db', 'rows-forged'],
      ['baseline-tampered', world.at('bin'), 'rows-forged'],
      ['unverified', world.at('bin/login'), undefined],
      ['unverified', world.at('bin/other'), undefined],
    ]);
    expect(known(world.positions, world.at('bin/login'))).toMatchObject({ size: 4 });
  });

  test('when a row is taken away, and when one is put back as it was before', async () => {
    await stopped({ 'a/one': '1', 'b/two': '2' });
    const earlier = new Map(world.positions.entries());
    fs.writeFileSync(world.at('a/one'), 'changed');
    const second = world.start();
    expect(await changesOf(second, 1)).toMatchObject([{ change: 'modified' }]);
    await second.stop();
    meddle((key, value) => (key.startsWith(world.at('a//')) ? earlier.get(key) : value));
    const third = world.start();
    const replayed = await changesOf(third, 1);
    expect(replayed[0]).toMatchObject({ change: 'baseline-tampered', detail: { reason: 'rows-missing' } });
    await third.until((all) => all.some(({ kind }) => kind === 'agent'));
    await third.stop();
    meddle((key, value) => (key.startsWith(world.at('b//')) ? undefined : value));
    const removed = await changesOf(world.start(), 2);
    expect(removed).toMatchObject([
      { change: 'baseline-tampered', detail: { reason: 'rows-missing' } },
      { change: 'created', path: world.at('b/two'), offline: true },
    ]);
  });

  test('when the seal is changed or taken away, or all is of another key', async () => {
    await stopped({ one: '1' });
    const reasonAfter = async (
      change: (key: string, value: string) => string | undefined,
    ): Promise<unknown> => {
      meddle(change);
      const run = world.start();
      const [record] = await changesOf(run, 1);
      await run.until((all) => all.some(({ kind }) => kind === 'agent'));
      await run.stop();
      return record?.detail?.['reason'];
    };
    expect(
      await reasonAfter((key, value) => (key === SEAL_KEY ? value.replace(/,\d+,/, ',9,') : value)),
    ).toBe('seal-forged');
    expect(await reasonAfter((key, value) => (key === SEAL_KEY ? undefined : value))).toBe('seal-missing');
    const other = world.start({ key: Buffer.alloc(32, 9) });
    const records = integrityRecords(await other.until((all) => all.some(({ kind }) => kind === 'agent')));
    expect(records.map(({ change, detail }) => [change, detail?.['reason']])).toEqual([
      ['baseline-tampered', 'other-key'],
      ['baseline-made', 'made-anew'],
    ]);
  });
});

test('a baseline that is gone with everything beside it is told as the first of an agent long enrolled', async () => {
  const now = 1_750_000_000_000;
  const run = world.start({ enrolledAt: now - 100 * 3_600_000 }, { now: () => now });
  const records = integrityRecords(await run.until((all) => all.some(({ kind }) => kind === 'agent')));
  expect(records).toMatchObject([
    { change: 'baseline-made', detail: { reason: 'first', enrolledHours: 100 } },
  ]);
});

test('changes made while the agent was down are told with the time since when they can have happened', async () => {
  world.write('file', 'one');
  let now = 1_750_000_000_000;
  await (await world.watching({}, { now: () => now })).stop();
  const seenAt = now;
  now += 3_600_000;
  fs.writeFileSync(world.at('file'), 'two');
  const [record] = await changesOf(world.start({}, { now: () => now }), 1);
  expect(record).toMatchObject({ change: 'modified', offline: true, sinceMs: seenAt, at: now });
});

test('a scan that was broken off goes on: what it had read is taken by its attributes', async () => {
  for (const folder of ['a', 'b', 'c']) world.write(`${folder}/file`, folder);
  await (await world.watching()).stop();
  for (const folder of ['a', 'b', 'c']) fs.writeFileSync(world.at(`${folder}/file`), `${folder}2`);
  const broken = world.start({ placeMs: 0 });
  const first = await changesOf(broken, 1);
  await broken.stop();
  expect(first).toMatchObject([{ path: world.at('a/file') }]);
  const rest = await changesOf(world.start(), 2);
  expect(rest.map(({ path }) => path)).toEqual([world.at('b/file'), world.at('c/file')]);
});

describe('commands', () => {
  async function asked(
    run: Run,
    folder: string,
    command: 'scan' | 'verify' | 'accept',
  ): Promise<[DeskAnswer, IntegrityRecord[]]> {
    askDesk(folder, { id: command, command, by: 'an' });
    const records: SourceRecord[] = [];
    let answer = answerOf(folder, command);
    while (answer === undefined) {
      records.push(...(await run.step()));
      answer = answerOf(folder, command);
    }
    return [answer, integrityRecords(records)];
  }

  test('compare at once, verify a baseline that was changed under the running agent, and accept what is there', async () => {
    world.write('sub/file', 'one');
    const deskFolder = `${world.folder}.desk`;
    // Scheduled sets have no notices: only the command sees what changed.
    const watch = [{ path: world.folder, mode: 'scheduled' as const }];
    const run = await world.watching({ watch, deskFolder, heartbeatMs: 20 });
    try {
      fs.writeFileSync(world.at('sub/file'), 'two');
      const [scanned, told] = await asked(run, deskFolder, 'scan');
      expect(scanned).toMatchObject({ paths: 3, changes: 1, forged: 0 });
      expect(told).toMatchObject([{ change: 'modified', path: world.at('sub/file') }]);
      meddle((key, value) => (key.startsWith(world.at('sub//')) ? `x${value}` : value));
      const [verified, tampered] = await asked(run, deskFolder, 'verify');
      expect(verified.forged).toBe(1);
      expect(tampered).toContainEqual(
        expect.objectContaining({ change: 'baseline-tampered', path: world.at('sub') }),
      );
      fs.writeFileSync(world.at('sub/other'), '');
      const [, accepted] = await asked(run, deskFolder, 'accept');
      expect(accepted.map(({ change }) => change)).not.toContain('created');
      expect(accepted.at(-1)).toMatchObject({
        change: 'reconciled',
        detail: { reason: 'accepted by an', created: 1 },
      });
      expect(readIntegrityStatus(deskFolder)).toMatchObject({ scan: null, sets: [{ realtime: false }] });
    } finally {
      fs.rmSync(deskFolder, { recursive: true, force: true });
    }
  });
});
