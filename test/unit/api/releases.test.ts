/** A release that is withdrawn over the API leaves the disk, but for what another one needs. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { RELEASE_PLATFORMS } from '../../../collector/protocol/release.ts';
import { addRelease } from '../../../collector/registry/updates/releases.ts';
import { PayloadStore } from '../../../collector/services/fleet/payload-store.ts';
import { newPublisher, rootsOf, signAll, smallRelease } from '../../support/release/publisher.ts';
import { bearer, buildWorld } from './api-fixture.ts';

it('takes its payloads along when it is withdrawn, and leaves those of the other', async () => {
  const world = await buildWorld();
  onTestFinished(() => world.close());
  const payloads = new PayloadStore(world.dataDir);
  const people = [newPublisher('An'), newPublisher('Bình')] as const;
  const roots = [signAll('release-roots', rootsOf(people), people)];
  const put = async (content: string): Promise<string> => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await payloads.put(sha256, Readable.from([Buffer.from(content)]));
    return sha256;
  };
  const [shared, own] = [await put('node'), await put('program')];
  const keep = async (version: string, counter: number, digests: readonly string[]) => {
    const plain = smallRelease({ version, counter });
    const builds = plain.builds.flatMap((build) =>
      digests.map((sha256, index) => ({
        ...build,
        platform: RELEASE_PLATFORMS[index],
        program: { ...build.program, sha256 },
      })),
    );
    const text = signAll('release', { ...plain, builds }, people);
    await addRelease(world.registry, { text, roots, bytes: 3 }, 'cli:root');
  };
  await keep('0.2.0', 7, [shared]);
  await keep('0.3.0', 8, [shared, own]);
  const withdraw = async (version: string) => {
    const headers = await bearer(world, 'administrator');
    return world.app.inject({ method: 'POST', url: `/api/v1/releases/${version}/withdraw`, headers });
  };
  expect((await withdraw('0.3.0')).json()).toMatchObject({ state: 'withdrawn' });
  expect([payloads.bytesOf(own), payloads.bytesOf(shared)]).toEqual([undefined, 4]);
  expect((await withdraw('0.2.0')).statusCode).toBe(200);
  expect(payloads.bytesOf(shared)).toBeUndefined();
});
