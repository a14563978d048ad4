/** Dossiers over the API: who may what, versions, papers in and out, tables of unknown origin. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { createApiToken } from '../../../collector/registry/api-tokens.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { xlsxOf } from '../../support/xlsx-bytes.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

type Headers = Record<string, string>;
const OCTETS = { 'content-type': 'application/octet-stream' };

let world: World;
let lead: Headers;
let operator: Headers;
let office: number;
let systemId: number;

beforeAll(async () => {
  world = await buildWorld();
  const { registry } = world;
  office = (await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test')).id;
  const wanted = { name: 'Cổng DVC', agencyId: office, lawProfile: 'vn-2026' as const };
  systemId = (await createSystem(registry, wanted, 'test')).id;
  await addUser(world, 'binh', 'soc-lead');
  await addUser(world, 'an', 'agency-operator', false, office);
  lead = await signIn(world, 'binh');
  operator = await signIn(world, 'an');
});
afterAll(() => world.close());

async function ask(method: 'GET' | 'POST' | 'PATCH', url: string, headers: Headers, payload?: object) {
  const answer = await world.app.inject({
    method,
    url: `/api/v1${url}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  const isJson = (answer.headers['content-type'] ?? '').includes('json');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    body: isJson ? answer.json() : {},
  };
}

describe('a dossier', () => {
  test('is drawn up by the agency, approved by the lead, and changed by nobody else then', async () => {
    const made = await ask('POST', `/systems/${systemId}/dossiers`, operator, { proposedLevel: 3 });
    expect([made.status, made.headers['etag']]).toEqual([201, '"1"']);
    const url = `/dossiers/${made.body.id}`;
    const approved = { status: 'approved', approvalNumber: '12/QĐ', approvedOn: '2026-11-20' };
    expect((await ask('PATCH', url, operator, approved)).status).toBe(403);
    const permissions = ['compliance:write' as const];
    const { token } = await createApiToken(
      world.registry,
      { role: 'api', agencyId: office, permissions },
      'test',
    );
    const machine = { authorization: `Bearer ${token}` };
    expect((await ask('PATCH', url, machine, { note: 'ok' })).status).toBe(200);
    expect((await ask('PATCH', url, machine, approved)).status).toBe(403);
    expect((await ask('PATCH', url, { ...lead, 'if-match': '"7"' }, approved)).status).toBe(412);
    expect((await ask('PATCH', url, { ...lead, 'if-match': '"2"' }, approved)).headers['etag']).toBe('"3"');
    expect((await ask('GET', `/systems/${systemId}`, operator)).body.level).toBe(3);
    expect((await ask('PATCH', url, operator, { note: 'x' })).status).toBe(403);
    const history = await ask('GET', `${url}/history?limit=1`, operator);
    expect(history.body).toMatchObject({
      versions: [{ version: 3, actor: 'user:binh' }],
      next: expect.any(String),
    });
    const rest = await ask('GET', `${url}/history?limit=5&after=${history.body.next}`, operator);
    expect(rest.body).toMatchObject({ versions: [{ version: 2 }, { version: 1 }], next: null });
  });

  test.each([
    [{ proposedLevel: 6 }, 'proposedLevel'],
    [{ approvedOn: '31/12/2026' }, 'approvedOn'],
    [{ status: 'done' }, 'status'],
    [{ note: 'x'.repeat(5_000) }, 'note'],
    [{ colour: 'red' }, ''],
  ])('with %o is refused with the field', async (patch, field) => {
    const { status, body } = await ask('POST', `/systems/${systemId}/dossiers`, lead, patch);
    expect([status, body.field ?? '']).toEqual([400, expect.stringContaining(field)]);
  });

  test('keeps hostile words as they are', async () => {
    const note = '=CMD("calc")<script>\u202e';
    const made = await ask('POST', `/systems/${systemId}/dossiers`, operator, {
      note,
      ownerText: "'; drop table",
    });
    expect(made.body.facts).toMatchObject({ note, ownerText: "'; drop table" });
  });
});

describe('papers', () => {
  const upload = (name: string, content: Buffer, headers = operator) =>
    ask(
      'POST',
      `/compliance/documents?systemId=${systemId}&kind=decision&name=${encodeURIComponent(name)}`,
      { ...headers, ...OCTETS },
      content,
    );

  test('come in with their hash and leave as files to keep, never as pages', async () => {
    const sent = await upload('../<script>.html', Buffer.from('<script>alert(1)</script>'));
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({
      name: '_script_.html',
      type: 'text/plain',
      sha256: createHash('sha256').update('<script>alert(1)</script>').digest('hex'),
    });
    const got = await ask('GET', `/compliance/documents/${sent.body.id}`, operator);
    expect([got.status, got.text]).toEqual([200, '<script>alert(1)</script>']);
    expect(got.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; /),
      'content-security-policy': expect.stringContaining('sandbox'),
    });
  });

  test('that are dangerous are given on request only, and removed with a reason', async () => {
    const { body } = await upload('a.exe', Buffer.from('MZ\u0000\u0000'));
    const url = `/compliance/documents/${body.id}`;
    expect((await ask('GET', url, operator)).status).toBe(409);
    expect((await ask('GET', `${url}?risk=accepted`, operator)).status).toBe(200);
    expect((await ask('POST', `${url}/delete`, operator, { reason: 'nhầm' })).status).toBe(204);
    expect((await ask('GET', url, operator)).status).toBe(404);
    const { body: list } = await ask('GET', `/compliance/documents?systemId=${systemId}`, operator);
    expect(list.documents).toHaveLength(2);
    expect(list.documents.find((one: { id: string }) => one.id === body.id)).toMatchObject({
      removed: { by: 'user:an', reason: 'nhầm' },
    });
  });

  test('need bytes, and one owner', async () => {
    const url = `/compliance/documents?name=a&systemId=${systemId}`;
    expect((await ask('POST', url, operator, { a: 1 })).status).toBe(415);
    expect(
      (await ask('POST', `${url}&agencyId=${office}`, { ...operator, ...OCTETS }, Buffer.from('a'))).status,
    ).toBe(400);
    expect((await ask('GET', '/compliance/documents', operator)).status).toBe(400);
  });
});

describe('a table', () => {
  const rows = [
    ['STT', 'Tên HTTT', 'Chủ quản', 'Cấp độ', 'Tình trạng'],
    [1, 'Trang tin', 'Sở Y tế', 2, 'Dự thảo'],
  ];
  const send = (query: string, content: Buffer, headers = operator) =>
    ask('POST', `/compliance/dossier-imports?${query}`, { ...headers, ...OCTETS }, content);

  test('is looked at, taken in and taken back', async () => {
    const bytes = xlsxOf([{ name: 'Phần 3', rows }]);
    const look = await send('dryRun=true', bytes);
    expect(look.body).toMatchObject({
      id: null,
      counts: { created: 1 },
      rows: [{ action: 'create', name: 'Trang tin' }],
    });
    const done = await send('name=mau08.xlsx&columns=level%3DD', bytes);
    expect(done.body).toMatchObject({ id: expect.any(Number), sheets: [{ headingRow: 1, rows: 1 }] });
    expect((await ask('GET', '/compliance/dossier-imports', operator)).body.imports).toHaveLength(1);
    const undone = await ask('POST', `/compliance/dossier-imports/${done.body.id}/undo`, operator);
    expect(undone.body).toMatchObject({ undoneBy: 'user:an' });
  });

  test.each([
    ['columns=level', Buffer.from('a'), 400],
    ['agencyId=1', Buffer.from('a'), 404],
    ['', Buffer.from('PK\u0003\u0004'), 400],
    ['', Buffer.alloc(9_000_000), 413],
  ])('asked for with %s is refused', async (query, content, status) => {
    expect((await send(query, content)).status).toBe(status);
  });
});

test('Mẫu 08, its offices, confirmations, findings and deadlines are of the caller’s agencies', async () => {
  const { body: report } = await ask('GET', `/compliance/mau-08?year=2026`, operator);
  expect(report).toMatchObject({ agency: { id: office }, day: '2026-12-14', part1: { managed: 1 } });
  expect((await ask('GET', `/compliance/mau-08?agencyId=1`, operator)).status).toBe(404);
  expect((await ask('POST', '/compliance/mau-08/confirm', operator, { year: 2026 })).body).toMatchObject({
    rows: 1,
  });
  const url = `/agencies/${office}/offices/owner`;
  expect((await ask('PATCH', url, operator, { head: 'Trần Bình' })).headers['etag']).toBe('"1"');
  expect((await ask('PATCH', url, { ...operator, 'if-match': '"0"' }, { head: 'x' })).status).toBe(412);
  const { body: findings } = await ask('GET', '/compliance/dossier-findings?limit=1', operator);
  expect(findings).toMatchObject({ findings: [{ systemName: 'Cổng DVC' }], next: expect.any(String) });
  expect((await ask('GET', `/compliance/dossier-findings?after=${findings.next}`, operator)).status).toBe(
    200,
  );
  expect((await ask('GET', '/compliance/dossier-deadlines', operator)).status).toBe(200);
});

test('an attestation is proposed by the operator and accepted by the lead, not by a machine', async () => {
  const wanted = { systemId, controls: ['GV-01'], statement: 'đã', signer: 'An', signedOn: '2026-11-20' };
  const made = await ask('POST', '/compliance/attestations', operator, wanted);
  expect([made.status, made.body.state]).toEqual([201, 'proposed']);
  const url = `/compliance/attestations/${made.body.id}`;
  const accept = { decision: 'accept' };
  const refused = await ask('POST', `${url}/decide`, operator, accept);
  expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('compliance:approve')]);
  expect((await ask('POST', `${url}/decide`, lead, { decision: 'reject' })).status).toBe(400);
  expect((await ask('POST', `${url}/decide`, lead, accept)).body).toMatchObject({
    state: 'accepted',
    decidedBy: 'user:binh',
  });
  const { body } = await ask('GET', `/compliance/attestations?systemId=${systemId}&state=accepted`, operator);
  expect(body).toMatchObject({ attestations: [{ id: made.body.id }], next: null });
  expect((await ask('GET', `${url}/history`, operator)).body.acts).toHaveLength(2);
});
