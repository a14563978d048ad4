/**
 * The spool against a model of it, over random operations, reopening and crashes. The model does not know which
 * records a full spool drops; it checks that what was dropped was allowed to be.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { LANES } from '#protocol/lane.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import {
  START_MS,
  logRecord,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
} from '../../support/agent/spool-fixture.ts';

const BYTES_MAX = 4_000;
const AGE_MS_MAX = 100_000;
const root = makeFolder();
afterAll(() => removeFolder(root));

interface LaneModel {
  next: number;
  acknowledged: number;
  /** What is neither acknowledged nor lost, by sequence. */
  waiting: Map<number, { json: string; at: number }>;
  lost: Set<number>;
}

interface Model {
  epochs: Set<string>;
  lanes: LaneModel[];
  positions: Map<string, string>;
  dropped: number;
  nowMs: number;
}

interface Real {
  folder: string;
  spool: Spool;
  clock: { nowMs: number };
}

const lane = (model: Model, number: number): LaneModel => model.lanes[number] as LaneModel;

function open(folder: string, clock: { nowMs: number }): Spool {
  return openTestSpool(folder, { bytesMax: BYTES_MAX, ageMsMax: AGE_MS_MAX, now: () => clock.nowMs });
}

/** Everything the spool shows must be what the model holds. */
function compare(model: Model, { spool }: Real): void {
  const status = spool.status();
  expect([...model.epochs].at(-1)).toBe(spool.epoch);
  expect(status.waitingBytes).toBeLessThanOrEqual(BYTES_MAX);
  expect(status.droppedRecords).toBe(model.dropped);
  for (const [number, { next, acknowledged, waiting, lost }] of model.lanes.entries()) {
    expect(status.lanes[number]).toEqual({
      lane: number,
      nextSeq: next,
      acknowledgedSeq: acknowledged,
      waiting: waiting.size,
    });
    expect(readLane(spool, number)).toEqual([...waiting].map(([seq, { json }]) => [seq, json]));
    const named = spool
      .losses(number)
      .flatMap(({ fromSeq, toSeq }) =>
        Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => fromSeq + index),
      );
    expect(named).toEqual([...lost]);
  }
  const positions = [...spool.positions('source').entries()];
  expect(positions).toEqual([...model.positions].sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const [key, value] of positions) expect(spool.positions('source').get(key)).toBe(value);
}

/** Takes over what the spool says it lost, after checking that it was allowed to. */
function acceptLosses(model: Model, { spool }: Real): void {
  const newlyLost = model.lanes.map(({ lost }, number) =>
    spool
      .losses(number)
      .flatMap(({ fromSeq, toSeq, reason }) =>
        Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => ({ seq: fromSeq + index, reason })).filter(
          ({ seq }) => !lost.has(seq),
        ),
      ),
  );
  for (const [number, losses] of newlyLost.entries()) {
    const { waiting, lost } = lane(model, number);
    // Oldest first: what was lost are the first of those that waited.
    expect(losses.map(({ seq }) => seq)).toEqual([...waiting.keys()].slice(0, losses.length));
    for (const { seq, reason } of losses) {
      if (reason === 'spool-age') expect(waiting.get(seq)?.at).toBeLessThan(model.nowMs - AGE_MS_MAX);
      else expect(reason).toBe('spool-full');
      waiting.delete(seq);
      lost.add(seq);
      model.dropped += 1;
    }
    const full = losses.some(({ reason }) => reason === 'spool-full');
    // A lane loses only when no less important one has anything left.
    if (full)
      for (const below of model.lanes.slice(number + 1))
        expect(below.waiting.size - newlyLostIn(newlyLost, model.lanes.indexOf(below), below)).toBe(0);
    lane(model, number).lost = new Set([...lost].sort((a, b) => a - b));
  }
}

/** Losses of a lane that the loop above has not taken over yet. */
function newlyLostIn(newlyLost: { seq: number }[][], number: number, { waiting }: LaneModel): number {
  return (newlyLost[number] ?? []).filter(({ seq }) => waiting.has(seq)).length;
}

type Operation = fc.Command<Model, Real>;

function operation(name: string, run: (model: Model, real: Real) => void): Operation {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real);
      compare(model, real);
    },
    toString: () => name,
  };
}

const laneName = fc.constantFrom<LaneName>(...LANES);
const laneNumberArb = fc.nat({ max: LANES.length - 1 });
const text = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.integer({ min: 0, max: 700 }).map((length) => 'x'.repeat(length)),
);
const item = fc.record({
  lane: laneName,
  records: fc.array(text.map(logRecord), { maxLength: 6 }),
  positions: fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      value: fc.option(fc.json({ maxDepth: 1 }), { nil: undefined }),
    }),
    { maxLength: 2 },
  ),
});

const commit = fc.array(item, { maxLength: 4 }).map((items) =>
  operation(`commit(${JSON.stringify(items)})`, (model, real) => {
    real.spool.commit('source', items);
    for (const { lane: name, records, positions } of items) {
      const target = lane(model, LANES.indexOf(name));
      for (const record of records) {
        target.waiting.set(target.next, { json: JSON.stringify(record), at: model.nowMs });
        target.next += 1;
      }
      for (const { key, value } of positions) {
        if (value === undefined) model.positions.delete(key);
        else model.positions.set(key, value);
      }
    }
    acceptLosses(model, real);
  }),
);

function lease(): fc.Arbitrary<Operation> {
  return fc
    .tuple(
      laneNumberArb,
      fc.nat({ max: 30 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 10, max: 600 }),
    )
    .map(([number, after, eventsMax, bytesMax]) =>
      operation(`lease(${number}, ${after}, ${eventsMax}, ${bytesMax})`, (model, { spool }) => {
        const { waiting } = lane(model, number);
        const leased = spool.lease(number, after, { eventsMax, bytesMax });
        const first = [...waiting.keys()].find((seq) => seq > after);
        expect(leased?.firstSeq).toBe(first);
        if (leased === undefined || first === undefined) return;
        for (const [index, json] of leased.records.entries())
          expect(json).toBe(waiting.get(first + index)?.json);
        const bytes = leased.records.reduce((sum, json) => sum + Buffer.byteLength(json) + 1, 0);
        const count = leased.records.length;
        expect(count).toBeLessThanOrEqual(eventsMax);
        expect(count === 1 || bytes <= bytesMax).toBe(true);
        // Nothing that would have fitted was held back.
        const following = waiting.get(first + count);
        const room = following !== undefined && count < eventsMax;
        const bytesWithNext = bytes + Buffer.byteLength(following?.json ?? '') + 1;
        expect(room && bytesWithNext <= bytesMax).toBe(false);
      }),
    );
}

function isRefused(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function acknowledge(): fc.Arbitrary<Operation> {
  return fc.tuple(laneNumberArb, fc.integer({ min: 0, max: 110 })).map(([number, percent]) =>
    operation(`acknowledge(${number}, ${percent} %)`, (model, { spool }) => {
      const target = lane(model, number);
      const seq = Math.round(((target.next - 1) * percent) / 100);
      // A sequence never handed out is refused, and nothing changes.
      const refused = seq >= target.next;
      expect(isRefused(() => spool.acknowledge(number, seq))).toBe(refused);
      if (refused) return;
      target.acknowledged = Math.max(target.acknowledged, seq);
      for (const waiting of target.waiting.keys()) if (waiting <= seq) target.waiting.delete(waiting);
      for (const lost of target.lost) if (lost <= seq) target.lost.delete(lost);
    }),
  );
}

function renewEpoch(): fc.Arbitrary<Operation> {
  return fc.constant(
    operation('renewEpoch()', (model, { spool }) => {
      spool.renewEpoch();
      expect(model.epochs.has(spool.epoch)).toBe(false);
      model.epochs.add(spool.epoch);
      for (const target of model.lanes) {
        const shift = target.acknowledged;
        target.next -= shift;
        target.acknowledged = 0;
        target.waiting = new Map([...target.waiting].map(([seq, record]) => [seq - shift, record]));
        target.lost = new Set([...target.lost].map((seq) => seq - shift));
      }
    }),
  );
}

const reopen = fc.constant(
  operation('reopen()', (_, real) => {
    real.spool.close();
    real.spool = open(real.folder, real.clock);
  }),
);

let copies = 0;
const crash = fc.constant(
  operation('crash()', (_, real) => {
    // What is on disk without closing is what a killed process leaves behind.
    copies += 1;
    const folder = path.join(root, `copy-${copies}`);
    fs.cpSync(real.folder, folder, { recursive: true });
    real.spool.close();
    real.folder = folder;
    real.spool = open(folder, real.clock);
  }),
);

const wait = fc.integer({ min: 1, max: 80_000 }).map((ms) =>
  operation(`wait(${ms})`, (model, real) => {
    model.nowMs += ms;
    real.clock.nowMs += ms;
  }),
);

test('over any operations, reopenings and crashes every sequence is waiting, acknowledged or named as lost', () => {
  let operations = 0;
  fc.assert(
    fc.property(
      fc.commands(
        [
          commit,
          commit,
          commit,
          commit,
          lease(),
          acknowledge(),
          acknowledge(),
          renewEpoch(),
          reopen,
          crash,
          wait,
        ],
        {
          size: 'large',
          maxCommands: 40,
        },
      ),
      (commands) => {
        operations += [...commands].length;
        const folder = fs.mkdtempSync(path.join(root, 'run-'));
        const clock = { nowMs: START_MS };
        const real: Real = { folder, spool: open(folder, clock), clock };
        const model: Model = {
          epochs: new Set([real.spool.epoch]),
          lanes: LANES.map(() => ({ next: 1, acknowledged: 0, waiting: new Map(), lost: new Set() })),
          positions: new Map(),
          dropped: 0,
          nowMs: START_MS,
        };
        try {
          fc.modelRun(() => ({ model, real }), commands);
        } finally {
          real.spool.close();
        }
      },
    ),
    { numRuns: 120 },
  );
  expect(operations).toBeGreaterThan(0);
}, 120_000);
