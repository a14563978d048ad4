/** Groups as they are typed: in order of precedence, each under a key that stays while the form is open. Pure. */
import type { z } from 'zod';
import type { externalGroupsSchema } from '../../../../../collector/api/contract-oidc.ts';

type Group = z.input<typeof externalGroupsSchema>['groups'][number];

export type GroupRow = {
  readonly key: string;
  readonly name: string;
  readonly role: Group['role'] | '';
  readonly agencyId: string;
};

export const rowsOf = (groups: readonly Group[]): readonly GroupRow[] =>
  groups.map(({ name, role, agencyId }, index) => ({
    key: `g${index}`,
    name,
    role,
    agencyId: String(agencyId),
  }));

export function withRow(rows: readonly GroupRow[]): readonly GroupRow[] {
  const next = Math.max(-1, ...rows.map(({ key }) => Number(key.slice(1)))) + 1;
  return [...rows, { key: `g${next}`, name: '', role: '', agencyId: '' }];
}

/** One place up (-1) or down (1); at the end it stays. */
export function moved(rows: readonly GroupRow[], key: string, by: -1 | 1): readonly GroupRow[] {
  const from = rows.findIndex((row) => row.key === key);
  const to = from + by;
  const row = rows[from];
  if (row === undefined || to < 0 || to >= rows.length) return rows;
  const others = rows.filter((one) => one.key !== key);
  return [...others.slice(0, to), row, ...others.slice(to)];
}

/** Names that stand more than once. */
export function twins(rows: readonly GroupRow[]): ReadonlySet<string> {
  const names = rows.map(({ name }) => name.trim()).filter((name) => name !== '');
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

/** Null while a row is not filled in, or a name stands twice. */
export function groupsOf(rows: readonly GroupRow[]): readonly Group[] | null {
  if (twins(rows).size > 0) return null;
  const groups: Group[] = [];
  for (const { name, role, agencyId } of rows) {
    if (name.trim() === '' || role === '' || agencyId === '') return null;
    groups.push({ name: name.trim(), role, agencyId: Number(agencyId) });
  }
  return groups;
}

export type ReadClaims =
  | { readonly ok: true; readonly claims: Record<string, unknown> }
  /** `token`: a JWT was pasted, which must not leave the page. */
  | { readonly ok: false; readonly why: 'not-json' | 'not-object' | 'token' };

/** What was pasted, as claims. */
export function claimsOf(text: string): ReadClaims {
  if (/^\s*[\w-]{8,}\.[\w-]{8,}\.[\w-]*\s*$/u.test(text)) return { ok: false, why: 'token' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, why: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, why: 'not-object' };
  return { ok: true, claims: { ...value } };
}
