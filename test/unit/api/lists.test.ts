import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deterministicId } from '../../../collector/alert/detection.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { StoreUnavailableError } from '../../../collector/store/store.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { alertOf, bearer, buildWorld, eventOf, type World, alertState, putAlerts } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };

beforeEach(async () => {
  world = await buildWorld();
  headers = await bearer(world, 'analyst');
});
afterEach(() => world.close());

const get = async (url: string) => world.app.inject({ url, headers });

describe('alerts', () => {
  it('are paged by an opaque cursor without gap or repeat', async () => {
    const second = '2026-11-22T04:00:00.000Z';
    await putAlerts(
      world,
      ...['a', 'b', 'c', 'd', 'e'].map((id, place) => alertOf(id, place < 3 ? { lastSeen: second } : {})),
    );
    const seen: string[] = [];
    let url = '/api/v1/alerts?limit=2';
    for (let page = 0; page < 3; page += 1) {
      const body = (await get(url)).json();
      seen.push(...body.alerts.map((alert: { id: string }) => alert.id));
      url = `/api/v1/alerts?limit=2&after=${body.next}`;
      expect(body.next === null).toBe(page === 2);
    }
    expect(seen).toEqual(['c', 'b', 'a', 'e', 'd']);
  });

  it.each(['nonsense', 'e30', Buffer.from('["events",{"timeMs":1,"id":"x"}]').toString('base64url')])(
    'refuse the cursor %j, naming the field',
    async (after) => {
      const response = await get(`/api/v1/alerts?after=${after}`);
      expect([response.statusCode, response.json()]).toEqual([
        400,
        expect.objectContaining({ code: 'bad-request', field: 'after' }),
      ]);
    },
  );

  it.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=x', 'limit'],
    ['state=all', 'state.0'],
    ['severity=high,worst', 'severity.1'],
    [`ruleId=${'x'.repeat(300)}`, 'ruleId'],
  ])('refuse %s, naming the field', async (query, field) => {
    expect((await get(`/api/v1/alerts?${query}`)).json()).toMatchObject({ code: 'bad-request', field });
  });

  it('refuse a parameter they do not know', async () => {
    expect((await get('/api/v1/alerts?sort=1;drop')).statusCode).toBe(400);
  });

  it('change state in the name of who asked', async () => {
    await putAlerts(world, alertOf('a1'));
    const response = await world.app.inject({
      method: 'PATCH',
      url: '/api/v1/alerts/a1',
      headers,
      payload: { state: 'closed', verdict: 'benign', reason: 'planned test' },
    });
    expect(response.json()).toMatchObject({
      id: 'a1',
      state: 'closed',
      verdict: 'benign',
      stateReason: 'planned test',
      stateBy: expect.stringMatching(/^token:/),
      version: 2,
    });
    expect(response.headers.etag).toBe('"2"');
    expect(world.changed).toEqual(['a1']);
  });

  it('that do not exist are not found', async () => {
    const payload = { state: 'closed' };
    const response = await world.app.inject({ method: 'PATCH', url: '/api/v1/alerts/no', headers, payload });
    expect([response.statusCode, response.json().code]).toEqual([404, 'not-found']);
  });
});

describe('events', () => {
  it('are searched by what was asked, over all time when no time is given', async () => {
    await get('/api/v1/events?text=Failed%20password&user=root&sourceIp=10.1.2.3&channel=log/sshd&limit=7');
    expect(world.searches.at(-1)).toMatchObject({
      fromMs: -8.64e15,
      text: 'Failed password',
      columns: { user_name: 'root', source_ip: '10.1.2.3', channel: 'log/sshd' },
      agencyIds: undefined,
      limit: 8,
    });
    expect(world.searches.at(-1)?.toMs).toBe(8.64e15);
  });

  it('take times with an offset', async () => {
    await get('/api/v1/events?from=2026-11-22T10:00:00%2B07:00&to=2026-11-22T11:00:00%2B07:00');
    expect(world.searches.at(-1)).toMatchObject({
      fromMs: Date.UTC(2026, 10, 22, 3),
      toMs: Date.UTC(2026, 10, 22, 4),
    });
  });

  it('refuse a span that ends before it begins', async () => {
    const response = await get('/api/v1/events?from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z');
    expect(response.json().field).toBe('from');
  });

  it('give the place of the last one as the next cursor', async () => {
    world.events = [eventOf(3), eventOf(2), eventOf(1)];
    const page = (await get('/api/v1/events?limit=2')).json();
    expect(page.events.map((event: { message: string }) => event.message)).toEqual(['event 3', 'event 2']);
    await get(`/api/v1/events?limit=2&after=${page.next}`);
    expect(world.searches.at(-1)?.after).toEqual({ timeMs: 2_000, id: eventOf(2).id });
  });

  it('of hosts whose clocks say an impossible year do not break the list', async () => {
    world.events = [eventOf(1, { timeMs: 8.64e15 }), eventOf(2, { timeMs: -8.64e15 }), eventOf(3)];
    const { events } = (await get('/api/v1/events')).json();
    expect(events.map((event: { time: string }) => event.time)).toEqual([
      '9999-12-31T23:59:59.999Z',
      '0000-01-01T00:00:00.000Z',
      '1970-01-01T00:00:03.000Z',
    ]);
  });

  it('are found by their id, percent-encoded', async () => {
    world.events = [eventOf(9)];
    expect((await get(`/api/v1/events/${encodeURIComponent(eventOf(9).id)}`)).json()).toMatchObject({
      message: 'event 9',
      time: '1970-01-01T00:00:09.000Z',
    });
    // An id that is still encoded after one decoding is an id of nobody.
    const twice = encodeURIComponent(eventOf(9).id);
    for (const id of ['x', 'a/b/c/d', twice, `${eventOf(9).id}0000000000000000000`, '../../etc/passwd']) {
      const { statusCode } = await get(`/api/v1/events/${encodeURIComponent(id)}`);
      expect([id, statusCode]).toEqual([id, 404]);
    }
  });

  it('answer 503 while the store cannot, without its words', async () => {
    Object.defineProperty(world.events, 'slice', {
      value: () => {
        throw new StoreUnavailableError('connect /var/lib/secret.sock');
      },
    });
    const response = await get('/api/v1/events');
    expect([response.statusCode, response.json().code]).toEqual([503, 'storage-unavailable']);
    expect(response.body).not.toContain('secret.sock');
  });

  it('answer 500 for our own fault, without its words', async () => {
    Object.defineProperty(world.events, 'slice', {
      value: () => {
        throw new TypeError('internal detail');
      },
    });
    const response = await get('/api/v1/events');
    expect([response.statusCode, response.json().code]).toEqual([500, 'server-error']);
    expect(response.body).not.toContain('internal detail');
    expect(world.log.join('')).toContain('internal detail');
  });
});

describe('agents and overview', () => {
  it('say who is connected', async () => {
    const token = await createJoinToken(world.registry, { uses: 2 }, 'test');
    const outcome = await enrolAgent(world.registry, enrolRequest(token), '127.0.0.1');
    await enrolAgent(world.registry, enrolRequest(token), '127.0.0.1');
    if (outcome.ok) world.online.add(outcome.agentId);
    await putAlerts(world, alertOf('open'), alertOf('done', { state: 'closed' }));
    const { agents } = (await get('/api/v1/agents')).json();
    expect(agents.map((agent: { state: string }) => agent.state).sort()).toEqual(['offline', 'online']);
    expect((await get('/api/v1/overview')).json()).toMatchObject({
      agentsOnline: 1,
      agentsTotal: 2,
      eventsPerSecond: 12.5,
      alertsOpenBySeverity: { high: 1, critical: 0 },
    });
  });
});

describe('any request', () => {
  it('to nowhere is answered in JSON', async () => {
    for (const url of ['/api/v1/nowhere', '/api', '/agent/v1/nowhere', '/agent/v1']) {
      const response = await get(url);
      expect([url, response.statusCode, response.json().code]).toEqual([url, 404, 'not-found']);
    }
    const posted = await world.app.inject({ method: 'POST', url: '/nowhere', headers });
    expect(posted.json().code).toBe('not-found');
  });

  it.each([
    ['{"state":', 'application/json', 400, 'bad-request'],
    ['state=closed', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['{"state":"closed"}', 'text/plain', 415, 'unsupported-media-type'],
    [`{"reason":"${'x'.repeat(70_000)}"}`, 'application/json', 413, 'too-large'],
    ['{"state":"closed","__proto__":{"x":1}}', 'application/json', 400, 'bad-request'],
    ['{"state":"closed","extra":1}', 'application/json', 400, 'bad-request'],
  ])('with the body %.30j as %s is refused', async (payload, type, status, code) => {
    await putAlerts(world, alertOf('a1'));
    const response = await world.app.inject({
      method: 'PATCH',
      url: '/api/v1/alerts/a1',
      headers: { ...headers, 'content-type': type },
      payload,
    });
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(await alertState(world, 'a1')).toBe('new');
  });

  it('with a malformed path is refused in JSON', async () => {
    const response = await get('/api/v1/alerts/%E0%A4%A');
    expect([response.statusCode, response.json().code]).toEqual([400, 'bad-request']);
  });

  it('gets a request id, no caching, and a strict content policy', async () => {
    const response = await get('/api/v1/me');
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers['cache-control']).toBe('no-store');
    const policy = String(response.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

describe('health', () => {
  it('is told apart: alive, and ready', async () => {
    expect((await world.app.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' });
    expect((await world.app.inject({ url: '/readyz' })).statusCode).toBe(200);
    world.ready = false;
    world.live = false;
    world.clock.ms += 500;
    expect((await world.app.inject({ url: '/healthz' })).statusCode).toBe(503);
    const ready = await world.app.inject({ url: '/readyz' });
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { status: 'not-ready', checks: [{ name: 'store', ok: false }] },
    ]);
  });
});

describe('readiness', () => {
  it('is checked at most twice a second, however many ask', async () => {
    await Promise.all(Array.from({ length: 50 }, () => world.app.inject({ url: '/readyz' })));
    expect(world.readyAsked).toBe(1);
    world.clock.ms += 500;
    await world.app.inject({ url: '/readyz' });
    expect(world.readyAsked).toBe(2);
  });
});

describe('detections', () => {
  it('carry the id that proofs of alerts have, and are paged by a cursor of their own', async () => {
    world.events = [eventOf(1, { ruleIds: ['rule-a', 'rule-b'] }), eventOf(2, { ruleIds: ['rule-a'] })];
    const { detections, next } = (await get('/api/v1/detections?ruleId=rule-a&limit=1')).json();
    expect(detections).toMatchObject([
      {
        id: deterministicId('rule', 'rule-a', eventOf(1).id),
        ruleId: 'rule-a',
        eventId: eventOf(1).id,
        time: '1970-01-01T00:00:01.000Z',
        matched: { user: 'root' },
      },
    ]);
    expect((await get(`/api/v1/detections?after=${next}`)).statusCode).toBe(200);
    expect((await get(`/api/v1/events?after=${next}`)).json()).toMatchObject({ field: 'after' });
  });

  it.each([
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
    ['from=yesterday', 'from'],
    ['limit=0', 'limit'],
    ['ruleId=', 'ruleId'],
  ])('refuse %s, naming the field', async (query, field) => {
    expect((await get(`/api/v1/detections?${query}`)).json()).toMatchObject({ code: 'bad-request', field });
  });
});
