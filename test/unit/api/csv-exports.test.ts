/** Alerts, events and hunts as CSV: the rows of their lists, masked like them, on record, and no cell runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../../collector/agency/csv-text.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import {
  addUser,
  alertOf,
  bearer,
  buildWorld,
  eventOf,
  putAlerts,
  signIn,
  type World,
} from './api-fixture.ts';

let world: World;
let an: Record<string, string>;
let viewer: Record<string, string>;

const FORMULA = '=HYPERLINK("http://evil.example")';
const FROM = '1970-01-01T00:00:00Z';

beforeAll(async () => {
  world = await buildWorld({ limits: { requestsPerMinute: 10_000 } });
  const { id: agencyId } = await createAgency(
    world.registry,
    { name: 'Sở Y tế', kind: 'department' },
    'test',
  );
  await putAlerts(
    world,
    alertOf('a1', {
      title: FORMULA,
      titleVi: null,
      message: 'gọi 0912345678;\n"an.nguyen@example.vn"',
      hostname: '@pc',
    }),
    ...Array.from({ length: 1_200 }, (_none, n) => alertOf(`b${n}`, { agencyId, severity: 'low', risk: 1 })),
  );
  world.events = [
    eventOf(2, { message: FORMULA, fields: { 'user.name': 'nguyen.an' }, agencyId: 1 }),
    eventOf(1, { message: 'nguyen.an, 0912345678', fields: { 'user.name': 'nguyen.an' } }),
  ];
  await addUser(world, 'an', 'analyst');
  an = await signIn(world, 'an');
  viewer = await bearer(world, 'agency-viewer', agencyId);
});
afterAll(() => world.close());

const get = (url: string, headers = an) => world.app.inject({ url: `/api/v1${url}`, headers });
const hunt = (body: object, headers = an) =>
  world.app.inject({
    method: 'POST',
    url: '/api/v1/hunts/export',
    headers,
    payload: { from: FROM, ...body },
  });

/** Cells by the headings. */
function rowsOf(text: string): Record<string, string>[] {
  const parsed = parseCsv(text);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const [head, ...rows] = parsed.rows;
  return rows.map(({ cells }) => Object.fromEntries(cells.map((cell, at) => [head?.cells[at] ?? '', cell])));
}

describe('alerts', () => {
  it('leave with the filter and order of their list, page after page', async () => {
    const answer = await get('/alerts/export?severity=low&sort=risk');
    expect([
      answer.statusCode,
      answer.headers['content-type'],
      answer.headers['content-disposition'],
    ]).toEqual([200, 'text/csv; charset=utf-8', 'attachment; filename="alerts.csv"']);
    const rows = rowsOf(answer.body);
    expect(rows).toHaveLength(1_200);
    expect(new Set(rows.map((row) => row['Mã'])).size).toBe(1_200);
    expect(rows[0]).toMatchObject({ 'Mức độ': 'low', 'Cơ quan': 'Sở Y tế', 'Tiêu đề': 'Dò mật khẩu SSH' });
    expect(rowsOf((await get('/alerts/export?severity=low&limit=7')).body)).toHaveLength(7);
  });

  it('come in English, whole, and as text whatever they hold', async () => {
    const { body } = await get('/alerts/export?severity=high&lang=en');
    expect(body.startsWith('\ufeffId;')).toBe(true);
    expect(body).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(body).toContain(";'@pc;");
    expect(rowsOf(body)).toMatchObject([
      { Id: 'a1', Title: FORMULA, Message: 'gọi 0912345678;\n"an.nguyen@example.vn"' },
    ]);
  });

  it('are cut to what one sees, and on record with what was asked', async () => {
    const mine = rowsOf((await get('/alerts/export?sort=created&order=asc', viewer)).body);
    expect([mine.length, mine.some((row) => row['Mã'] === 'a1')]).toEqual([1_200, false]);
    expect(await listAudit(world.registry, { limit: 1 })).toMatchObject([
      {
        action: 'alert.export',
        detail: { format: 'csv', masked: true, asked: { sort: 'created', order: 'asc' } },
      },
    ]);
  });
});

describe('events and hunts', () => {
  it('leave newest first, in the clear for who may read it and masked for who may not', async () => {
    const clear = rowsOf((await get('/events/export?lang=en')).body);
    expect(clear.map(({ Message }) => Message)).toEqual([FORMULA, 'nguyen.an, 0912345678']);
    expect(JSON.parse(clear[1]?.['Fields'] ?? '')).toEqual({ 'user.name': 'nguyen.an' });
    const masked = await get('/events/export', await bearer(world, 'auditor'));
    expect(masked.statusCode).toBe(200);
    expect(masked.body).not.toMatch(/nguyen\.an|0912345678/);
    expect(masked.body).toContain('[user], [phone]');
  });

  it('of a hunt are what the hunt finds', async () => {
    const found = await hunt({ query: 'user.name: nguyen.an', lang: 'en' });
    expect([found.statusCode, rowsOf(found.body).length]).toEqual([200, 2]);
    expect(rowsOf((await hunt({ query: 'user.name: nguyen.an', limit: 1 })).body)).toHaveLength(1);
    expect(await listAudit(world.registry, { limit: 1 })).toMatchObject([
      {
        actor: 'user:an',
        action: 'hunt.export',
        detail: { limit: 1, asked: { query: 'user.name: nguyen.an' } },
      },
    ]);
  });

  it('are refused by a problem before anything leaves, and then are not on record', async () => {
    const before = (await listAudit(world.registry, { limit: 1 }))[0]?.seq;
    expect((await hunt({ query: 'a: (b' })).json()).toMatchObject({ status: 400, field: 'query' });
    expect((await hunt({ query: 'a', limit: 0 })).json()).toMatchObject({ status: 400, field: 'limit' });
    expect(
      (await get('/events/export?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).json(),
    ).toMatchObject({
      status: 400,
      field: 'from',
    });
    expect((await get('/alerts/export?what=x')).json()).toMatchObject({ status: 400, field: 'what' });
    expect((await hunt({ query: 'a' }, viewer)).statusCode).toBe(403);
    expect((await listAudit(world.registry, { limit: 1 }))[0]?.seq).toBe(before);
  });
});
