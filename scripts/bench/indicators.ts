/**
 * `npm run bench -- indicators`: a million indicators of every kind, and what looking for them costs each event. Events
 * are read afresh in each round, as those of a stream are; the cost is that of `match` alone, the median of the rounds.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { IndicatorIndex } from '../../collector/indicator/indicator-index.ts';
import { INDICATOR_KINDS, type IndicatorKind } from '../../collector/indicator/indicator.ts';
import type { FieldValue } from '../../collector/normalize/event.ts';
import { percentile, rssMb } from './cpu.ts';

const EVENTS = 20_000;
const MD5_HEX = 32;

/** A small generator with a seed: rounds and runs see the same. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values and events that look like what is seen; the same seed gives the same. */
export class Maker {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry(seed);
  }

  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  v4(): string {
    return `${11 + this.below(110)}.${this.below(256)}.${this.below(256)}.${this.below(256)}`;
  }

  network(): string {
    const shape = this.below(10);
    if (shape < 6) return this.v4();
    if (shape < 9) return `${this.v4()}/${20 + this.below(12)}`;
    return `2001:${this.below(65_536).toString(16)}:${this.below(65_536).toString(16)}::/${32 + this.below(5) * 8}`;
  }

  domain(): string {
    return `${this.below(2 ** 31).toString(36)}-${this.below(46_656).toString(36)}.example`;
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length)
      text += this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, length);
  }

  url(): string {
    return `https://${this.domain()}/${this.hex(12)}/index.php?id=${this.below(1_000)}`;
  }

  value(kind: IndicatorKind): string {
    switch (kind) {
      case 'ip':
        return this.network();
      case 'domain':
        return this.domain();
      case 'url':
        return this.url();
      case 'hash':
        return this.hex(64);
      case 'email':
        return `u${this.below(1e6)}@${this.domain()}`;
    }
  }
}

type Fields = Readonly<Record<string, FieldValue>>;

/** By lane: what such events say besides is left out of none, as the match has to pass it too. */
export const LANES: Readonly<Record<string, (make: Maker) => Fields>> = {
  firewall: (make) => ({
    'event.action': 'allow',
    'source.address': `10.1.${make.below(256)}.${make.below(256)}`,
    'source.port': make.below(65_536),
    'destination.address': make.v4(),
    'destination.port': 443,
    'network.transport': 'tcp',
  }),
  dns: (make) => ({
    'client.ip': `10.1.${make.below(256)}.${make.below(256)}`,
    'dns.question.name': `www.${make.below(256)}.cdn.${make.domain()}`,
    'dns.question.type': 'A',
    'dns.resolved_ip': [make.v4(), make.v4()],
  }),
  proxy: (make) => ({
    'source.ip': `10.1.${make.below(256)}.${make.below(256)}`,
    'url.full': make.url(),
    'http.request.referrer': make.url(),
    'user_agent.original': 'Mozilla/5.0',
  }),
  'windows process': (make) => ({
    EventID: 1,
    Image: 'C:\\Windows\\System32\\cmd.exe',
    CommandLine: `cmd /c ${make.hex(20)}`,
    Hashes: `MD5=${make.hex(MD5_HEX).toUpperCase()},SHA256=${make.hex(64).toUpperCase()},IMPHASH=${make.hex(MD5_HEX)}`,
  }),
  'windows network': (make) => ({
    EventID: 3,
    SourceIp: `10.1.${make.below(256)}.${make.below(256)}`,
    DestinationIp: `2001:${make.below(65_536).toString(16)}::${make.below(65_536).toString(16)}`,
    DestinationHostname: make.domain(),
  }),
  mail: (make) => ({
    'email.from.address': `u${make.below(1e6)}@${make.domain()}`,
    'email.to.address': `v${make.below(1e6)}@agency.gov.vn`,
    'source.address': make.v4(),
  }),
  'nothing to look at': (make) => ({
    'process.name': 'cron',
    'process.pid': make.below(65_536),
    message: make.hex(80),
  }),
};

/** Nanoseconds of CPU time per event of one round, over events made anew. */
function round(index: IndicatorIndex, lines: readonly string[]): { ns: number; hits: number } {
  const events = lines.map((line) => ShapedEvent.from(JSON.parse(line) as Fields));
  let hits = 0;
  const from = process.cpuUsage();
  for (const event of events) hits += index.match(event, 0).length;
  const { user, system } = process.cpuUsage(from);
  return { ns: ((user + system) * 1e3) / events.length, hits };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      count: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '9' },
    },
  });
  const count = Number(values.count);
  const rounds = Math.max(2, Number(values.rounds) || 9);
  const before = rssMb(process.pid);
  const make = new Maker(1);
  const index = new IndicatorIndex(randomInt(2 ** 32), count);
  const loadFrom = performance.now();
  for (let number = 0; number < count; number += 1) {
    const kind = INDICATOR_KINDS[number % INDICATOR_KINDS.length] ?? 'ip';
    index.add({ kind, value: make.value(kind), source: 'bench', confidence: 50, validUntilMs: null });
  }
  const loadMs = performance.now() - loadFrom;
  globalThis.gc?.();
  const grownMb = rssMb(process.pid) - before;
  const all: number[] = [];
  for (const [lane, fields] of Object.entries(LANES)) {
    const maker = new Maker(2);
    const lines = Array.from({ length: EVENTS }, () => JSON.stringify(fields(maker)));
    const results = Array.from({ length: rounds }, () => round(index, lines));
    const ns = percentile(
      results.slice(1).map((one) => one.ns),
      0.5,
    );
    all.push(ns);
    const hits = results[0]?.hits ?? 0;
    if (!values.json)
      process.stdout.write(
        `${lane.padEnd(20)} ${ns.toFixed(0).padStart(6)} ns/event  ${hits} hits of ${EVENTS}\n`,
      );
  }
  const indexMb = index.bytes / 1_048_576;
  const nsPerEvent = Math.round(all.reduce((sum, ns) => sum + ns, 0) / all.length);
  if (!values.json)
    process.stdout.write(
      `${count} indicators made and loaded in ${(loadMs / 1_000).toFixed(1)} s, index ${indexMb.toFixed(0)} MiB; ` +
        `mean of the lanes ${nsPerEvent} ns/event, slowest ${Math.max(...all).toFixed(0)}\n`,
    );
  const told = { indicators: count, nsPerEvent, nsPerEventMax: Math.round(Math.max(...all)) };
  const memory = { indexMb: Math.round(indexMb), rssMb: Math.round(grownMb) };
  process.stdout.write(`${JSON.stringify({ ...told, ...memory })}\n`);
  await Promise.resolve();
}
