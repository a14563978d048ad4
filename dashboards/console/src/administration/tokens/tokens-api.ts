/** Tokens by which machines ask the API. */
import type { z } from 'zod';
import type {
  apiTokenListSchema,
  madeApiTokenSchema,
  newApiTokenSchema,
} from '../../../../../collector/api/contract-users.ts';
import { http } from '../../session/session-store.ts';

export type ApiToken = z.infer<typeof apiTokenListSchema>['apiTokens'][number];
export type NewApiToken = z.input<typeof newApiTokenSchema>;
export type MadeApiToken = z.infer<typeof madeApiTokenSchema>;

export const apiTokensKey = ['administration', 'api-tokens'] as const;

export const readApiTokens = (signal?: AbortSignal) =>
  http.read<z.infer<typeof apiTokenListSchema>>('/api-tokens', signal);
export const makeApiToken = (body: NewApiToken) => http.change<MadeApiToken>('POST', '/api-tokens', body);
export const revokeApiToken = (id: string) =>
  http.change<undefined>('DELETE', `/api-tokens/${encodeURIComponent(id)}`);
