/**
 * Windows events of one kind differ in their values only. The text between the values is learnt from the first event of
 * a kind; the next ones are compared with it and their values cut out, which is several times as fast as scanning.
 * Invariants: what is read by a template the scanner reads alike (a property test holds the two together); what is learnt
 * from peers is bounded, and forgotten with the shapes that it names.
 */
import type { EventShape } from '../../rules/sigma/index.ts';
import type { EventFields } from './event-fields.ts';
import { kindOf, type EventKind } from './event-kind.ts';
import { RecentValues } from './recent-values.ts';
import { TemplateLearner, type Learnt } from './template-learner.ts';
import { decode } from './xml.ts';

/** Ways an event may go on from one place. */
const BRANCHES_MAX = 64;
/** All learnt texts together, UTF-16 units; above it all is forgotten. */
const LEARNT_CHARS_MAX = 1_000_000;
/** What a text weighs besides: the values behind it that are remembered. */
const STEP_CHARS = 64;

/** Texts that are not kept alive by the lists that an event is read with, UTF-16 units. */
const LONG_CHARS = 8_192;

/** From a literal's end: where the last letter of a field's name stands in `<Data Name="X">`. */
const PROBE = 3;

export interface Step extends Learnt {
  next: Step[];
  /** The character PROBE before the literal's end; undefined where it is shorter. */
  probe: number | undefined;
  recent: RecentValues;
  /** At the end of an event: what all that end here have in common; undefined until one was read, and for odd ones. */
  kind: EventKind | undefined;
}

/** A copy that does not keep the text alive of which it was cut. */
const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

export class EventTemplates {
  #roots: Step[] = [];
  #learntChars = 0;
  #empty: EventShape | undefined;
  /** Steps of the event that is read and the values between them: the first so many, for the lists are never shortened. */
  readonly #taken: Step[] = [];
  readonly #values: string[] = [];
  #steps = 0;
  /** Whether an element of System was without content: it says nothing. */
  #isSilent = false;

  /** Puts the event's values into `fields`. @returns false, with nothing put, when the text is the scanner's to read */
  read(text: string, fields: EventFields): boolean {
    if (fields.shape !== this.#empty) {
      this.#forget();
      this.#empty = fields.shape;
    }
    const known = this.#follow(text) || (this.#learn(text) && this.#follow(text));
    if (known) this.#put(fields);
    if (text.length > LONG_CHARS) {
      // What was cut out of a long text would keep it.
      this.#taken.length = 0;
      this.#values.length = 0;
    }
    return known;
  }

  #forget(): void {
    this.#roots = [];
    this.#learntChars = 0;
  }

  #put(fields: EventFields): void {
    const taken = this.#taken;
    const last = taken[this.#steps - 1];
    if (last?.kind !== undefined && !this.#isSilent) {
      fields.fill(last.kind, this.#values);
      return;
    }
    const steps = taken.slice(0, this.#steps);
    for (const [at, step] of steps.entries()) {
      for (const place of step.says) fields.put(place, '');
      const { place } = step;
      const value = this.#values[at] ?? '';
      if (place !== undefined && (value !== '' || step.end !== '<' || place.section === 'data'))
        fields.put(place, value);
    }
    if (last !== undefined) last.kind = kindOf(steps, fields.shape);
  }

  /** Cuts the values out, as far as the text is one that was learnt. */
  #follow(text: string): boolean {
    const taken = this.#taken;
    const values = this.#values;
    this.#isSilent = false;
    const hasReferences = text.includes('&');
    let steps = this.#roots;
    let at = 0;
    for (let count = 0; ; count += 1) {
      const step = find(steps, text, at);
      if (step === undefined) return false;
      at += step.literal.length;
      taken[count] = step;
      const { end } = step;
      if (end === undefined) {
        this.#steps = count + 1;
        return true;
      }
      const close = text.indexOf(end, at);
      if (close === -1) return false;
      let value = step.recent.cut(text, at, close);
      if (end !== '<' && value.includes('<')) return false;
      if (close === at && end === '<' && step.place?.section === 'system') this.#isSilent = true;
      if (hasReferences && value.includes('&')) {
        const decoded = decodeOrNothing(value);
        if (decoded === undefined) return false;
        value = decoded;
      }
      values[count] = value;
      at = close;
      steps = step.next;
    }
  }

  #learn(text: string): boolean {
    const learnt = new TemplateLearner(text).learn();
    if (learnt === undefined) return false;
    let steps = this.#roots;
    for (const part of learnt) {
      let step = steps.find(({ literal, end }) => literal === part.literal && end === part.end);
      if (step === undefined) {
        this.#learntChars += part.literal.length + STEP_CHARS;
        if (steps.length >= BRANCHES_MAX || this.#learntChars > LEARNT_CHARS_MAX) {
          this.#forget();
          return false;
        }
        step = {
          ...part,
          literal: detached(part.literal),
          next: [],
          probe:
            part.literal.length < PROBE ? undefined : part.literal.charCodeAt(part.literal.length - PROBE),
          recent: new RecentValues(),
          kind: undefined,
        };
        steps.push(step);
      }
      steps = step.next;
    }
    return true;
  }
}

/** The step that the text goes on with at a place; it is moved to the front, since kinds come in runs. */
function find(steps: Step[], text: string, at: number): Step | undefined {
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined) continue;
    const { literal } = step;
    const end = at + literal.length;
    // Ways that go on from one place differ in the names of fields, which stand near the end.
    if (step.probe !== undefined && text.charCodeAt(end - PROBE) !== step.probe) continue;
    // Cut and compared is a quarter of what `startsWith` takes, which goes letter by letter.
    if (text.slice(at, end) !== literal || (step.end === undefined && end !== text.length)) continue;
    if (index > 0) {
      const before = steps[index - 1];
      if (before !== undefined) {
        steps[index - 1] = step;
        steps[index] = before;
      }
    }
    return step;
  }
  return undefined;
}

/** A reference that is none makes the event the scanner's. */
function decodeOrNothing(value: string): string | undefined {
  try {
    return decode(value);
  } catch {
    return undefined; // the scanner says what is wrong with it
  }
}
