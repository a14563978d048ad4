/**
 * Plays the test of a rule: its records through the reader it is given (normaliser) and the engine. Pure but for the
 * correlator it makes; the records' times are those of the test, so the same test gives the same answer.
 */
import type { Engine, EventInput, LogSource } from '../sigma/index.ts';
import {
  buildRecord,
  buildSequence,
  type RuleTest,
  type RuleTestCase,
  type RuleTestSequence,
} from './rule-test-file.ts';

/** What the collector makes of a record. */
export interface ReadEvent {
  event: EventInput;
  logsources: readonly LogSource[];
  /** False where the normaliser knew no form of it and kept the line alone. */
  isUnderstood: boolean;
}

/** @throws when the record is none that an agent could send */
export type RecordReader = (record: Record<string, unknown>) => ReadEvent;

export interface PlayedCase extends ReadEvent {
  kind: 'match' | 'near_miss';
  name: string;
  isMatched: boolean;
  isAsWanted: boolean;
}

export interface PlayedSequence {
  kind: 'sequence';
  name: string;
  /** Seconds at which the correlation must fire, and at which it did. */
  wanted: readonly number[];
  fired: readonly number[];
  isAsWanted: boolean;
}

export type Played = PlayedCase | PlayedSequence;

/** When the first second of every test is. */
export const TEST_START_MS = Date.UTC(2025, 5, 15, 2, 0, 0);

export function playRuleTest(engine: Engine, test: RuleTest, read: RecordReader): Played[] {
  if ('sequences' in test)
    return test.sequences.map((sequence) => playSequence(engine, test, sequence, read));
  return [
    ...test.match.map((one) => playCase(engine, test, one, 'match', read)),
    ...test.near_miss.map((one) => playCase(engine, test, one, 'near_miss', read)),
  ];
}

function playCase(
  engine: Engine,
  { rule }: RuleTest,
  { name, record }: RuleTestCase,
  kind: PlayedCase['kind'],
  reader: RecordReader,
): PlayedCase {
  const read = reader(buildRecord(record, TEST_START_MS));
  const isMatched = engine.match(read.event, read.logsources).some((match) => match.rule.id === rule);
  const isAsWanted = read.isUnderstood && isMatched === (kind === 'match');
  return { ...read, kind, name, isMatched, isAsWanted };
}

function playSequence(
  engine: Engine,
  { rule }: RuleTest,
  sequence: RuleTestSequence,
  read: RecordReader,
): PlayedSequence {
  const correlator = engine.correlator();
  const fired: number[] = [];
  for (const { timeMs, record } of buildSequence(sequence, TEST_START_MS)) {
    const { event, logsources } = read(record);
    for (const match of engine.match(event, logsources)) {
      for (const hit of correlator.push(match, event, timeMs)) {
        if (hit.rule.id === rule) fired.push((hit.timeMs - TEST_START_MS) / 1000);
      }
    }
  }
  const isAsWanted =
    fired.length === sequence.fires.length && fired.every((at, index) => at === sequence.fires[index]);
  return { kind: 'sequence', name: sequence.name, wanted: sequence.fires, fired, isAsWanted };
}
