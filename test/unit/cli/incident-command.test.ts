/** `vonggac case incident | notice | told` over a control plane in memory. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { caseCreate, caseShow } from '../../../collector/cli/operations/case.ts';
import {
  incidentNotice,
  incidentSet,
  incidentShow,
  incidentTold,
} from '../../../collector/cli/operations/incident.ts';
import type { OperationContext } from '../../../collector/cli/operations/operation.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { memoryRegistry, temporaryFolder } from '../registry/registry-fixture.ts';

let registry: Registry;
let folder: ReturnType<typeof temporaryFolder>;
let context: OperationContext;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  folder = temporaryFolder();
  context = { registry, dataDir: folder.path, actor: 'cli:root', live: undefined };
});
afterEach(async () => {
  await registry.close();
  folder.remove();
});

test('facts are said in words, clocks run, a notice is locked and told of', async () => {
  const opened = { title: 'Mã độc', severity: 'critical', class: 'malware', checklist: false } as const;
  const { number: id } = await caseCreate.run(context, opened);
  const words = {
    detectedAt: '2026-11-22T08:00:00+07:00',
    usersAffected: '12',
    consequences: 'control-lost,wide-spread',
    personalData: 'true',
    signs: 'tệp bị mã hóa',
  };
  expect(await incidentSet.run(context, { id, words })).toMatchObject({
    begun: true,
    serious: true,
    facts: { detectedAt: '2026-11-22T01:00:00.000Z', usersAffected: 12, personalData: true },
    grounds: [{ code: 'own-severity', toBeConfirmed: true }],
  });
  expect(
    (await incidentSet.run(context, { id, words: { usersAffected: '-' } })).facts.usersAffected,
  ).toBeNull();
  for (const wrong of [
    { colour: 'red' },
    { usersAffected: 'many' },
    { detectedAt: 'today' },
    { serious: 'true' },
  ])
    await expect(incidentSet.run(context, { id, words: wrong })).rejects.toMatchObject({
      code: 'case-invalid',
    });
  const made = await incidentNotice.run(context, {
    id,
    format: 'json',
    what: { kind: 'initial-24h', lock: true },
  });
  expect(made).toMatchObject({ name: `${id}-initial-24h.json`, noticeId: 1 });
  expect(made.missing).toContain('contactName');
  await incidentSet.run(context, { id, words: { contactName: 'An' } });
  const again = await incidentNotice.run(context, { id, format: 'json', what: { noticeId: 1 } });
  expect(again).toEqual(made);
  const draft = { id, format: 'json', what: { kind: 'initial-24h', lock: false } } as const;
  expect((await incidentNotice.run(context, draft)).missing).not.toContain('contactName');
  const { clocks } = await caseShow.run(context, { id });
  const clockId = clocks.find(({ kind }) => kind === 'vn-2026-24h')?.id;
  const proof = { number: '12/TB', on: '2026-11-22', sha256: 'ab'.repeat(32), note: '' };
  const told = { id, receiver: 'A05', channel: 'email', ...proof, clockId, noticeId: 1 } as const;
  expect(await incidentTold.run(context, told)).toMatchObject({
    told: [{ receiver: 'A05', clock: 'vn-2026-24h', inTime: true, noticeId: 1 }],
  });
  expect(await incidentShow.run(context, { id })).toMatchObject({
    notices: [{ kind: 'initial-24h', revision: 1 }],
  });
});
