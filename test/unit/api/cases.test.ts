/** Cases over the API: a working day with one, hostile input, files, masking, exports. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { tellClocks } from '../../../collector/registry/cases/tell-clocks.ts';
import {
  addUser,
  alertOf,
  alertState,
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

beforeAll(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000 } });
  await addUser(world, 'an', 'soc-lead');
  await addUser(world, 'lan', 'analyst');
  an = await signIn(world, 'an');
  viewer = await bearer(world, 'agency-viewer');
  await putAlerts(
    world,
    alertOf('a1', { severity: 'low' }),
    alertOf('a2', { severity: 'low' }),
    alertOf('a3', { severity: 'low' }),
  );
});
afterAll(() => world.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
async function ask(method: Method, url: string, body?: unknown, headers = an) {
  const payload = body === undefined ? {} : { payload: body as object };
  const answer = await world.app.inject({ method, url: `/api/v1${url}`, headers, ...payload });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: isJson ? answer.json() : undefined, answer };
}
const open = async (more: object = {}): Promise<string> =>
  (await ask('POST', '/cases', { title: 'Mã độc tống tiền', severity: 'high', class: 'malware', ...more }))
    .body.number;
const upload = (
  number: string,
  name: string,
  content: Buffer | string,
  headers: Record<string, string> = an,
) =>
  world.app.inject({
    method: 'POST',
    url: `/api/v1/cases/${number}/attachments?name=${encodeURIComponent(name)}`,
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    payload: content,
  });

describe('a case', () => {
  it('goes from alerts to its end, and each change is told to who listens', async () => {
    const number = await open({ alertIds: ['a1'], checklist: true, tags: ['khẩn'] });
    const read = await ask('GET', `/cases/${number.toLowerCase()}`);
    expect(read.body).toMatchObject({ number, counts: { alerts: 1, tasks: 6 }, tags: ['khẩn'], whole: true });
    expect(read.answer.headers['etag']).toBe(`"${read.body.version}"`);
    const change = (version: number) =>
      ask(
        'PATCH',
        `/cases/${number}`,
        { assignee: 'lan', state: 'in-progress' },
        { ...an, 'if-match': `"${version}"` },
      );
    expect((await change(read.body.version)).body).toMatchObject({ assignee: 'lan', state: 'in-progress' });
    expect(await change(read.body.version)).toMatchObject({
      status: 412,
      body: { code: 'version-conflict' },
    });
    expect(await ask('GET', '/alerts/a1/cases')).toMatchObject({ body: { in: { number } } });
    expect(await ask('GET', `/alerts?case=${number}`)).toMatchObject({ body: { alerts: [{ id: 'a1' }] } });
    const closing = {
      outcome: 'incident',
      reason: 'đã làm sạch',
      lessons: 'vá sớm hơn',
      closeAlerts: { verdict: 'true-positive' },
    };
    const closed = await ask('POST', `/cases/${number}/close`, closing);
    expect(closed.body).toMatchObject({
      case: { state: 'closed', lessons: 'vá sớm hơn' },
      jobId: expect.any(String),
    });
    await world.jobs.settled();
    expect(await alertState(world, 'a1')).toBe('closed');
    await ask('POST', `/jobs/${closed.body.jobId}/undo`, { reason: 'nhầm' });
    await world.jobs.settled();
    expect(await alertState(world, 'a1')).toBe('new');
    expect(await ask('POST', `/cases/${number}/reopen`, { reason: 'lại thấy' })).toMatchObject({
      body: { outcome: null },
    });
  });

  it('takes alerts by a filter as a job, from the list of alerts', async () => {
    const number = await open();
    const wanted = { filter: { severity: 'low', state: 'open' }, reason: 'cùng đợt' };
    expect((await ask('POST', `/cases/${number}/alerts/bulk/preview`, wanted)).body).toMatchObject({
      total: 3,
      changes: 2,
    });
    await ask('POST', `/cases/${number}/alerts/bulk`, wanted);
    await world.jobs.settled();
    const { body } = await ask('GET', `/cases/${number}/alerts?limit=1`);
    expect(body.alerts).toMatchObject([{ id: 'a2' }]);
    expect((await ask('GET', `/cases/${number}/alerts?after=${body.next}`)).body).toMatchObject({
      alerts: [{ id: 'a3' }],
      next: null,
    });
    const bulk = { ids: ['a2', 'a3'], act: { state: 'acknowledged' }, reason: 'x' };
    expect((await ask('POST', '/alerts/bulk/preview', bulk)).body).toMatchObject({
      changes: 0,
      skipped: { case: 2 },
    });
  });

  it('runs legal clocks with source and confidence, and is not closed while one runs', async () => {
    const number = await open();
    const started = await ask('POST', `/cases/${number}/clocks`, {
      kind: 'vn-2026-24h',
      startedAt: '2026-11-20T09:00:00+07:00',
    });
    expect(started.body.clocks).toMatchObject([
      {
        state: 'overdue',
        dueAt: '2026-11-21T02:00:00.000Z',
        confidence: 'A',
        source: expect.stringContaining('331/2026'),
      },
    ]);
    expect(await ask('GET', '/cases?clock=running')).toMatchObject({
      body: { cases: [{ number, clockDueAt: '2026-11-21T02:00:00.000Z' }] },
    });
    expect(await ask('POST', `/cases/${number}/close`, { outcome: 'attempt', reason: 'x' })).toMatchObject({
      status: 409,
    });
    expect(await ask('POST', `/cases/${number}/clocks`, { kind: 'none' })).toMatchObject({ status: 400 });
    expect(await tellClocks(world.registry)).toHaveLength(1);
    const [clock] = started.body.clocks;
    const met = await ask('POST', `/cases/${number}/clocks/${clock.id}/meet`, {
      note: 'công văn 12/BC',
      metAt: '2026-11-21T01:00:00Z',
    });
    expect(met.body.clocks).toMatchObject([{ state: 'met' }]);
  });

  it('is merged, split and put back; a number leads to where its content is', async () => {
    const [one, two] = [await open(), await open()];
    await ask('POST', `/cases/${two}/notes`, { text: 'ghi chú' });
    await ask('POST', `/cases/${one}/merge`, { from: [two], reason: 'cùng vụ' });
    expect((await ask('GET', `/cases/${two}`)).body).toMatchObject({
      number: one,
      redirectedFrom: two,
      merged: [two],
      counts: { notes: 1 },
    });
    const { body } = await ask('GET', `/cases/${one}/moves`);
    expect(
      (await ask('POST', `/case-moves/${body.moves[0].id}/undo`, { reason: 'nhầm' })).body,
    ).toMatchObject({ number: two, counts: { notes: 1 } });
    const notes = (await ask('GET', `/cases/${two}/notes`)).body.notes;
    const split = await ask('POST', `/cases/${two}/split`, {
      title: 'phần hai',
      notes: [notes[0].id],
      reason: 'khác',
    });
    expect(split).toMatchObject({ status: 201, body: { title: 'phần hai', counts: { notes: 1 } } });
  });
});

describe('hostile input', () => {
  it('is refused by the field that is wrong, and nothing is half done', async () => {
    const number = await open();
    const before = (await ask('GET', `/cases/${number}`)).body.version;
    const wrong: [string, Method, string, unknown, number, string?][] = [
      ['a note of 10 MB', 'POST', `/cases/${number}/notes`, { text: 'x'.repeat(10_000_000) }, 413],
      ['a note too long', 'POST', `/cases/${number}/notes`, { text: 'x'.repeat(16_385) }, 400, 'text'],
      ['a title of two lines', 'PATCH', `/cases/${number}`, { title: 'a\r\nb' }, 400],
      ['a field that is not there', 'PATCH', `/cases/${number}`, { version: 7 }, 400, 'version'],
      ['a state that takes more', 'PATCH', `/cases/${number}`, { state: 'closed' }, 400, 'state'],
      ['an owner who is not there', 'PATCH', `/cases/${number}`, { assignee: "x' or 1=1" }, 400],
      ['a cursor of another list', 'GET', '/cases?after=eyJ4IjoxfQ', undefined, 400, 'after'],
      ['SQL in a filter', 'GET', "/cases?text='%20or%201=1--", undefined, 200],
      ['SQL in a number', 'GET', "/cases/VG-2026-1'%20or%20'1", undefined, 404],
      ['an event that is not there', 'POST', `/cases/${number}/events`, { eventIds: ['../../x'] }, 404],
      ['an id too large', 'PATCH', `/cases/${number}/tasks/99999999999`, { done: true }, 400],
      ['a path for a file', 'GET', `/cases/${number}/attachments/..%2f..%2fetc%2fpasswd`, undefined, 400],
    ];
    for (const [what, method, url, body, status, field] of wrong) {
      const found = await ask(method, url, body);
      const named = field === undefined ? undefined : found.body.field;
      expect([what, found.status, named]).toEqual([what, status, field]);
    }
    expect((await ask('GET', `/cases/${number}`)).body.version).toBe(before);
  });

  it('in the name of a file reaches neither headers nor paths, and HTML is never shown', async () => {
    const number = await open();
    const name = 'báo cáo\r\nset-cookie: x=1/../../<script>.html';
    const sent = await upload(number, name, '<script>alert(1)</script>');
    expect(sent.statusCode).toBe(201);
    const [file] = sent.json().attachments;
    expect(file).toMatchObject({ type: 'text/plain', bytes: 25, name: '_script_.html' });
    expect(file.sha256).toBe(createHash('sha256').update('<script>alert(1)</script>').digest('hex'));
    const { answer } = await ask('GET', `/cases/${number}/attachments/${file.id}`);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="_script_\.html"/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).toBe('<script>alert(1)</script>');
  });

  it('that is too large, or no file, leaves nothing behind', async () => {
    const number = await open();
    const filesOf = (): string[] =>
      readdirSync(dataFolder(world.dataDir).attachments, { recursive: true, encoding: 'utf8' }).filter(
        (name) => path.basename(name).length === 32,
      );
    const before = filesOf();
    const large = await upload(number, 'large.bin', Buffer.alloc(52_428_801));
    expect([large.statusCode, large.json().code]).toEqual([413, 'too-large']);
    expect((await upload('VG-2026-9999', 'x', 'x')).statusCode).toBe(404);
    const asJson = await ask('POST', `/cases/${number}/attachments?name=x`, { a: 1 });
    expect(asJson.status).toBe(415);
    expect(filesOf()).toEqual(before);
  });
});

describe('files and personal data', () => {
  it('quarantine keeps from a careless click, a deletion leaves a tombstone', async () => {
    const number = await open();
    const [file] = (await upload(number, 'invoice.exe', Buffer.from('MZ\u0090\u0000', 'latin1'))).json()
      .attachments;
    expect(file.quarantined).toBe(true);
    const url = `/cases/${number}/attachments/${file.id}`;
    expect((await ask('GET', url)).status).toBe(409);
    const taken = await ask('GET', `${url}?risk=accepted`);
    expect(taken.answer.headers['content-disposition']).toContain('invoice.exe.quarantined');
    const gone = await ask('POST', `${url}/delete`, { reason: 'không liên quan' });
    expect(gone.body.attachments).toMatchObject([
      { removedBy: 'user:an', removedReason: 'không liên quan', sha256: file.sha256 },
    ]);
    expect((await ask('GET', url)).status).toBe(404);
  });

  it('is masked for who may not read it, in every part, and files wait for a reason', async () => {
    const number = await open({ title: 'Lộ số 0912345678', alertIds: [] });
    world.events.push(
      eventOf(77, { message: 'login of nguyen.an from 10.1.2.3', fields: { 'user.name': 'nguyen.an' } }),
    );
    await ask('POST', `/cases/${number}/items`, { items: [{ kind: 'user', value: 'nguyen.an' }] });
    await ask('POST', `/cases/${number}/notes`, { text: 'gọi 0912345678, thư an.nguyen@angiang.gov.vn' });
    expect((await ask('POST', `/cases/${number}/events`, { eventIds: [eventOf(77).id] })).status).toBe(201);
    const sent = await upload(number, 'list.txt', '0912345678');
    const [file] = sent.json().attachments;
    for (const url of ['', '/items', '/notes', '/events', '/timeline', '/history']) {
      const { answer } = await ask('GET', `/cases/${number}${url}`, undefined, viewer);
      expect([url, answer.statusCode, /nguyen\.an|0912345678|an\.nguyen@/.test(answer.body)]).toEqual([
        url,
        200,
        false,
      ]);
    }
    expect((await ask('GET', `/cases/${number}/attachments/${file.id}`, undefined, viewer)).status).toBe(403);
    for (const format of ['json', 'csv', 'zip']) {
      const { answer } = await ask('POST', `/cases/${number}/export`, { format }, viewer);
      expect([
        format,
        answer.statusCode,
        /nguyen\.an|0912345678/.test(answer.rawPayload.toString('latin1')),
      ]).toEqual([format, 200, false]);
    }
    const operator = await bearer(world, 'agency-operator');
    const got = await ask(
      'POST',
      `/cases/${number}/attachments/${file.id}/unmask`,
      { reason: 'đối chiếu' },
      operator,
    );
    expect([got.status, got.answer.body]).toEqual([200, '0912345678']);
    const trail = await ask('GET', '/audit?action=personal.unmask');
    expect(trail.body.entries[0]).toMatchObject({
      target: `case-attachment:${file.id}`,
      detail: { reason: 'đối chiếu' },
    });
  });

  it('leaves as files with the hash of each, and no cell is a formula', async () => {
    const number = await open();
    await ask('POST', `/cases/${number}/timeline`, {
      at: '2026-11-22T01:00:00Z',
      text: '=HYPERLINK("http://evil")',
    });
    await upload(number, '../../evil.txt', 'content');
    const csv = (await ask('POST', `/cases/${number}/export`, { format: 'csv' })).answer.body;
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`);
    const { answer } = await ask('POST', `/cases/${number}/export`, { format: 'zip' });
    expect(answer.headers['content-disposition']).toContain(`filename="${number}.zip"`);
    const text = answer.rawPayload.toString('latin1');
    expect(text).not.toContain('../');
    expect(text).toMatch(
      /[0-9a-f]{64} {2}case\.json\n[0-9a-f]{64} {2}timeline\.csv\n[0-9a-f]{64} {2}files\/[0-9a-f]{8}-evil\.txt\n/,
    );
  });
});

describe('a hand-over note', () => {
  it('is looked at, written, printed and acknowledged by who takes over', async () => {
    await ask('POST', '/handovers/preview', { hours: 4 });
    const made = await ask('POST', '/handovers', { to: 'lan', note: '<b>chú ý</b>' });
    expect(made).toMatchObject({ status: 201, body: { to: 'lan', acknowledgedAt: null } });
    const { answer } = await ask('GET', `/handovers/${made.body.id}/print`);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.body).toContain('&lt;b&gt;chú ý&lt;/b&gt;');
    expect((await ask('POST', `/handovers/${made.body.id}/acknowledge`)).status).toBe(403);
    const lan = await signIn(world, 'lan');
    expect((await ask('GET', '/handovers?waiting=me', undefined, lan)).body.handovers).toHaveLength(1);
    expect(
      (await ask('POST', `/handovers/${made.body.id}/acknowledge`, undefined, lan)).body.acknowledgedAt,
    ).not.toBeNull();
  });
});

it('a live stream tells of a case who sees one of its agencies, without a word of it', async () => {
  const agency = await createAgency(world.registry, { name: 'Sở X', kind: 'department' }, 'test');
  const told: string[] = [];
  for (const [name, agencyId] of [
    ['own', agency.id],
    ['all', 1],
  ] as const) {
    const response = await world.app.inject({
      url: '/api/v1/stream',
      headers: await bearer(world, 'agency-viewer', agencyId),
      payloadAsStream: true,
    });
    response.stream().on('data', (chunk: Buffer) => told.push(`${name} ${chunk.toString('utf8')}`));
  }
  const hidden = await open({ title: 'không ai biết' });
  const seen = await open({ title: 'bí mật', agencyId: agency.id });
  await expect.poll(() => told.some((text) => text.startsWith('own') && text.includes(seen))).toBe(true);
  const before = told.length;
  await putAlerts(world, alertOf('bulk-1'));
  const bulk = { filter: { state: 'open' }, reason: 'cùng đợt' };
  expect((await ask('POST', `/cases/${seen}/alerts/bulk`, bulk)).status).toBe(201);
  await world.jobs.settled();
  await expect
    .poll(() => told.slice(before).some((text) => text.includes('event: case') && text.includes(seen)))
    .toBe(true);
  const of = (name: string): string => told.filter((text) => text.startsWith(name)).join('');
  expect([of('own').includes(hidden), of('all').includes(hidden), of('own').includes('bí mật')]).toEqual([
    false,
    true,
    false,
  ]);
});

describe('an incident', () => {
  it('is told for a version, starts clocks, and its notices are files that stay', async () => {
    const number = await open({ severity: 'critical' });
    const { body: shown, answer } = await ask('GET', `/cases/${number}/incident`);
    expect(answer.headers['etag']).toBe(`"${shown.version}"`);
    expect(shown).toMatchObject({ begun: false, facts: { detectedAt: null } });
    const say = (version: number) =>
      ask(
        'PATCH',
        `/cases/${number}/incident`,
        { detectedAt: '2026-11-22T01:00:00Z', signs: 'tệp bị mã hóa' },
        { ...an, 'if-match': `"${version}"` },
      );
    expect(await say(shown.version)).toMatchObject({ status: 200, body: { begun: true, serious: true } });
    expect(await say(shown.version)).toMatchObject({ status: 412 });
    expect((await ask('PATCH', `/cases/${number}/incident`, { signs: 'x' }, viewer)).status).toBe(403);
    const { clocks } = (await ask('GET', `/cases/${number}/clocks`)).body;
    expect(clocks).toMatchObject([{ kind: 'vn-2026-24h', needsProof: true }, { kind: 'vn-2026-72h' }]);
    const meet = await ask('POST', `/cases/${number}/clocks/${clocks[0].id}/meet`, { note: 'đã gửi' });
    expect(meet).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const { notices } = (await ask('POST', `/cases/${number}/notices`, { kind: 'initial-24h' })).body;
    const file = `/cases/${number}/notices/${notices[0].id}/file?format=json`;
    const before = (await ask('GET', file)).body;
    await ask('PATCH', `/cases/${number}/incident`, { signs: 'khác' });
    expect((await ask('GET', file)).body).toEqual(before);
    const blocks = (await ask('GET', file.replace('json', 'blocks'))).body.sections.flatMap(
      (section: { blocks: { kind: string }[] }) => section.blocks.map(({ kind }) => kind),
    );
    expect(blocks).toEqual(expect.arrayContaining(['letter-head', 'title', 'heading', 'closing']));
    const told = {
      receiver: 'A05',
      channel: 'email',
      number: '1/TB',
      on: '2026-11-22',
      clockId: clocks[0].id,
    };
    expect((await ask('POST', `/cases/${number}/told`, told)).status).toBe(400);
    const proven = { ...told, sha256: 'ab'.repeat(32), noticeId: notices[0].id };
    expect(await ask('POST', `/cases/${number}/told`, proven)).toMatchObject({
      status: 201,
      body: { told: [{ clock: 'vn-2026-24h', noticeId: notices[0].id }] },
    });
  });
});
