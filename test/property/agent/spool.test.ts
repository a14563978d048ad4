/**
 * The spool against a model of it, over random operations, reopening and crashes. The model does not know which
 * records a full spool drops; it checks that what was dropped was allowed to be, and counted where it belongs. In a
 * roomy spool it knows exactly what has to be kept after its acknowledgement.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { LANES } from '#protocol/lane.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import type { SourceRecord } from '#protocol/record.ts';
import { lanePolicies } from '../../../agent/spool/lane-policy.ts';
import type { LanePolicy } from '../../../agent/spool/lane-policy.ts';
import { placeOf } from '../../../agent/spool/tally.ts';
import type { TallyPlace } from '../../../agent/spool/tally.ts';
import {
  START_MS,
  logRecord,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
} from '../../support/agent/spool-fixture.ts';

const MIB = 1_048_576;
const CHUNK_OVERHEAD_BYTES = 64;
const AGE_MS_MAX = 100_000;
const ROW_MAX = 100_000;
const root = makeFolder();
afterAll(() => removeFolder(root));

/** Tight: records are dropped all the time. Roomy: never. */
interface Size {
  bytesMax: number;
  retainBytesMax: number;
  ageMsMax: number | undefined;
}

const TIGHT: Size = { bytesMax: 4_000, retainBytesMax: 1_500, ageMsMax: AGE_MS_MAX };
const ROOMY: Size = { bytesMax: 64 * MIB, retainBytesMax: 32 * MIB, ageMsMax: undefined };

interface Held {
  json: string;
  at: number;
  place: TallyPlace;
}

interface LaneModel {
  next: number;
  acknowledged: number;
  /** What is neither acknowledged nor lost, by sequence. */
  waiting: Map<number, Held>;
  /** What was acknowledged, and when; it may be kept. */
  acked: Map<number, Held & { ackedAt: number; keepMs: number }>;
  lost: Set<number>;
  /** Of acknowledged records under earlier epochs: a chunk that is waiting may still hold some of them. */
  bytesBehind: number;
}

interface Count {
  produced: number;
  limited: Record<string, number>;
  dropped: Record<string, number>;
}

interface Model {
  size: Size;
  policies: LanePolicy[];
  epochs: Set<string>;
  lanes: LaneModel[];
  positions: Map<string, string>;
  dropped: number;
  /** By `hour lane channel`. */
  tally: Map<string, Count>;
  untold: Set<string>;
  /** Counted under the present name of the counts: at the opening, or told since. */
  countedBefore: Map<string, Count>;
  nowMs: number;
}

interface Real {
  folder: string;
  spool: Spool;
  clock: { nowMs: number };
}

const lane = (model: Model, number: number): LaneModel => model.lanes[number] as LaneModel;

function policiesOf(size: Size, changes: Partial<LanePolicy>[] = []): LanePolicy[] {
  return lanePolicies().map((policy, number) => ({
    ...policy,
    retainMs: policy.retainMs === 0 ? 0 : 200_000,
    ...changes[number],
    ageMsMax: size.ageMsMax,
  }));
}

function open(model: Model, folder: string, clock: { nowMs: number }): Spool {
  const { bytesMax, retainBytesMax } = model.size;
  const { policies } = model;
  return openTestSpool(folder, { bytesMax, retainBytesMax, policies, now: () => clock.nowMs });
}

function count(model: Model, number: number, { hourMs, channel }: TallyPlace): Count {
  const key = `${hourMs} ${number} ${channel}`;
  const known = model.tally.get(key) ?? { produced: 0, limited: {}, dropped: {} };
  model.tally.set(key, known);
  model.untold.add(key);
  return known;
}

function bytesOf(held: Iterable<Held>): number {
  return [...held].reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);
}

/** Everything the spool shows must be what the model holds. */
function compare(model: Model, { spool }: Real): void {
  const status = spool.status();
  expect([...model.epochs].at(-1)).toBe(spool.epoch);
  const retained = status.lanes.reduce((sum, { retainedBytes }) => sum + retainedBytes, 0);
  expect(status.waitingBytes + retained).toBeLessThanOrEqual(model.size.bytesMax);
  expect(retained).toBeLessThanOrEqual(model.size.retainBytesMax);
  expect(status.droppedRecords).toBe(model.dropped);
  for (const [number, { next, acknowledged, waiting, lost }] of model.lanes.entries()) {
    expect(status.lanes[number]).toMatchObject({
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
    compareKept(model, spool, number);
  }
  const positions = [...spool.positions('source').entries()];
  expect(positions).toEqual([...model.positions].sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const [key, value] of positions) expect(spool.positions('source').get(key)).toBe(value);
  const untold = spool.untoldTally(ROW_MAX);
  expect(
    new Map(
      untold.map(({ hourMs, lane: number, channel, produced, limited, dropped }) => [
        `${hourMs} ${number} ${channel}`,
        { produced, limited, dropped },
      ]),
    ),
  ).toEqual(new Map([...model.untold].map((key) => [key, model.tally.get(key)])));
}

/** What can be had again of what was acknowledged is what it was; in a roomy spool nothing is missing too early. */
function compareKept(model: Model, spool: Spool, number: number): void {
  const { acked, acknowledged } = lane(model, number);
  const kept = new Map(readLane(spool, number, 0).filter(([seq]) => seq <= acknowledged));
  for (const [seq, json] of kept) expect(json).toBe(acked.get(seq)?.json);
  if (model.size !== ROOMY) return;
  const due = [...acked].filter(([, { ackedAt, keepMs }]) => keepMs > 0 && ackedAt > model.nowMs - keepMs);
  expect(due.map(([seq]) => seq).filter((seq) => !kept.has(seq))).toEqual([]);
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
    const { waiting, acked, lost } = lane(model, number);
    let bytesLost = 0;
    // Oldest first: what was lost are the first of those that waited.
    expect(losses.map(({ seq }) => seq)).toEqual([...waiting.keys()].slice(0, losses.length));
    for (const { seq, reason } of losses) {
      if (reason === 'spool-age') expect(waiting.get(seq)?.at).toBeLessThan(model.nowMs - AGE_MS_MAX);
      else expect(reason).toBe('spool-full');
      const { dropped } = count(model, number, (waiting.get(seq) as Held).place);
      dropped[reason] = (dropped[reason] ?? 0) + 1;
      bytesLost += Buffer.byteLength(waiting.get(seq)?.json ?? '') + 1 + CHUNK_OVERHEAD_BYTES;
      waiting.delete(seq);
      lost.add(seq);
      model.dropped += 1;
    }
    const full = losses.some(({ reason }) => reason === 'spool-full');
    const lessImportant = model.lanes
      .slice(number + 1)
      .some((below) => below.waiting.size > newlyLostIn(newlyLost, model.lanes.indexOf(below), below));
    // A lane loses before a less important one only what is above its share.
    if (full && lessImportant) {
      const share = ((model.policies[number]?.percentMax ?? 0) * model.size.bytesMax) / 100;
      // A chunk is given up as a whole, with what of it was acknowledged.
      const ackedBytes = lane(model, number).bytesBehind + bytesOf(acked.values());
      const bytes = spool.status().lanes[number]?.bytes ?? 0;
      expect(bytes + bytesLost + ackedBytes).toBeGreaterThan(share);
    }
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
const record = fc
  .tuple(text, fc.constantFrom('sshd', 'dpkg', 'web-access'), fc.constantFrom(0, 1))
  .map(([line, channel, hour]): SourceRecord => ({
    ...logRecord(line),
    channel,
    at: START_MS + hour * 3_600_000,
  }));
const item = fc.record({
  lane: laneName,
  records: fc.array(record, { maxLength: 6 }),
  limited: fc.option(
    fc.array(
      fc.record({
        channel: fc.constantFrom('log/sshd', 'log/dpkg'),
        reason: fc.constantFrom('rate', 'other'),
        count: fc.integer({ min: 1, max: 9 }),
        at: fc.constant(START_MS + 1),
      }),
      { maxLength: 2 },
    ),
    { nil: undefined },
  ),
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
    for (const { lane: name, records, positions, limited = [] } of items) {
      const number = LANES.indexOf(name);
      const target = lane(model, number);
      for (const each of records) {
        const place = placeOf(each);
        target.waiting.set(target.next, { json: JSON.stringify(each), at: model.nowMs, place });
        target.next += 1;
        count(model, number, place).produced += 1;
      }
      for (const { channel, reason, count: some } of limited) {
        const counted = count(model, number, { channel, hourMs: START_MS });
        counted.produced += some;
        counted.limited[reason] = (counted.limited[reason] ?? 0) + some;
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
        const { waiting, acknowledged } = lane(model, number);
        // What lies below is compared after every operation.
        const leased = spool.lease(number, Math.max(after, acknowledged), { eventsMax, bytesMax });
        const first = [...waiting.keys()].find((seq) => seq > Math.max(after, acknowledged));
        expect(leased?.firstSeq).toBe(first);
        if (leased === undefined || first === undefined) return;
        for (const [index, json] of leased.records.entries())
          expect(json).toBe(waiting.get(first + index)?.json);
        const bytes = leased.records.reduce((sum, json) => sum + Buffer.byteLength(json) + 1, 0);
        const { length } = leased.records;
        expect(length).toBeLessThanOrEqual(eventsMax);
        expect(length === 1 || bytes <= bytesMax).toBe(true);
        expect(leased.at).toBe(waiting.get(first)?.at);
        // Nothing that would have fitted was held back.
        const following = waiting.get(first + length);
        const room = following !== undefined && length < eventsMax;
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
      for (const [waiting, held] of target.waiting) {
        if (waiting > seq) continue;
        target.waiting.delete(waiting);
        const keepMs = model.policies[number]?.retainMs ?? 0;
        target.acked.set(waiting, { ...held, ackedAt: model.nowMs, keepMs });
      }
      for (const lost of target.lost) if (lost <= seq) target.lost.delete(lost);
    }),
  );
}

/** Under the new name stands only what was not counted under the old one. */
function nameCountsAnew(model: Model): void {
  const minus = (
    counts: Record<string, number>,
    before: Record<string, number> = {},
  ): Record<string, number> =>
    Object.fromEntries(
      Object.entries(counts)
        .map(([reason, sum]): [string, number] => [reason, sum - (before[reason] ?? 0)])
        .filter(([, sum]) => sum > 0),
    );
  const rest = [...model.tally].map(([key, { produced, limited, dropped }]): [string, Count] => {
    const before = model.countedBefore.get(key);
    return [
      key,
      {
        produced: produced - (before?.produced ?? 0),
        limited: minus(limited, before?.limited),
        dropped: minus(dropped, before?.dropped),
      },
    ];
  });
  model.tally = new Map(
    rest.filter(
      ([, { produced, limited, dropped }]) =>
        produced + Object.keys(limited).length + Object.keys(dropped).length > 0,
    ),
  );
  model.untold = new Set(model.tally.keys());
  model.countedBefore = new Map();
}

function renewEpoch(): fc.Arbitrary<Operation> {
  return fc.constant(
    operation('renewEpoch()', (model, { spool }) => {
      spool.renewEpoch();
      expect(model.epochs.has(spool.epoch)).toBe(false);
      model.epochs.add(spool.epoch);
      nameCountsAnew(model);
      for (const target of model.lanes) {
        const shift = target.acknowledged;
        target.next -= shift;
        target.acknowledged = 0;
        target.waiting = new Map([...target.waiting].map(([seq, held]) => [seq - shift, held]));
        target.bytesBehind += bytesOf(target.acked.values());
        target.acked.clear();
        target.lost = new Set([...target.lost].map((seq) => seq - shift));
      }
    }),
  );
}

const reopen = fc.constant(
  operation('reopen()', (model, real) => {
    real.spool.close();
    real.spool = open(model, real.folder, real.clock);
    model.countedBefore = structuredClone(model.tally);
  }),
);

let copies = 0;
const crash = fc.constant(
  operation('crash()', (model, real) => {
    // What is on disk without closing is what a killed process leaves behind.
    copies += 1;
    const folder = path.join(root, `copy-${copies}`);
    fs.cpSync(real.folder, folder, { recursive: true });
    real.spool.close();
    removeFolder(real.folder);
    real.folder = folder;
    real.spool = open(model, folder, real.clock);
    model.countedBefore = structuredClone(model.tally);
  }),
);

const wait = fc.integer({ min: 1, max: 80_000 }).map((ms) =>
  operation(`wait(${ms})`, (model, real) => {
    model.nowMs += ms;
    real.clock.nowMs += ms;
  }),
);

function tell(): fc.Arbitrary<Operation> {
  return fc.nat({ max: 5 }).map((rowsMax) =>
    operation(`tell(${rowsMax})`, (model, { spool }) => {
      const rows = spool.untoldTally(rowsMax);
      expect(rows.length).toBe(Math.min(rowsMax, model.untold.size));
      spool.tallyTold(rows);
      for (const { hourMs, lane: number, channel } of rows) {
        const key = `${hourMs} ${number} ${channel}`;
        model.untold.delete(key);
        model.countedBefore.set(key, structuredClone(model.tally.get(key) as Count));
      }
    }),
  );
}

const retell = fc.constant(
  operation('retell()', (model, { spool }) => {
    spool.retellTally();
    model.untold = new Set(model.tally.keys());
  }),
);

const changePolicies = fc
  .array(
    fc.record({
      percentMax: fc.integer({ min: 1, max: 100 }),
      retainMs: fc.constantFrom(0, 50_000, 500_000),
    }),
    { minLength: LANES.length, maxLength: LANES.length },
  )
  .map((changes) =>
    operation(`policies(${JSON.stringify(changes)})`, (model, { spool }) => {
      model.policies = policiesOf(model.size, changes);
      spool.applyPolicies(model.policies);
      // What a shorter time let go of does not come back with a longer one.
      for (const [number, { acked }] of model.lanes.entries()) {
        const { retainMs = 0 } = model.policies[number] ?? {};
        for (const held of acked.values()) held.keepMs = Math.min(held.keepMs, retainMs);
      }
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
          tell(),
          retell,
          changePolicies,
        ],
        {
          size: 'large',
          maxCommands: 40,
        },
      ),
      fc.constantFrom(TIGHT, ROOMY),
      (commands, size) => {
        operations += [...commands].length;
        const folder = fs.mkdtempSync(path.join(root, 'run-'));
        const clock = { nowMs: START_MS };
        const model: Model = {
          size,
          policies: policiesOf(size),
          epochs: new Set(),
          lanes: LANES.map(() => ({
            next: 1,
            acknowledged: 0,
            waiting: new Map(),
            acked: new Map(),
            lost: new Set(),
            bytesBehind: 0,
          })),
          positions: new Map(),
          dropped: 0,
          tally: new Map(),
          untold: new Set(),
          countedBefore: new Map(),
          nowMs: START_MS,
        };
        const real: Real = { folder, spool: open(model, folder, clock), clock };
        model.epochs.add(real.spool.epoch);
        try {
          fc.modelRun(() => ({ model, real }), commands);
        } finally {
          real.spool.close();
          removeFolder(real.folder);
        }
      },
    ),
    { numRuns: 120 },
  );
  expect(operations).toBeGreaterThan(0);
}, 120_000);
