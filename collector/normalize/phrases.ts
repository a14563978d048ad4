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

/** What a capture group becomes; settled once, since sentences are read by the thousand a second. */
interface Group {
  field: string;
  kind: 'text' | 'number' | 'source' | 'destination';
}

/** A phrase that is ready to be read. */
export interface Form extends Pick<Phrase, 'pattern' | 'action' | 'outcome' | 'facts'> {
  groups: readonly Group[];
}

export type PhraseTable = ReadonlyMap<string, readonly Form[]>;

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

function kindOf(field: string): Group['kind'] {
  if (field === 'source.address') return 'source';
  if (field === 'destination.address') return 'destination';
  return NUMERIC.has(field) ? 'number' : 'text';
}

export function phraseForm({ pattern, action, outcome, groups = [], facts }: Omit<Phrase, 'first'>): Form {
  return {
    pattern,
    action,
    ...(outcome === undefined ? {} : { outcome }),
    ...(facts === undefined ? {} : { facts }),
    groups: groups.map((field) => ({ field, kind: kindOf(field) })),
  };
}

/** Phrases by their first word, in the order given. */
export function phraseTable(phrases: readonly Phrase[]): PhraseTable {
  const table = new Map<string, Form[]>();
  for (const phrase of phrases) {
    const forms = table.get(phrase.first);
    if (forms === undefined) table.set(phrase.first, [phraseForm(phrase)]);
    else forms.push(phraseForm(phrase));
  }
  return table;
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
export function putPhrase(event: NormalEvent, form: Form, match: RegExpExecArray): void {
  putAction(event, form.action, form.outcome);
  const { groups } = form;
  for (let at = 0; at < groups.length; at += 1) {
    const group = groups[at];
    const value = match[at + 1];
    if (group === undefined || value === undefined) continue;
    switch (group.kind) {
      case 'text':
        put(event, group.field, value);
        break;
      case 'number':
        put(event, group.field, numberOrText(value));
        break;
      case 'source':
        putSource(event, value);
        break;
      case 'destination':
        putDestination(event, value);
        break;
    }
  }
  for (const field in form.facts) put(event, field, form.facts[field]);
}
