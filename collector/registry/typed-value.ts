/** Values in the place of columns: PostgreSQL has to be told what they are. */
import { type RawBuilder, sql } from 'kysely';

export function text<T extends string | null>(value: T): RawBuilder<T> {
  return sql<T>`cast(${value} as text)`;
}

export function bigint(value: number): RawBuilder<number> {
  return sql<number>`cast(${value} as bigint)`;
}
