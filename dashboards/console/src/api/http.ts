/**
 * The console's only way to the server. Invariants: same origin, the session cookie is the browser's affair, every failure
 * is an ApiError with a status (0: the server could not be reached) that pages turn into words; what the server wants
 * proved again is asked for and the request repeated.
 */

/** How many bytes of a body have gone. */
export type OnProgress = (sent: number, total: number) => void;

/** What is wrong with one field of a request. */
export type FieldFault = { readonly field: string; readonly message: string };

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** Finer than `code`: why the server refused. */
  readonly reason: string | undefined;
  /** Id of what stands in the way. */
  readonly about: string | undefined;
  /** Field of the request the server refused; of several the first. */
  readonly field: string | undefined;
  /** Of several fields all, with the first. */
  readonly faults: readonly FieldFault[];
  /** Seconds the server asked to wait, after 429 or 503. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    details: {
      readonly status: number;
      readonly code: string;
      readonly reason?: string | undefined;
      readonly about?: string | undefined;
      readonly field?: string | undefined;
      readonly faults?: readonly FieldFault[] | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.reason = details.reason;
    this.about = details.about;
    this.field = details.field;
    this.faults = details.faults ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** The same refusal in other words. */
  saying(message: string, faults: readonly FieldFault[]): ApiError {
    const { status, code, reason, about, field, retryAfterSeconds } = this;
    const same = { status, code, reason, about, field, retryAfterSeconds };
    return new ApiError(message, { ...same, faults, cause: this });
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

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

function faultsOf(value: unknown): FieldFault[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (!isRecord(one)) return [];
    const [field, message] = [textOf(one['field']), textOf(one['detail'])];
    return field === undefined || message === undefined ? [] : [{ field, message }];
  });
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
        reason: textOf(body['reason']),
        about: textOf(body['about']),
        field: textOf(body['field']),
        faults: faultsOf(body['errors']),
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

/** What the server refused, of a whole request or of one field. */
export type Refused = {
  readonly code: string;
  readonly reason?: string | undefined;
  readonly field?: string | undefined;
  readonly message: string;
};

export type HttpOptions = ApiOptions & {
  /** Has the person prove again who they are. @returns whether they did */
  readonly proveAgain: () => Promise<boolean>;
  /** As fetch, and tells how much of the body has gone; without it nothing is told. */
  readonly upload?: (url: string, init: RequestInit, onProgress: OnProgress) => Promise<Response>;
  /** A refusal in the person's language; undefined: the server's own words are in it. */
  readonly inWords?: (refused: Refused) => Promise<string | undefined>;
};

export type WriteOptions = {
  /** The version that was read, so that a change in between is noticed (412). */
  readonly ifMatch?: string | undefined;
  /** `*`: nothing that is there may be written over (412). */
  readonly ifNoneMatch?: '*' | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** A body with the version to change it by. */
export type Tagged<Shape> = { readonly body: Shape; readonly etag: string | undefined };

export type Http = ReturnType<typeof createHttp>;

/** The ways of asking, for the functions of each part of the API. */
export function createHttp(options: HttpOptions) {
  async function inWords(refused: ApiError): Promise<ApiError> {
    const say = options.inWords;
    if (say === undefined) return refused;
    const faults = await Promise.all(
      refused.faults.map(async ({ field, message }) => ({
        field,
        message: (await say({ code: refused.code, field, message })) ?? message,
      })),
    );
    const said = await say(refused);
    return said === undefined && faults.length === 0
      ? refused
      : refused.saying(said ?? refused.message, faults);
  }

  async function once(path: string, init: RequestInit, onProgress?: OnProgress): Promise<Response> {
    let response: Response;
    try {
      const to = `/api/v1${path}`;
      response = await (onProgress === undefined || options.upload === undefined
        ? options.fetch(to, { credentials: 'same-origin', cache: 'no-store', ...init })
        : options.upload(to, init, onProgress));
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
      throw new ApiError('unreachable', { status: 0, code: 'unreachable', cause });
    }
    if (response.ok) return response;
    throw await inWords(await errorOf(response));
  }

  async function send(path: string, init: RequestInit, onProgress?: OnProgress): Promise<Response> {
    try {
      return await once(path, init, onProgress);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'step-up-required' && (await options.proveAgain()))
        return await once(path, init, onProgress);
      if (error.status === 401 && path !== '/login' && path !== '/step-up') options.onSignedOut();
      if (error.code === 'password-change-required') options.onPasswordRequired();
      throw error;
    }
  }

  async function tagged<Shape>(path: string, signal?: AbortSignal): Promise<Tagged<Shape>> {
    const response = await send(path, { headers: { accept: 'application/json' }, signal: signal ?? null });
    // The server validates what it sends against the same contract these types come from.
    return { body: (await response.json()) as Shape, etag: response.headers.get('etag') ?? undefined };
  }

  async function change<Shape>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    { ifMatch, ifNoneMatch, signal }: WriteOptions = {},
  ): Promise<Shape> {
    const response = await send(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    const text = await response.text();
    // An answer without a body is what its caller asked for.
    return (text === '' ? undefined : JSON.parse(text)) as Shape;
  }

  return {
    send,
    /** Reads with the version to change it by. */
    tagged,
    read: async <Shape>(path: string, signal?: AbortSignal): Promise<Shape> =>
      (await tagged<Shape>(path, signal)).body,
    /** Changes something; the answer's body, where there is one. */
    change,
    /** Sends the bytes of a file, and tells how many have gone. */
    upload: async <Shape>(
      method: 'POST' | 'PUT',
      path: string,
      file: Blob,
      headers: Readonly<Record<string, string>> = {},
      onProgress?: OnProgress,
    ): Promise<Shape> => {
      const type = file.type === '' ? 'application/octet-stream' : file.type;
      const init = {
        method,
        headers: { accept: 'application/json', 'content-type': type, ...headers },
        body: file,
      };
      const response = await send(path, init, onProgress);
      const text = await response.text();
      return (text === '' ? undefined : JSON.parse(text)) as Shape;
    },
  };
}
