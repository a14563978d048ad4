/**
 * Until when makers mend what they made: systems by id and version, other software by the name that it is installed under.
 * Invariant: what is not in the table is unknown; nothing is concluded of it.
 */
import path from 'node:path';
import { z } from 'zod';
import { readDataFile, type DataProblem } from '../files/read-data-file.ts';
import { CONFIDENCES } from './schema.ts';

const day = z.iso.date();
const line = z.string().min(1).max(200);
/** By the beginning of the version that decides; empty: all versions. */
const versions = z
  .record(z.string().regex(/^[0-9A-Za-z.]{0,32}$/), z.strictObject({ ends: day, extended: day.optional() }))
  .refine((rows) => Object.keys(rows).length > 0, 'must name a version');
const common = { source: z.url({ protocol: /^https$/ }), confidence: z.enum(CONFIDENCES), versions };

const tableSchema = z.strictObject({
  /** What was published by then is in it. */
  asOf: day,
  systems: z.array(z.strictObject({ ids: z.array(line).min(1), ...common })).max(200),
  /** `match`: names in which `*` is any text and `?` one character, case aside. */
  products: z.array(z.strictObject({ name: line, match: z.array(line).min(1).max(50), ...common })).max(500),
});
export type EndOfLifeTable = z.infer<typeof tableSchema>;

export interface SupportEnd {
  product: string;
  /** Last day on which everybody gets what closes holes. */
  ends: string;
  /** Last day of paid or registered support beyond it. */
  extended: string | undefined;
  source: string;
  confidence: (typeof CONFIDENCES)[number];
}

/** @returns the table, or what is wrong with it */
export function loadEndOfLife(folder: string): {
  table: EndOfLifeTable | undefined;
  problems: DataProblem[];
} {
  const problems: DataProblem[] = [];
  const table = readDataFile(path.join(folder, 'end-of-life.yml'), tableSchema, problems)?.value;
  return { table, problems };
}

type Versions = EndOfLifeTable['systems'][number]['versions'];

/** The longest beginning decides: 15.6 before 15. */
function rowOf(rows: Versions, version: string): Versions[string] | undefined {
  const known = Object.keys(rows)
    .filter((name) => name === '' || version === name || version.startsWith(`${name}.`))
    .sort((left, right) => right.length - left.length)[0];
  return known === undefined ? undefined : rows[known];
}

/** Answers for many names: patterns are made ready once. */
export class EndOfLife {
  readonly #table: EndOfLifeTable;
  readonly #products: readonly { test: RegExp; product: EndOfLifeTable['products'][number] }[];

  constructor(table: EndOfLifeTable) {
    this.#table = table;
    this.#products = table.products.flatMap((product) =>
      product.match.map((pattern) => ({ test: patternOf(pattern), product })),
    );
  }

  get asOf(): string {
    return this.#table.asOf;
  }

  /**
   * @param id of os-release, or `windows`, `windows-server`
   * @param version of os-release, or the release of Windows with its build, e.g. `10.0.19045`
   */
  system(id: string, version: string): SupportEnd | undefined {
    const line = this.#table.systems.find(({ ids }) => ids.includes(id));
    const row = line === undefined ? undefined : rowOf(line.versions, version);
    if (line === undefined || row === undefined) return undefined;
    const { source, confidence } = line;
    return { product: `${id} ${version}`, ends: row.ends, extended: row.extended, source, confidence };
  }

  /** Whether the table knows a product of that name, whatever the version. */
  knows(name: string): boolean {
    return this.#products.some(({ test }) => test.test(name));
  }

  /** @param version as installed; an epoch and what follows a dash are the packager's */
  product(name: string, version: string): SupportEnd | undefined {
    const own = version.replace(/^\d+:/, '').replace(/[-+~].*$/, '');
    for (const { test, product } of this.#products) {
      if (!test.test(name)) continue;
      const row = rowOf(product.versions, own);
      if (row === undefined) continue;
      const { source, confidence } = product;
      return { product: product.name, ends: row.ends, extended: row.extended, source, confidence };
    }
    return undefined;
  }
}

function patternOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*+|\?)/).map((part) => {
    if (part.startsWith('*')) return '.*?';
    return part === '?' ? '.' : part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'is');
}
