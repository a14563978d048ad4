/** Overrides of the catalogues: who may set them, what held when, and that it is written down. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAudit } from '../../../collector/registry/audit.ts';
import {
  dropOverride,
  overridesAt,
  profilesAt,
  setOverride,
} from '../../../collector/registry/compliance/overrides.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { proposeAttestation } from '../../../collector/registry/compliance/attestations.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { profilesOf } from '../../../collector/services/compliance/profiles.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const DAY_MS = 86_400_000;
const PLACE = { profile: 'vn-2022', control: 'LG-07', field: 'thresholds.keep.2' };

let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

const set = (value: unknown, version?: number) =>
  setOverride(
    registry,
    { ...PLACE, value, reason: 'TCVN 11930:2017 6.2.1.4' },
    { actor: 'user:an', scope: { kind: 'all' }, version },
  );
async function keepAt(atMs: number): Promise<unknown> {
  const { profile } = (await profilesAt(registry.db, atMs)).get('vn-2022') ?? {};
  return profile?.controls.find(({ id }) => id === 'LG-07')?.thresholds['keep']?.[2];
}

describe('an override of the catalogue', () => {
  it('holds from when it is set until another is set or it is dropped; past days are known', async () => {
    const startMs = clock.ms;
    const { version } = await set('P2M');
    clock.ms += DAY_MS;
    await set('P45D', version);
    clock.ms += DAY_MS;
    await dropOverride(registry, PLACE, { actor: 'user:an', scope: { kind: 'all' } });
    const days = [startMs - 1, startMs, startMs + DAY_MS, clock.ms];
    expect(await Promise.all(days.map(keepAt))).toEqual(['P1M', 'P2M', 'P45D', 'P1M']);
    expect(await overridesAt(registry.db, clock.ms)).toEqual([]);
  });

  it('counts in assessments, as of their moment', async () => {
    const startMs = clock.ms;
    const profiles = profilesOf(registry.db);
    const before = (await profiles(startMs)).get('vn-2022');
    await set('P2M');
    const after = (await profiles(clock.ms)).get('vn-2022');
    expect(after?.digest).not.toBe(before?.digest);
    expect(after?.linked.evidenceOf('LG-07', 2)).toMatchObject([{ state: 'asked', params: { keep: 'P2M' } }]);
    expect((await profiles(startMs - 1)).get('vn-2022')?.digest).toBe(before?.digest);
  });

  it('says when a person has to confirm again', async () => {
    const wanted = { name: 'Cổng', agencyId: 1, level: 3, lawProfile: 'vn-2022' } as const;
    const { id: systemId } = await createSystem(registry, wanted, 'test');
    const by = {
      actor: 'user:chi',
      scope: { kind: 'all' },
      agencyId: 1,
      operates: false,
      assesses: true,
    } as const;
    const place = { ...PLACE, control: 'GV-04', field: 'thresholds.every.3' };
    await setOverride(registry, { ...place, value: 'P6M', reason: 'NĐ 85/2016 Đ20' }, by);
    clock.ms = Date.UTC(2026, 10, 26);
    const word = { kind: 'own', statement: 'Đã kiểm tra', signer: 'Nguyễn Văn An', fourEyes: true } as const;
    const about = { systemId, controls: ['GV-04'], documents: [], signedOn: '2026-11-20' };
    const { dueOn } = await proposeAttestation(registry, { ...word, ...about }, by);
    expect(dueOn).toBe('2027-05-20');
  });

  it('is written into the audit trail', async () => {
    await set('P2M');
    const [entry] = await listAudit(registry, { limit: 1 });
    expect(entry).toMatchObject({
      actor: 'user:an',
      action: 'compliance-override.set',
      target: 'compliance-override:vn-2022:LG-07:thresholds.keep.2',
    });
  });

  it('is refused where the fact is read, the value wrong, the profile unknown or the version another', async () => {
    const by = { actor: 'user:an', scope: { kind: 'all' } } as const;
    const refuse = (change: object, code: string) =>
      expect(
        setOverride(registry, { ...PLACE, value: 'P2M', reason: 'x', ...change }, by),
      ).rejects.toMatchObject({ code });
    await refuse({ field: 'thresholds.keep.3' }, 'compliance-override-invalid');
    await refuse({ value: 'P2X' }, 'compliance-override-invalid');
    await refuse({ profile: 'vn-1999' }, 'compliance-profile-unknown');
    await set('P2M', 0);
    await expect(set('P3M', 0)).rejects.toMatchObject({ code: 'version-conflict' });
    const nobody = dropOverride(registry, { ...PLACE, field: 'thresholds.keep.5' }, by);
    await expect(nobody).rejects.toMatchObject({ code: 'compliance-override-unknown' });
  });

  it('is for who sees the whole province', async () => {
    const by = { actor: 'user:an', scope: { kind: 'some', agencyIds: [1] } } as const;
    const wanted = { ...PLACE, value: 'P2M', reason: 'x' };
    await expect(setOverride(registry, wanted, by)).rejects.toMatchObject({
      code: 'compliance-override-not-yours',
    });
    await expect(dropOverride(registry, PLACE, by)).rejects.toMatchObject({
      code: 'compliance-override-not-yours',
    });
  });
});
