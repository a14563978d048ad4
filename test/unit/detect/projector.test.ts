import { expect, test } from 'vitest';
import type { Projector } from '../../../collector/detect/projector.ts';
import { BASE, BURST, engine, hitRow, World } from '../../support/projector-bench.ts';

const T = 1_760_000_000_000;
const IP = '203.0.113.9';

/** Two of the three hits that a burst needs, each batch with a snapshot; then the projector ends. */
async function projectTwoBatches(world: World): Promise<void> {
  const first = world.projector({ snapshotEveryBatches: 1 });
  await first.start(world.place, 0);
  for (let batch = 1; batch <= 2; batch += 1)
    world.add(first, batch, [hitRow(batch, 0, T + batch * 1_000, IP)]);
  await first.settled();
  await first.stop();
}

test('batches are projected in order, each once, and the cursor follows', async () => {
  const world = new World();
  const projector = world.projector();
  await projector.start(world.place, 0);
  for (let batch = 1; batch <= 5; batch += 1)
    world.add(projector, batch, [hitRow(batch, 0, T + batch * 1_000, IP)]);
  await projector.settled();
  expect(world.projections.map(({ batch }) => batch)).toEqual([1, 2, 3, 4, 5]);
  expect(projector.cursor).toBe(5);
});

test('a correlation over several batches fires in the batch that completes it', async () => {
  const world = new World();
  const projector = world.projector();
  await projector.start(world.place, 0);
  for (let batch = 1; batch <= 4; batch += 1)
    world.add(projector, batch, [hitRow(batch, 0, T + batch * 1_000, IP)]);
  await projector.settled();
  expect(
    world.projections.map(({ correlations }) => correlations.map(({ ruleId, matches }) => [ruleId, matches])),
  ).toEqual([[], [], [[BURST, 3]], []]);
  expect(world.projections[2]?.correlations[0]?.detection).toMatchObject({
    entity: { ip: IP },
    timeMs: T + 3_000,
  });
});

test('after a restart the state is that of the snapshot and the batches since, and nothing is applied again', async () => {
  const world = new World();
  await projectTwoBatches(world);
  const second = world.projector();
  await second.start(world.place, 2);
  world.add(second, 3, [hitRow(3, 0, T + 3_000, IP)]);
  await second.settled();
  expect(world.hitIds()).toHaveLength(1);
  expect(world.projections.map(({ batch }) => batch)).toEqual([1, 2, 3]);
});

test.each([
  ['no JSON', '{"version":2,'],
  ['another form', '{"version":7}'],
  ['no object', 'null'],
])('a snapshot that cannot be read (%s) is replayed from the batches', async (_, snapshot) => {
  const world = new World();
  await projectTwoBatches(world);
  const second = world.projector();
  await second.start({ ...world.place, snapshot }, 2);
  world.add(second, 3, [hitRow(3, 0, T + 3_000, IP)]);
  await second.settled();
  expect(world.hitIds()).toHaveLength(1);
  expect(world.unkept).toBe(1);
});

test('a state too large to be written as one text costs its snapshot, not the projection', async () => {
  const world = new World();
  const full = Object.create(engine) as typeof engine;
  full.generates = (id) => engine.generates(id);
  full.correlator = (options) => {
    const correlator = engine.correlator(options);
    correlator.snapshot = () => {
      throw new RangeError('Invalid string length');
    };
    return correlator;
  };
  const projector = world.projector({ engine: full, snapshotEveryBatches: 1 });
  await projector.start(world.place, 0);
  for (let batch = 1; batch <= 3; batch += 1)
    world.add(projector, batch, [hitRow(batch, 0, T + batch * 1_000, IP)]);
  await projector.settled();
  expect(world.place).toMatchObject({ cursor: 3, snapshot: null });
  expect(world.unkept).toBe(3);
});

test('a defect while projecting is told and tried again, and does not end the process', async () => {
  const world = new World();
  const faulty = Object.create(engine) as typeof engine;
  let faults = 3;
  faulty.correlator = (options) => engine.correlator(options);
  faulty.generates = (id) => {
    faults -= 1;
    if (faults >= 0) throw new TypeError('a defect of a rule');
    return engine.generates(id);
  };
  const projector = world.projector({ engine: faulty });
  await projector.start(world.place, 0);
  for (let batch = 1; batch <= 3; batch += 1)
    world.add(projector, batch, [hitRow(batch, 0, T + batch * 1_000, IP)]);
  await projector.settled();
  expect(world.retries).toBe(3);
  expect(world.projections.map(({ batch }) => batch)).toEqual([1, 2, 3]);
  expect(world.hitIds()).toHaveLength(1);
});

test('what was late before a restart is late after it, however many batches are read back at once', async () => {
  const world = new World();
  const now = T + 86_400_000;
  const first = world.projector();
  await first.start(world.place, 0);
  world.add(first, 1, [hitRow(1, 0, now, '192.0.2.1')]);
  world.add(first, 2, [hitRow(2, 0, now - 65_000, IP, now), hitRow(2, 1, now - 64_000, IP, now)]);
  await first.settled();
  await first.stop();
  expect(world.late).toBe(2);
  const second = world.projector();
  await second.start(world.place, 2);
  // A third one within the minute: with late ones in the live window it would be a burst.
  world.add(second, 3, [hitRow(3, 0, now - 10_000, IP, now)]);
  await second.settled();
  expect(world.hitIds()).toEqual([]);
});

test('what was stored but not projected before a crash is projected at the next start', async () => {
  const world = new World();
  world.stored.push(...[1, 2, 3].map((batch) => hitRow(batch, 0, T + batch * 1_000, IP)));
  const projector = world.projector();
  await projector.start(world.place, 3);
  await projector.settled();
  expect(world.hitIds()).toHaveLength(1);
  expect(world.place.cursor).toBe(3);
});

test('rows that memory does not hold are read back, none left out, none twice', async () => {
  const world = new World();
  const projector = world.projector({ rowsInMemoryMax: 2 });
  await projector.start(world.place, 0);
  for (let batch = 1; batch <= 20; batch += 1)
    world.add(projector, batch, [hitRow(batch, 0, T + batch * 120_000, IP)]);
  await projector.settled();
  expect(world.readsFromStore).toBeGreaterThan(0);
  expect(world.projections.map(({ batch }) => batch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test('a failing transaction is tried again and applied once', async () => {
  const world = new World();
  world.faults = [new Error('database is locked'), new Error('disk full')];
  const projector = world.projector();
  await projector.start(world.place, 0);
  world.add(
    projector,
    1,
    [0, 1, 2].map((row) => hitRow(1, row, T + row, IP)),
  );
  await projector.settled();
  expect(world.projections).toHaveLength(1);
  expect(world.hitIds()).toHaveLength(1);
});

/** Three failed logins of yesterday that arrive today, over two batches. */
async function lateBurst(): Promise<{ world: World; projector: Projector }> {
  const world = new World();
  const projector = world.projector();
  await projector.start(world.place, 0);
  const now = T + 86_400_000;
  world.add(projector, 1, [hitRow(1, 0, now, '192.0.2.1')]);
  world.add(projector, 2, [hitRow(2, 0, T, IP, now), hitRow(2, 1, T + 1_000, IP, now)]);
  world.add(projector, 3, [hitRow(3, 0, T + 2_000, IP, now)]);
  await projector.settled();
  return { world, projector };
}

test('events that come too late for the live window are put aside and correlated by looking back', async () => {
  const { world, projector } = await lateBurst();
  expect(world.late).toBe(3);
  expect(world.hitIds()).toEqual([]);
  const worker = world.lateWorker(projector);
  worker.kick();
  await worker.settled();
  expect(world.lateHits.map(({ late, timeMs, matches }) => [late, timeMs, matches])).toEqual([
    [true, T + 2_000, 3],
  ]);
  expect(world.aside).toEqual([]);
});

test('looking back that fails is tried again, and what was put aside stays until it is done', async () => {
  const { world, projector } = await lateBurst();
  world.faults = [new Error('disk full'), new Error('disk full')];
  const worker = world.lateWorker(projector);
  worker.kick();
  await worker.settled();
  expect(world.lateHits).toHaveLength(1);
  expect(world.aside).toEqual([]);
});

test('looking back for an event finds nothing that was found in time', async () => {
  const world = new World();
  const projector = world.projector();
  await projector.start(world.place, 0);
  world.add(
    projector,
    1,
    [0, 1, 2].map((row) => hitRow(1, row, T + row, IP)),
  );
  world.add(projector, 2, [hitRow(2, 0, T + 86_400_000, '192.0.2.1')]);
  world.add(projector, 3, [hitRow(3, 0, T + 30_000, '192.0.2.9', T + 86_400_000)]);
  await projector.settled();
  const worker = world.lateWorker(projector);
  worker.kick();
  await worker.settled();
  expect(world.hitIds()).toHaveLength(1);
  expect(world.lateHits.map(({ id }) => id).filter((id) => !world.hitIds().includes(id))).toEqual([]);
});

test('one clock in the future does not make everyone else late', async () => {
  const world = new World();
  const projector = world.projector();
  await projector.start(world.place, 0);
  world.add(projector, 1, [hitRow(1, 0, T + 365 * 86_400_000, '192.0.2.1', T)]);
  world.add(
    projector,
    2,
    [0, 1, 2].map((row) => hitRow(2, row, T + row, IP)),
  );
  await projector.settled();
  expect(world.late).toBe(0);
  expect(world.hitIds()).toHaveLength(1);
});

test('a base rule that only feeds correlations raises nothing itself unless it is told to', async () => {
  const world = new World();
  const projector = world.projector();
  await projector.start(world.place, 0);
  world.add(projector, 1, [hitRow(1, 0, T, IP)]);
  await projector.settled();
  const raised = world.projections.flatMap(({ detections }) => detections.map(({ rule }) => rule.ruleId));
  expect(raised).toEqual([BASE]); // `generate: true` stands in the correlation
});
