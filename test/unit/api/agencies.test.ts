/** Agencies, their changes, systems and CSV files over the API: each caller in its own part of the tree. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let all: { authorization: string };
/** An administrator of `mine` only. */
let local: { authorization: string };
let mine: number;
let other: number;

beforeEach(async () => {
  world = await buildWorld();
  all = await bearer(world, 'administrator');
  ({ id: mine } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test'));
  ({ id: other } = await createAgency(world.registry, { name: 'Sở Xây dựng', kind: 'department' }, 'test'));
  local = await bearer(world, 'administrator', mine);
});
afterEach(() => world.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const ask = (method: Method, url: string, payload?: object | string, as = all, headers: object = {}) =>
  world.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { ...as, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
const csv = (url: string, text: string, as = all) =>
  ask('POST', url, text, as, { 'content-type': 'text/csv' });

describe('agencies', () => {
  it('are there for who sees them, and only for those', async () => {
    const { agencies } = (await ask('GET', '/agencies', undefined, local)).json();
    expect(agencies).toMatchObject([{ id: mine, parentId: null }]);
    for (const url of [`/agencies/${other}`, `/agencies/${other}/responsible?on=2025-07-01`]) {
      expect((await ask('GET', url, undefined, local)).statusCode).toBe(404);
    }
    expect((await ask('PATCH', `/agencies/${other}`, { name: 'X' }, local)).statusCode).toBe(404);
    expect((await ask('PATCH', `/agencies/${mine}`, { parentId: other }, local)).statusCode).toBe(404);
    expect(
      (await ask('POST', '/agencies', { name: 'X', kind: 'unit', parentId: other }, local)).statusCode,
    ).toBe(404);
    expect((await ask('POST', `/agencies/${other}/codes`, { code: 'H01' }, local)).statusCode).toBe(404);
    const made = await ask('POST', '/agencies', { name: 'Trạm y tế', kind: 'unit' }, local);
    expect([made.statusCode, made.json()]).toEqual([
      201,
      expect.objectContaining({ parentId: mine, version: 1 }),
    ]);
    expect((await ask('GET', '/agencies?text=tram', undefined, local)).json().agencies).toHaveLength(1);
  });

  it('come in pages, and a cursor of another list is refused', async () => {
    const first = (await ask('GET', '/agencies?limit=2')).json();
    expect(first.agencies).toHaveLength(2);
    const second = (await ask('GET', `/agencies?limit=2&after=${first.next}`)).json();
    expect(second).toMatchObject({ agencies: [{ id: other }], next: null });
    expect((await ask('GET', '/agencies?after=nonsense')).statusCode).toBe(400);
  });

  it('are changed for the version that was read', async () => {
    const read = await ask('GET', `/agencies/${mine}`);
    const etag = String(read.headers.etag);
    const change = (shortName: string) =>
      ask('PATCH', `/agencies/${mine}`, { shortName }, all, { 'if-match': etag });
    expect((await change('SYT')).headers.etag).toBe('"2"');
    expect((await change('YT')).statusCode).toBe(412);
  });

  it('have codes, each on record and none twice', async () => {
    const added = await ask('POST', `/agencies/${mine}/codes`, { code: 'h01.12', from: '2025-07-01' });
    expect(added.json()).toMatchObject({ code: 'H01.12', form: 'qd-20' });
    expect((await ask('POST', `/agencies/${other}/codes`, { code: 'H01.12' })).statusCode).toBe(409);
    expect((await ask('POST', `/agencies/${other}/codes`, { code: 'H-1' })).statusCode).toBe(400);
    const { id } = added.json();
    expect((await ask('POST', `/agencies/${mine}/codes/${id}/end`, { on: '2026-01-01' })).json().to).toBe(
      '2026-01-01',
    );
    expect((await ask('DELETE', `/agencies/${mine}/codes/${id}`)).statusCode).toBe(204);
  });
});

describe('a planned change', () => {
  const plan = (): object => ({
    kind: 'merge',
    on: '2025-07-01',
    sources: [other],
    into: { agencyId: mine },
    reason: 'hợp nhất',
  });

  it('is looked at, done and taken back', async () => {
    expect((await ask('POST', '/agency-changes/preview', plan())).json()).toMatchObject({
      ends: [{ id: other }],
      conflicts: [],
    });
    const done = await ask('POST', '/agency-changes', plan());
    expect([done.statusCode, done.json().state]).toEqual([201, 'applied']);
    const { id } = done.json();
    expect((await ask('GET', `/agencies/${other}`, undefined, local)).json()).toMatchObject({
      endedOn: '2025-07-01',
    });
    expect((await ask('POST', `/agency-changes/${id}/reverse/preview`)).json().conflicts).toEqual([]);
    expect((await ask('POST', `/agency-changes/${id}/reverse`, {})).json().state).toBe('reversed');
    expect((await ask('GET', `/agencies/${other}`, undefined, local)).statusCode).toBe(404);
    expect((await ask('POST', `/agency-changes/${id}/cancel`)).statusCode).toBe(409);
  });

  it('of agencies that the caller does not see is not there', async () => {
    for (const url of ['/agency-changes/preview', '/agency-changes']) {
      expect((await ask('POST', url, plan(), local)).statusCode).toBe(404);
    }
    const { id } = (await ask('POST', '/agency-changes', { ...plan(), on: '2027-01-01' })).json();
    expect((await ask('GET', '/agency-changes', undefined, local)).json().changes).toEqual([]);
    expect((await ask('GET', `/agency-changes/${id}`, undefined, local)).statusCode).toBe(404);
    expect((await ask('POST', `/agency-changes/${id}/cancel`, undefined, local)).statusCode).toBe(404);
    expect((await ask('GET', '/agency-changes?state=planned')).json().changes).toHaveLength(1);
  });

  it.each([
    { kind: 'merge', on: '2025-02-30', sources: [1], into: { agencyId: 1 }, reason: 'x' },
    { kind: 'merge', on: '2025-07-01', sources: [], into: { agencyId: 1 }, reason: 'x' },
    { kind: 'split', on: '2025-07-01', source: 2, parts: [], rest: 0, reason: 'x' },
    { kind: 'dissolve', on: '2025-07-01' },
  ])('that is malformed is refused: %j', async (body) => {
    expect((await ask('POST', '/agency-changes/preview', body)).statusCode).toBe(400);
  });
});

describe('systems', () => {
  it('have rules, of the caller’s own agencies only', async () => {
    const { id } = (await ask('POST', '/systems', { name: 'HIS' }, local)).json();
    const rule = { hostnames: ['pc-*'] };
    expect((await ask('POST', '/systems/rules/preview', { rule }, local)).json()).toEqual({
      count: 0,
      sample: [],
    });
    const outside = { rule: { agencyIds: [other] } };
    expect((await ask('POST', '/systems/rules/preview', outside, local)).statusCode).toBe(404);
    expect((await ask('POST', `/systems/${id}/rules`, outside, local)).statusCode).toBe(404);
    expect((await ask('POST', `/systems/${id}/rules`, { rule: {} }, local)).statusCode).toBe(400);
    const added = await ask('POST', `/systems/${id}/rules`, { rule }, local);
    expect(added.json()).toMatchObject({ rule, within: mine });
    expect((await ask('GET', `/systems/${id}/hosts`, undefined, local)).json()).toEqual({
      hosts: [],
      next: null,
    });
    const { id: theirs } = (await ask('POST', '/systems', { name: 'X', agencyId: other })).json();
    for (const part of ['', '/rules', '/hosts', '/hosts/none/why']) {
      expect((await ask('GET', `/systems/${theirs}${part}`, undefined, local)).statusCode).toBe(404);
    }
    expect(
      (await ask('DELETE', `/systems/${id}/rules/${added.json().id}`, undefined, local)).statusCode,
    ).toBe(204);
    expect((await ask('POST', '/systems/starter', { agencyId: other }, local)).statusCode).toBe(404);
    const starter = (await ask('POST', '/systems/starter', { agencyId: mine, dryRun: true }, local)).json();
    expect(starter.added.length).toBeGreaterThan(20);
  });
});

describe('CSV files', () => {
  it('go out as Excel opens them, with nothing of others, and come in', async () => {
    await ask('POST', '/agencies', { name: '=cmd|calc', kind: 'unit' }, local);
    const out = await ask('GET', '/agencies/export', undefined, local);
    expect(out.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(out.body).toContain(";'=cmd|calc;");
    expect(out.body).not.toContain('Sở Xây dựng');
    const dry = await csv('/agencies/import?dryRun=true', 'Name;Kind\nKhoa Dược;unit', local);
    expect(dry.json()).toMatchObject({ created: 1, faults: [] });
    const faulty = await csv('/agencies/import', 'Name;Kind\nKhoa Dược;huyện', local);
    expect(faulty.json().faults).toMatchObject([
      { line: 2, column: 2, vi: expect.stringContaining('"huyện" không phải loại cơ quan') },
    ]);
    expect((await csv('/agencies/import', 'Name;Kind\nKhoa Dược;unit', local)).json().created).toBe(1);
    expect((await csv('/systems/import', 'Name;Level\nHIS;3', local)).json().created).toBe(1);
    expect((await ask('GET', '/systems/export?language=en', undefined, local)).body).toContain(
      'HIS;Sở Y tế;;3;vn-2026',
    );
  });
  it('are taken as text/csv only, and not without end', async () => {
    expect((await ask('POST', '/agencies/import', { name: 'x' })).statusCode).toBe(400);
    expect((await csv('/agencies/import', 'x'.repeat(6_000_000))).statusCode).toBe(413);
  });
});

describe('calendars', () => {
  const week = { timeZone: 'Asia/Ho_Chi_Minh', weekDays: [1, 2, 3, 4, 5, 6], from: '06:30', to: '17:00' };

  it('hold for an agency and those below it, are changed for what was read, and are given up again', async () => {
    const url = `/agencies/${mine}/calendar`;
    const below = (await ask('POST', '/agencies', { name: 'Trạm y tế', kind: 'unit' }, local)).json();
    const read = await ask('GET', `${url}?year=2027`, undefined, local);
    expect(read.json()).toMatchObject({
      source: 'usual',
      calendar: { weekDays: [1, 2, 3, 4, 5], from: '07:00' },
      below: 1,
      year: 2027,
      holidays: { isAnnounced: true },
    });
    const ifMatch = { 'if-match': String(read.headers.etag) };
    const set = await ask('PUT', url, { ...week, daysOff: ['2027-04-29'] }, local, ifMatch);
    expect(set.json()).toMatchObject({ source: 'own', calendar: { ...week, daysOff: ['2027-04-29'] } });
    // Who read before that has not seen it.
    expect((await ask('PUT', url, week, local, ifMatch)).statusCode).toBe(412);
    expect((await ask('GET', `/agencies/${below.id}/calendar`, undefined, local)).json()).toMatchObject({
      source: 'above',
      above: { id: mine, name: 'Sở Y tế' },
    });
    expect((await ask('GET', '/calendars', undefined, local)).json()).toMatchObject({
      calendars: [{ agencyId: mine, agencies: 2 }],
      usual: { agencies: 0 },
    });
    for (const bad of [
      { ...week, from: '18:00' },
      { ...week, weekDays: [8] },
      { ...week, daysOff: ['2027-02-30'] },
    ])
      expect((await ask('PUT', url, bad, local)).statusCode).toBe(400);
    expect((await ask('DELETE', url, undefined, local)).json()).toMatchObject({ source: 'usual' });
    expect((await ask('DELETE', url, undefined, local)).statusCode).toBe(404);
  });

  it('of others are neither seen nor set, and one from above is not named to who does not see it', async () => {
    for (const [method, part, body] of [
      ['GET', '', undefined],
      ['PUT', '', week],
      ['DELETE', '', undefined],
      ['GET', '/days', undefined],
    ] as const)
      expect((await ask(method, `/agencies/${other}/calendar${part}`, body, local)).statusCode).toBe(404);
    expect((await csv(`/agencies/${other}/calendar/days`, 'Ngày;Loại', local)).statusCode).toBe(404);
    const root = (await ask('GET', '/agencies')).json().agencies[0].id;
    expect((await ask('PUT', `/agencies/${root}/calendar`, week)).statusCode).toBe(200);
    const read = (await ask('GET', `/agencies/${mine}/calendar`, undefined, local)).json();
    expect(read).toMatchObject({ source: 'above', above: null, calendar: week });
    expect((await ask('GET', '/calendars', undefined, local)).json().calendars).toEqual([]);
  });

  it('take the days of a year from a file, all or nothing, and write them again', async () => {
    const url = `/agencies/${mine}/calendar/days`;
    const faulty = await csv(
      `${url}?dryRun=true`,
      'Ngày;Đến ngày;Loại\n29/04/2027;;nghỉ\n30/02/2027;;nghỉ\n24/04/2027;;làm thêm\n05/02/2027;01/02/2027;nghỉ\n29/04/2027;;làm bù\n01/01/2027;01/01/2028;nghỉ',
      local,
    );
    expect(
      faulty.json().faults.map(({ line, column }: { line: number; column: number }) => [line, column]),
    ).toEqual([
      [3, 1],
      [4, 3],
      [5, 2],
      [6, 1],
      [7, 2],
    ]);
    const file = 'Ngày;Đến ngày;Loại;Ghi chú\n03/02/2027;10/02/2027;nghỉ;Tết\n2027-04-24;;làm bù;\n';
    const dry = (await csv(`${url}?dryRun=true`, file, local)).json();
    expect(dry.faults).toEqual([]);
    expect(dry.days).toContainEqual({
      day: '2027-02-03',
      kind: 'off',
      line: 2,
      worked: true,
      willWork: false,
    });
    expect(dry.days).toContainEqual({
      day: '2027-04-24',
      kind: 'working',
      line: 3,
      worked: false,
      willWork: true,
    });
    expect((await ask('GET', '/calendars', undefined, local)).json().calendars).toEqual([]);
    expect((await csv(url, file, local)).statusCode).toBe(200);
    const out = await ask('GET', `${url}?year=2027`, undefined, local);
    expect(out.body).toContain('2027-02-03;;nghỉ;');
    expect(out.body).toContain('2027-04-24;;làm bù;');
    const again = (await csv(`${url}?dryRun=true`, out.body.replace('\ufeff', ''), local)).json();
    expect(again.days.every(({ worked, willWork }: Record<string, boolean>) => worked === willWork)).toBe(
      true,
    );
  });
});
