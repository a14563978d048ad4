/** Flat facts of a record as fields. */
import type { z } from 'zod';
import type { detailSchema } from '../protocol/record-fields.ts';
import type { NormalEvent } from './event.ts';
import { put } from './draft.ts';

export type Facts = z.infer<typeof detailSchema>;

const WORDS_MAX = 12;

/** @param prefix before each name, e.g. `agent.detail.` */
export function putFacts(event: NormalEvent, prefix: string, facts: Facts | undefined): void {
  for (const [name, value] of Object.entries(facts ?? {})) put(event, prefix + name, value);
}

/** ` (name=value ...)` of the first of them; empty when there are none. */
export function wordsOf(facts: Facts | undefined): string {
  const words = Object.entries(facts ?? {})
    .slice(0, WORDS_MAX)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  return words === '' ? '' : ` (${words})`;
}
