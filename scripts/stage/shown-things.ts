/**
 * What pictures show beyond the stage of the tests: packages, a release on its way through the rings, a list of machines,
 * two attacks that are proposed as cases. Made by the same calls and commands as people make them.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { callOperation } from '../../collector/cli/client.ts';
import { releaseAdd, releasePayload } from '../../collector/cli/operations/update.ts';
import { releaseDigest } from '../../collector/protocol/release-trust.ts';
import { enrolSimAgent, type SimIdentity } from '../../collector/simulate/identity.ts';
import { newPublisher, rootsOf, signAll, smallRelease } from '../../test/support/release/publisher.ts';
import { tellUpdate } from '../../test/support/release/told-update.ts';
import { vonggacHere } from '../../test/support/vonggac-command.ts';
import { STAGE_PASSWORD } from './people.ts';
import { SiteClient } from './site-client.ts';
import type { Stage } from './stage.ts';

const OLD = '0.1.0';
const NEW = '0.2.0';
const STORIES = ['web-shell-to-domain', 'token-driver-update'];
/** Sizes as those of the real ones; what is in them nobody opens. */
const PACKAGES: Readonly<Record<string, number>> = {
  [`vonggac-agent-${OLD}-x64.msi`]: 31_400_000,
  [`vonggac-agent_${OLD}_amd64.deb`]: 28_900_000,
  [`vonggac-agent-${OLD}-linux-x64.tar.gz`]: 29_700_000,
};
/** Names of hosts that the stage has: all but the first two of these have an agent. */
const LISTED = ['pc-ketoan-01', 'pc-ketoan-02', 'srv-dichvucong', 'srv-congthongtin', 'srv-luutru'];

const joinToken = z.object({ token: z.string() });
const rollout = z.object({ id: z.string() });

async function addPackages(dataDir: string): Promise<void> {
  const folder = path.join(dataDir, 'packages');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(PACKAGES))
    await writeFile(path.join(folder, name), randomBytes(bytes));
}

/** Kept as `vonggac release add` does it, signed by two of three. @returns its digest */
async function addRelease(dataDir: string): Promise<string> {
  const people = [newPublisher('An'), newPublisher('Bình'), newPublisher('Chi')] as const;
  const [an, , chi] = people;
  const nowMs = Date.now();
  const release = smallRelease({
    version: NEW,
    createdMs: nowMs - 86_400_000,
    notAfterMs: nowMs + 180 * 86_400_000,
  });
  const text = signAll('release', release, [an, chi]);
  const roots = [signAll('release-roots', rootsOf(people), [an, chi])];
  const content = () => Readable.from([Buffer.from('abc')]);
  const sha256 = release.builds[0]?.program.sha256 ?? '';
  await callOperation(releasePayload, { sha256 }, { dataDir, content });
  await callOperation(releaseAdd, { text, roots }, { dataDir });
  return releaseDigest(text);
}

/** Planned by one, started by another; of six hosts some run it, one is on the way and one went back. */
async function letOut({ url, dataDir, admin, agency }: Stage): Promise<void> {
  const digest = await addRelease(dataDir);
  const { token } = joinToken.parse(
    await admin.call('POST', '/join-tokens', {
      agencyId: agency.id,
      uses: 6,
      days: 1,
      group: 'tổ công nghệ',
    }),
  );
  const hosts: SimIdentity[] = [];
  for (let n = 1; n <= 6; n += 1)
    hosts.push(await enrolSimAgent({ url, token, hostname: `pc-tocongnghe-0${n}` }));
  const usual = { platform: 'linux-x64', rootsVersion: 1, loaded: { collector: 28_900_000, neighbours: 0 } };
  const told = { ...usual, release: { version: NEW, digest } };
  for (const host of hosts) await tellUpdate(host, { ...usual, running: OLD, state: 'current' });
  const planner = new SiteClient(url);
  await planner.signIn('bui.an', STAGE_PASSWORD);
  const { id } = rollout.parse(
    await planner.call('POST', '/update-rollouts', {
      version: NEW,
      rings: [
        { name: 'tổ công nghệ', groups: ['tổ công nghệ'], percent: 100 },
        { name: 'một phần mười', percent: 10 },
        { name: 'tất cả', percent: 100 },
      ],
      failedPercentMax: 30,
      reason: 'vá lỗi đọc nhật ký',
    }),
  );
  await admin.call('POST', `/update-rollouts/${id}/start`, {});
  for (const host of hosts.slice(0, 3)) await tellUpdate(host, { ...told, running: NEW, state: 'current' });
  const [, , , failed, loading] = hosts;
  if (failed === undefined || loading === undefined) throw new RangeError('too few hosts');
  await tellUpdate(failed, {
    ...told,
    running: OLD,
    state: 'failed',
    code: 'unwell',
    message: 'no acknowledgement within 600 s',
  });
  await tellUpdate(loading, { ...told, running: OLD, state: 'loading' });
}

async function listMachines(admin: SiteClient, { id, name }: Stage['agency']): Promise<void> {
  const rows = LISTED.map((host, n) => `${name};${host};Phòng ${n + 1};TS-${String(n + 1).padStart(4, '0')}`);
  const csv = ['Cơ quan;Tên máy;Vị trí;Mã tài sản', ...rows].join('\n');
  await admin.sendText('/installed/import', 'text/csv', csv);
  await admin.call('PUT', '/installed/counts', {
    agencyId: id,
    machines: LISTED.length + 3,
    source: 'Kiểm kê tài sản 2026',
  });
}

/** @throws Error when the collector refuses one of them */
export async function addShownThings(stage: Stage): Promise<void> {
  await addPackages(stage.dataDir);
  await letOut(stage);
  await listMachines(stage.admin, stage.agency);
  for (const story of STORIES) {
    const { code, err } = await vonggacHere(['--data', stage.dataDir, 'replay', '--story', story]);
    if (code !== 0) throw new Error(`${story}: ${err}`);
  }
}
