/**
 * A program's known sentences as a table: found by their first word, read by one anchored pattern each.
 * Invariant: patterns run in time linear to the text; text from a stranger (user names above all) is bounded from both sides,
 * so that a name which imitates the rest of the sentence cannot move the address it came from.
 */
import type { NormalEvent } from './event.ts';
import { numberOrText, put, putAction, putSource } from './draft.ts';
import { putDestination } from './put-more.ts';

export interface Phrase {
  /** The sentence's first word (up to a space): how it is found. */
  first: string;
  pattern: RegExp;
  action: string;
  outcome?: 'success' | 'failure';
  /**
   * Field of each capture group in order. `source.address` also sets source.ip or source.domain, `destination.address`
   * sets destination.ip or destination.domain.
   */
  groups?: readonly string[];
  /** Fields that this sentence implies. */
  facts?: Readonly<Record<string, string | number | boolean>>;
}

export type PhraseTable = ReadonlyMap<string, readonly Phrase[]>;

const NUMERIC = new Set([
  'source.port',
  'process.pid',
  'repeat.count',
  'user.id',
  'group.id',
  'server.port',
  'destination.port',
  'source.nat.port',
  'destination.nat.port',
  'network.bytes',
  'source.bytes',
  'destination.bytes',
]);

/** Phrases by their first word, in the order given. */
export function phraseTable(phrases: readonly Phrase[]): PhraseTable {
  return Map.groupBy(phrases, (phrase) => phrase.first);
}

/** Reads `text` by the first phrase that fits. @returns false when none does; the event is then untouched. */
export function readPhrase(table: PhraseTable, event: NormalEvent, text: string): boolean {
  const space = text.indexOf(' ');
  const candidates = table.get(space === -1 ? text : text.slice(0, space));
  if (candidates === undefined) return false;
  for (const phrase of candidates) {
    const match = phrase.pattern.exec(text);
    if (match === null) continue;
    putPhrase(event, phrase, match);
    return true;
  }
  return false;
}

/** What a match of a phrase's pattern says. */
export function putPhrase(event: NormalEvent, phrase: Omit<Phrase, 'first'>, match: RegExpExecArray): void {
  putAction(event, phrase.action, phrase.outcome);
  for (const [index, field] of (phrase.groups ?? []).entries()) {
    const value = match[index + 1];
    if (value === undefined) continue;
    if (field === 'source.address') putSource(event, value);
    else if (field === 'destination.address') putDestination(event, value);
    else put(event, field, NUMERIC.has(field) ? numberOrText(value) : value);
  }
  for (const field in phrase.facts) put(event, field, phrase.facts[field]);
}
