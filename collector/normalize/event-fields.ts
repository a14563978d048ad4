/**
 * Collects what one Windows event says: its fields as Sigma's rules expect them, a few values of System, and a sentence
 * for people. Invariants: nothing is dropped: a name that comes twice holds a list; of System's values the first counts.
 */
import { type EventShape, ShapedEvent } from '../../rules/sigma/index.ts';
import { numberOrText } from './draft.ts';
import { type EventKind, LOW_BITS, type Said } from './event-kind.ts';
import type { FieldValue, NormalEvent } from './event.ts';
import { type Saying, Sentence } from './sentence.ts';
import { XmlError } from './xml.ts';

export const FIELDS_MAX = 1_024;

const SYSTEM_NUMBERS: ReadonlySet<string> = new Set([
  'EventID',
  'EventID_Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
]);

/** Values of System that decide what the event is. */
export interface SystemValues {
  Provider_Name?: string | undefined;
  EventID?: string | undefined;
  Channel?: string | undefined;
  Keywords?: string | undefined;
  Computer?: string | undefined;
  TimeCreated_SystemTime?: string | undefined;
}

const KEPT: ReadonlySet<string> = new Set<keyof SystemValues>([
  'Provider_Name',
  'EventID',
  'Channel',
  'Keywords',
  'Computer',
  'TimeCreated_SystemTime',
]);

const PADDED_HEX = /^0x0+(?=[0-9a-fA-F]+$)/;

/** What is known of a value by its place alone. */
export interface FieldPlace extends Saying {
  section: 'system' | 'data';
  name: string;
  /** The name rules know: without spaces. */
  field: string;
  isNumber: boolean;
  isLogonId: boolean;
  kept: keyof SystemValues | undefined;
  /** How the value is introduced in the sentence. */
  words: string;
}

function isKept(name: string): name is keyof SystemValues {
  return KEPT.has(name);
}

export function fieldPlace(section: 'system' | 'data', name: string): FieldPlace {
  const isSystem = section === 'system';
  return {
    section,
    name,
    field: name.includes(' ') ? name.replaceAll(' ', '') : name,
    isNumber: isSystem && SYSTEM_NUMBERS.has(name),
    isLogonId: !isSystem && name.endsWith('LogonId'),
    kept: isSystem && isKept(name) ? name : undefined,
    words: ` ${name}=`,
  };
}

/** Some exporters pad hexadecimal ids to their full width; Windows itself writes 0x3e7. */
function logonId(text: string): string {
  return text.startsWith('0x0') ? text.replace(PADDED_HEX, '0x') : text;
}

/** Whether the sentence names it: a dash is how Windows writes "none". */
function isSaid(text: string): boolean {
  return text !== '' && text !== '-';
}

export class EventFields {
  system: SystemValues = {};
  /** The message as the event log rendered it, if it did. */
  rendered = '';
  readonly #event: NormalEvent;
  readonly #sayings: Saying[] = [];
  readonly #places: number[] = [];
  #said: Said | undefined;

  constructor(event: NormalEvent) {
    this.#event = event;
  }

  get shape(): EventShape {
    return this.#event.fields.shape;
  }

  /** @throws XmlError when there are too many */
  put(place: FieldPlace, text: string): void {
    if (place.section === 'system') {
      const { kept } = place;
      if (kept !== undefined) this.system[kept] ??= text;
      this.add(place.field, place.isNumber ? numberOrText(text) : text);
      return;
    }
    const value = place.isLogonId ? logonId(text) : text;
    const at = this.#event.fields.size;
    const isNew = this.add(place.field, value);
    if (!isNew || !isSaid(value)) return;
    this.#sayings.push(place);
    this.#places.push(at);
  }

  /** Puts all values of an event of that kind, into an event without any. */
  fill(kind: EventKind, texts: readonly string[]): void {
    const list = kind.blank.slice();
    const { values, system } = kind;
    let low = 0;
    let high = 0;
    for (let number = 0; number < values.length; number += 1) {
      const value = values[number];
      const text = texts[number];
      if (value === undefined || text === undefined) continue;
      const { at, place, saying } = value;
      if (saying === -1) list[at] = place.isNumber ? numberOrText(text) : text;
      else {
        const said = place.isLogonId ? logonId(text) : text;
        list[at] = said;
        if (!isSaid(said)) continue;
        if (saying < LOW_BITS) low |= 1 << saying;
        else high |= 1 << (saying - LOW_BITS);
      }
    }
    this.#event.fields = new ShapedEvent(kind.shape, list);
    this.#said = kind.said(low, high);
    const textOf = (number: number | undefined): string | undefined => texts[number ?? -1];
    this.system = {
      Provider_Name: textOf(system.Provider_Name),
      EventID: textOf(system.EventID),
      Channel: textOf(system.Channel),
      Keywords: textOf(system.Keywords),
      Computer: textOf(system.Computer),
      TimeCreated_SystemTime: textOf(system.TimeCreated_SystemTime),
    };
  }

  /**
   * @returns whether it is the first of its name
   * @throws XmlError when there are too many
   */
  add(name: string, value: FieldValue): boolean {
    const { fields } = this.#event;
    if (fields.add(name, value)) {
      if (fields.size > FIELDS_MAX) throw new XmlError('too many fields');
      return true;
    }
    const present = fields.get(name) ?? null;
    fields.set(name, Array.isArray(present) ? [...present, value] : [present, value]);
    return false;
  }

  /** What the event log rendered, or else everything that the event says. */
  sentence(): Sentence {
    const { fields } = this.#event;
    const { Provider_Name, EventID } = this.system;
    const head = `${Provider_Name ?? 'Windows'} ${EventID ?? ''}:`;
    if (this.rendered !== '') return new Sentence(`${head} ${this.rendered}`, [], [], fields);
    const { sayings, places } = this.#said ?? { sayings: this.#sayings, places: this.#places };
    return new Sentence(head, sayings, places, fields);
  }
}
