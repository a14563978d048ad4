/** Personal data in answers: masked for who may not read it, in the clear for a reason that is on record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../../collector/api/contract.ts';
import { LiveStreams } from '../../../collector/api/live-streams.ts';
import { API_LIMITS } from '../../../collector/api/dependencies.ts';
import type { LiveEvent } from '../../../collector/api/ports.ts';
import type { Principal } from '../../../collector/api/principal.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { alertOf, bearer, buildWorld, eventOf, putAlerts, type World } from './api-fixture.ts';

let world: World;
let alert: Alert;
const secrets = ['nguyen.an', '079203001234', '0912345678', 'an@example.vn'];
const message = 'nguyen.an (an@example.vn, 0912345678) opened 079203001234';

beforeAll(async () => {
  world = await buildWorld();
  world.events = [
    eventOf(1, { message, fields: { 'user.name': 'nguyen.an', url: '/ho-so?so=079203001234' } }),
  ];
  alert = alertOf('a1', { message, entity: { 'user.name': 'nguyen.an' }, title: 'by nguyen.an' });
  await putAlerts(world, alert);
});
afterAll(() => world.close());

const eventUrl = (): string => `/api/v1/events/${encodeURIComponent(world.events[0]?.id ?? '')}`;
const shown = (text: string): string[] => secrets.filter((secret) => text.includes(secret));

describe('what comes from hosts', () => {
  it.each(['agency-viewer', 'agency-operator', 'auditor', 'api'] as const)(
    'is masked for a %s',
    async (role) => {
      const headers = await bearer(world, role);
      for (const url of ['/api/v1/events', eventUrl(), '/api/v1/alerts', '/api/v1/alerts/a1']) {
        const answer = await world.app.inject({ url, headers });
        expect([url, answer.statusCode, shown(answer.body)]).toEqual([url, 200, []]);
        expect(answer.body).toContain('[user] ([e-mail], [phone]) opened [cccd]');
      }
    },
  );

  it.each(['analyst', 'soc-lead', 'administrator'] as const)('is in the clear for a %s', async (role) => {
    const headers = await bearer(world, role);
    for (const url of ['/api/v1/events', eventUrl(), '/api/v1/alerts'])
      expect(shown((await world.app.inject({ url, headers })).body)).toEqual(secrets);
  });

  it('is masked in the live stream too, for those for whom it is', () => {
    const listeners = new Set<(event: LiveEvent) => void>();
    const streams = new LiveStreams({
      feed: { subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) },
      limits: API_LIMITS,
      emit: () => undefined,
      onFault: () => undefined,
    });
    const open = (role: Principal['role']): string[] => {
      const written: string[] = [];
      const principal: Principal = {
        kind: 'token',
        tokenId: role,
        role,
        agencyId: 1,
        scope: { kind: 'all' },
        actor: `token:${role}`,
        name: role,
      };
      const response = {
        write: (text: string) => written.push(text) > 0,
        end: () => undefined,
        destroy: () => undefined,
        writableLength: 0,
        on: () => undefined,
      };
      streams.add({ response: response as never, principal, refresh: () => Promise.resolve(principal) });
      return written;
    };
    const [viewer, analyst] = [open('agency-viewer'), open('analyst')];
    listeners.forEach((listener) => listener({ type: 'alert', alert }));
    expect(shown(viewer.join(''))).toEqual([]);
    expect(viewer.join('')).toContain('"id":"a1"');
    expect(shown(analyst.join(''))).toEqual(secrets);
    void streams.close();
  });
});

describe('unmasking', () => {
  it('shows one event or alert to who may, and is on record with its reason', async () => {
    const headers = await bearer(world, 'agency-operator');
    for (const [url, target] of [
      [eventUrl(), `event:${world.events[0]?.id}`],
      ['/api/v1/alerts/a1', 'alert:a1'],
    ] as const) {
      const payload = { reason: 'người này hỏi hồ sơ của mình' };
      const answer = await world.app.inject({ method: 'POST', url: `${url}/unmask`, headers, payload });
      expect([answer.statusCode, shown(answer.body)]).toEqual([200, secrets]);
      const [entry] = await listAudit(world.registry, { limit: 1 });
      expect(entry).toMatchObject({ action: 'personal.unmask', target, agencyId: 1, detail: payload });
      expect(entry?.actor).toMatch(/^token:/);
    }
  });

  it('takes a reason, and is not for who only looks', async () => {
    const operator = await bearer(world, 'agency-operator');
    const unmask = (headers: Record<string, string>, payload: object) =>
      world.app.inject({ method: 'POST', url: `${eventUrl()}/unmask`, headers, payload });
    const before = await listAudit(world.registry, { limit: 500 });
    expect((await unmask(operator, {})).json()).toMatchObject({ code: 'bad-request', field: 'reason' });
    expect((await unmask(operator, { reason: '       x' })).json()).toMatchObject({ field: 'reason' });
    for (const role of ['agency-viewer', 'auditor', 'api'] as const) {
      const refused = await unmask(await bearer(world, role), { reason: 'just curious' });
      expect([role, refused.json().code]).toEqual([role, 'forbidden']);
    }
    const after = await listAudit(world.registry, { limit: 500 });
    expect(after.filter(({ action }) => action === 'personal.unmask')).toEqual(
      before.filter(({ action }) => action === 'personal.unmask'),
    );
  });
});
