/**
 * A row's fields as the table keeps them: in typed columns, or in the map of all others; nothing stands twice.
 * Invariant: columns, map and `typedFields` together give back every field, and every column the event filled.
 */
import { ByShape, EventShape } from '../../rules/sigma/index.ts';
import type { EventColumns, FieldValue } from '../normalize/event.ts';
import { SAID_COLUMNS, TYPED_COLUMNS, TYPED_FIELDS, type TypedField } from './event-columns.ts';
import { fromFieldText, toFieldText } from './field-text.ts';
import type { MessageSource } from './message-pattern.ts';
import type { EventRow } from './store.ts';
import { FieldSet, fieldSetText, typedFieldsOf } from './typed-fields.ts';

/** By place of a shape's names: the typed columns that a field may stand in. */
const typedPlaces = new ByShape<readonly (TypedField | undefined)[]>(({ names }) =>
  names.map((name) => TYPED_FIELDS.get(name)),
);
/** Numbers of the columns that events fill themselves. */
const SAID: ReadonlyMap<string, number> = new Map(
  TYPED_COLUMNS.slice(0, SAID_COLUMNS).map(({ name }, number) => [name, number]),
);
/** Instead of a column's number: the field stands in the map. */
export const IN_MAP = -1;

/** Filled anew for each row, so that a batch makes no object for each of its rows. */
export class StoredFields implements MessageSource {
  /** By number of the typed column. */
  readonly columns: string[] = TYPED_COLUMNS.map(() => '');
  /** How many fields the row has: of the lists by place so many count, for they are never shortened. */
  size = 0;
  /** By place of the event's names: the typed column that the field stands in, or IN_MAP. */
  readonly homes: number[] = [];
  /** By place of the event's names. */
  readonly texts: string[] = [];
  /** Places of fields whose value is not text. */
  readonly json: number[] = [];
  readonly set = new FieldSet();
  isHit = false;
  #shape = EventShape.empty;

  fill({ hostname, event, hits }: Pick<EventRow, 'hostname' | 'event' | 'hits'>): void {
    const { fields, columns: said } = event;
    this.isHit = hits.length > 0;
    this.#shape = fields.shape;
    this.json.length = 0;
    this.set.clear();
    const { columns } = this;
    columns.fill('');
    // An event fills few of them.
    for (const name in said) {
      const number = SAID.get(name);
      if (number !== undefined) columns[number] = said[name as keyof EventColumns] ?? '';
    }
    columns[0] = hostname;
    const typed = typedPlaces.of(fields.shape);
    const { list } = fields;
    this.size = list.length;
    for (let place = 0; place < list.length; place += 1) this.#add(place, list[place] ?? null, typed[place]);
  }

  #add(place: number, value: FieldValue, typed: TypedField | undefined): void {
    let text: string;
    if (typeof value === 'string') text = value;
    else {
      text = toFieldText(value);
      this.json.push(place);
    }
    this.texts[place] = text;
    this.homes[place] = IN_MAP;
    if (typed === undefined || text === '' || typeof value === 'object') return;
    const { column, bit } = typed;
    if (column >= SAID_COLUMNS && this.columns[column] === '') this.columns[column] = text;
    if (this.columns[column] !== text) return;
    this.set.add(bit);
    this.homes[place] = column;
  }

  /** Names of the row's fields, by place. */
  get shape(): EventShape {
    return this.#shape;
  }

  get typedFields(): string {
    return fieldSetText(this.set);
  }

  field(name: string): string | undefined {
    if (this.isHit) return undefined;
    const place = this.#shape.placeOf(name);
    return place !== undefined && this.homes[place] === IN_MAP ? this.texts[place] : undefined;
  }

  /** Rows with hits are read by the projector as they come: their messages do without the map. */
  names(): Iterable<string> {
    return this.isHit ? [] : this.#shape.names.filter((_, place) => this.homes[place] === IN_MAP);
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
