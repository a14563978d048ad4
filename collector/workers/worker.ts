/**
 * A thread that makes rows of frames: it decodes, normalises, matches and encodes, and keeps nothing of what it did but
 * what makes the next faster. Whatever it leaves undone when it dies is done again by another.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { INDICATOR_RULE } from '../alert/indicator-rules.ts';
import { parseDocument } from '../content/rule-document.ts';
import { Detector } from '../detect/detector.ts';
import { interpretFrame } from '../detect/interpret-frame.ts';
import { makeRuleBook } from '../detect/rule-book.ts';
import { IndicatorIndex, type IndicatorHit } from '../indicator/indicator-index.ts';
import { ProtocolError } from '../protocol/error.ts';
import { finish } from '../../rules/sigma/index.ts';
import { ColumnCollector } from '../store/column-rows.ts';
import { ColumnShelf } from '../store/column-shelf.ts';
import { MessageBook } from '../store/message-book.ts';
import { putRow } from '../store/put-row.ts';
import type { EventRow } from '../store/store.ts';
import type {
  FrameOutcome,
  FramesMessage,
  FromWorker,
  RowsMessage,
  ToWorker,
  WorkerSetup,
} from './messages.ts';

/** Rows of a pack, about. */
const ROWS_EXPECTED = 512;

const port = parentPort;
if (port === null) throw new Error('this is a thread of the collector');
// The main thread made it of its own types.
const setup = workerData as WorkerSetup;

let indicators = setup.indicators && IndicatorIndex.over(setup.indicators);
/** Of the frames at hand: indicators by the fields that showed them, lines of unknown form, defects. */
let shown = new Map<EventRow['event']['fields'], readonly IndicatorHit[]>();
let unparsed = new Map<string, number>();
let faults: unknown[] = [];

const columns = new ColumnShelf(new MessageBook());
const book = makeRuleBook(
  setup.rules.map((rule) => ({ parsed: parseDocument(rule), isTest: rule.isTest, digest: rule.digest })),
);
finish(book.engine.prepare());
const detector = new Detector(book, {
  recognise: (fields, receivedMs) => {
    const hits = indicators?.match(fields, receivedMs) ?? [];
    if (hits.length > 0) shown.set(fields, hits);
    return hits;
  },
  onUnparsed: (channel) => unparsed.set(channel, (unparsed.get(channel) ?? 0) + 1),
  onFault: (error) => faults.push(error),
});

function outcomeOf(error: unknown): FrameOutcome {
  return error instanceof ProtocolError
    ? { kind: 'refused', code: error.code, message: error.message }
    : { kind: 'fault', error };
}

function interpret({ bytes, frames, receivedMs }: FramesMessage): RowsMessage {
  const beganMs = performance.now();
  const collector = new ColumnCollector(ROWS_EXPECTED, columns);
  const outcomes: FrameOutcome[] = [];
  const refused: { row: number; reason: string }[] = [];
  const shownRows: { row: number; hits: readonly IndicatorHit[] }[] = [];
  let at = 0;
  for (const { sender, length, skip } of frames) {
    const frame = Buffer.from(bytes, at, length);
    at += length;
    try {
      const { rows, rejected } = interpretFrame(detector, { sender, frame, skip }, receivedMs);
      for (const row of rows) {
        const place = collector.length;
        const hits = row.hits.at(-1)?.ruleId === INDICATOR_RULE ? shown.get(row.event.fields) : undefined;
        if (hits !== undefined) shownRows.push({ row: place, hits });
        putRow(collector, row, ({ message }) => refused.push({ row: place, reason: message }));
      }
      outcomes.push({ kind: 'rows', rows: rows.length, rejected });
    } catch (error) {
      outcomes.push(outcomeOf(error));
    }
  }
  const told = { outcomes, refused, shown: shownRows, unparsed, faults, receivedMs };
  [shown, unparsed, faults] = [new Map(), new Map(), []];
  return { kind: 'rows', ...told, pack: collector.pack(), busyMs: performance.now() - beganMs };
}

const tell = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, [...transfer]);

port.on('message', (message: ToWorker) => {
  if (message.kind === 'indicators') {
    indicators = IndicatorIndex.over(message.shared);
    return;
  }
  const answer = interpret(message);
  tell(answer, [answer.pack.columns.buffer]);
});
tell({ kind: 'ready' });
