/** Files that people attach to cases and dossiers are scanned for viruses, whichever way they come. */
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clamdScanner } from '../../../collector/case/file-scan.ts';
import { type FakeClamd, fakeClamd } from '../../support/clamd.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

const BAD = Buffer.from('this stands for something bad');
const folder = temporaryFolder();
const socket = path.join(folder.path, 'clamd.ctl');
const outcomes: string[] = [];
let isRequired = false;
let world: World;
let clamd: FakeClamd;
let an: Record<string, string>;
let ways: Record<string, string>;

beforeAll(async () => {
  const scanners = [false, true].map((required) =>
    clamdScanner({
      target: { path: socket },
      isRequired: required,
      onOutcome: (outcome) => outcomes.push(outcome),
      onFault: () => outcomes.push('fault'),
    }),
  );
  const scannerNow = () => scanners[isRequired ? 1 : 0]!;
  world = await buildWorld({
    scanner: { scan: (file, bytes) => scannerNow().scan(file, bytes), state: () => scannerNow().state() },
  });
  clamd = await fakeClamd(socket, BAD);
  await addUser(world, 'an', 'soc-lead');
  an = await signIn(world, 'an');
  const answer = await world.app.inject({
    method: 'POST',
    url: '/api/v1/cases',
    headers: an,
    payload: { title: 'Mã độc', severity: 'high', class: 'malware' },
  });
  ways = {
    case: `/api/v1/cases/${answer.json().number}/attachments?`,
    dossier: '/api/v1/compliance/documents?agencyId=1&kind=decision&',
  };
});
afterAll(async () => {
  await world.close();
  folder.remove();
});
beforeEach(() => {
  outcomes.length = 0;
});

const send = (way: string, name: string, payload: Buffer) =>
  world.app.inject({
    method: 'POST',
    url: `${ways[way]}name=${name}`,
    headers: { ...an, 'content-type': 'application/octet-stream' },
    payload,
  });
const keptRows = async (): Promise<string[]> => {
  const rows = await Promise.all(
    (['case_attachment', 'dossier_document'] as const).map((table) =>
      world.registry.db.selectFrom(table).select(['name', 'scan']).execute(),
    ),
  );
  return rows.flat().map(({ name, scan }) => `${name} ${scan}`);
};

describe.each(['case', 'dossier'])('a file for a %s', (way) => {
  it('that is clean is kept, and says so', async () => {
    const answer = await send(way, `good-${way}.txt`, Buffer.from('xin chào'));
    expect(answer.statusCode).toBe(201);
    expect(answer.body).toContain('"scan":"clean"');
    expect(await keptRows()).toContain(`good-${way}.txt clean`);
    expect(outcomes).toEqual(['clean']);
  });

  it('that is infected is refused in words, counted, on record with its sender, and not kept', async () => {
    const answer = await send(way, `bad-${way}.txt`, BAD);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      422,
      { code: 'file-infected', detail: expect.stringContaining('Test.Bad-1') },
    ]);
    expect((await keptRows()).filter((row) => row.startsWith(`bad-${way}`))).toEqual([]);
    expect(outcomes).toEqual(['infected']);
    const { actor, detail } = await world.registry.db
      .selectFrom('audit_log')
      .select(['actor', 'detail'])
      .where('action', '=', 'file.infected')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    expect([actor, detail]).toEqual(['user:an', expect.stringContaining(`"bad-${way}.txt"`)]);
    expect(detail).toContain('Test.Bad-1');
  });
});

describe('a scanner that is away', () => {
  beforeAll(() => clamd.close());

  it.each(['case', 'dossier'])('lets a file for a %s in as not scanned', async (way) => {
    const answer = await send(way, `away-${way}.txt`, BAD);
    expect(answer.statusCode).toBe(201);
    expect(answer.body).toContain('"scan":"not-scanned"');
    expect(await keptRows()).toContain(`away-${way}.txt not-scanned`);
    expect(outcomes).toEqual(['fault', 'not-scanned']);
  });

  it.each(['case', 'dossier'])('keeps a file for a %s out where a scan is required', async (way) => {
    isRequired = true;
    const answer = await send(way, `strict-${way}.txt`, Buffer.from('xin chào'));
    isRequired = false;
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'scanner-away']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await keptRows()).filter((row) => row.startsWith('strict'))).toEqual([]);
  });
});
