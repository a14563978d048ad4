/** The routes that several rooms use, as functions; a room's own are in its `*-api.ts`. */
import { queryString, type Http, type Query } from './http.ts';
import type {
  AgentList,
  AlertDetail,
  AlertPage,
  AlertPatch,
  AlertQuery,
  EventPage,
  EventQuery,
  Go,
  LoginBody,
  Me,
  Overview,
  PasswordBody,
  ProviderState,
  RecoveryCodes,
  RuleList,
  SecondFactor,
  StepUpBody,
} from './types.ts';

export type Api = ReturnType<typeof createApi>;

/** The routes of the API as functions. */
export function createApi(http: Http) {
  const { read, send, change } = http;
  return {
    me: (signal?: AbortSignal) => read<Me>('/me', signal),
    async login(body: LoginBody): Promise<Me> {
      return await change<Me>('POST', '/login', body);
    },
    provider: (signal?: AbortSignal) => read<ProviderState>('/oidc', signal),
    async logout(): Promise<void> {
      await change<undefined>('POST', '/logout');
    },
    /** Ends the session here; answers where the one at the identity provider is ended. */
    async logoutAtProvider(): Promise<Go> {
      return await change<Go>('POST', '/oidc/logout');
    },
    /** Answers where one proves again who one is. */
    async stepUpAtProvider(returnTo: string): Promise<Go> {
      return await change<Go>('POST', '/oidc/step-up', { returnTo });
    },
    async stepUp(body: StepUpBody): Promise<void> {
      await change<undefined>('POST', '/step-up', body);
    },
    async beginSecondFactor(): Promise<SecondFactor> {
      return await change<SecondFactor>('POST', '/second-factor');
    },
    async confirmSecondFactor(code: string): Promise<RecoveryCodes> {
      return await change<RecoveryCodes>('POST', '/second-factor/confirm', { code });
    },
    async removeSecondFactor(): Promise<void> {
      await change<undefined>('DELETE', '/second-factor');
    },
    async changePassword(body: PasswordBody): Promise<void> {
      await change<undefined>('POST', '/password', body);
    },
    alerts: (query: AlertQuery, signal?: AbortSignal) =>
      read<AlertPage>(`/alerts${queryString(query as Query)}`, signal),
    alert: (id: string, signal?: AbortSignal) =>
      read<AlertDetail>(`/alerts/${encodeURIComponent(id)}`, signal),
    async patchAlert(id: string, body: AlertPatch): Promise<void> {
      await change<undefined>('PATCH', `/alerts/${encodeURIComponent(id)}`, body);
    },
    events: (query: EventQuery, signal?: AbortSignal) =>
      read<EventPage>(`/events${queryString(query as Query)}`, signal),
    agents: (signal?: AbortSignal) => read<AgentList>('/agents', signal),
    overview: (signal?: AbortSignal) => read<Overview>('/overview', signal),
    rules: (signal?: AbortSignal) => read<RuleList>('/rules', signal),
    /** Opens the live line; the answer's body is read by LiveStream. */
    stream: (signal: AbortSignal) => send('/stream', { headers: { accept: 'text/event-stream' }, signal }),
  };
}
