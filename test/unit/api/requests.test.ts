/** Requests by the API: the whole way of one, what hostile input comes to, and the page without an account. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { alertOf, bearer, buildWorld, putAlerts, type World } from './api-fixture.ts';

const URL = '/api/v1/requests';
let world: World;
let agency: number;
let soc: { authorization: string };
let minh: { authorization: string };

beforeEach(async () => {
  world = await buildWorld();
  agency = (await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test')).id;
  soc = await bearer(world, 'administrator');
  minh = await bearer(world, 'agency-operator', agency);
  await putAlerts(world, alertOf('a1', { agencyId: agency, message: 'CCCD 079203001234' }));
});
afterEach(() => world.close());

type Sent = Awaited<ReturnType<World['app']['inject']>>;
const post = (url: string, payload: object, headers: Record<string, string> = soc): Promise<Sent> =>
  world.app.inject({ method: 'POST', url, headers, payload });
const get = (url: string, headers: Record<string, string> = soc): Promise<Sent> =>
  world.app.inject({ url, headers });

async function sent(change: object = {}): Promise<string> {
  const made = await post(URL, { alertIds: ['a1'], steps: ['Một', 'Hai'], ...change });
  expect([made.statusCode, made.headers['etag']]).toEqual([201, '"1"']);
  const { id } = made.json();
  expect((await post(`${URL}/${id}/send`, {})).statusCode).toBe(200);
  return id;
}

const answer = {
  name: 'Minh',
  text: 'xong',
  steps: [
    { step: 1, outcome: 'done' },
    { step: 2, outcome: 'cannot', note: 'không có quyền' },
  ],
};

describe('a request', () => {
  test('is written, sent, seen, answered and accepted, and the console hears of its alert', async () => {
    const id = await sent();
    expect((await get(`${URL}/${id}`, minh)).json()).toMatchObject({ state: 'sent', agencyName: 'Sở Y tế' });
    expect((await post(`${URL}/${id}/seen`, {}, minh)).json().state).toBe('seen');
    expect((await post(`${URL}/${id}/accept`, {}, minh)).json().code).toBe('forbidden');
    const answered = await post(`${URL}/${id}/answer`, answer, minh);
    expect([answered.statusCode, answered.json().answers[0].steps]).toEqual([
      200,
      [
        { step: 1, outcome: 'done', note: '' },
        { step: 2, outcome: 'cannot', note: 'không có quyền' },
      ],
    ]);
    expect(world.changed).toEqual(['a1', 'a1']);
    const accepted = await world.app.inject({
      method: 'POST',
      url: `${URL}/${id}/accept`,
      headers: { ...soc, 'if-match': '"2"' },
      payload: {},
    });
    expect(accepted.json().code).toBe('version-conflict');
    expect((await post(`${URL}/${id}/accept`, {})).json().state).toBe('accepted');
    expect((await get(`${URL}/${id}/history`)).json().events).toHaveLength(5);
    expect((await get('/api/v1/alerts/a1/history')).json().entries?.length ?? 3).toBe(3);
  });

  test('shows personal data to who may see it only, on the dispatch too', async () => {
    const id = await sent();
    for (const url of [`${URL}/${id}`, `${URL}/${id}/dispatch`]) {
      expect((await get(url, soc)).body).toContain('079203001234');
      expect((await get(url, minh)).body).not.toContain('079203001234');
    }
  });

  test('is exported without personal data to who may not see it', async () => {
    await sent({ title: 'Máy của 079203001234' });
    expect((await get(`${URL}/export`, soc)).body).toContain('079203001234');
    expect((await get(`${URL}/export`, minh)).body).not.toContain('079203001234');
  });

  test('is printed under a policy that lets nothing run or load, and exported without formulas', async () => {
    await sent({ title: '=HYPERLINK("http://evil")' });
    const id = await sent({ title: '<script>alert(1)</script>' });
    const page = await get(`${URL}/${id}/dispatch`);
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; /,
    );
    expect(page.body).not.toContain('<script');
    const csv = await get(`${URL}/export`);
    expect(csv.body).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(csv.headers['content-disposition']).toContain('attachment');
  });

  test('of an office is headed as its agency says', async () => {
    const office = {
      superior: 'UBND tỉnh An Giang',
      name: 'Sở Khoa học và Công nghệ',
      symbol: 'SKHCN-CĐS',
      place: 'An Giang',
      capacity: ['GIÁM ĐỐC'],
      signer: 'Nguyễn Văn An',
      copies: [],
      archive: 'VT',
      contact: '',
    };
    const put = (headers: Record<string, string>) =>
      world.app.inject({
        method: 'PUT',
        url: `${URL}/office`,
        headers: { ...soc, ...headers },
        payload: office,
      });
    expect((await put({ 'if-match': '"7"' })).statusCode).toBe(412);
    expect((await put({ 'if-match': '"0"' })).json()).toMatchObject({ office, version: 1 });
    const id = await sent();
    const number = { dispatch: { number: '1234', day: '2026-11-26' } };
    await world.app.inject({ method: 'PATCH', url: `${URL}/${id}`, headers: soc, payload: number });
    expect((await get(`${URL}/${id}/dispatch`)).body).toContain('Số: 1234/SKHCN-CĐS');
  });
});

test.each([
  [{ alertIds: ['a1'], title: 'two\nlines' }, 'title'],
  [{ alertIds: ['a1'], steps: [] }, 'steps'],
  [{ alertIds: ['a1'], steps: Array.from({ length: 21 }, () => 'x') }, 'steps'],
  [{ alertIds: ['a1'], body: 'x'.repeat(8_001) }, 'body'],
  [{ alertIds: ['a1'], body: 'bell\u0007' }, 'body'],
  [{ alertIds: ['a1'], dueOn: '2026-02-30' }, 'dueOn'],
  [{ alertIds: ['a1'], contact: { name: 'a', phone: '1', email: 'a@b.vn\r\nBcc: c@d.vn' } }, 'contact.email'],
  [{ alertIds: ['a1'], severity: 'nuclear' }, 'severity'],
  [{ alertIds: Array.from({ length: 201 }, (_, at) => `a${at}`) }, 'alertIds'],
  [{ alertIds: ['a1'], agencyId: 7 }, 'agencyId'],
  [{ gaps: [{ agentId: "1' or '1'='1", policy: 'p', check: 'c' }] }, 'gaps.0.agentId'],
])('%j is refused, naming the field, and nothing is written', async (body, field) => {
  const refused = await post(URL, body);
  expect([refused.statusCode, refused.json().field]).toEqual([400, field]);
  expect((await get(URL)).json().requests).toEqual([]);
});

test.each([
  [{ ...answer, steps: [{ step: 0, outcome: 'done' }] }],
  [{ ...answer, steps: [{ step: 1, outcome: 'maybe' }] }],
  [{ ...answer, name: '' }],
  [{ ...answer, files: [{ name: 'x', sha256: 'nope' }] }],
  [{ ...answer, files: [{ name: '../../etc/passwd\u0000', sha256: 'a'.repeat(64) }] }],
  [{ ...answer, steps: [] }],
])('an answer %j is refused whole', async (body) => {
  const id = await sent();
  const refused = await post(`${URL}/${id}/answer`, body, minh);
  expect([refused.statusCode, refused.json().code]).toEqual([400, 'bad-request']);
  expect((await get(`${URL}/${id}`)).json()).toMatchObject({ state: 'sent', answers: [] });
});

test('lists page by cursor and filter, and another list’s cursor is refused', async () => {
  for (let at = 0; at < 3; at += 1) await sent();
  const first = (await get(`${URL}?limit=2&agencyId=${agency}`)).json();
  expect(first.requests).toHaveLength(2);
  const second = (await get(`${URL}?limit=2&after=${first.next}`)).json();
  expect([second.requests.length, second.next]).toEqual([1, null]);
  for (const bad of ['after=bm9uZQ', 'limit=0', 'state=none', 'agencyId=x'])
    expect((await get(`${URL}?${bad}`)).statusCode).toBe(400);
  expect((await get(`${URL}?agencyId=1`, minh)).statusCode).toBe(404);
  world.clock.ms += 30 * 86_400_000;
  soc = await bearer(world, 'administrator');
  expect((await get(`${URL}?due=overdue`)).json().requests).toHaveLength(3);
  expect((await get(`${URL}/overdue`)).json().agencies).toMatchObject([{ agencyId: agency, overdue: 3 }]);
});

test('in bulk they are a job with a preview', async () => {
  const body = { filter: { state: 'new' }, send: true, reason: 'đợt rà soát' };
  expect((await post(`${URL}/bulk/preview`, body)).json()).toMatchObject({ total: 1, changes: 1 });
  const job = await post(`${URL}/bulk`, body);
  expect([job.statusCode, job.json().kind]).toEqual([201, 'request.bulk']);
  await world.jobs.settled();
  const made = (await get(`${URL}?jobId=${job.json().id}`)).json().requests;
  expect(made).toMatchObject([{ state: 'sent', agencyId: agency }]);
  expect((await post(`${URL}/bulk`, { ...body, ids: ['a1'] })).json().field).toBe('filter');
});

describe('the page without an account', () => {
  const PAGE = '/tra-loi';
  const send = (payload: string): Promise<Sent> =>
    world.app.inject({
      method: 'POST',
      url: PAGE,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload,
    });
  const look = (token: string): Promise<Sent> => send(new URLSearchParams({ token }).toString());
  const form = (token: string, fields: Record<string, string> | string): Promise<Sent> =>
    send(
      `token=${token}&answer=1&${typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()}`,
    );
  const whole = {
    'outcome-1': 'done',
    'outcome-2': 'not-done',
    'note-2': 'chờ thiết bị',
    name: '<b>Minh</b>',
    text: 'dòng 1\r\ndòng 2',
  };

  async function linked(): Promise<{ id: string; token: string }> {
    const id = await sent({ body: 'Người dùng 079203001234 <script>alert(1)</script>' });
    const made = await post(`${URL}/${id}/links`, { days: 7 });
    expect([made.statusCode, made.json().path]).toEqual([
      201,
      expect.stringMatching(/^\/tra-loi#[\w-]{12}\.[\w-]{43}$/),
    ]);
    return { id, token: made.json().path.split('#')[1] };
  }

  test('shows one request without a script, takes one answer, and is closed then', async () => {
    const { id, token } = await linked();
    const page = await look(token);
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.headers['content-security-policy']).not.toMatch(/script-src|unsafe/);
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.body).not.toMatch(/<script|079203001234/);
    const { 'note-2': _note, ...without } = whole;
    const refused = await form(token, without);
    expect(refused.statusCode).toBe(400);
    expect(refused.body).toContain('value="&lt;b&gt;Minh&lt;/b&gt;"');
    expect((await form(token, whole)).statusCode).toBe(200);
    expect((await get(`${URL}/${id}`)).json()).toMatchObject({
      state: 'answered',
      answers: [
        { name: '<b>Minh</b>', text: 'dòng 1\ndòng 2', actor: expect.stringMatching(/^request-link:/) },
      ],
    });
    const closed = await look(token);
    const never = await look(`${'A'.repeat(12)}.${'B'.repeat(43)}`);
    const again = await form(token, whole);
    expect([closed.statusCode, never.statusCode, again.statusCode]).toEqual([404, 404, 404]);
    expect([closed.body, again.body]).toEqual([never.body, never.body]);
    expect(world.log.join('')).not.toContain(token.split('.')[1]);
  });

  test('has its code in no address that is sent: it comes in a body, and links of before are sent on', async () => {
    const { id, token } = await linked();
    const entry = await world.app.inject({ url: PAGE });
    expect([entry.statusCode, entry.headers['cache-control'], entry.headers['referrer-policy']]).toEqual([
      200,
      'no-store',
      'no-referrer',
    ]);
    expect(entry.headers['content-security-policy']).toMatch(/script-src 'sha256-[^']+'; form-action 'self'/);
    expect(entry.body).toMatch(/history\.replaceState[^]*form\.submit\(\)/);
    expect(entry.body).toContain('name="token"');
    const old = await world.app.inject({ url: `${PAGE}/${token}` });
    expect([old.statusCode, old.headers.location, old.body]).toEqual([303, `${PAGE}#${token}`, '']);
    const hostile = await world.app.inject({ url: `${PAGE}/%0d%0ax:%20y` });
    expect([hostile.headers.location, hostile.headers['x']]).toEqual([`${PAGE}#%0D%0Ax%3A%20y`, undefined]);
    // Nothing is looked up by an address: the request is not noted as seen.
    expect((await get(`${URL}/${id}`)).json().state).toBe('sent');
    expect((await look(`https://soc.example.vn${PAGE}#${token}`)).body).toContain('name="outcome-1"');
    expect((await get(`${URL}/${id}`)).json().state).toBe('seen');
    expect(world.log.join('')).not.toContain(token.split('.')[1]);
  });

  test.each(['', 'a=%', '%00=%00', '&'.repeat(1_000), 'name=x&name=y', 'outcome-1=done'])(
    'takes no nonsense: %j',
    async (body) => {
      const { id, token } = await linked();
      expect((await form(token, body)).statusCode).toBe(400);
      expect((await get(`${URL}/${id}`)).json().answers).toEqual([]);
    },
  );

  test('takes no other body, and no more tries than a person makes', async () => {
    const { token } = await linked();
    const json = await world.app.inject({ method: 'POST', url: PAGE, payload: { ...whole, token } });
    expect(json.statusCode).toBe(404);
    const large = await form(token, `text=${'x'.repeat(70_000)}`);
    expect(large.statusCode).toBe(413);
    const codes = new Set<number>();
    for (let at = 0; at < 40; at += 1) codes.add((await look('x')).statusCode);
    expect(codes).toEqual(new Set([404, 429]));
  });
});
