/** The runner of long work, when nothing is to be done. */
import { expect, test } from 'vitest';
import { alertJobs } from '../../../../collector/services/alerts/alert-jobs.ts';
import { JobRunner } from '../../../../collector/services/jobs/job-runner.ts';
import { memoryRegistry } from '../../registry/registry-fixture.ts';

/** Far more than any number of kicks asks for. */
const LOOKS_MAX = 200;

test('kinds that are kicked while they look for work look once more each, and do not wake each other for ever', async () => {
  const { registry } = await memoryRegistry();
  let looks = 0;
  const runner = new JobRunner({
    registry,
    kinds: alertJobs(registry, []),
    leads() {
      looks += 1;
      // Where they did, nothing else would ever run in this process.
      if (looks > LOOKS_MAX) void runner.stop();
      return true;
    },
    onProgress: () => undefined,
    onFault: (error) => expect.unreachable(String(error)),
  });
  expect(runner.kinds().length).toBeGreaterThan(1);
  for (let n = 0; n < 3; n += 1) runner.kick();
  await runner.settled();
  expect(looks).toBe(runner.kinds().length * 2);
  await registry.close();
});
