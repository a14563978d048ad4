import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import {
  pageAttestations,
  readAttestationHistory,
  readAttested,
} from '../../../collector/registry/compliance/attestation-book.ts';
import {
  type AttestationBy,
  type AttestationWanted,
  decideAttestation,
  proposeAttestation,
} from '../../../collector/registry/compliance/attestations.ts';
import {
  addDocument,
  listDocuments,
  removeDocument,
} from '../../../collector/registry/compliance/documents.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const DAY_MS = 86_400_000;
const LEAD: AttestationBy = { actor: 'user:binh', scope: ALL, agencyId: 1, operates: false, assesses: true };
const ADMIN: AttestationBy = { ...LEAD, actor: 'user:chi' };

let registry: Registry;
let clock: TestClock;
let office: number;
let systemId: number;
let operator: AttestationBy;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  office = (await createAgency(registry, { name: 'Sở Y tế', kind: 'department', parentId: 1 }, 'test')).id;
  const wanted = { name: 'Cổng DVC', agencyId: office, level: 3, lawProfile: 'vn-2026' as const };
  systemId = (await createSystem(registry, wanted, 'test')).id;
  const scope = await scopeOfAgency(registry.db, office);
  operator = { actor: 'user:an', scope, agencyId: office, operates: true, assesses: false };
});
afterEach(() => registry.close());

const wantedOf = (change: Partial<AttestationWanted> = {}): AttestationWanted => ({
  kind: 'own',
  systemId,
  controls: ['GV-01'],
  statement: 'Hồ sơ đã được phê duyệt',
  documents: [],
  signer: 'Nguyễn Văn An',
  signedOn: '2026-11-20',
  fourEyes: true,
  ...change,
});
const propose = (change?: Partial<AttestationWanted>, by = operator) =>
  proposeAttestation(registry, wantedOf(change), by);
const holds = async (control = 'GV-01', atMs = clock.ms) =>
  (await readAttested(registry.db, atMs)).attestationOf(systemId, control);

describe('an attestation', () => {
  it('with four eyes counts when a second person accepted it, and until it is withdrawn', async () => {
    const { id, state } = await propose();
    expect(state).toBe('proposed');
    expect(await holds()).toBeUndefined();
    clock.ms += 1_000;
    await decideAttestation(registry, id, { decision: 'accept' }, LEAD);
    const before = clock.ms;
    expect(await holds()).toMatchObject({ id, signer: 'Nguyễn Văn An', signedOn: '2026-11-20' });
    clock.ms += 1_000;
    await decideAttestation(registry, id, { decision: 'withdraw', reason: 'sai hệ thống' }, operator);
    expect(await holds()).toBeUndefined();
    // A moment of the past is told as it was.
    expect(await holds('GV-01', before)).toMatchObject({ id });
    const history = await readAttestationHistory(registry.db, id, ALL);
    expect(history.map(({ action, actor, reason }) => [action, actor, reason])).toEqual([
      ['propose', 'user:an', null],
      ['accept', 'user:binh', null],
      ['withdraw', 'user:an', 'sai hệ thống'],
    ]);
    const [entry] = await listAudit(registry, { action: 'attestation.accept', limit: 1 });
    expect(entry).toMatchObject({ target: `system:${systemId}`, agencyId: office });
  });

  it('is never assessed by who runs the system, nor by who proposed it', async () => {
    const assessing = { ...operator, assesses: true };
    await expect(propose({ fourEyes: false }, assessing)).rejects.toMatchObject({
      code: 'attestation-not-yours',
    });
    const { id } = await propose({}, LEAD);
    const accept = { decision: 'accept' } as const;
    await expect(decideAttestation(registry, id, accept, assessing)).rejects.toThrow(
      'independent of who operates',
    );
    await expect(decideAttestation(registry, id, accept, LEAD)).rejects.toThrow('a second person');
    await expect(
      decideAttestation(registry, id, accept, { ...ADMIN, assesses: false }),
    ).rejects.toMatchObject({
      code: 'attestation-not-yours',
    });
    await decideAttestation(registry, id, accept, ADMIN);
    await expect(decideAttestation(registry, id, accept, ADMIN)).rejects.toMatchObject({
      code: 'attestation-state',
    });
  });

  it('of an assessor alone counts at once where two are not asked for', async () => {
    const { id } = await propose({ fourEyes: false }, LEAD);
    expect(await holds()).toMatchObject({ id });
  });

  it('that was rejected never counts', async () => {
    const { id } = await propose();
    await decideAttestation(registry, id, { decision: 'reject', reason: 'thiếu biên bản' }, LEAD);
    expect(await holds()).toBeUndefined();
  });

  it('ends on its day; the newest of a control counts', async () => {
    await propose({ fourEyes: false, dueOn: '2026-12-01' }, LEAD);
    const { id } = await propose({ fourEyes: false, signedOn: '2026-11-21', dueOn: '2026-12-31' }, LEAD);
    expect(await holds()).toMatchObject({ id, dueMs: Date.parse('2026-12-30T17:00:00Z') });
    const due = await pageAttestations(registry.db, ALL, { dueBefore: '2026-12-01' }, { limit: 10 });
    expect(due).toHaveLength(1);
  });

  it('of an agency answers for the systems it owns, unless a system has its own', async () => {
    await propose({ systemId: undefined, agencyId: office, fourEyes: false }, LEAD);
    expect(await holds()).toBeDefined();
    const other = await createSystem(
      registry,
      { name: 'Trang tin', agencyId: 1, lawProfile: 'vn-2026' },
      'test',
    );
    expect((await readAttested(registry.db, clock.ms)).attestationOf(other.id, 'GV-01')).toBeUndefined();
  });

  it('is refused where it makes no sense', async () => {
    const refused: Partial<AttestationWanted>[] = [
      { controls: ['XX-99'] },
      { signedOn: '2026-11-23' },
      { dueOn: '2026-11-20' },
      { agencyId: office },
      { systemId: undefined },
      { kind: 'provider' },
      { kind: 'provider', provider: 'VNPT', contract: '12/HĐ' },
    ];
    for (const change of refused)
      await expect(propose(change)).rejects.toMatchObject({ code: 'attestation-invalid' });
    await expect(propose({ documents: ['0'.repeat(32)] })).rejects.toMatchObject({
      code: 'dossier-document-unknown',
    });
    const outside = { ...operator, scope: { kind: 'some' as const, agencyIds: [999] } };
    await expect(propose({}, outside)).rejects.toMatchObject({ code: 'system-unknown' });
  });

  it('of a provider covers its controls while the contract lasts', async () => {
    const contract = { kind: 'provider' as const, provider: 'VNPT', contract: '12/HĐ', dueOn: '2026-12-31' };
    await propose({ ...contract, controls: ['GV-01', 'LG-07'], fourEyes: false }, LEAD);
    const at = async (ms: number) => (await readAttested(registry.db, ms)).providerUntil(systemId, 'LG-07');
    expect(await at(clock.ms)).toBe(Date.parse('2026-12-30T17:00:00Z'));
    expect(await at(clock.ms + 60 * DAY_MS)).toBeUndefined();
    expect(await holds()).toBeUndefined();
  });

  it('keeps the papers that it rests on', async () => {
    const file = {
      id: 'a'.repeat(32),
      bytes: 5,
      sha256: 'f'.repeat(64),
      crc32: 1,
      type: 'application/pdf',
      scan: 'clean' as const,
    };
    const owner = { systemId, agencyId: null };
    const wanted = { file, name: '../../biên bản\u202e.pdf', kind: 'check' as const };
    const { name } = await addDocument(registry, owner, wanted, operator);
    expect(name).toBe('biên bản_.pdf');
    const { id } = await propose({ documents: [file.id] });
    await expect(removeDocument(registry, owner, file.id, 'nhầm', operator)).rejects.toMatchObject({
      code: 'dossier-invalid',
    });
    await decideAttestation(registry, id, { decision: 'withdraw' }, operator);
    await removeDocument(registry, owner, file.id, 'nhầm', operator);
    expect(await listDocuments(registry.db, owner, operator.scope)).toMatchObject([
      { removedBy: 'user:an', removedReason: 'nhầm', sha256: file.sha256 },
    ]);
  });
});
