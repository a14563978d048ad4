/** Hunts over the API: run, summed up, turned into rules, kept; what is wrong with one is said by its field. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRules } from '../../../rules/sigma/index.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { bearer, buildWorld, eventOf, type World } from './api-fixture.ts';

const FROM = '1970-01-01T00:00:00Z';
const TO = '1970-01-02T00:00:00Z';

let world: World;
let analyst: { authorization: string };
let local: { authorization: string };
let mine: number;

beforeEach(async () => {
  world = await buildWorld();
  ({ id: mine } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test'));
  analyst = await bearer(world, 'analyst');
  local = await bearer(world, 'analyst', mine);
  // The memory's store gives every event as a candidate: only a query that SQL does not decide is decided here.
  world.events.push(
    ...[9, 8, 7, 6, 5, 4].map((seq) =>
      eventOf(seq, { agencyId: seq % 2 === 0 ? mine : 1, fields: { user: seq > 5 ? 'root' : 'an' } }),
    ),
  );
});
afterEach(() => world.close());

const ask = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = analyst,
) =>
  world.app.inject({
    method,
    url: `/api/v1${url}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
const messages = (page: { events: { message: string }[] }): string[] =>
  page.events.map(({ message }) => message);

describe('a hunt', () => {
  it('gives what the matcher says, page by page', async () => {
    const body = { query: 'user: /^ro+t$/', from: FROM, to: TO, limit: 3 };
    const first = (await ask('POST', '/hunts/run', body)).json();
    expect(messages(first)).toEqual(['event 9', 'event 8', 'event 7']);
    expect(first).toMatchObject({ exact: false, examined: 6 });
    const rest = (await ask('POST', '/hunts/run', { ...body, after: first.next })).json();
    expect(messages(rest)).toEqual(['event 6']);
    expect(rest).toMatchObject({ next: null, reachedAt: new Date(FROM).toISOString() });
  });

  it('takes a Sigma rule, and sees the caller’s agencies only', async () => {
    const sigma = 'title: x\nlogsource: {}\ndetection: {s: {user|re: "^ro"}, condition: s}\n';
    const found = (await ask('POST', '/hunts/run', { sigma, from: FROM, to: TO }, local)).json();
    expect(messages(found)).toEqual(['event 8', 'event 6']);
    const narrowed = (await ask('POST', '/hunts/run', { sigma, from: FROM, to: TO, agencyId: mine })).json();
    expect(messages(narrowed)).toEqual(['event 8', 'event 6']);
    const foreign = await ask('POST', '/hunts/run', { sigma, from: FROM, to: TO, agencyId: 1 }, local);
    expect(foreign.statusCode).toBe(404);
  });

  it('says in a summary which hosts had nothing to say', async () => {
    const told = (await ask('POST', '/hunts/summary', { query: 'user: root', from: FROM, to: TO })).json();
    expect(told).toMatchObject({ stepSeconds: 1_800, hosts: { inScope: 0, withEvents: 0, silent: [] } });
    expect(Object.keys(told.facets)).toContain('host.name');
  });

  it('sums up all events where nothing is asked', async () => {
    const told = await ask('POST', '/hunts/summary', { from: FROM, to: TO });
    expect([told.statusCode, told.json().exact]).toEqual([200, true]);
  });

  it('says what is wrong with a query and where, and which fields there are', async () => {
    const fault = async (query: string) => (await ask('POST', '/hunts/check', { query })).json().fault;
    expect(await fault('user: root')).toBeNull();
    expect(await fault('user: (root')).toMatchObject({ code: 'open-parenthesis', at: 6 });
    expect(await fault('user: /(/')).toMatchObject({ code: 'rule', at: null });
    const told = (await ask('GET', `/hunts/fields?from=${FROM}&to=${TO}`)).json();
    expect(told.names).toContain('user');
    expect(told.aliases).toContain('user.name');
  });

  it('becomes a rule', async () => {
    const made = await ask('POST', '/hunts/rule', {
      query: 'user: (root or an)',
      title: 'Người dùng',
      level: 'high',
    });
    const { rules, errors } = parseRules(made.json().sigma, { source: 'x' });
    expect(errors).toEqual([]);
    expect(rules[0]?.info).toMatchObject({ title: 'Người dùng', level: 'high' });
  });

  it.each<[string, object, string]>([
    ['nothing to look for', {}, 'query'],
    ['two things at once', { query: 'a', sigma: 'b' }, 'query'],
    ['a query that cannot be read', { query: 'a: (b' }, 'query'],
    ['a query that asks everything', { query: 'message: *' }, 'query'],
    ['a regular expression that is none', { query: 'a: /(/' }, 'query'],
    ['a rule that is none', { sigma: 'title: x' }, 'sigma'],
    ['a rule that is not there', { ruleId: 'nobody' }, 'ruleId'],
    ['no time', { query: 'a', to: FROM }, 'from'],
    ['a cursor of somewhere else', { query: 'a', after: 'x' }, 'after'],
    ['too much', { query: 'a', limit: 10_000 }, 'limit'],
    ['something unknown', { query: 'a', sql: 'x' }, 'sql'],
  ])('with %s is refused and names the field', async (_, body, field) => {
    const refused = await ask('POST', '/hunts/run', { from: FROM, ...body });
    expect(refused.statusCode).toBe(400);
    expect(refused.json().field ?? '').toBe(field);
  });

  it('that finds nothing says which of its fields nobody has', async () => {
    const found = await ask('POST', '/hunts/run', { query: 'usr: root', from: FROM });
    expect(found.json()).toMatchObject({ events: [], unknownFields: [{ field: 'usr', near: ['user'] }] });
    const known = await ask('POST', '/hunts/run', { query: 'user: nobody-at-all', from: FROM });
    expect(known.json()).toMatchObject({ events: [], unknownFields: [] });
  });

  it('is not for viewers', async () => {
    const viewer = await bearer(world, 'agency-viewer');
    const refused = await ask('POST', '/hunts/run', { query: 'a', from: FROM }, viewer);
    expect(refused.statusCode).toBe(403);
  });
});

describe('hunts that are kept', () => {
  const BODY = { name: 'Đăng nhập ban đêm', query: 'event.action: login*', spanSeconds: 7_200 };

  it('are made, listed, changed for the version that was read, and deleted, each on record', async () => {
    const made = await ask('POST', '/hunts', BODY);
    expect(made.statusCode).toBe(201);
    expect(made.headers['etag']).toBe('"1"');
    const hunt = made.json();
    expect(hunt).toMatchObject({ ...BODY, sigma: null, agencyId: 1, version: 1 });
    const change = { name: 'Khác', query: 'event.action: x', description: 'd' };
    const put = (version: string) =>
      ask('PUT', `/hunts/${hunt.id}`, change, { ...analyst, 'if-match': version });
    expect((await put('"1"')).json()).toMatchObject({ ...change, version: 2, spanSeconds: 86_400 });
    expect((await put('"1"')).statusCode).toBe(412);
    expect((await ask('GET', '/hunts')).json().hunts).toHaveLength(1);
    expect((await ask('DELETE', `/hunts/${hunt.id}`)).statusCode).toBe(204);
    expect((await ask('GET', `/hunts/${hunt.id}`)).statusCode).toBe(404);
    const actions = (await listAudit(world.registry, { limit: 10, action: 'hunt.' })).map(
      ({ action }) => action,
    );
    expect(actions).toEqual(['hunt.delete', 'hunt.update', 'hunt.create']);
  });

  it('belong to an agency, and its name there is theirs alone', async () => {
    const theirs = (await ask('POST', '/hunts', BODY, local)).json();
    expect(theirs.agencyId).toBe(mine);
    expect((await ask('POST', '/hunts', BODY, local)).statusCode).toBe(409);
    const ours = (await ask('POST', '/hunts', BODY)).json();
    expect((await ask('GET', `/hunts/${ours.id}`, undefined, local)).statusCode).toBe(404);
    expect((await ask('DELETE', `/hunts/${ours.id}`, undefined, local)).statusCode).toBe(404);
    expect((await ask('GET', '/hunts', undefined, local)).json().hunts).toEqual([theirs]);
    expect((await ask('POST', '/hunts', { ...BODY, agencyId: 1 }, local)).statusCode).toBe(404);
  });

  it('are checked before they are kept', async () => {
    const refused = await ask('POST', '/hunts', { ...BODY, query: 'a: (' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json().field).toBe('query');
  });
});
