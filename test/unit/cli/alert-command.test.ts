/** `vonggac alert` and `vonggac job` against a collector that runs in this process. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertJobs } from '../../../collector/services/alerts/alert-jobs.ts';
import {
  alertBulk,
  alertBulkPreview,
  alertChange,
  alertList,
  alertShow,
  jobDecide,
  jobList,
  jobUndo,
} from '../../../collector/cli/operations/alert.ts';
import { alertExport } from '../../../collector/cli/operations/csv-export.ts';
import type { LiveCollector, OperationContext } from '../../../collector/cli/operations/operation.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { alertOf, alertState, putAlerts } from '../api/api-fixture.ts';
import { memoryRegistry } from '../registry/registry-fixture.ts';

const PASSWORD = 'correct-horse-battery';
let registry: Registry;
let jobs: JobRunner;
let context: OperationContext;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  jobs = new JobRunner({
    registry,
    kinds: alertJobs(registry, []),
    onProgress: () => undefined,
    onFault: () => undefined,
  });
  // Of a running collector these operations look at two parts.
  const live = { jobs, alerts: { changed: async () => undefined } } as unknown as LiveCollector;
  context = { registry, dataDir: '', actor: 'cli:root', live };
  await putAlerts(
    { registry },
    alertOf('a1'),
    alertOf('a2', { severity: 'low' }),
    alertOf('a3', { state: 'closed' }),
  );
});
afterEach(async () => {
  await jobs.stop();
  await registry.close();
});

test('alerts are listed by the filters of the API, and refused ones named', async () => {
  const { alerts } = await alertList.run(context, { query: { state: 'open', severity: 'low', sort: 'due' } });
  expect(alerts.map(({ id }) => id)).toEqual(['a2']);
  await expect(alertList.run(context, { query: { severity: 'worst' } })).rejects.toThrow('severity');
});

test('an alert is closed with its verdict and shown as it is then', async () => {
  const change = { state: 'closed', verdict: 'benign', reason: 'bản vá' } as const;
  expect(await alertChange.run(context, { id: 'a1', change })).toMatchObject({
    state: 'closed',
    stateBy: 'cli:root',
  });
  expect(await alertShow.run(context, { id: 'a1' })).toMatchObject({ verdict: 'benign', version: 2 });
  await expect(alertShow.run(context, { id: 'none' })).rejects.toMatchObject({ code: 'alert-unknown' });
});

test('a bulk act is looked at, decided by a person with a password, done and taken back', async () => {
  const person = { username: 'binh', password: PASSWORD };
  await createUser(registry, { ...person, role: 'soc-lead', mustChangePassword: false }, 'test');
  const input = {
    query: { state: 'open' },
    act: { state: 'closed', verdict: 'benign' } as const,
    reason: 'bản vá',
  };
  expect(await alertBulkPreview.run(context, input)).toMatchObject({
    total: 2,
    needsApproval: ['high-or-critical'],
  });
  const { id, state } = await alertBulk.run(context, input);
  expect(state).toBe('waiting');
  const wrong = { id, approve: true, person: { ...person, password: 'wrong' } };
  await expect(jobDecide.run(context, wrong)).rejects.toMatchObject({ code: 'login-refused' });
  await jobDecide.run(context, { id, approve: true, person });
  await jobs.settled();
  expect([await alertState({ registry }, 'a1'), await alertState({ registry }, 'a2')]).toEqual([
    'closed',
    'closed',
  ]);
  await jobUndo.run(context, { id, reason: 'nhầm' });
  await jobs.settled();
  expect(await alertState({ registry }, 'a1')).toBe('new');
  expect((await jobList.run(context, { state: 'done' })).jobs).toHaveLength(2);
});

test('an export goes page by page, and is on record once', async () => {
  const many = Array.from({ length: 600 }, (_none, n) => alertOf(`m${n}`, { severity: 'medium' }));
  await putAlerts({ registry }, ...many);
  const query = { state: 'open', sort: 'created', order: 'asc' };
  const first = await alertExport.run(context, { query });
  const second = await alertExport.run(context, { query, after: first.next });
  expect([first.alerts.length, second.alerts.length, second.next]).toEqual([500, 102, undefined]);
  const ids = [...first.alerts, ...second.alerts].map(({ id }) => id);
  expect(new Set(ids).size).toBe(602);
  expect(await listAudit(registry, { limit: 5, action: 'alert.export' })).toMatchObject([
    { actor: 'cli:root', detail: { format: 'csv', masked: false, asked: query } },
  ]);
});
