/**
 * `npm run bench -- windows-events`: Windows events as wevtutil renders them (UTF-16, single quotes), from the bytes of its
 * pipe to fields, on one core. The floor of the same run is what cannot be saved: the bytes decoded and split at each end
 * of an event. Everything takes turns over the same bytes; the figures are medians of the rounds.
 */
import { parseArgs } from 'node:util';
import { LIMITS } from '../../collector/protocol/limits.ts';
import type { LogRecord } from '../../collector/protocol/record.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import { MadeUp, seeded } from '../../collector/simulate/made-up.ts';
import { windowsEvent } from '../../collector/simulate/windows-records.ts';
import { readHead } from '../../agent/sources/windows-event-log/event-head.ts';
import { EventStream } from '../../agent/sources/windows-event-log/event-stream.ts';
import { OwnChildren } from '../../agent/sources/windows-event-log/own-children.ts';
import { percentile } from './cpu.ts';

/** What a pipe gives at a time. */
const PIECE_BYTES = 65_536;
const AT_MS = Date.UTC(2026, 0, 5);
const CONTEXT = { hostname: 'pc-1', timeZone: 'Asia/Ho_Chi_Minh', receivedMs: AT_MS };

function rendered(count: number): { pieces: Buffer[]; events: number } {
  const made = new MadeUp(seeded(7), AT_MS);
  const lines = Array.from({ length: count }, () =>
    windowsEvent(made).text.replaceAll(/<[^<>]*>/g, (tag) => tag.replaceAll(/="([^"']*)"/g, "='$1'")),
  );
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf16le');
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) pieces.push(bytes.subarray(at, at + PIECE_BYTES));
  return { pieces, events: count };
}

const record = (text: string): LogRecord => ({
  kind: 'log',
  at: AT_MS,
  channel: 'windows-xml',
  origin: 'Security',
  text,
});

/** Each gives the number of events that it found. */
const STAGES = {
  'floor: decode and split': (pieces: readonly Buffer[]) =>
    Buffer.concat(pieces).toString('utf16le').split('</Event>').length - 1,
  'agent: events cut out': (pieces: readonly Buffer[]) => {
    const stream = new EventStream();
    return pieces.reduce((sum, piece) => sum + stream.push(piece).length, 0) + stream.end().length;
  },
  'agent: with its place in the log': (pieces: readonly Buffer[]) => {
    const stream = new EventStream();
    const own = new OwnChildren(1);
    let found = 0;
    for (const piece of pieces)
      for (const { text } of stream.push(piece)) {
        const head = readHead(text);
        if (head.recordId !== undefined && !own.isOwn(text, head)) found += 1;
      }
    return found;
  },
  'agent and collector: to fields': (pieces: readonly Buffer[]) => {
    const stream = new EventStream();
    let found = 0;
    for (const piece of pieces)
      for (const { text } of stream.push(piece)) {
        if (readHead(text).recordId === undefined) continue;
        if (normalize(record(text), CONTEXT).parsed) found += 1;
      }
    return found;
  },
} as const;
type Stage = keyof typeof STAGES;

/** One event whose text is as long as ten megabytes of characters. */
function longEventMs(): number {
  const event = `<Event xmlns='x'><EventData><Data>${'x'.repeat(10_000_000)}</Data></EventData></Event>`;
  const bytes = Buffer.from(event, 'utf16le');
  const from = performance.now();
  const stream = new EventStream();
  const found = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    found.push(...stream.push(bytes.subarray(at, at + PIECE_BYTES)));
  const isCut = (found[0]?.text.length ?? 0) <= LIMITS.recordTextBytesMax && (found[0]?.cutBytes ?? 0) > 0;
  if (!isCut) throw new Error('the long event was not cut');
  return performance.now() - from;
}

export function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      events: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '9' },
    },
  });
  const { pieces, events } = rendered(Number(values.events));
  const times = new Map<Stage, number[]>();
  const names = Object.keys(STAGES) as Stage[];
  // The first round is the compiler's.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const name of names) {
      const from = process.cpuUsage();
      const found = STAGES[name](pieces);
      const { user, system } = process.cpuUsage(from);
      if (found !== events) throw new Error(`${name}: ${found} of ${events} events`);
      if (round > 0) times.set(name, [...(times.get(name) ?? []), user + system]);
    }
  }
  const eventsPerSecond = Object.fromEntries(
    names.map((name) => [name, Math.round(events / (percentile(times.get(name) ?? [], 0.5) / 1e6))]),
  );
  const long = Math.round(longEventMs());
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const result = { events, bytesPerEvent: Math.round(bytes / events), eventsPerSecond, longEventMs: long };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    for (const [name, rate] of Object.entries(eventsPerSecond))
      process.stdout.write(
        `${name.padEnd(34)} ${rate.toLocaleString('en').padStart(10)} events/s of CPU time\n`,
      );
    process.stdout.write(
      `${'one event of 10 million characters'.padEnd(34)} ${String(long).padStart(10)} ms\n`,
    );
  }
  return Promise.resolve();
}
