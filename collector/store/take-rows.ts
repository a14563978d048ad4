/**
 * Some rows of an Arrow column, in their order, as a column of its own. It knows the layouts that arrow-columns.ts makes,
 * sliced or not, and refuses others.
 */
import { Data, DataType, Int32, makeData, type Utf8 } from 'apache-arrow';

type Places = readonly number[] | Int32Array;

/** Where the entries of these rows lie among all entries, and where each row's end among those taken. */
function entriesOf(offsets: Int32Array, places: Places): { ends: Int32Array; entries: Int32Array } {
  const ends = new Int32Array(places.length + 1);
  for (const [at, place] of places.entries()) {
    const count = (offsets[place + 1] ?? 0) - (offsets[place] ?? 0);
    ends[at + 1] = (ends[at] ?? 0) + count;
  }
  const entries = new Int32Array(ends[places.length] ?? 0);
  let next = 0;
  for (const place of places) {
    const end = offsets[place + 1] ?? 0;
    for (let entry = offsets[place] ?? 0; entry < end; entry += 1) {
      entries[next] = entry;
      next += 1;
    }
  }
  return { ends, entries };
}

function takeTexts(data: Data, type: Utf8, places: Places): Data {
  const { valueOffsets, values } = data;
  const ends = new Int32Array(places.length + 1);
  for (const [at, place] of places.entries()) {
    ends[at + 1] = (ends[at] ?? 0) + (valueOffsets[place + 1] ?? 0) - (valueOffsets[place] ?? 0);
  }
  const bytes = new Uint8Array(ends[places.length] ?? 0);
  for (const [at, place] of places.entries()) {
    bytes.set(values.subarray(valueOffsets[place] ?? 0, valueOffsets[place + 1] ?? 0), ends[at] ?? 0);
  }
  return makeData({ type, length: places.length, nullCount: 0, valueOffsets: ends, data: bytes });
}

type Numbers = Int32Array | Uint8Array | Uint32Array | BigInt64Array | BigUint64Array;

function pick<T extends Numbers>(values: T, places: Places): T {
  const taken = values.slice(0, places.length);
  for (const [at, place] of places.entries()) {
    const value = values[place];
    if (value !== undefined) taken[at] = value;
  }
  return taken as T;
}

/** @throws TypeError for a layout that is none of ours */
export function takeRows(data: Data, places: Places): Data {
  const { type } = data;
  const { length } = places;
  const [child] = data.children;
  if (DataType.isUtf8(type)) return takeTexts(data, type, places);
  if (DataType.isDictionary(type)) {
    const { dictionary } = data;
    const taken = makeData({ type: new Int32(), length, nullCount: 0, data: pick(data.values, places) });
    return new Data(type, 0, length, 0, taken.buffers, [], dictionary);
  }
  if ((DataType.isList(type) || DataType.isMap(type)) && child !== undefined) {
    const { ends, entries } = entriesOf(data.valueOffsets, places);
    const values = takeRows(child, entries);
    return DataType.isList(type)
      ? makeData({ type, length, nullCount: 0, valueOffsets: ends, child: values })
      : makeData({ type, length, nullCount: 0, valueOffsets: ends, child: values });
  }
  if (DataType.isStruct(type)) {
    const children = data.children.map((column) => takeRows(column, places));
    return makeData({ type, length, nullCount: 0, children });
  }
  if (DataType.isInt(type)) return makeData({ type, length, nullCount: 0, data: pick(data.values, places) });
  if (DataType.isTimestamp(type)) {
    return makeData({ type, length, nullCount: 0, data: pick(data.values, places) });
  }
  throw new TypeError(`rows cannot be taken of a column of Arrow type ${type.typeId}`);
}
