/** Indicators through the API: added, corrected, taken out, imported, exported; and whatever hostile files hold. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importAnswerSchema, indicatorPageSchema } from '../../../collector/api/contract-indicators.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

let world: World;
let headers: Record<string, string>;

beforeEach(async () => {
  world = await buildWorld();
  await addUser(world, 'lan', 'analyst');
  headers = await signIn(world, 'lan');
});
afterEach(() => world.close());

const ask = (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown, more = {}) =>
  world.app.inject({
    method,
    url: `/api/v1/indicators${path}`,
    headers: { ...headers, ...more },
    ...(body === undefined ? {} : { payload: body as object }),
  });

const file = (text: string | Buffer, query = '', type = 'text/csv') =>
  ask('POST', `/import?${query}`, text, { 'content-type': type });

const imported = async (text: string, query = ''): Promise<void> => {
  expect((await file(text, query)).statusCode).toBe(201);
  await world.jobs.settled();
};

const values = async (query = ''): Promise<string[]> =>
  indicatorPageSchema.parse((await ask('GET', query)).json()).indicators.map(({ value }) => value);

describe('an indicator', () => {
  it('is added of its one form, corrected for its version, taken out and put back', async () => {
    const added = await ask('POST', '', { value: 'hxxp://Evil[.]example/a', confidence: 90, tags: ['c2'] });
    expect(added.statusCode).toBe(201);
    expect(added.headers['etag']).toBe('"1"');
    expect(added.json()).toMatchObject({
      id: 1,
      type: 'url',
      value: 'http://evil.example/a',
      source: 'manual',
      confidence: 90,
      state: 'active',
      addedBy: 'user:lan',
      warning: null,
      sightings: { hosts: 0, events: 0, first: null, last: null },
    });
    expect((await ask('POST', '', { value: 'http://evil.example/a' })).json()).toMatchObject({
      status: 409,
      code: 'conflict',
    });
    const validUntil = new Date(world.clock.ms + 1_000).toISOString();
    const changed = await ask('PATCH', '/1', { validUntil, confidence: 5 }, { 'if-match': '"1"' });
    expect(changed.json()).toMatchObject({ validUntil, confidence: 5, version: 2 });
    expect((await ask('PATCH', '/1', { confidence: 6 }, { 'if-match': '"1"' })).statusCode).toBe(412);
    expect((await ask('POST', '/1/retire', { reason: 'wrong' })).json()).toMatchObject({
      state: 'retired',
      stateBy: 'user:lan',
      stateReason: 'wrong',
    });
    world.clock.ms += 1_000;
    expect((await ask('POST', '/1/restore', { reason: 'right' })).json()).toMatchObject({ state: 'expired' });
    expect(await values('?state=expired')).toEqual(['http://evil.example/a']);
    expect((await ask('GET', '/99')).statusCode).toBe(404);
  });

  it.each([
    [{ value: '8.8.8.8' }, 'value', 'everybody uses it'],
    [{ value: '8.8.0.0/16' }, 'value', 'everybody uses it'],
    [{ value: 'https://google.com/' }, 'value', 'everybody uses it'],
    [{ value: '203.0.0.0/8' }, 'value', 'too wide: at least /16'],
    [{ value: '2400::/12' }, 'value', 'at least /16 (IPv4) or /32 (IPv6)'],
    [{ value: '192.168.4.4' }, 'value', 'private'],
    [{ value: 'gov.vn' }, 'value', 'anybody registers'],
    [{ value: 'not one' }, 'type', 'type is none of'],
    [{ value: 'a.example', validUntil: '2020-01-01T00:00:00Z' }, 'validUntil', 'over already'],
    [{ value: 'a.example', confidence: 101 }, 'confidence', ''],
    [{ value: 'a.example', source: 'a\u202Eb' }, 'source', 'control characters'],
    [{ value: 'a.example', tags: Array.from({ length: 99 }, () => 'x') }, 'tags', ''],
  ])('is refused with the field and the reason: %j', async (body, field, reason) => {
    const answer = await ask('POST', '', body);
    expect(answer.statusCode).toBe(400);
    expect(JSON.stringify(answer.json())).toContain(field);
    expect(JSON.stringify(answer.json())).toContain(reason);
    expect(await values()).toEqual([]);
  });

  it('is told to be shared by many, and refused where the house has said that it is its own', async () => {
    expect((await ask('POST', '', { value: 'x.blob.core.windows.net' })).json()).toMatchObject({
      warning: 'it lies below the name of a large service',
    });
    const own = await ask('POST', '/allowed', { value: 'tinh.example', reason: 'ours' });
    expect(own.json()).toMatchObject({ id: 1, type: 'domain', value: 'tinh.example' });
    for (const value of ['so.tinh.example', 'tinh.example', 'https://tinh.example'])
      expect((await ask('POST', '', { value })).json()).toMatchObject({
        detail: 'the house has said that it is its own',
      });
    expect((await ask('DELETE', '/allowed/1')).statusCode).toBe(204);
    expect((await ask('POST', '', { value: 'so.tinh.example' })).statusCode).toBe(201);
  });
});

describe('a file', () => {
  const CSV = [
    'value,type,confidence,source',
    'evil.example,,80,NCSC',
    '10.0.0.1,,,',
    '8.8.8.8,,,',
    'a.example,,abc,',
    'b.example,nothing,,',
    '104.16.0.9,,,',
    'c.example,,,',
  ].join('\n');

  it('is tried first: what each entry at fault is, where, and what the rest would come to', async () => {
    const answer = importAnswerSchema.parse((await file(CSV, 'dryRun=true&source=list')).json());
    expect(answer).toMatchObject({
      job: null,
      counts: { added: 3, updated: 0, unchanged: 0 },
      report: {
        form: 'csv',
        indicators: 3,
        refused: 4,
        refusals: [
          { place: 'line 3', field: 'value', value: '10.0.0.1', fault: 'local-address' },
          { place: 'line 4', field: 'value', value: '8.8.8.8', fault: 'common-value' },
          { place: 'line 5', field: 'confidence', value: 'abc', fault: 'bad-confidence' },
          { place: 'line 6', field: 'type', value: 'nothing', fault: 'unknown-kind' },
        ],
        warnings: [{ place: 'line 7', value: '104.16.0.9', warning: 'shared-address' }],
      },
    });
    expect(await values()).toEqual([]);
  });

  it('is taken in by a job, with the defaults of its sources, and said again changes nothing', async () => {
    await ask('PUT', '/sources/NCSC', { confidence: 95, validDays: 30, tlp: 'amber' });
    const plain = 'value,source\nevil.example,NCSC\nother.example,\n';
    await imported(plain, 'source=list&confidence=40&name=list.csv');
    const { indicators } = indicatorPageSchema.parse((await ask('GET', '')).json());
    expect(indicators).toMatchObject([
      { value: 'evil.example', source: 'NCSC', confidence: 95, tlp: 'amber' },
      { value: 'other.example', source: 'list', confidence: 40, tlp: null, validUntil: null },
    ]);
    expect(Date.parse(indicators[0]?.validUntil ?? '')).toBe(world.clock.ms + 30 * 86_400_000);
    world.clock.ms += 1_000;
    await imported(plain, 'source=list&confidence=40');
    const jobs = (await world.app.inject({ url: '/api/v1/jobs', headers })).json<{ jobs: object[] }>().jobs;
    expect(jobs).toMatchObject([
      { kind: 'indicator-import', state: 'done', done: 2, changed: 1, skipped: { unchanged: 1 } },
      { kind: 'indicator-import', state: 'done', done: 2, changed: 2 },
    ]);
    expect((await ask('GET', '/sources')).json()).toMatchObject({
      sources: [
        { name: 'NCSC', confidence: 95, validDays: 30, indicators: 1, version: 1 },
        { name: 'list', confidence: null, indicators: 1, version: 0 },
      ],
    });
    expect(await world.registry.db.selectFrom('indicator_upload_part').select('seq').execute()).toEqual([]);
  });

  it('comes out as it went in, and runs in no spreadsheet', async () => {
    await imported('value,tags,description\nevil.example,"=cmd()|c2","=1+1; ""x"""\n203.0.113.0/24,,\n');
    const out = await ask('GET', '/export?type=domain');
    expect(out.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(out.body.startsWith('\ufeffid;type;value;')).toBe(true);
    expect(out.body).toContain(`'=cmd()|c2;"'=1+1; ""x"""`);
    expect(out.body).not.toContain('203.0.113.0');
    expect((await file((await ask('GET', '/export')).body, 'dryRun=true')).json()).toMatchObject({
      report: { refused: 0, indicators: 2 },
      counts: { added: 0, unchanged: 2 },
    });
  });

  it('of a source that was wrong is taken out as a whole', async () => {
    await imported('a.example\nb.example\n', 'source=bad');
    await imported('a.example\n', 'source=good');
    expect(
      (await ask('POST', '/bulk', { source: 'bad', act: 'retire', reason: 'all wrong' })).statusCode,
    ).toBe(201);
    await world.jobs.settled();
    expect(await values('?state=active')).toEqual(['a.example']);
    expect(await values('?state=retired&source=bad')).toEqual(['a.example', 'b.example']);
    expect((await ask('POST', '/bulk', { act: 'retire', reason: 'all' })).statusCode).toBe(400);
  });
});
