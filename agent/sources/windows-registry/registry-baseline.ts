/**
 * What was told last of each watched key: rows by the key right below it, authenticated and sealed like those of file integrity
 * (`integrity/sealed-rows.ts`), so that a change writes little and a row that somebody changed is noticed.
 */
import type { PositionChange } from '../source.ts';
import type { SealedRows } from '../integrity/sealed-rows.ts';
import type { RegistryEntry, Shown } from './registry-picture.ts';

export interface Known extends Shown {
  path: string;
  group: string;
  digest: string;
}

export interface Difference {
  change: 'created' | 'modified' | 'deleted';
  path: string;
  before: Shown | undefined;
  after: Shown | undefined;
}

const KEY_PREFIX = 'key:';
const SEEN = 'seen:';
const MARK = '\u0001';
const FIELDS = 4;
const STEP_DIFFERENCES = 200;

export class RegistryBaseline {
  readonly #rows: SealedRows;

  constructor(rows: SealedRows) {
    this.#rows = rows;
  }

  /** When a watched key was last compared; undefined: never. */
  seenAt(key: string): number | undefined {
    const row = this.#rows.get(SEEN + key.toLowerCase());
    return row === undefined ? undefined : Number(row);
  }

  /** All that was told of a watched key, by path in lower case. */
  known(key: string): Map<string, Known> {
    const known = new Map<string, Known>();
    const prefix = prefixOf(key);
    for (const [rowKey, row] of this.#rows.within(prefix)) {
      const flat = JSON.parse(row) as string[];
      const group = rowKey.slice(prefix.length);
      for (let at = 0; at + FIELDS <= flat.length; at += FIELDS) {
        const [path = '', digest = '', type = '', data = ''] = flat.slice(at, at + FIELDS);
        known.set(path.toLowerCase(), { path, group, digest, type, data });
      }
    }
    return known;
  }

  /**
   * @param known as it was handed out.
   * @returns what differs in steps that stay true by themselves, each with the rows that are to be committed with it.
   */
  *compare(
    key: string,
    known: ReadonlyMap<string, Known>,
    entries: ReadonlyMap<string, RegistryEntry>,
    show: (entry: RegistryEntry) => Shown,
    now: number,
  ): Generator<{ differences: Difference[]; positions: PositionChange[] }, void, void> {
    const after = new Map(known);
    const byGroup = new Map<string, Difference[]>();
    const add = (group: string, difference: Difference): void => {
      const list = byGroup.get(group);
      if (list === undefined) byGroup.set(group, [difference]);
      else list.push(difference);
    };
    for (const [lower, entry] of entries) {
      const was = known.get(lower);
      if (was?.digest === entry.digest) continue;
      const shown = show(entry);
      const { path, group, digest } = entry;
      add(group, { change: was === undefined ? 'created' : 'modified', path, before: was, after: shown });
      after.set(lower, { path, group, digest, ...shown });
    }
    for (const [lower, was] of known) {
      if (entries.has(lower)) continue;
      add(was.group, { change: 'deleted', path: was.path, before: was, after: undefined });
      after.delete(lower);
    }
    const flats = new Map([...byGroup.keys()].map((group): [string, string[]] => [group, []]));
    for (const { path, group, digest, type, data } of after.values())
      flats.get(group)?.push(path, digest, type, data);
    let differences: Difference[] = [];
    let rows = new Map<string, string | undefined>();
    for (const [group, list] of byGroup) {
      const flat = flats.get(group) ?? [];
      differences.push(...list);
      rows.set(prefixOf(key) + group, flat.length === 0 ? undefined : JSON.stringify(flat));
      if (differences.length < STEP_DIFFERENCES) continue;
      yield { differences, positions: this.#rows.write(rows) };
      differences = [];
      rows = new Map();
    }
    rows.set(SEEN + key.toLowerCase(), String(now));
    yield { differences, positions: this.#rows.write(rows) };
  }
}

function prefixOf(key: string): string {
  return `${KEY_PREFIX}${key.toLowerCase()}${MARK}`;
}
