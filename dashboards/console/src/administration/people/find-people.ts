/** People found by words and by what they are, and the end of an account as a day; pure. */
import type { z } from 'zod';
import type { userSchema } from '../../../../../collector/api/contract-users.ts';
import { dayOf } from '../../format/day.ts';
import { fold } from '../../text/fold.ts';

type Person = z.infer<typeof userSchema>;

/** The last moment of a legal day of Vietnam; undefined for no day. */
export const endOfDay = (day: string): string | undefined =>
  day === '' ? undefined : `${day}T23:59:59+07:00`;

/** The legal day of a moment; empty for none. */
export const dayOfEnd = (iso: string | null): string => (iso === null ? '' : dayOf(Date.parse(iso)));

export type PeopleFilters = {
  readonly text: string;
  readonly role: string;
  readonly agency: string;
  readonly state: string;
};

/** Who is meant: words are found without marks, in any order. */
export function findPeople(people: readonly Person[], filters: PeopleFilters): readonly Person[] {
  const words = fold(filters.text).split(/\s+/u).filter(Boolean);
  return people.filter((person) => {
    const said = fold(`${person.username} ${person.displayName ?? ''} ${person.email ?? ''}`);
    return (
      words.every((word) => said.includes(word)) &&
      (filters.role === '' || person.role === filters.role) &&
      (filters.agency === '' || String(person.agencyId) === filters.agency) &&
      (filters.state === '' || person.state === filters.state)
    );
  });
}
