/** What routes on parts of cases share: who acts, the case with what one does not see of it, pages by id. */
import { z } from 'zod';
import { findCase, type CaseRow } from '../registry/cases/find-case.ts';
import { countParts, type CountedPart } from '../registry/cases/read-case.ts';
import type { Registry } from '../registry/database.ts';
import { cursorCodec } from './cursor.ts';
import { versionWanted } from './etag.ts';
import { principalOf, type Principal } from './principal.ts';

export const idCursor = cursorCodec('case-part', z.strictObject({ id: z.int() }));

export const byOf = (request: Parameters<typeof principalOf>[0]) => {
  const { actor, scope } = principalOf(request);
  return { actor, scope, version: versionWanted(request) };
};

/** The case as who asks sees it, and how many of a part they do not see. */
export async function openedCase(
  { db }: Registry,
  id: string,
  { scope }: Principal,
  part: CountedPart,
): Promise<{ row: CaseRow; hidden: number }> {
  const { row } = await findCase(db, id, scope);
  const { hidden } = await countParts(db, row.id, scope);
  return { row, hidden: hidden[part] };
}

/** Cuts a page that was read with one row more. */
export function cutPage<T extends { id: number }>(
  rows: readonly T[],
  limit: number,
): { page: T[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, next: last === undefined ? null : idCursor.encode({ id: last.id }) };
}
