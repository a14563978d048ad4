/**
 * Windows events of one kind differ in their values only. The text between the values is learnt from the first event of
 * a kind; the next ones are compared with it and their values cut out, which is several times as fast as scanning.
 * Invariants: only the plainest form is learnt (one Event of System and EventData, elements without children, double
 * quotes), everything else is the scanner's; what is read by a template the scanner reads alike (a property test holds
 * the two together); what is learnt from peers is bounded.
 */
import { fieldPlace, type EventFields, type FieldPlace } from './event-fields.ts';
import { decode, localName } from './xml.ts';

/** Values of one event, and elements without any. */
const VALUES_MAX = 200;
/** Ways an event may go on from one place. */
const BRANCHES_MAX = 64;
/** All learnt texts together, UTF-16 units; above it all is forgotten. */
const LEARNT_CHARS_MAX = 1_000_000;

/** A text that is the same in every event of the kind, and the value behind it. */
interface Step {
  literal: string;
  /** Values that the literal itself says (elements without content). */
  says: readonly FieldPlace[];
  /** What ends the value; undefined at the end of the event. */
  end: '"' | '<' | undefined;
  place: FieldPlace | undefined;
  next: Step[];
}

type Learnt = Omit<Step, 'next'>;

/** Learns from one text, and gives up at anything unusual. */
class Learner {
  readonly #text: string;
  #at = 0;
  #from = 0;
  #says: FieldPlace[] = [];
  readonly #steps: Learnt[] = [];
  #empty = 0;

  constructor(text: string) {
    this.#text = text;
  }

  learn(): Learnt[] | undefined {
    if (!this.#tag('Event', undefined) || !this.#section('System', 'system')) return undefined;
    this.#space();
    if (this.#text.startsWith('<EventData', this.#at) && !this.#section('EventData', 'data'))
      return undefined;
    this.#space();
    if (!this.#take('</Event>')) return undefined;
    this.#space();
    if (this.#at !== this.#text.length) return undefined;
    this.#cut(undefined, undefined);
    return this.#steps;
  }

  #take(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  /** Ends a literal where a value begins, and goes on behind the value. */
  #cut(end: '"' | '<' | undefined, place: FieldPlace | undefined): boolean {
    this.#steps.push({ literal: this.#text.slice(this.#from, this.#at), says: this.#says, end, place });
    if (end === undefined) return true;
    if (this.#steps.length > VALUES_MAX) return false;
    const close = this.#text.indexOf(end, this.#at);
    if (close === -1) return false;
    this.#at = close;
    this.#from = close;
    this.#says = [];
    return true;
  }

  #section(name: string, section: 'system' | 'data'): boolean {
    this.#space();
    if (!this.#tag(name, undefined)) return false;
    for (this.#space(); !this.#take(`</${name}>`); this.#space()) {
      if (!this.#element(section)) return false;
    }
    return true;
  }

  /** An opening tag that is not self-closing. */
  #tag(name: string, section: 'system' | undefined): boolean {
    return this.#take(`<${name}`) && this.#attributes(name, section) !== undefined && this.#take('>');
  }

  /** @returns the value of the attribute Name, empty when there is none; undefined when the form is unusual. */
  #attributes(element: string, section: 'system' | undefined): string | undefined {
    let named = '';
    while (this.#text[this.#at] === ' ') {
      const match = ATTRIBUTE.exec(this.#text.slice(this.#at, this.#at + 256));
      if (match === null) return undefined;
      const [whole, key = ''] = match;
      this.#at += whole.length;
      const isField = section === 'system' && key !== 'xmlns' && !key.startsWith('xmlns:');
      if (isField) {
        const place = fieldPlace('system', `${element}_${localName(key)}`);
        if (!this.#cut('"', place)) return undefined;
      } else {
        const close = this.#text.indexOf('"', this.#at);
        const raw = this.#text.slice(this.#at, close);
        if (close === -1 || /[<&]/.test(raw)) return undefined;
        if (key === 'Name') named = raw;
        this.#at = close;
      }
      if (!this.#take('"')) return undefined;
    }
    return named;
  }

  /** An element of a section, without children. */
  #element(section: 'system' | 'data'): boolean {
    ELEMENT.lastIndex = this.#at;
    const name = ELEMENT.exec(this.#text)?.[1];
    if (name === undefined) return false;
    this.#at += name.length + 1;
    const local = localName(name);
    const named = this.#attributes(local, section === 'system' ? section : undefined);
    if (named === undefined) return false;
    const place = fieldPlace(section, section === 'data' && local === 'Data' && named !== '' ? named : local);
    if (this.#take('/>')) {
      if (section === 'data') this.#says.push(place);
      this.#empty += 1;
      return this.#empty <= VALUES_MAX;
    }
    return this.#take('>') && this.#cut('<', place) && this.#take(`</${name}>`);
  }
}

const ATTRIBUTE = /^ ([A-Za-z_][A-Za-z0-9_.:-]{0,127})="/;
const ELEMENT = /<([A-Za-z_][A-Za-z0-9_.:-]{0,127})/y;

/** A copy that does not keep the text alive of which it was cut. */
const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

export class EventTemplates {
  #roots: Step[] = [];
  #learntChars = 0;
  readonly #taken: Step[] = [];
  readonly #values: string[] = [];

  /** Puts the event's values into `fields`. @returns false, with nothing put, when the text is the scanner's to read */
  read(text: string, fields: EventFields): boolean {
    const known = this.#follow(text) || (this.#learn(text) && this.#follow(text));
    if (known) {
      for (let at = 0; at < this.#taken.length; at += 1) {
        const step = this.#taken[at];
        if (step === undefined) break;
        for (const place of step.says) fields.put(place, '');
        const { place } = step;
        const value = this.#values[at] ?? '';
        // An element of System without content says nothing.
        if (place !== undefined && (value !== '' || step.end === '"' || place.section === 'data'))
          fields.put(place, value);
      }
    }
    this.#taken.length = 0;
    this.#values.length = 0;
    return known;
  }

  /** Cuts the values out, as far as the text is one that was learnt. */
  #follow(text: string): boolean {
    const taken = this.#taken;
    const values = this.#values;
    taken.length = 0;
    values.length = 0;
    const hasReferences = text.includes('&');
    let steps = this.#roots;
    let at = 0;
    for (;;) {
      const step = find(steps, text, at);
      if (step === undefined) return false;
      at += step.literal.length;
      taken.push(step);
      const { end } = step;
      if (end === undefined) return true;
      const close = text.indexOf(end, at);
      if (close === -1) return false;
      let value = text.slice(at, close);
      if (end === '"' && value.includes('<')) return false;
      if (hasReferences && value.includes('&')) {
        const decoded = decodeOrNothing(value);
        if (decoded === undefined) return false;
        value = decoded;
      }
      values.push(value);
      at = close;
      steps = step.next;
    }
  }

  #learn(text: string): boolean {
    const learnt = new Learner(text).learn();
    if (learnt === undefined) return false;
    let steps = this.#roots;
    for (const part of learnt) {
      let step = steps.find(({ literal, end }) => literal === part.literal && end === part.end);
      if (step === undefined) {
        this.#learntChars += part.literal.length;
        if (steps.length >= BRANCHES_MAX || this.#learntChars > LEARNT_CHARS_MAX) {
          this.#roots = [];
          this.#learntChars = 0;
          return false;
        }
        step = { ...part, literal: detached(part.literal), next: [] };
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
    if (step === undefined || !text.startsWith(step.literal, at)) continue;
    if (step.end === undefined && at + step.literal.length !== text.length) continue;
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
