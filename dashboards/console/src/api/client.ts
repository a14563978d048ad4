/**
 * The console's only way to the server. Invariants: same origin, the session cookie is the browser's affair, every
 * failure is an ApiError with a status (0: the server could not be reached) that pages turn into words.
 */
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

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** Field of the request the server refused. */
  readonly field: string | undefined;
  /** Seconds the server asked to wait, after 429 or 503. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    details: {
      readonly status: number;
      readonly code: string;
      readonly field?: string | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.field = details.field;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Writes the query string of a request; what is undefined or empty is left out. */
export function queryString(query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Reads the error of an answer that is not ok, also when it is no JSON (a proxy's page). */
export async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const base = {
    status: response.status,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  };
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) {
      return new ApiError(textOf(body['detail']) ?? response.statusText, {
        ...base,
        code: textOf(body['code']) ?? 'unknown',
        field: textOf(body['field']),
      });
    }
  } catch (cause) {
    return new ApiError(response.statusText, { ...base, code: 'unknown', cause });
  }
  return new ApiError(response.statusText, { ...base, code: 'unknown' });
}

export type ApiOptions = {
  readonly fetch: typeof globalThis.fetch;
  /** Called when the session is no longer good (401 on anything but signing in). */
  readonly onSignedOut: () => void;
  /** Called when the server wants a new password first. */
  readonly onPasswordRequired: () => void;
};

export type Api = ReturnType<typeof createApi>;

/** The routes of the API as functions. */
export function createApi(options: ApiOptions) {
  async function send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await options.fetch(`/api/v1${path}`, {
        credentials: 'same-origin',
        cache: 'no-store',
        ...init,
      });
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
      throw new ApiError('unreachable', { status: 0, code: 'unreachable', cause });
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    if (error.status === 401 && path !== '/login') options.onSignedOut();
    if (error.code === 'password-change-required') options.onPasswordRequired();
    throw error;
  }

  // The server validates what it sends against the same contract these types come from.
  async function read<Shape>(path: string, signal?: AbortSignal): Promise<Shape> {
    const response = await send(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
    return (await response.json()) as Shape;
  }

  const write = (method: string, path: string, body?: unknown) =>
    send(path, {
      method,
      headers:
        body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });

  return {
    me: (signal?: AbortSignal) => read<Me>('/me', signal),
    async login(body: LoginBody): Promise<Me> {
      return (await (await write('POST', '/login', body)).json()) as Me;
    },
    provider: (signal?: AbortSignal) => read<ProviderState>('/oidc', signal),
    async logout(): Promise<void> {
      await write('POST', '/logout');
    },
    /** Ends the session here; answers where the one at the identity provider is ended. */
    async logoutAtProvider(): Promise<Go> {
      return (await (await write('POST', '/oidc/logout')).json()) as Go;
    },
    /** Answers where one proves again who one is. */
    async stepUpAtProvider(returnTo: string): Promise<Go> {
      return (await (await write('POST', '/oidc/step-up', { returnTo })).json()) as Go;
    },
    async stepUp(body: StepUpBody): Promise<void> {
      await write('POST', '/step-up', body);
    },
    async beginSecondFactor(): Promise<SecondFactor> {
      return (await (await write('POST', '/second-factor')).json()) as SecondFactor;
    },
    async confirmSecondFactor(code: string): Promise<RecoveryCodes> {
      return (await (await write('POST', '/second-factor/confirm', { code })).json()) as RecoveryCodes;
    },
    async removeSecondFactor(): Promise<void> {
      await write('DELETE', '/second-factor');
    },
    async changePassword(body: PasswordBody): Promise<void> {
      await write('POST', '/password', body);
    },
    alerts: (query: AlertQuery, signal?: AbortSignal) =>
      read<AlertPage>(`/alerts${queryString(query as Query)}`, signal),
    alert: (id: string, signal?: AbortSignal) =>
      read<AlertDetail>(`/alerts/${encodeURIComponent(id)}`, signal),
    async patchAlert(id: string, body: AlertPatch): Promise<void> {
      await write('PATCH', `/alerts/${encodeURIComponent(id)}`, body);
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
