/**
 * Zod for the shipped agent: of its schemas those that the agent and the protocol are made of, with the same answers and
 * the same words at a tenth of the memory. The bundle takes it in zod's place; `test/property/agent/lean-zod.test.ts`
 * holds the two to each other by every schema of both.
 */
import { prettifyError } from 'zod/v4/core';
import { Either, Entries, Fields, List, Tagged, Tuple } from './composites.ts';
import type { Shape } from './composites.ts';
import { locales, ZodError } from './issue.ts';
import type { Schema } from './schema.ts';
import {
  Anything,
  base64,
  Choice,
  isoDate,
  isoDateTime,
  Never,
  Nothing,
  Numeric,
  Text,
  Truth,
  url,
  uuid,
} from './values.ts';

export const z = {
  string: () => new Text(),
  uuid,
  base64,
  url,
  iso: { date: isoDate, datetime: isoDateTime },
  number: () => new Numeric(),
  int: () => new Numeric().int(),
  boolean: () => new Truth(),
  null: () => new Nothing(),
  any: () => new Anything(),
  never: (message?: string) => new Never(message),
  literal: (value: unknown) => new Choice(Array.isArray(value) ? value : [value]),
  enum: (values: readonly unknown[] | Readonly<Record<string, unknown>>) => new Choice(Object.values(values)),
  array: (element: Schema) => new List(element),
  tuple: (items: readonly Schema[]) => new Tuple(items),
  object: (shape: Shape) => new Fields(shape, 'dropped'),
  strictObject: (shape: Shape) => new Fields(shape, 'refused'),
  looseObject: (shape: Shape) => new Fields(shape, 'kept'),
  record: (key: Schema, value: Schema) => new Entries(key, value),
  partialRecord: (key: Schema, value: Schema) => new Entries(key, value, true),
  union: (options: readonly Schema[]) => new Either(options),
  discriminatedUnion: (tag: string, options: readonly Schema[]) => new Tagged(tag, options),
  locales,
  prettifyError,
  ZodError,
};
