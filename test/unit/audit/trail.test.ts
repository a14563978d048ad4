/** The audit trail's chain in a real control plane, and what its verification says of every way to tamper with it. */
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Anchor, anchorLine, parseAnchor } from '../../../collector/audit/anchor.ts';
import { ChainVerifier, type ChainVerdict, FAULTS_MAX } from '../../../collector/audit/verify-chain.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAudit, readAuditHead, readChain, writeAudit } from '../../../collector/registry/audit.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { allMigrations } from '../../../collector/registry/migrations/all.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const NO_TRIGGERS = 'drop trigger audit_log_no_update; drop trigger audit_log_no_delete;';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let registry: Registry;

beforeEach(async () => {
  folder = temporaryFolder();
  file = `${folder.path}/control.sqlite`;
  registry = await openRegistry({ file, now: () => 7 });
});
afterEach(async () => {
  await registry.close();
  folder.remove();
});

async function write(count: number): Promise<void> {
  for (let at = 1; at <= count; at += 1) {
    await writeAudit(registry.db, 1_000 + at, {
      actor: 'user:an',
      action: 'alert.close',
      target: `alert:${at}`,
      detail: { reason: `lý do ${at}` },
    });
  }
}

/** As somebody with the file in hand would. */
function tamper(statements: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(`${NO_TRIGGERS} ${statements}`);
  } finally {
    database.close();
  }
}

async function verify(anchors: readonly Anchor[] = [], page = 3): Promise<ChainVerdict> {
  const head = await readAuditHead(registry.db);
  const verifier = new ChainVerifier({ seq: 0, hash: head.genesisHash }, anchors);
  for (let after = 0; ;) {
    const entries = await readChain(registry.db, after, page);
    for (const entry of entries) verifier.take(entry);
    const last = entries.at(-1);
    if (last === undefined) return verifier.end(head);
    after = last.seq;
  }
}

async function anchorNow(): Promise<Anchor> {
  const { trailId, seq, hash } = await readAuditHead(registry.db);
  return { trailId, seq, hash, atMs: 5_000 };
}

describe('the audit trail', () => {
  it('is whole as it was written, with whatever texts, and says so', async () => {
    await write(4);
    await writeAudit(registry.db, 2, {
      actor: 'cli:\0x\uD800',
      action: 'odd.name',
      target: '\uDC00',
      agencyId: 1,
    });
    const verdict = await verify([await anchorNow()]);
    expect(verdict).toMatchObject({ entries: 5, firstSeq: 1, lastSeq: 5, anchorsMatched: 1, faults: [] });
    expect((await listAudit(registry, { limit: 1 }))[0]).toMatchObject({
      actor: 'cli:\uFFFDx\uFFFD',
      target: '\uFFFD',
      agencyId: 1,
    });
  });

  it('of nobody and nothing is whole', async () => {
    expect(await verify()).toMatchObject({ entries: 0, lastSeq: 0, faults: [] });
  });

  it('goes back with the act that it tells of', async () => {
    await write(1);
    const failed = registry.db.transaction().execute(async (trx) => {
      await writeAudit(trx, 1, { actor: 'system', action: 'never.happened' });
      throw new Error('undone');
    });
    await expect(failed).rejects.toThrow('undone');
    await write(1);
    expect(await verify()).toMatchObject({ entries: 2, faults: [] });
  });

  it('is one chain however many write at once', async () => {
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) =>
        writeAudit(registry.db, at, { actor: 'system', action: 'at.once', target: String(at) }),
      ),
    );
    expect(await verify()).toMatchObject({ entries: 50, lastSeq: 50, faults: [] });
  });

  it.each([
    ['a changed text', `update audit_log set detail = '{}' where seq = 3`, [{ kind: 'changed', seq: 3 }]],
    ['a changed time', `update audit_log set at_ms = 1 where seq = 1`, [{ kind: 'changed', seq: 1 }]],
    [
      'another actor',
      `update audit_log set actor = 'user:binh' where seq = 6`,
      [{ kind: 'changed', seq: 6 }],
    ],
    ['another agency', `update audit_log set agency_id = 1 where seq = 2`, [{ kind: 'changed', seq: 2 }]],
    [
      'a text moved to the next column',
      `update audit_log set action = 'alert.closealert:4', target = '' where seq = 4`,
      [{ kind: 'changed', seq: 4 }],
    ],
    [
      'an entry with its hash made anew',
      `update audit_log set hash = '${'a'.repeat(64)}' where seq = 2`,
      [
        { kind: 'changed', seq: 2 },
        { kind: 'changed', seq: 3 },
      ],
    ],
    [
      'two left out',
      'delete from audit_log where seq in (2, 3)',
      [{ kind: 'missing', fromSeq: 2, toSeq: 3 }],
    ],
    [
      'one left out and the rest moved up',
      `delete from audit_log where seq = 2; update audit_log set seq = -seq where seq > 2; update audit_log set seq = -seq - 1 where seq < 0`,
      [
        { kind: 'changed', seq: 2 },
        { kind: 'changed', seq: 3 },
        { kind: 'changed', seq: 4 },
        { kind: 'changed', seq: 5 },
        { kind: 'cut', lastSeq: 5, headSeq: 6, atMs: null },
      ],
    ],
    [
      'two that changed places',
      `update audit_log set seq = 100 where seq = 2; update audit_log set seq = 2 where seq = 3; update audit_log set seq = 3 where seq = 100`,
      [
        { kind: 'changed', seq: 2 },
        { kind: 'changed', seq: 3 },
        { kind: 'changed', seq: 4 },
      ],
    ],
    [
      'its end cut off',
      'delete from audit_log where seq > 4',
      [{ kind: 'cut', lastSeq: 4, headSeq: 6, atMs: null }],
    ],
    [
      'its beginning cut off',
      'delete from audit_log where seq < 3',
      [{ kind: 'missing', fromSeq: 1, toSeq: 2 }],
    ],
    [
      'the head put back',
      'update audit_head set seq = 5, hash = (select hash from audit_log where seq = 5)',
      [{ kind: 'rewritten', seq: 6, atMs: null }],
    ],
  ])('shows %s', async (_, statements, faults) => {
    await write(6);
    tamper(statements);
    expect((await verify()).faults).toEqual(faults);
  });

  it('cut off with its head shows only beside a head that was kept elsewhere', async () => {
    await write(6);
    const anchor = await anchorNow();
    tamper(
      'delete from audit_log where seq > 4; update audit_head set seq = 4, hash = (select hash from audit_log where seq = 4)',
    );
    expect((await verify()).faults).toEqual([]);
    expect((await verify([anchor])).faults).toEqual([{ kind: 'cut', lastSeq: 4, headSeq: 6, atMs: 5_000 }]);
    await write(4);
    expect((await verify([anchor])).faults).toEqual([{ kind: 'rewritten', seq: 6, atMs: 5_000 }]);
  });

  it('names a bounded number of faults and counts the rest', async () => {
    await write(FAULTS_MAX + 5);
    tamper(`update audit_log set target = 'x'`);
    const { faults, faultsBeyond } = await verify([], 50);
    expect([faults.length, faultsBeyond]).toEqual([FAULTS_MAX, 5]);
  });

  it('has what was written before there was a chain', async () => {
    await registry.close();
    const old = `${folder.path}/old.sqlite`;
    const all = allMigrations(() => 7);
    expect(all['0020-audit']).toBeDefined();
    const before = Object.fromEntries(Object.entries(all).filter(([name]) => name < '0020'));
    await (await openRegistry({ file: old, migrations: before })).close();
    const database = new DatabaseSync(old);
    for (const target of ['first', 'a\0b', 'last'])
      database
        .prepare(
          `insert into audit_log (at_ms, actor, action, target, detail) values (1, 'system', 'was.there', ?, '{}')`,
        )
        .run(target);
    database.close();
    registry = await openRegistry({ file: old, now: () => 7 });
    await write(1);
    expect(await verify()).toMatchObject({ entries: 4, lastSeq: 4, faults: [] });
    await expect(registry.db.deleteFrom('audit_log').execute()).rejects.toThrow('append only');
  });

  it('belongs to the agency of what was acted on, and to everybody where that has none', async () => {
    const { id: own } = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'system');
    const { id: system } = await createSystem(
      registry,
      { name: 'Một cửa', agencyId: own, lawProfile: 'vn-2026' },
      'system',
    );
    for (const target of [
      `system:${system}`,
      `agency:${own}`,
      'agency:9999',
      'agent:none',
      'system:x',
      'odd',
      '',
    ])
      await writeAudit(registry.db, 1, { actor: 'user:an', action: 'thing.do', target });
    const found = await listAudit(registry, { limit: 10, action: 'thing.do' });
    expect(found.map(({ agencyId }) => agencyId).toReversed()).toEqual([
      own,
      own,
      null,
      null,
      null,
      null,
      null,
    ]);
    const created = await listAudit(registry, { limit: 10, action: 'system.create' });
    expect(created[0]?.agencyId).toBe(own);
  });

  it('is listed newest first, by actor, kind of act, target, time and agency', async () => {
    await write(3);
    await writeAudit(registry.db, 9_000, {
      actor: 'user:binh',
      action: 'agent.revoke',
      target: 'agent:1',
      agencyId: 2,
    });
    await writeAudit(registry.db, 9_001, { actor: 'user:binh', action: 'agents.other' });
    const seqs = async (query: object, scope?: { kind: 'some'; agencyIds: number[] }): Promise<number[]> =>
      (await listAudit(registry, { limit: 10, ...query }, scope)).map(({ seq }) => seq);
    expect(await seqs({})).toEqual([5, 4, 3, 2, 1]);
    expect(await seqs({ beforeSeq: 4, limit: 2 })).toEqual([3, 2]);
    expect(await seqs({ actor: 'user:binh' })).toEqual([5, 4]);
    expect(await seqs({ action: 'agent.' })).toEqual([4]);
    expect(await seqs({ action: 'alert.close', target: 'alert:2' })).toEqual([2]);
    expect(await seqs({ fromMs: 1_002, toMs: 9_000 })).toEqual([3, 2]);
    expect(await seqs({}, { kind: 'some', agencyIds: [2, 3] })).toEqual([4]);
    expect(await seqs({}, { kind: 'some', agencyIds: [3] })).toEqual([]);
  });
});

describe('a head that is kept elsewhere', () => {
  it('is read back from whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 1e12 }),
        fc.stringMatching(/^[0-9a-f]{64}$/),
        fc.integer({ min: 0, max: 4e12 }),
        fc.string(),
        (trailId, seq, hash, atMs, before) => {
          const anchor = { trailId, seq, hash, atMs };
          expect(parseAnchor(`${before} ${anchorLine(anchor)}`)).toEqual(anchor);
          expect(parseAnchor(`<86>1 - h v - - - ${anchorLine(anchor)}\r`)).toEqual(anchor);
        },
      ),
    );
  });

  it.each([
    '',
    'vonggac-audit-head trail=x seq=1',
    `vonggac-audit-head trail=${'0'.repeat(36)} seq=1 sha256=${'a'.repeat(63)} at=2026-11-26T05:00:00.000Z`,
    `vonggac-audit-head trail=${'0'.repeat(36)} seq=1 sha256=${'a'.repeat(64)} at=2026-99-26T05:00:00.000Z`,
    `vonggac-audit-head trail=${'0'.repeat(36)} seq=1 sha256=${'a'.repeat(64)} at=2026-11-26T05:00:00.000Zx`,
  ])('is not: %s', (line) => {
    expect(parseAnchor(line)).toBeUndefined();
  });
});
