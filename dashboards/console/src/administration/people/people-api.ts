/** People of one's part of the tree, and what each role may. */
import type { z } from 'zod';
import type {
  endedSchema,
  invitationSchema,
  newUserSchema,
  rolesSchema,
  userListSchema,
  userPatchSchema,
} from '../../../../../collector/api/contract-users.ts';
import type { PeoplePolicy } from '../../../../../collector/api/contract-account.ts';
import { http } from '../../session/session-store.ts';

export type Person = z.infer<typeof userListSchema>['users'][number];
export type NewPerson = z.input<typeof newUserSchema>;
export type PersonRole = NewPerson['role'];
export type PersonChange = z.input<typeof userPatchSchema>;
export type Invitation = z.infer<typeof invitationSchema>;
export type Roles = z.infer<typeof rolesSchema>;
export type { PeoplePolicy };

/** The key of the list of people, which other rooms read as well. */
export const peopleKey = ['people'] as const;

const at = (username: string) => `/users/${encodeURIComponent(username)}`;

export const readPeople = (signal?: AbortSignal) =>
  http.read<z.infer<typeof userListSchema>>('/users', signal);
export const readRoles = (signal?: AbortSignal) => http.read<Roles>('/roles', signal);
export const invitePerson = (body: NewPerson) => http.change<Invitation>('POST', '/users', body);
export const changePerson = (username: string, body: PersonChange) =>
  http.change<undefined>('PATCH', at(username), body);
export const resetPerson = (username: string) => http.change<Invitation>('POST', `${at(username)}/reset`);
export const removeFactor = (username: string) =>
  http.change<undefined>('DELETE', `${at(username)}/second-factor`);
export const endSessions = (username: string) =>
  http.change<z.infer<typeof endedSchema>>('DELETE', `${at(username)}/sessions`);
export const readPolicy = (signal?: AbortSignal) => http.read<PeoplePolicy>('/people-policy', signal);
export const setPolicy = (body: PeoplePolicy) => http.change<PeoplePolicy>('PUT', '/people-policy', body);

/** What is sent to the person; the secret stands behind the `#`, so no server and no log on the way has it. */
export const invitationLink = ({ invitation }: Invitation): string =>
  `${window.location.origin}/invitation#${invitation}`;
