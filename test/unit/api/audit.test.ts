/** The audit trail over the API: who sees what of it, page by page, and the export that verifies. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAnchor } from '../../../collector/audit/anchor.ts';
import { parseExportLine } from '../../../collector/audit/export-file.ts';
import type { ChainHead } from '../../../collector/audit/chain.ts';
import { type ChainVerdict, ChainVerifier } from '../../../collector/audit/verify-chain.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { readAuditHead, writeAudit } from '../../../collector/registry/audit.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let auditor: { authorization: string };
let local: { authorization: string };
let mine: number;

beforeEach(async () => {
  world = await buildWorld();
  ({ id: mine } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test'));
  auditor = await bearer(world, 'auditor');
  local = await bearer(world, 'auditor', mine);
  for (const agencyId of [undefined, mine, 1, mine])
    await writeAudit(world.registry.db, 1_000, {
      actor: 'user:an',
      action: 'thing.do',
      target: 'x',
      agencyId,
    });
});
afterEach(() => world.close());

const get = (url: string, headers = auditor) =>
  world.app.inject({ method: 'GET', url: `/api/v1${url}`, headers });

describe('the audit trail', () => {
  it('is listed newest first, page by page', async () => {
    const first = (await get('/audit?action=thing.do&limit=3')).json();
    expect(first.entries).toHaveLength(3);
    expect(first.entries[0]).toMatchObject({ actor: 'user:an', target: 'x', agencyId: mine, detail: {} });
    const rest = (await get(`/audit?action=thing.do&limit=3&after=${first.next}`)).json();
    expect(rest.entries).toHaveLength(1);
    expect(rest.next).toBeNull();
    expect((await get('/audit?actor=nobody')).json()).toEqual({ entries: [], next: null });
  });

  it('is, for people of an agency, what is that agency’s affair', async () => {
    const { entries } = (await get('/audit', local)).json();
    expect(entries.every(({ agencyId }: { agencyId: number }) => agencyId === mine)).toBe(true);
    const actions = entries.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(['thing.do', 'thing.do', 'api-token.create', 'agency.create']);
    expect((await get('/audit/export', local)).statusCode).toBe(403);
  });

  it('is exported as a chain that verifies by itself', async () => {
    const exported = await get('/audit/export');
    expect(exported.headers['content-type']).toContain('application/x-ndjson');
    const lines = exported.body.trimEnd().split('\n').map(parseExportLine);
    const [start] = lines;
    const end = lines.at(-1);
    if (start?.kind !== 'start' || end?.kind !== 'end') throw new Error('no start or no end');
    const verifier = new ChainVerifier(start.start);
    for (const line of lines.slice(1, -1)) {
      if (line?.kind !== 'entry') throw new Error('no entry');
      verifier.take(line.entry, line.isMasked);
    }
    const verdict = verifier.end(end.head);
    expect([verdict.faults, verdict.masked]).toEqual([[], 0]);
    expect(verdict.entries).toBe((await readAuditHead(world.registry.db)).seq);
  });

  it('is masked for who may not read personal data, and the chain shows still', async () => {
    const { db } = world.registry;
    const detail = {
      reason: 'of 001099012345, phone 0912345678',
      n: 912345678,
      list: ['an.nguyen@example.vn'],
    };
    await db
      .transaction()
      .execute((trx) =>
        writeAudit(trx, world.clock.ms, { actor: 'user:an', action: 'thing.note', target: 'x', detail }),
      );
    const lead = await bearer(world, 'administrator');
    const told = async (headers: typeof auditor) =>
      [
        (await get('/audit?action=thing.note', headers)).body,
        (await get('/audit/export', headers)).body,
      ] as const;
    for (const text of await told(lead)) expect(text).toContain('001099012345');
    const [list, file] = await told(auditor);
    for (const text of [list, file])
      for (const personal of ['001099012345', '0912345678', 'an.nguyen@'])
        expect(text).not.toContain(personal);
    expect(list).toContain('912345678');
    const lines = file.trimEnd().split('\n').map(parseExportLine);
    const verify = (change: (text: string) => string): ChainVerdict => {
      const [start, ...rest] = file.trimEnd().split('\n').map(change).map(parseExportLine);
      if (start?.kind !== 'start') throw new Error('no start');
      const verifier = new ChainVerifier(start.start);
      let head: ChainHead | undefined;
      for (const line of rest) {
        if (line?.kind === 'entry') verifier.take(line.entry, line.isMasked);
        if (line?.kind === 'end') ({ head } = line);
      }
      return verifier.end(head);
    };
    expect(lines.filter((line) => line?.kind === 'entry' && line.isMasked)).toHaveLength(1);
    expect(verify((text) => text)).toMatchObject({ faults: [], masked: 1 });
    // Said to be masked, an entry still stands where it stood: another one in its place shows in the next.
    const forged = verify((text) =>
      text.replace(/"hash":"[0-9a-f]{8}/, (hash) => (text.includes('thing.do') ? '"hash":"00000000' : hash)),
    );
    expect(forged.faults.length).toBeGreaterThan(0);
  });

  it('says where it stands', async () => {
    const head = (await get('/audit/head')).json();
    const { trailId, seq, hash } = await readAuditHead(world.registry.db);
    expect(head).toMatchObject({ trailId, seq, hash });
    expect(parseAnchor(head.line)).toMatchObject({ trailId, seq, hash });
  });

  it.each(['/audit?limit=0', '/audit?from=yesterday', '/audit?after=x', '/audit?what=x'])(
    'refuses %s',
    async (url) => {
      expect((await get(url)).statusCode).toBe(400);
    },
  );

  it('is not for everybody', async () => {
    const viewer = await bearer(world, 'agency-viewer');
    for (const url of ['/audit', '/audit/head', '/audit/export'])
      expect((await get(url, viewer)).statusCode).toBe(403);
  });
});
