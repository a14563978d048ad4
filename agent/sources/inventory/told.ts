/**
 * What the collector was told of one category, kept in the source's positions: the facts of each item, which full
 * picture it was told last, and how far one is that is being told. Rows change with the records they are about.
 */
import { z } from 'zod';
import type { InventoryCategory } from '#protocol/record-names.ts';
import type { PositionReader } from '../source.ts';
import type { Detail } from './inventory-item.ts';

const completeSchema = z.object({
  /** Names the full picture that all later changes are against. */
  snapshot: z.string(),
  /** Spool that it was told through: another one may never have sent it. */
  epoch: z.string(),
  /** When the next full picture is due: milliseconds since 1970. */
  fullDueAt: z.number(),
  at: z.number(),
  /** What was said last about the state of the category, as JSON text. */
  said: z.string(),
});

const beganSchema = z.object({
  snapshot: z.string(),
  /** Keys up to this one have been told. */
  through: z.string().optional(),
});

export type Complete = z.infer<typeof completeSchema>;
export type Began = z.infer<typeof beganSchema>;

export class Told {
  readonly #category: InventoryCategory;
  readonly #positions: PositionReader;
  /** As last handed out, committed yet or not; undefined until something was. */
  #items: Map<string, string> | undefined;
  #complete: Complete | undefined;
  #began: Began | undefined;
  #read = false;

  constructor(category: InventoryCategory, positions: PositionReader) {
    this.#category = category;
    this.#positions = positions;
  }

  /** Facts as JSON text, by key. */
  get items(): Map<string, string> {
    if (this.#items !== undefined) return this.#items;
    this.#items = new Map();
    const prefix = this.itemRow('');
    for (const [key, value] of this.#positions.entries()) {
      if (key.startsWith(prefix)) this.#items.set(key.slice(prefix.length), value);
    }
    return this.#items;
  }

  get complete(): Complete | undefined {
    this.#readRows();
    return this.#complete;
  }

  set complete(complete: Complete | undefined) {
    this.#readRows();
    this.#complete = complete;
  }

  get began(): Began | undefined {
    this.#readRows();
    return this.#began;
  }

  set began(began: Began | undefined) {
    this.#readRows();
    this.#began = began;
  }

  itemRow(key: string): string {
    return `item:${this.#category}:${key}`;
  }

  get completeRow(): string {
    return `complete:${this.#category}`;
  }

  get beganRow(): string {
    return `began:${this.#category}`;
  }

  #readRows(): void {
    if (this.#read) return;
    this.#read = true;
    this.#complete = parsed(this.#positions.get(this.completeRow), completeSchema);
    this.#began = parsed(this.#positions.get(this.beganRow), beganSchema);
  }
}

/** A row of an earlier version, which says less, is as good as none: a full picture follows. */
function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  const result = schema.safeParse(JSON.parse(text));
  return result.success ? result.data : undefined;
}

export function parseDetail(text: string): Detail {
  const value: unknown = JSON.parse(text);
  const detail: Detail = {};
  if (typeof value !== 'object' || value === null) return detail;
  for (const [name, fact] of Object.entries(value) as [string, unknown][]) {
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean')
      detail[name] = fact;
  }
  return detail;
}
