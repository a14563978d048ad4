/** One source into a real spool: grouping, faults of the source, faults of the disk. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSource } from '../../../agent/source-runner.ts';
import type { SourceEvent, SourceRunnerOptions } from '../../../agent/source-runner.ts';
import type { SourceItem } from '../../../agent/sources/source.ts';
import { SpoolFullError } from '../../../agent/spool/spool-error.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { ScriptedSource, hastyClock } from '../../support/agent/scripted-source.ts';
import {
  logItem,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
} from '../../support/agent/spool-fixture.ts';

const BULK = 2;
let folder: string;
let spool: Spool;
let stopping: AbortController;
let events: SourceEvent[];
let commits: number[];
/** How many of the next commits the disk refuses. */
let refusals: number;

beforeEach(() => {
  folder = makeFolder();
  spool = openTestSpool(folder);
  stopping = new AbortController();
  events = [];
  commits = [];
  refusals = 0;
});

afterEach(() => {
  stopping.abort();
  spool.close();
  removeFolder(folder);
});

/** The spool, counting commits, with a disk that can refuse. */
function watched(): Spool {
  return new Proxy(spool, {
    get(target, name) {
      if (name === 'commit') {
        return (sourceName: string, items: readonly SourceItem[]) => {
          refusals -= 1;
          if (refusals >= 0) throw new SpoolFullError('full');
          commits.push(items.length);
          target.commit(sourceName, items);
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function start(source: ScriptedSource, changes: Partial<SourceRunnerOptions> = {}): Promise<void> {
  return runSource({
    source,
    spool: watched(),
    clock: hastyClock(100),
    random: () => 0,
    signal: stopping.signal,
    onEvent: (event) => events.push(event),
    ...changes,
  });
}

const stored = (): number => readLane(spool, BULK).length;

test('items that come close together share one transaction, up to 1,000 records', async () => {
  const source = new ScriptedSource();
  for (let at = 0; at < 30; at += 1)
    source.push(
      logItem(
        'bulk',
        Array.from({ length: 100 }, () => 'x'),
      ),
    );
  source.push('end');
  await start(source, { finite: true });
  expect(stored()).toBe(3_000);
  expect(commits).toEqual([10, 10, 10]);
});

test('a lone item does not wait for others longer than the window', async () => {
  const source = new ScriptedSource();
  const running = start(source);
  source.push(logItem('bulk', ['x']));
  await expect.poll(stored).toBe(1);
  stopping.abort();
  await running;
});

test('a finite source is done when everything is committed', async () => {
  const source = new ScriptedSource();
  source.push(logItem('bulk', ['x'], [{ key: 'k', value: '1' }]), 'end');
  await start(source, { finite: true });
  expect(spool.positions('scripted').get('k')).toBe('1');
});

test('what a source did not pass on is told with the commit', async () => {
  const source = new ScriptedSource();
  const limited = [
    { channel: 'log/sshd', reason: 'sender-rate', count: 3, at: 0 },
    { channel: 'log/sshd', reason: 'queue-full', count: 4, at: 0 },
  ];
  source.push({ ...logItem('bulk', ['x']), limited }, 'end');
  await start(source, { finite: true });
  expect(events).toContainEqual({ kind: 'committed', records: 1, limited: 7 });
});

test('what a source yielded before it failed is kept; it is opened again at the committed positions', async () => {
  const source = new ScriptedSource();
  source.push(
    logItem('bulk', ['a'], [{ key: 'k', value: '1' }]),
    new Error('broken'),
    logItem('bulk', ['b']),
  );
  const running = start(source);
  await expect.poll(stored).toBe(2);
  expect(source.opened).toBe(2);
  expect(source.context?.positions.get('k')).toBe('1');
  expect(events.map(({ kind }) => kind)).toEqual(['committed', 'failed', 'recovered', 'committed']);
  stopping.abort();
  await running;
});

test('a source that ends though it should not is a failure', async () => {
  const source = new ScriptedSource();
  source.push('end');
  const running = start(source);
  await expect.poll(() => source.opened).toBeGreaterThan(1);
  expect(events[0]).toMatchObject({ kind: 'failed' });
  stopping.abort();
  await running;
});

test('while the disk refuses the source is held back; afterwards nothing is missing and nothing is twice', async () => {
  const source = new ScriptedSource();
  refusals = 3;
  const running = start(source);
  for (let at = 0; at < 50; at += 1)
    source.push(
      logItem(
        'bulk',
        Array.from({ length: 100 }, () => `${at}`),
      ),
    );
  await expect.poll(stored).toBe(5_000);
  const held = events.flatMap((event) => (event.kind === 'held' ? [event.error !== undefined] : []));
  expect(held).toEqual([true, false]);
  stopping.abort();
  await running;
});

test('stopping while the disk refuses leaves the positions where they were', async () => {
  const source = new ScriptedSource();
  refusals = Number.POSITIVE_INFINITY;
  const running = start(source);
  source.push(logItem('bulk', ['x'], [{ key: 'k', value: '1' }]));
  await expect.poll(() => events.length).toBe(1);
  stopping.abort();
  await running;
  expect(spool.positions('scripted').get('k')).toBeUndefined();
  expect(stored()).toBe(0);
});
