/**
 * Collects what one Windows event says: its fields as Sigma's rules expect them, a few values of System, and a sentence
 * for people. Invariants: nothing is dropped: a name that comes twice holds a list; of System's values the first counts.
 */
import type { FieldValue, NormalEvent } from './event.ts';
import type { ShapedEvent } from '../../rules/sigma/index.ts';
import { numberOrText } from './draft.ts';
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
  Provider_Name?: string;
  EventID?: string;
  Channel?: string;
  Keywords?: string;
  Computer?: string;
  TimeCreated_SystemTime?: string;
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

export class EventFields {
  readonly system: SystemValues = {};
  /** The message as the event log rendered it, if it did. */
  rendered = '';
  readonly #fields: ShapedEvent<FieldValue>;
  readonly #sayings: Saying[] = [];
  readonly #places: number[] = [];

  constructor(event: NormalEvent) {
    this.#fields = event.fields;
  }

  /** @throws XmlError when there are too many */
  put(place: FieldPlace, text: string): void {
    if (place.section === 'system') {
      const { kept } = place;
      if (kept !== undefined) this.system[kept] ??= text;
      this.add(place.field, place.isNumber ? numberOrText(text) : text);
      return;
    }
    // Some exporters pad hexadecimal ids to their full width; Windows itself writes 0x3e7.
    const value = place.isLogonId ? text.replace(PADDED_HEX, '0x') : text;
    const at = this.#fields.size;
    const isNew = this.add(place.field, value);
    if (!isNew || value === '' || value === '-') return;
    this.#sayings.push(place);
    this.#places.push(at);
  }

  /**
   * @returns whether it is the first of its name
   * @throws XmlError when there are too many
   */
  add(name: string, value: FieldValue): boolean {
    const fields = this.#fields;
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
    const { Provider_Name, EventID } = this.system;
    const head = `${Provider_Name ?? 'Windows'} ${EventID ?? ''}:`;
    if (this.rendered !== '') return new Sentence(`${head} ${this.rendered}`, [], [], this.#fields);
    return new Sentence(head, this.#sayings, this.#places, this.#fields);
  }
}
