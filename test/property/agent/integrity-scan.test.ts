/**
 * Changes made while a scan is under way: they are told as soon as ever, and whatever is done to the files in between,
 * what was told of a path is a chain without gaps that ends in what is on the disk.
 */
import { hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileState, IntegrityRecord, SourceRecord } from '#protocol/record.ts';
import type { Pace } from '../../../agent/pace.ts';
import type { TreeWatcherFactory } from '../../../agent/sources/integrity/tree-watcher.ts';
import { baselineOf } from '../../support/agent/known-states.ts';
import { IntegrityWorld, integrityRecords } from '../../support/agent/integrity-run.ts';

const SCAN_MS = 3_600_000;
const START_MS = 1_750_000_000_000;

/** A clock of which every look takes a little, so that a scan of a few files has to wait often. */
class SteppingClock {
  #at = 0;
  readonly monotonic = (): number => (this.#at += 4);
}

test('what is changed while a scan has to wait is told before the scan is over', async () => {
  const world = new IntegrityWorld();
  for (let index = 0; index < 20; index += 1) world.write(`folder-${index % 4}/file-${index}`, `${index}`);
  const clock = { now: START_MS };
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let isHeld = false;
  const pace: Pace = {
    turn: async () => {
      if (!isHeld) return;
      reached.resolve();
      await gate.promise;
    },
  };
  try {
    const { monotonic } = new SteppingClock();
    const base = performance.now();
    const run = await world.watching(
      { scan: { everyMs: SCAN_MS }, monotonic: () => performance.now() - base + monotonic() },
      { now: () => clock.now, pace, urgentPace: { turn: () => Promise.resolve() } },
    );
    isHeld = true;
    clock.now += SCAN_MS + 1;
    // Wakes the source, which then finds the scan due.
    world.write('folder-0/wakes', 'x');
    const records: SourceRecord[] = [];
    const reading = run.until((all) => {
      records.splice(0, records.length, ...all);
      return all.some((record) => record.kind === 'integrity' && record.path.endsWith('told'));
    });
    await reached.promise;
    world.write('folder-3/told', 'told');
    await reading;
    expect(records.filter(({ kind }) => kind === 'agent')).toEqual([]);
    isHeld = false;
    gate.resolve();
    const rest = await run.until((all) => all.some(({ kind }) => kind === 'agent'));
    expect(integrityRecords(rest)).toEqual([]);
  } finally {
    gate.resolve();
    await world.dispose();
  }
});

const NAMES = ['a', 'b', 'big', 'c', 'd', 'z'];
const FOLDERS = ['one', 'one/deep', 'two', 'three'];
const place = fc.record({ folder: fc.constantFrom(...FOLDERS), name: fc.constantFrom(...NAMES) });
const operation = fc.oneof(
  { weight: 4, arbitrary: place.map((at) => ({ kind: 'write' as const, ...at })) },
  { weight: 2, arbitrary: place.map((at) => ({ kind: 'remove' as const, ...at })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...FOLDERS).map((folder) => ({ kind: 'remove-folder' as const, folder })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ from: fc.constantFrom(...FOLDERS), to: fc.constantFrom(...FOLDERS) })
      .map((both) => ({ kind: 'move-folder' as const, ...both })),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;
/** Done when the clock was looked at so often since the one before. */
const script = fc.array(fc.record({ skip: fc.integer({ min: 0, max: 25 }), operation }), {
  minLength: 10,
  maxLength: 40,
});

test(
  'random changes while scans are under way are told once, in order, up to what is there in the end',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const world = new IntegrityWorld();
        try {
          const { told, found } = await changesDuringScans(world, steps);
          expect(told).toEqual(found);
        } finally {
          await world.dispose();
        }
      }),
      { numRuns: 15 },
    );
  },
);

async function changesDuringScans(
  world: IntegrityWorld,
  steps: readonly { skip: number; operation: Operation }[],
): Promise<{ told: Map<string, string>; found: Map<string, string> }> {
  for (const folder of FOLDERS) {
    for (const name of NAMES.slice(0, 4)) write(world, folder, name, 'first');
  }
  let hint: (file: string) => void = () => undefined;
  const createWatcher: TreeWatcherFactory = (_bases, _ignored, events) => {
    hint = events.onHint;
    return { ready: Promise.resolve(), close: () => Promise.resolve() };
  };
  const clock = { now: START_MS };
  const waiting = [...steps];
  let isScanning = false;
  let skip = waiting[0]?.skip ?? 0;
  let count = 0;
  const history = new History();
  let at = 0;
  let isBusy = false;
  /** Every look at the clock takes some time, and may be the moment of the next change. */
  const monotonic = (): number => {
    at += 4;
    if (!isScanning || isBusy) return at;
    skip -= 1;
    const step = skip < 0 ? waiting.shift() : undefined;
    if (step === undefined) return at;
    count += 1;
    isBusy = true;
    for (const file of perform(world, step.operation, `state ${count}`)) hint(file);
    history.note(foundStates(world.folder));
    isBusy = false;
    skip = waiting[0]?.skip ?? 0;
    return at;
  };
  const turn = { turn: () => Promise.resolve() };
  const run = await world.watching(
    { createWatcher, monotonic, scan: { everyMs: SCAN_MS }, coalesceMs: 1, coalesceMsMax: 2 },
    { now: () => clock.now, pace: turn, urgentPace: turn },
  );
  const before = toldStates(world);
  history.note(foundStates(world.folder));
  const records: SourceRecord[] = [];
  // Until all is done, and twice more: what a scan has left out it must not tell later as if it were new.
  for (let scans = 0; scans < 2 || waiting.length > 0; scans += 1) {
    isScanning = true;
    clock.now += SCAN_MS + 1;
    hint(world.folder);
    records.push(...(await run.until((all) => all.some(({ kind }) => kind === 'agent'))));
    if (scans > 50) throw new Error('the scans never look at the clock');
  }
  isScanning = false;
  // Notices that are left are looked at before this one is.
  clock.now += SCAN_MS + 1;
  hint(world.folder);
  const last = await run.until((all) => all.some(({ kind }) => kind === 'agent'));
  records.push(...last);
  follow(before, integrityRecords(records), history);
  return { told: before, found: foundStates(world.folder) };
}

function write(world: IntegrityWorld, folder: string, name: string, content: string): void {
  // Large ones are read in pieces, while other things go on.
  const text = `${folder}/${name} ${content}`;
  world.write(`${folder}/${name}`, name === 'big' ? Buffer.alloc(1_500_000, text) : text);
}

/** @returns paths of which the kernel would tell. */
function perform(world: IntegrityWorld, change: Operation, content: string): string[] {
  const above = (folder: string): string[] =>
    folder.split('/').map((_, index, all) => world.at(all.slice(0, index + 1).join('/')));
  if (change.kind === 'write') {
    write(world, change.folder, change.name, content);
    return [...above(change.folder), world.at(`${change.folder}/${change.name}`)];
  }
  if (change.kind === 'remove') {
    fs.rmSync(world.at(`${change.folder}/${change.name}`), { force: true });
    return [world.at(`${change.folder}/${change.name}`), world.at(change.folder)];
  }
  if (change.kind === 'remove-folder') {
    fs.rmSync(world.at(change.folder), { recursive: true, force: true });
    return [world.at(change.folder)];
  }
  const { from, to } = change;
  if (from === to || to.startsWith(`${from}/`) || !fs.existsSync(world.at(from))) return [];
  if (fs.existsSync(world.at(to)) || !fs.existsSync(path.dirname(world.at(to)))) return [];
  fs.renameSync(world.at(from), world.at(to));
  return [world.at(from), world.at(to)];
}

/** At and below a folder: the hash of a file, `directory` for a folder. */
function foundStates(folder: string): Map<string, string> {
  const below = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [file, entry.isFile() ? hash('sha256', fs.readFileSync(file), 'hex') : 'directory'] as const;
  });
  return new Map([[folder, 'directory'], ...below]);
}

/** The same, as it was told last. */
function toldStates(world: IntegrityWorld): Map<string, string> {
  const baseline = baselineOf(world.positions);
  const files = [world.folder, ...baseline.below(world.folder)];
  return new Map(files.map((file) => [file, stateName(baseline.get(file)) ?? '']));
}

function stateName(state: FileState | undefined): string | undefined {
  return state?.sha256 ?? state?.type;
}

/** What paths were, one state after the other. */
class History {
  readonly #states = new Map<string, (string | undefined)[]>();

  note(found: ReadonlyMap<string, string>): void {
    for (const file of new Set([...this.#states.keys(), ...found.keys()])) {
      const states = this.#states.get(file) ?? [undefined];
      if (states.at(-1) !== found.get(file)) states.push(found.get(file));
      this.#states.set(file, states);
    }
  }

  /** Leaves out what came before. @returns whether the path was so, now or after what was told last. */
  goOnTo(file: string, state: string | undefined): boolean {
    const states = this.#states.get(file) ?? [];
    const index = states.indexOf(state, 1);
    states.splice(0, index);
    return index > 0;
  }
}

/** Goes through the records: each begins where the one before it ended. */
function follow(states: Map<string, string>, records: readonly IntegrityRecord[], history: History): void {
  for (const { path: file, change, before, after } of records) {
    const told = `${change} ${file}`;
    expect([told, stateName(before)]).toEqual([told, states.get(file)]);
    const now = stateName(after);
    expect([told, history.goOnTo(file, now)]).toEqual([told, true]);
    if (now === undefined) states.delete(file);
    else states.set(file, now);
  }
}
