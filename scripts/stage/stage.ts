/**
 * The stage for browser tests and pictures: a real collector in a temporary folder, the made-up province of `vonggac demo`
 * with its hosts connected, a morning with a break-in, one person of each role.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { laneNumber } from '#protocol/lane.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { startCollectorProcess } from '../simulate/collector-process.ts';
import { DEMO_HOSTS } from './attack-morning.ts';
import { claimAdministrator, invitePeople } from './people.ts';
import type { SiteClient } from './site-client.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
/** The fewest that `vonggac demo` makes. */
const HOSTS = 36;
const LOGS = 20;

const agencies = z.object({
  agencies: z.array(z.object({ id: z.number(), name: z.string(), kind: z.string() })),
});
const joinToken = z.object({ token: z.string() });

export interface Stage {
  url: string;
  dataDir: string;
  admin: SiteClient;
  /** The agency of those who see one only. */
  agency: { id: number; name: string };
  close: () => Promise<void>;
}

/** @throws Error with what the command wrote when it ends before all is told */
async function fillProvince(dataDir: string, tell: (text: string) => void): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      path.join(ROOT, 'collector', 'cli.ts'),
      '--lang',
      'en',
      'demo',
      '--data',
      dataDir,
      '--hosts',
      String(HOSTS),
      '--logs',
      String(LOGS),
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let written = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        written = `${written}${line}\n`.slice(-16_384);
        tell(line);
        if (line.includes('stay connected')) resolve();
      });
    }
    child.once('exit', (code) => reject(new Error(`vonggac demo ended with ${code}: ${written}`)));
  });
  return child;
}

async function sendMorning(url: string, admin: SiteClient, agencyId: number): Promise<SimSession[]> {
  const { token } = joinToken.parse(
    await admin.call('POST', '/join-tokens', { uses: DEMO_HOSTS.length, days: 1, agencyId }),
  );
  const nowMs = Date.now();
  const sessions: SimSession[] = [];
  for (const host of DEMO_HOSTS) {
    const session = new SimSession(await enrolSimAgent({ url, token, hostname: host.hostname }));
    await session.open();
    session.send(laneNumber('security'), host.records(nowMs));
    await session.settled();
    sessions.push(session);
  }
  return sessions;
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}

/** @param tell hears of the progress */
export async function setStage(tell: (text: string) => void = () => undefined): Promise<Stage> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-stage-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const collector = await startCollectorProcess({ dataDir });
    ends.push(() => collector.stop());
    const admin = await claimAdministrator(collector.url, dataDir);
    const demo = await fillProvince(dataDir, tell);
    ends.push(() => endOf(demo));
    const { agencies: all } = agencies.parse(await admin.call('GET', '/agencies'));
    const agency = all.find(({ kind }) => kind === 'department');
    if (agency === undefined) throw new Error('the made-up province has no department');
    await invitePeople(admin, collector.url, agency.id);
    const sessions = await sendMorning(collector.url, admin, agency.id);
    ends.push(() => Promise.resolve(sessions.forEach((session) => session.close())));
    return { url: collector.url, dataDir, admin, agency, close };
  } catch (error) {
    await close();
    throw error;
  }
}
