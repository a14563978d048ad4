/** Interprets frames in this thread, by no rules: rows of sessions whose stages behind do not matter. */
import { Detector } from '../../collector/detect/detector.ts';
import { interpretFrame } from '../../collector/detect/interpret-frame.ts';
import { makeRuleBook } from '../../collector/detect/rule-book.ts';
import type { FrameWork } from '../../collector/ingest/admitted.ts';
import type { EventRow, UnitRows } from '../../collector/store/store.ts';

const RECEIVED_MS = 1_760_000_000_000;

const detector = new Detector(makeRuleBook([]), {
  onUnparsed: () => undefined,
  onFault: (error) => {
    throw error;
  },
});

export function interpretPlainly(work: FrameWork): { rows: EventRow[]; rejected: number } {
  return interpretFrame(detector, work, RECEIVED_MS);
}

/** @throws TypeError when they were packed by another thread */
export function plainRows(rows: UnitRows): readonly EventRow[] {
  if ('pack' in rows) throw new TypeError('these rows were packed');
  return rows;
}
