/** Rosters of who is on duty, and escalations until somebody acknowledges. */
import type { z } from 'zod';
import type {
  escalationPlanSchema,
  newEscalationSchema,
  newRosterSchema,
  rosterPlanSchema,
  turnsSchema,
} from '../../../../../collector/api/contract-oncall.ts';
import { queryString } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type Roster = z.infer<typeof rosterPlanSchema>;
export type NewRoster = z.input<typeof newRosterSchema>;
export type Escalation = z.infer<typeof escalationPlanSchema>;
export type NewEscalation = z.input<typeof newEscalationSchema>;
export type Turn = z.infer<typeof turnsSchema>['turns'][number];
export type Person = NonNullable<Turn['person']>;
type Kind = 'rosters' | 'escalations';

const at = (kind: Kind, id: number | string) => `/notifications/${kind}/${encodeURIComponent(String(id))}`;

export const readRosters = (signal?: AbortSignal) =>
  http.read<{ readonly plans: readonly Roster[] }>('/notifications/rosters', signal);
export const readRoster = (id: string, signal?: AbortSignal) =>
  http.tagged<Roster>(at('rosters', id), signal);
export const readTurns = (id: number, days: number, signal?: AbortSignal) =>
  http.read<z.infer<typeof turnsSchema>>(`${at('rosters', id)}/turns${queryString({ days })}`, signal);
export const readEscalations = (signal?: AbortSignal) =>
  http.read<{ readonly plans: readonly Escalation[] }>('/notifications/escalations', signal);
export const readEscalation = (id: string, signal?: AbortSignal) =>
  http.tagged<Escalation>(at('escalations', id), signal);

/** @param id null: a new one */
export const saveRoster = (id: number | null, body: NewRoster, ifMatch?: string) =>
  id === null
    ? http.change<Roster>('POST', '/notifications/rosters', body)
    : http.change<Roster>('PUT', at('rosters', id), body, { ifMatch });
/** @param id null: a new one */
export const saveEscalation = (id: number | null, body: NewEscalation, ifMatch?: string) =>
  id === null
    ? http.change<Escalation>('POST', '/notifications/escalations', body)
    : http.change<Escalation>('PUT', at('escalations', id), body, { ifMatch });
export const removePlan = (kind: Kind, id: number) => http.change<undefined>('DELETE', at(kind, id));
