/** Join tokens and the audit trail. */
import type { z } from 'zod';
import type { auditHeadSchema, auditPageSchema } from '../../../../collector/api/contract-audit.ts';
import type {
  joinTokenListSchema,
  madeJoinTokenSchema,
  newJoinTokenSchema,
} from '../../../../collector/api/contract-identity.ts';
import { queryString, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type JoinToken = z.infer<typeof joinTokenListSchema>['joinTokens'][number];
export type MadeJoinToken = z.infer<typeof madeJoinTokenSchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
export type AuditEntry = AuditPage['entries'][number];

export const readJoinTokens = (signal?: AbortSignal) =>
  http.read<z.infer<typeof joinTokenListSchema>>('/join-tokens', signal);
export const createJoinToken = (body: z.input<typeof newJoinTokenSchema>) =>
  http.change<MadeJoinToken>('POST', '/join-tokens', body);
export const revokeJoinToken = (id: string) =>
  http.change<undefined>('DELETE', `/join-tokens/${encodeURIComponent(id)}`);
export const readAudit = (query: Query, signal?: AbortSignal) =>
  http.read<AuditPage>(`/audit${queryString({ limit: 100, ...query })}`, signal);
export const readAuditHead = (signal?: AbortSignal) =>
  http.read<z.infer<typeof auditHeadSchema>>('/audit/head', signal);
