/** Stories and real hosts: refused beside them unless it is said, and nothing of theirs is closed. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { storyBegin } from '../../../collector/cli/operations/story.ts';
import type { LiveCollector } from '../../../collector/cli/operations/operation.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { realHosts } from '../../../collector/registry/story-alerts.ts';
import { SIM_VERSION } from '../../../collector/simulate/identity.ts';
import { enrolRequest, memoryRegistry, temporaryFolder } from '../registry/registry-fixture.ts';

let registry: Registry;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  folder = temporaryFolder();
});
afterEach(async () => {
  await registry.close();
  folder.remove();
});

async function enrol(agentVersion: string): Promise<void> {
  const token = await createJoinToken(registry, { uses: 1 }, 'test');
  const outcome = await enrolAgent(registry, enrolRequest(token, { agentVersion }), '127.0.0.1');
  expect(outcome.ok).toBe(true);
}

const begin = (amongReal: boolean) =>
  storyBegin.run(
    {
      registry,
      dataDir: folder.path,
      actor: 'test',
      // Of a running collector, what it asks for.
      live: {
        url: 'https://127.0.0.1:1',
        certificates: { authority: undefined },
      } as unknown as LiveCollector,
    },
    { agencies: { 'An agency that is not there': 2 }, hostnames: ['mh-1'], amongReal },
  );

it('is told where made-up hosts alone report', async () => {
  await enrol(SIM_VERSION);
  expect(await realHosts(registry.db, SIM_VERSION)).toBe(0);
  expect(Object.keys((await begin(false)).tokens)).toEqual(['An agency that is not there']);
});

it('is refused beside a real host, with what to do, unless it is said', async () => {
  await enrol('0.1.0');
  await expect(begin(false)).rejects.toMatchObject({
    code: 'story-among-real',
    message: expect.stringMatching(/^1 real hosts.*--among-real.*--remove-stories/su),
  });
  expect((await begin(true)).url).toBe('https://127.0.0.1:1');
});
