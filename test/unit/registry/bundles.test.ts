/** Whom bundles are taken from, and that no older one comes back. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listAudit } from '../../../collector/registry/audit.ts';
import {
  distrustPublisher,
  findPublisher,
  listPublishers,
  trustPublisher,
} from '../../../collector/registry/bundles/publishers.ts';
import { checkSerial, listTaken, recordTaken } from '../../../collector/registry/bundles/taken.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { memoryRegistry } from './registry-fixture.ts';

const BY = { actor: 'cli:root' };
const bundle = (serial: number, digest: string) => ({
  publisher: 'so-ttnt',
  stream: 'weekly',
  serial,
  digest,
  title: 'Tuần',
  createdMs: 1,
  files: 2,
  bytes: 3,
  outcome: { rules: { added: 2 } },
});

let registry: Registry;
beforeEach(async () => {
  ({ registry } = await memoryRegistry());
});
afterEach(() => registry.close());

it('trusts a publisher with new keys in place of the old ones, and says so in the audit trail', async () => {
  await trustPublisher(registry, { name: 'so-ttnt', keys: ['ed25519:a'], threshold: 1 }, BY);
  await trustPublisher(registry, { name: 'so-ttnt', keys: ['ed25519:b', 'ed25519:c'], threshold: 2 }, BY);
  expect(await listPublishers(registry.db)).toMatchObject([
    { name: 'so-ttnt', keys: ['ed25519:b', 'ed25519:c'], threshold: 2, addedBy: 'cli:root' },
  ]);
  const [last] = await listAudit(registry, { action: 'bundle.trust', limit: 1 });
  expect(last?.detail).toMatchObject({ before: { keys: ['ed25519:a'], threshold: 1 } });
  await distrustPublisher(registry, 'so-ttnt', BY);
  expect(await findPublisher(registry.db, 'so-ttnt')).toBeUndefined();
  await expect(distrustPublisher(registry, 'so-ttnt', BY)).rejects.toMatchObject({
    code: 'bundle-publisher-unknown',
  });
});

it('takes a bundle whose serial is above, the last one again, and no other', async () => {
  await recordTaken(registry, bundle(7, 'a'), BY);
  expect(await checkSerial(registry.db, bundle(8, 'b'))).toBe('new');
  expect(await checkSerial(registry.db, bundle(7, 'a'))).toBe('again');
  const refused = { code: 'bundle-rolled-back' };
  await expect(checkSerial(registry.db, bundle(7, 'b'))).rejects.toMatchObject(refused);
  await expect(recordTaken(registry, bundle(6, 'c'), BY)).rejects.toMatchObject(refused);
  await recordTaken(registry, { ...bundle(7, 'a'), outcome: { rules: { added: 0 } } }, BY);
  // Another stream counts by itself; who is not trusted any more, and then again, begins no new count.
  expect(await checkSerial(registry.db, { ...bundle(1, 'd'), stream: 'other' })).toBe('new');
  await trustPublisher(registry, { name: 'so-ttnt', keys: ['ed25519:a'], threshold: 1 }, BY);
  await distrustPublisher(registry, 'so-ttnt', BY);
  await expect(checkSerial(registry.db, bundle(6, 'c'))).rejects.toMatchObject(refused);
  expect(await listTaken(registry.db)).toMatchObject([{ serial: 7, outcome: { rules: { added: 0 } } }]);
});
