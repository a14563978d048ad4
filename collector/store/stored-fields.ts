/**
 * A row's fields as the table keeps them: in typed columns, or in the map of all others; nothing stands twice.
 * Invariant: columns, map and `typedFields` together give back every field, and every column the event filled.
 */
import type { EventColumns, FieldValue } from '../normalize/event.ts';
import { SAID_COLUMNS, TYPED_COLUMNS, TYPED_FIELDS } from './event-columns.ts';
import { fromFieldText, toFieldText } from './field-text.ts';
import type { MessageSource } from './message-pattern.ts';
import type { EventRow } from './store.ts';
import { FieldSet, fieldSetText, typedFieldsOf } from './typed-fields.ts';

/** Filled anew for each row, so that a batch makes no object for each of its rows. */
export class StoredFields implements MessageSource {
  /** By number of the typed column. */
  readonly columns: string[] = TYPED_COLUMNS.map(() => '');
  /** Texts of the fields that stand in no column. */
  readonly map = new Map<string, string>();
  /** Names of fields whose value is not text. */
  readonly json: string[] = [];
  readonly #set = new FieldSet();
  #isHit = false;

  fill({ hostname, event, hits }: Pick<EventRow, 'hostname' | 'event' | 'hits'>): void {
    this.#isHit = hits.length > 0;
    this.map.clear();
    this.json.length = 0;
    this.#set.clear();
    const { columns, fields } = event;
    this.columns[0] = hostname;
    for (let at = 1; at < TYPED_COLUMNS.length; at += 1) {
      const name = TYPED_COLUMNS[at]?.name;
      this.columns[at] = at < SAID_COLUMNS ? (columns[name as keyof EventColumns] ?? '') : '';
    }
    for (const name of Object.keys(fields)) this.#add(name, fields[name]);
  }

  #add(name: string, value: FieldValue | undefined): void {
    if (value === undefined) return;
    let text: string;
    if (typeof value === 'string') text = value;
    else {
      text = toFieldText(value);
      this.json.push(name);
    }
    const typed = TYPED_FIELDS.get(name);
    if (typed !== undefined && text !== '' && typeof value !== 'object') {
      const { column, bit } = typed;
      if (column >= SAID_COLUMNS && this.columns[column] === '') this.columns[column] = text;
      if (this.columns[column] === text) {
        this.#set.add(bit);
        return;
      }
    }
    this.map.set(name, text);
  }

  get typedFields(): string {
    return fieldSetText(this.#set);
  }

  field(name: string): string | undefined {
    return this.#isHit ? undefined : this.map.get(name);
  }

  /** Rows with hits are read by the projector as they come: their messages do without the map. */
  names(): Iterable<string> {
    return this.#isHit ? [] : this.map.keys();
  }
}

/**
 * The fields again.
 * @param columns - values of the typed columns
 * @param map - the map's own properties: a field may be named `__proto__`
 */
export function readFields(
  typedFields: string,
  columns: readonly string[],
  map: Readonly<Record<string, unknown>>,
  jsonFields: readonly string[],
): Record<string, FieldValue> {
  const json = new Set(jsonFields);
  const fields = Object.create(null) as Record<string, FieldValue>;
  const put = (name: string, text: unknown): void => {
    if (typeof text !== 'string') throw new TypeError(`field ${name} is not text`);
    fields[name] = json.has(name) ? fromFieldText(text) : text;
  };
  for (const { name, column } of typedFieldsOf(typedFields)) put(name, columns[column]);
  for (const name of Object.keys(map)) put(name, map[name]);
  return fields;
}
