import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, type World } from './api-fixture.ts';

interface Operation {
  summary?: string;
  security?: unknown[];
  requestBody?: unknown;
  parameters?: { name: string; in: string; schema?: unknown }[];
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>;
  'x-permission'?: string;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, unknown>;
}

let world: World;
let document: Document;

beforeAll(async () => {
  world = await buildWorld();
  document = (await world.app.inject({ url: '/api/v1/openapi.json' })).json();
});
afterAll(() => world.close());

/** What the document need not say: itself, and the pages of the console. */
const HIDDEN = new Set(['/*', '/api/v1/openapi.json', '/tra-loi', '/tra-loi/:token']);

function refsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsOf)];
}

describe('the OpenAPI document', () => {
  it('is of version 3.1, and every reference in it leads somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const refs = refsOf(document);
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of new Set(refs)) {
      const found = ref
        .slice(2)
        .split('/')
        .reduce<unknown>(
          (at, name) => (at as Record<string, unknown> | undefined)?.[name],
          document as unknown,
        );
      expect([ref, typeof found]).toEqual([ref, 'object']);
    }
  });

  it('says of every route what it is for, what it needs, what it answers and every way it fails', () => {
    for (const { method, url, access } of world.app.declaredRoutes) {
      if (HIDDEN.has(url)) continue;
      const name = `${method} ${url}`;
      const parameters = [...url.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter);
      const operation = document.paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect([name, operation?.summary?.length]).toEqual([name, expect.any(Number)]);
      if (operation === undefined) continue;
      const open = access === 'public' || access === 'enrol';
      expect([name, operation['x-permission'], operation.security]).toEqual([
        name,
        access,
        open ? [] : [{ session: [] }, { token: [] }],
      ]);
      const told = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect([name, told.map((parameter) => parameter.name)]).toEqual([name, parameters]);
      const good = Object.entries(operation.responses).filter(([status]) => /^[23]/.test(status));
      expect([name, good.length > 0]).toEqual([name, true]);
      for (const [status, { content }] of good) {
        const schemas = Object.values(content ?? {}).filter(({ schema }) => schema !== undefined);
        expect([name, status, schemas.length > 0]).toEqual([name, status, !/^(?:204|3)/.test(status)]);
      }
    }
  });

  it('has the same form for every error of the API, with each status that can come', () => {
    const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
    for (const [url, methods] of Object.entries(document.paths)) {
      if (!url.startsWith('/api/v1/')) continue;
      for (const [method, operation] of Object.entries(methods)) {
        const failing = Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status));
        const statuses = failing.map(([status]) => status);
        const wanted = ['429', '500', '503'];
        if (operation.security?.length !== 0) wanted.push('401', '403');
        if (operation.requestBody !== undefined) wanted.push('400', '413', '415');
        if (url.includes('{')) wanted.push('404');
        expect([method, url, statuses]).toEqual([method, url, expect.arrayContaining(wanted)]);
        for (const [, { content }] of failing) expect(content).toEqual(problem);
      }
    }
  });
});

describe('a problem', () => {
  it('names its type, its parts and the request it belongs to', async () => {
    const response = await world.app.inject({
      method: 'POST',
      url: '/api/v1/login',
      payload: { user: 'an' },
    });
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.json()).toEqual({
      type: 'urn:vonggac:problem:bad-request',
      title: 'the request is not valid',
      status: 400,
      detail: expect.any(String),
      code: 'bad-request',
      field: 'username',
      errors: [
        { field: 'username', detail: expect.any(String) },
        { field: 'password', detail: expect.any(String) },
        { field: 'user', detail: expect.stringContaining('user') },
      ],
      requestId: response.headers['x-request-id'],
    });
  });

  it('that asks for a credential says which', async () => {
    const response = await world.app.inject({ url: '/api/v1/me' });
    expect([response.statusCode, response.headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="vonggac"',
    ]);
  });

  it.each([
    ['a path that is nothing', { url: '/api/v1/nothing' }, 404, 'not-found'],
    ['a path that is not text', { url: '/api/v1/alerts/%ff' }, 400, 'bad-request'],
    [
      'a body that is no JSON',
      { method: 'POST', url: '/api/v1/login', payload: '{', headers: { 'content-type': 'application/json' } },
      400,
      'bad-request',
    ],
    [
      'a body of ten megabytes',
      {
        method: 'POST',
        url: '/api/v1/login',
        payload: JSON.stringify({ username: 'x'.repeat(10_000_000) }),
        headers: { 'content-type': 'application/json' },
      },
      413,
      'too-large',
    ],
    [
      'a body of another kind',
      { method: 'POST', url: '/api/v1/login', payload: 'a=b', headers: { 'content-type': 'text/xml' } },
      415,
      'unsupported-media-type',
    ],
  ] as const)('is the answer to %s', async (_what, request, status, code) => {
    const response = await world.app.inject(request);
    expect([response.statusCode, response.headers['content-type'], response.json().code]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
      code,
    ]);
    expect(response.json().status).toBe(status);
  });
});
