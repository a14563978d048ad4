/** `vonggac response bulk` against a collector that runs in this process: looked at, asked for by a person, decided by another. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jobDecide } from '../../../collector/cli/operations/alert.ts';
import type { LiveCollector, OperationContext } from '../../../collector/cli/operations/operation.ts';
import { responseList } from '../../../collector/cli/operations/response.ts';
import { responseBulk, responseBulkPreview } from '../../../collector/cli/operations/response-bulk.ts';
import { messagesIn } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { setAssetRole } from '../../../collector/registry/asset-roles.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { responseJobs } from '../../../collector/services/responses/response-jobs.ts';
import { enrolRequest, memoryRegistry } from '../registry/registry-fixture.ts';

const PASSWORD = 'correct-horse-battery';
const person = (username: string) => ({ username, password: PASSWORD });
let registry: Registry;
let jobs: JobRunner;
let context: OperationContext;
let ids: string[];

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  jobs = new JobRunner({
    registry,
    kinds: responseJobs(registry, () => false),
    onProgress: () => undefined,
    onFault: () => undefined,
  });
  // Of a running collector these operations look at the jobs alone.
  context = { registry, dataDir: '', actor: 'cli:root', live: { jobs } as unknown as LiveCollector };
  ids = [];
  for (const name of ['pc-1', 'pc-2', 'srv-1']) {
    const request = enrolRequest(await createJoinToken(registry, {}, 'cli:root'));
    const host = { ...request.host, hostname: name };
    const outcome = await enrolAgent(registry, { ...request, machineId: name, host }, '10.1.2.3');
    if (!outcome.ok) throw new Error(outcome.fault);
    ids.push(outcome.agentId);
    const by = { actor: 'user:an', scope: { kind: 'all' as const } };
    if (name.startsWith('pc')) await setAssetRole(registry, outcome.agentId, 'workstation', by);
  }
  for (const [username, role] of [
    ['an', 'analyst'],
    ['binh', 'administrator'],
    ['chi', 'agency-viewer'],
  ] as const)
    await createUser(registry, { ...person(username), role, mustChangePassword: false }, 'test', {
      memoryKib: 64,
      passes: 1,
    });
});
afterEach(async () => {
  await jobs.stop();
  await registry.close();
});

const wanted = (change: object = {}) => ({
  agents: ids,
  command: { action: 'isolate' as const, durationMs: 3_600_000 },
  reason: 'worm',
  dryRun: false,
  includeServers: false,
  expiresInMs: 3_600_000,
  ...change,
});

test('hosts are looked at by anybody there; two people let the job go, which commands each workstation', async () => {
  expect(await responseBulkPreview.run(context, wanted())).toMatchObject({
    total: 3,
    changes: 2,
    skipped: { server: 1 },
    needsApproval: ['isolate'],
  });
  await expect(responseBulk.run(context, { wanted: wanted(), person: person('chi') })).rejects.toMatchObject({
    code: 'login-refused',
  });
  const { id, state } = await responseBulk.run(context, { wanted: wanted(), person: person('an') });
  expect(state).toBe('waiting');
  // Closing alerts in bulk is an analyst's; letting commands go is not.
  await expect(jobDecide.run(context, { id, approve: true, person: person('an') })).rejects.toMatchObject({
    code: 'login-refused',
  });
  await jobDecide.run(context, { id, approve: true, person: person('binh') });
  await jobs.settled();
  const { responses } = await responseList.run(context, { job: id.slice(0, 8) });
  expect(responses.map(({ hostname, decidedBy }) => `${hostname} ${decidedBy}`).toSorted()).toEqual([
    'pc-1 user:binh',
    'pc-2 user:binh',
  ]);
});

test('it says which hosts, and an agency or agent that is not there is refused', async () => {
  expect(responseBulkPreview.input.safeParse(wanted({ agents: undefined })).success).toBe(false);
  await expect(responseBulkPreview.run(context, wanted({ agencyId: 99 }))).rejects.toMatchObject({
    code: 'agency-unknown',
  });
  const kill = { action: 'kill-process', pid: 1, startedMs: 1, executable: '/x' };
  expect(responseBulkPreview.input.safeParse(wanted({ command: kill })).success).toBe(false);
});

test('the command asks for hosts and a person before it asks the collector', async () => {
  const lines: string[] = [];
  const vonggac = (text: string) =>
    runProgram(text.split(' '), {
      m: messagesIn('en'),
      language: 'en',
      env: { VONGGAC_DATA: '/none' },
      version: '1.2.3',
      print: (line) => void lines.push(line),
      complain: (line) => lines.push(line),
    });
  expect(await vonggac('response bulk release --reason x')).toBe(2);
  expect(await vonggac('response bulk release --tag t --reason x')).toBe(2);
  expect(await vonggac('response bulk kill-process --tag t --reason x')).toBe(2);
  expect(lines.join('\n')).toMatch(/which hosts[^]*--user/);
  expect(await vonggac('response bulk release --tag t --reason x --dry-run')).toBe(3);
});
