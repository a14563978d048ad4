/** Bulk acts and jobs over the API. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import {
  addUser,
  alertOf,
  alertState,
  bearer,
  buildWorld,
  PASSWORD,
  putAlerts,
  sessionOf,
  signIn,
  type World,
} from './api-fixture.ts';

let world: World;
beforeEach(async () => {
  world = await buildWorld();
});
afterEach(() => world.close());

const post = (url: string, headers: Record<string, string>, payload: Record<string, unknown>) =>
  world.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });
const get = (url: string, headers: Record<string, string>) =>
  world.app.inject({ url: `/api/v1${url}`, headers });
const CLOSE = { act: { state: 'closed', verdict: 'benign' }, reason: 'bản vá' };

describe('bulk acts', () => {
  it('are looked at, asked for, approved by another person, done and taken back', async () => {
    await addUser(world, 'an', 'soc-lead');
    await addUser(world, 'binh', 'soc-lead');
    const [an, binh] = [await signIn(world, 'an'), await signIn(world, 'binh')];
    await putAlerts(
      world,
      alertOf('a1'),
      alertOf('a2', { severity: 'low' }),
      alertOf('a3', { ruleId: 'other' }),
    );
    const body = { filter: { state: 'open', ruleId: 'rule-1' }, ...CLOSE };
    const preview = await post('/alerts/bulk/preview', an, body);
    expect(preview.json()).toMatchObject({ total: 2, changes: 2, needsApproval: ['high-or-critical'] });
    const asked = await post('/alerts/bulk', an, body);
    expect([asked.statusCode, asked.json().state]).toEqual([201, 'waiting']);
    const { id } = asked.json();
    expect((await post(`/jobs/${id}/approve`, an, {})).statusCode).toBe(403);
    expect((await post(`/jobs/${id}/approve`, binh, { reason: 'ok' })).json()).toMatchObject({
      state: 'queued',
    });
    await world.jobs.settled();
    expect((await get(`/jobs/${id}`, an)).json()).toMatchObject({
      state: 'done',
      changed: 2,
      decidedBy: 'user:binh',
      preview: { total: 2 },
    });
    expect([await alertState(world, 'a1'), await alertState(world, 'a3')]).toEqual(['closed', 'new']);
    const undo = await post(`/jobs/${id}/undo`, an, { reason: 'nhầm' });
    expect([undo.statusCode, undo.json().undoOf]).toEqual([201, id]);
    await world.jobs.settled();
    expect(await alertState(world, 'a1')).toBe('new');
    const { jobs } = (await get('/jobs', an)).json();
    expect(jobs.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual([
      'alert.bulk',
      'alert.bulk-undo',
    ]);
    expect((await post(`/jobs/${id}/cancel`, an, {})).json()).toMatchObject({ code: 'conflict' });
  });

  it('on more than 500 take a proof of who one is that is some minutes old', async () => {
    await addUser(world, 'an', 'soc-lead');
    const an = await signIn(world, 'an');
    const many = Array.from({ length: 501 }, (_, n) => alertOf(`m${n}`, { severity: 'low' }));
    await putAlerts(world, ...many);
    world.clock.ms += 6 * 60_000;
    const body = { filter: { state: 'open' }, ...CLOSE };
    expect((await post('/alerts/bulk/preview', an, body)).json()).toMatchObject({ changes: 501 });
    expect((await post('/alerts/bulk', an, body)).json()).toMatchObject({ code: 'step-up-required' });
    const proved = sessionOf(await post('/step-up', an, { password: PASSWORD }));
    expect((await post('/alerts/bulk', proved, body)).json()).toMatchObject({ state: 'waiting' });
  });

  it('reach as far as who asked sees, and so do their jobs', async () => {
    const { id: mine } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
    const lead = await bearer(world, 'soc-lead', mine);
    await putAlerts(
      world,
      alertOf('theirs', { severity: 'low' }),
      alertOf('mine', { severity: 'low', agencyId: mine }),
    );
    const asked = await post('/alerts/bulk', lead, { ids: ['theirs', 'mine'], ...CLOSE });
    await world.jobs.settled();
    expect([await alertState(world, 'theirs'), await alertState(world, 'mine')]).toEqual(['new', 'closed']);
    const { id: other } = await createAgency(
      world.registry,
      { name: 'Sở Tài chính', kind: 'department' },
      'test',
    );
    const stranger = await bearer(world, 'soc-lead', other);
    expect((await get(`/jobs/${asked.json().id}`, stranger)).statusCode).toBe(404);
    expect((await get('/jobs', stranger)).json()).toEqual({ jobs: [] });
    const outside = { filter: { agencyId: 1 }, ...CLOSE };
    expect((await post('/alerts/bulk', stranger, outside)).statusCode).toBe(404);
  });

  it.each([
    [{ ...CLOSE }, 'filter'],
    [{ filter: {}, ids: ['a1'], ...CLOSE }, 'filter'],
    [{ filter: {}, act: {}, reason: 'x' }, 'act'],
    [{ filter: {}, act: { state: 'closed', verdict: 'benign' } }, 'reason'],
    [{ filter: { severity: 'worst' }, ...CLOSE }, 'filter.severity.0'],
    [{ filter: { 'id; drop table alert': 1 }, ...CLOSE }, 'filter.id; drop table alert'],
  ])('refuse %j, naming the field', async (body, field) => {
    const response = await post('/alerts/bulk', await bearer(world, 'soc-lead'), body);
    expect([response.statusCode, response.json().field]).toEqual([400, field]);
  });

  it('are not for whoever may only read', async () => {
    const viewer = await bearer(world, 'agency-viewer');
    expect((await post('/alerts/bulk', viewer, { filter: {}, ...CLOSE })).statusCode).toBe(403);
  });
});

describe('one alert', () => {
  it('is changed only at the version that was read', async () => {
    const headers = await bearer(world, 'analyst');
    await putAlerts(world, alertOf('a1'));
    const { etag = '' } = (await get('/alerts/a1', headers)).headers;
    const patch = (ifMatch: string) =>
      world.app.inject({
        method: 'PATCH',
        url: '/api/v1/alerts/a1',
        headers: { ...headers, 'if-match': ifMatch },
        payload: { addTags: ['x', ifMatch.length.toString()] },
      });
    expect((await patch(etag)).headers.etag).toBe('"2"');
    const late = await patch(etag);
    expect([late.statusCode, late.json().code]).toEqual([412, 'version-conflict']);
    expect((await patch('2')).json()).toMatchObject({ status: 400, field: 'if-match' });
    const history = (await get('/alerts/a1/history', headers)).json();
    expect(history).toMatchObject({ entries: [{ action: 'alert.change', version: 2 }], next: null });
  });

  it('carries notes and watchers of people', async () => {
    await addUser(world, 'an', 'analyst');
    const an = await signIn(world, 'an');
    await putAlerts(world, alertOf('a1'));
    expect((await post('/alerts/a1/notes', an, { text: 'Đã gọi' })).json()).toMatchObject({
      notes: [{ author: 'user:an', text: 'Đã gọi' }],
    });
    const watched = await world.app.inject({ method: 'PUT', url: '/api/v1/alerts/a1/watch', headers: an });
    expect(watched.json()).toMatchObject({ watchers: ['an'] });
    expect((await get('/alerts?watcher=me', an)).json().alerts).toHaveLength(1);
    const token = await bearer(world, 'analyst');
    expect((await get('/alerts?watcher=me', token)).json()).toMatchObject({ status: 400, field: 'watcher' });
  });
});
