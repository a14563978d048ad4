/**
 * `npm run bench -- ingest --stages`: what each stage between socket and engine costs per event, one thread, no sockets,
 * no engine. Three ways over the same frames take turns: stage by stage, as the collector does it, and the floor (parse
 * and Arrow of the very same rows). CPU time of the whole process, so what the garbage collector's helpers do counts.
 */
import path from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import process from 'node:process';
import { z } from 'zod';
import { decodeFrame, encodeFrame } from '#protocol/frame.ts';
import { type AdmittedFrame, Detector } from '../../collector/detect/detector.ts';
import { loadRuleBook } from '../../collector/detect/rule-book.ts';
import { admitRecord } from '../../collector/ingest/validate.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import { makeFrames } from '../../collector/simulate/records.ts';
import { ColumnCollector } from '../../collector/store/column-rows.ts';
import { ColumnShelf } from '../../collector/store/column-shelf.ts';
import { MessageBook } from '../../collector/store/message-book.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { percentile } from './cpu.ts';

const stagesOptionsSchema = z.strictObject({
  frameEvents: z.number(),
  agents: z.number(),
  rounds: z.number(),
  rules: z.array(z.string()),
  nowMs: z.number(),
  json: z.boolean(),
});
export type StagesOptions = z.infer<typeof stagesOptionsSchema>;

const BATCH_ROWS = 20_000;
/** Rounds in which code is compiled and values become known; not counted. */
const WARM_UP_ROUNDS = 3;
const ROOT = path.dirname(path.dirname(import.meta.dirname));

/**
 * CPU time by what it was spent on: that of the round, shared out as the clock says. Asking for CPU time at every step
 * may cost more than the step; the clock costs nothing.
 */
class Stopwatch {
  readonly #ms = new Map<string, number>();
  readonly #cpu = process.cpuUsage();
  #fromMs = performance.now();

  /** What passed since the last call was spent on `stage`. */
  lap(stage: string): void {
    const nowMs = performance.now();
    this.#ms.set(stage, (this.#ms.get(stage) ?? 0) + nowMs - this.#fromMs);
    this.#fromMs = nowMs;
  }

  /** Microseconds of CPU by stage, and of all. */
  stop(): { stages: Map<string, number>; all: number } {
    const { user, system } = process.cpuUsage(this.#cpu);
    const all = user + system;
    const totalMs = [...this.#ms.values()].reduce((sum, ms) => sum + ms, 0);
    return { stages: new Map([...this.#ms].map(([stage, ms]) => [stage, (ms / totalMs) * all])), all };
  }
}

type Way = 'stages' | 'collector' | 'floor';

class Harness {
  readonly #options: StagesOptions;
  readonly #detector: Detector;
  readonly #frames: readonly Buffer[];
  readonly #senders: readonly AdmittedFrame['sender'][];
  readonly #columns = new ColumnShelf(new MessageBook());
  readonly #known: EventRow[][];
  readonly events: number;

  constructor(options: StagesOptions, detector: Detector) {
    this.#options = options;
    this.#detector = detector;
    this.#frames = makeFrames(options.frameEvents, options.nowMs).map((frame) =>
      encodeFrame({ lane: 1, firstSeq: 1 }, frame),
    );
    this.#senders = Array.from({ length: options.agents }, (_, at) => ({
      agentId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      epoch: String(at).padStart(32, '0'),
      hostname: `host-${at}`,
      timeZone: 'UTC',
      agencyId: 1,
    }));
    this.#known = this.#frames.map((_, at) => this.#rows(this.#admit(at)));
    this.events = this.#known.reduce((sum, rows) => sum + rows.length, 0);
  }

  get hitsPerThousand(): number {
    const hit = this.#known.flat().filter(({ hits }) => hits.length > 0).length;
    return (hit / this.events) * 1_000;
  }

  /** One time over all frames. */
  round(way: Way): ReturnType<Stopwatch['stop']> {
    const watch = new Stopwatch();
    if (way === 'stages') for (const at of this.#frames.keys()) this.#byStage(at, watch);
    else this.#toArrow(way, watch);
    return watch.stop();
  }

  #admit(at: number, watch?: Stopwatch): AdmittedFrame {
    const { records } = decodeFrame(this.#frames[at] ?? Buffer.alloc(0));
    watch?.lap('decode');
    const admitted = records.map((value, index) => admitRecord(index + 1, value));
    watch?.lap('admit');
    const sender = this.#senders[at % this.#senders.length];
    if (sender === undefined) throw new Error('there are no agents');
    return { sender, lane: 1, records: admitted };
  }

  #rows(batch: AdmittedFrame): EventRow[] {
    return this.#detector.rows(batch, this.#options.nowMs);
  }

  #byStage(at: number, watch: Stopwatch): void {
    const { sender, records } = this.#admit(at, watch);
    const { nowMs } = this.#options;
    const context = { ...sender, receivedMs: nowMs };
    const events = records.map((admitted) => {
      if ('rejected' in admitted) throw new Error(`the frame holds a bad record: ${admitted.rejected}`);
      return normalize(admitted.record, context);
    });
    watch.lap('normalise');
    for (const event of events) this.#detector.hits(event, nowMs, sender.agentId);
    watch.lap('match and hits');
  }

  #toArrow(way: 'collector' | 'floor', watch: Stopwatch): void {
    const { nowMs } = this.#options;
    let collector: ColumnCollector | undefined;
    for (const at of this.#frames.keys()) {
      const rows = way === 'collector' ? this.#rows(this.#admit(at)) : this.#knownRows(at);
      watch.lap(way === 'collector' ? 'decode to rows' : 'decode');
      collector ??= new ColumnCollector(BATCH_ROWS, this.#columns);
      for (const row of rows) collector.add(row);
      watch.lap('columns');
      if (collector.length < BATCH_ROWS && at < this.#frames.length - 1) continue;
      const closed = collector.close();
      closed.encode(1, nowMs);
      closed.release();
      collector = undefined;
      watch.lap('frame');
    }
  }

  /** The floor's: what each record becomes was worked out before. */
  #knownRows(at: number): EventRow[] {
    const { records } = decodeFrame(this.#frames[at] ?? Buffer.alloc(0));
    const known = this.#known[at] ?? [];
    return known.slice(0, records.length);
  }
}

/** Milliseconds that garbage collection took so far, on the main thread. */
function watchGc(): () => number {
  let totalMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) totalMs += duration;
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => totalMs;
}

async function measure(options: StagesOptions): Promise<void> {
  const book = await loadRuleBook([path.join(ROOT, 'rules', 'detections'), ...options.rules], ROOT);
  const detector = new Detector(book, {
    onUnparsed: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  const harness = new Harness(options, detector);
  const { events } = harness;
  const ways: Way[] = ['stages', 'collector', 'floor'];
  const taken = new Map<string, number[]>();
  const note = (name: string, value: number): void =>
    void (taken.get(name) ?? fresh(taken, name)).push(value);
  const gcMs = watchGc();
  for (let round = 0; round < WARM_UP_ROUNDS + options.rounds; round += 1) {
    for (const way of ways) {
      const gcFrom = gcMs();
      const { stages, all } = harness.round(way);
      // The observer is told on the next turn of the loop.
      await new Promise(setImmediate);
      if (round < WARM_UP_ROUNDS) continue;
      for (const [stage, micros] of stages) note(`${way}: ${stage}`, micros / events);
      note(`${way}: all`, all / events);
      note(`${way}: garbage collection, by the clock`, ((gcMs() - gcFrom) * 1_000) / events);
    }
    // Whoever comes first pays for what the one before left behind.
    ways.push(...ways.splice(0, 1));
  }
  const medians = Object.fromEntries([...taken].map(([name, values]) => [name, percentile(values, 0.5)]));
  const ratio = (medians['collector: all'] ?? Number.NaN) / (medians['floor: all'] ?? Number.NaN);
  const { hitsPerThousand } = harness;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ events, hitsPerThousand, ratio, micros: medians })}\n`);
    return;
  }
  const title = `ingest by stage: ${events} events, ${options.frameEvents} a frame, ${book.summaries.length} rules, ${hitsPerThousand.toFixed(1)} of 1000 events hit; medians of ${options.rounds} rounds, CPU µs per event`;
  const lines = ways
    .toSorted((a, b) => (a < b ? 1 : -1))
    .flatMap((way) => Object.entries(medians).filter(([name]) => name.startsWith(`${way}:`)))
    .map(([name, micros]) => `  ${name.padEnd(36)} ${micros.toFixed(2).padStart(6)}`);
  process.stdout.write(
    `${[title, ...lines, `  collector / floor, without sockets and engine: ${ratio.toFixed(2)}`].join('\n')}\n`,
  );
}

function fresh(taken: Map<string, number[]>, name: string): number[] {
  const values: number[] = [];
  taken.set(name, values);
  return values;
}

await measure(stagesOptionsSchema.parse(JSON.parse(process.argv[2] ?? '')));
