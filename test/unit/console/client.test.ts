import { describe, expect, test } from 'vitest';
import { createApi } from '../../../dashboards/console/src/api/client.ts';
import { ApiError, createHttp, queryString } from '../../../dashboards/console/src/api/http.ts';

type Call = { readonly url: string; readonly init: RequestInit };

function setUp(answer: () => Response | Promise<Response>, proved = false) {
  const calls: Call[] = [];
  const told: string[] = [];
  const http = createHttp({
    fetch(input, init) {
      calls.push({ url: typeof input === 'string' ? input : '', init: init ?? {} });
      return Promise.resolve().then(answer);
    },
    onSignedOut: () => told.push('signed-out'),
    onPasswordRequired: () => told.push('password'),
    proveAgain() {
      told.push('prove');
      return Promise.resolve(proved);
    },
  });
  return { api: createApi(http), http, calls, told };
}

const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code, detail: 'why', field: 'current' }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });

describe('requests', () => {
  test('ids are escaped and empty values left out', async () => {
    const { api, calls } = setUp(() => Response.json({}));
    await api.alert('a/../b?c');
    await api.events({ text: 'Nguyễn & co', user: '', limit: 50 });
    expect(calls.map((call) => call.url)).toEqual([
      '/api/v1/alerts/a%2F..%2Fb%3Fc',
      '/api/v1/events?text=Nguy%E1%BB%85n+%26+co&limit=50',
    ]);
    expect(queryString({ a: undefined })).toBe('');
  });

  test('a body is JSON and says so; the cookie stays with our own server', async () => {
    const { api, calls } = setUp(() => new Response(null, { status: 204 }));
    await api.patchAlert('a1', { state: 'closed', reason: 'báo nhầm' });
    expect(calls[0]?.init).toMatchObject({
      method: 'PATCH',
      body: '{"state":"closed","reason":"báo nhầm"}',
      credentials: 'same-origin',
    });
    expect(new Headers(calls[0]?.init.headers).get('content-type')).toBe('application/json');
  });
});

test('what several fields are refused for is said of each, in the language of the person', async () => {
  const errors = [
    { field: 'settings.host', detail: 'a host name or an address' },
    { field: 'settings.to.0', detail: 'Invalid email address' },
    { field: 'other', detail: 'unheard of' },
    'no fault',
  ];
  const body = {
    status: 400,
    code: 'bad-request',
    field: 'settings.host',
    detail: 'a host name or an address',
    errors,
  };
  const http = createHttp({
    fetch: () => Promise.resolve(new Response(JSON.stringify(body), { status: 400 })),
    onSignedOut: () => undefined,
    onPasswordRequired: () => undefined,
    proveAgain: () => Promise.resolve(false),
    inWords: ({ message, field }) =>
      Promise.resolve(message === 'unheard of' ? undefined : `${field}: tiếng Việt`),
  });
  await expect(http.read('/x')).rejects.toMatchObject({
    field: 'settings.host',
    message: 'settings.host: tiếng Việt',
    faults: [
      { field: 'settings.host', message: 'settings.host: tiếng Việt' },
      { field: 'settings.to.0', message: 'settings.to.0: tiếng Việt' },
      { field: 'other', message: 'unheard of' },
    ],
  });
});

describe('failures', () => {
  const failure = async (answer: () => Response) => {
    const { api, told } = setUp(answer);
    const error: unknown = await api.overview().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof ApiError)) throw new Error('expected an ApiError', { cause: error });
    return { error, told };
  };

  test('carry the status, code, field and time to wait', async () => {
    const { error } = await failure(() => refusal(429, 'too-many', { 'retry-after': '7' }));
    expect(error).toMatchObject({
      status: 429,
      code: 'too-many',
      message: 'why',
      field: 'current',
      retryAfterSeconds: 7,
    });
  });

  test('a page of a proxy, or JSON of another shape, is still a failure with its status', async () => {
    const page = await failure(
      () => new Response('<html>Bad gateway</html>', { status: 502, statusText: 'Bad Gateway' }),
    );
    expect(page.error).toMatchObject({ status: 502, code: 'unknown', message: 'Bad Gateway' });
    const shape = await failure(() => new Response('{"detail":7}', { status: 500 }));
    expect(shape.error).toMatchObject({ status: 500, code: 'unknown' });
  });

  test('a server that cannot be reached has status 0 and keeps the cause', async () => {
    const cause = new TypeError('fetch failed');
    const { error } = await failure(() => {
      throw cause;
    });
    expect(error).toMatchObject({ status: 0, code: 'unreachable', cause });
  });

  test('an expired session is told, a wrong password at sign-in is not', async () => {
    expect((await failure(() => refusal(401, 'no-session'))).told).toEqual(['signed-out']);
    const { api, told } = setUp(() => refusal(401, 'wrong-credentials'));
    await expect(api.login({ username: 'a', password: 'b' })).rejects.toBeInstanceOf(ApiError);
    expect(told).toEqual([]);
  });

  test('a password that must be changed is told', async () => {
    expect((await failure(() => refusal(403, 'password-change-required'))).told).toEqual(['password']);
  });

  test('a request that was given up is no failure of the server', async () => {
    const { api } = setUp(() => {
      throw new DOMException('given up', 'AbortError');
    });
    await expect(api.overview()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('what must be proved again', () => {
  const asksOnce = () => {
    let asked = false;
    return () => {
      if (asked) return Response.json({ done: true });
      asked = true;
      return refusal(403, 'step-up-required');
    };
  };

  test('is asked for, and the request goes out once more', async () => {
    const { http, calls, told } = setUp(asksOnce(), true);
    expect(await http.change('POST', '/users', { username: 'an' })).toEqual({ done: true });
    expect(told).toEqual(['prove']);
    expect(calls.map((call) => call.init.body)).toEqual(['{"username":"an"}', '{"username":"an"}']);
  });

  test('is refused when the person does not', async () => {
    const { http, calls } = setUp(asksOnce(), false);
    await expect(http.change('POST', '/users', {})).rejects.toMatchObject({ code: 'step-up-required' });
    expect(calls).toHaveLength(1);
  });
});

describe('versions', () => {
  test('what was read is changed by its tag', async () => {
    const { http, calls } = setUp(() => Response.json({ n: 1 }, { headers: { etag: '"7"' } }));
    const { body, etag } = await http.tagged('/cases/1');
    expect({ body, etag }).toEqual({ body: { n: 1 }, etag: '"7"' });
    await http.change('PATCH', '/cases/1', { n: 2 }, { ifMatch: etag });
    expect(new Headers(calls[1]?.init.headers).get('if-match')).toBe('"7"');
  });
});
