/**
 * `npm run bench -- vulnerabilities`: a feed of 50,000 advisories read, taken over and matched with 5,000 hosts of 600 packages, over the
 * real control plane on a disk; then one host that changed, a list, and an exception. Of each: seconds, CPU time, the longest stall.
 */
import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { showFacets, showFindings } from '../../collector/api/vulnerability-view.ts';
import { rootAgencyId } from '../../collector/registry/agencies.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { findJob } from '../../collector/registry/jobs.ts';
import { writeSoftware } from '../../collector/registry/vulnerability/host-software.ts';
import { JobRunner } from '../../collector/services/jobs/job-runner.ts';
import { HostMatcher } from '../../collector/services/vulnerabilities/host-matcher.ts';
import { vulnerabilityDesk } from '../../collector/services/vulnerabilities/vulnerability-desk.ts';
import {
  FEED_IMPORT_KIND,
  vulnerabilityJobs,
} from '../../collector/services/vulnerabilities/vulnerability-jobs.ts';
import type { InventoryReader } from '../../collector/store/inventory-store.ts';
import { packInstalled } from '../../collector/vulnerability/installed.ts';
import { zipOf } from '../../test/unit/content/zip-bytes.ts';
import { rssMb } from './cpu.ts';

const RESOLUTION_MS = 5;
const SCOPE = { kind: 'all' } as const;
/** Source packages of the distribution, and those that hosts choose from. */
const SOURCES = 3_000;
const USUAL = 900;
/** Patch levels of packages in the fleet, and of fixes: most fixes are long installed. */
const LEVELS = { newest: 100, behind: 15, recentFixes: 0.06 };
const VARIANTS = 40;

/** The same figures with every run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What hosts have is in the control plane already. */
const NO_INVENTORY: InventoryReader = {
  categories: async () => [],
  items: async () => [],
  find: async () => [],
};

interface Measured<T> {
  seconds: number;
  cpuSeconds: number;
  stallMsMax: number;
  /** The same in CPU time of the thread: what is left of it when nobody else wants the processor. */
  stallCpuMsMax: number;
  rssMb: number;
  result: T;
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function measured<T>(work: () => Promise<T>): Promise<Measured<T>> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const cpuFrom = process.cpuUsage();
  const startMs = performance.now();
  let rss = rssMb(process.pid);
  let stallCpuMsMax = 0;
  let cpuMs = threadCpuMs();
  const probe = setInterval(() => {
    const nowMs = threadCpuMs();
    stallCpuMsMax = Math.max(stallCpuMsMax, nowMs - cpuMs);
    cpuMs = nowMs;
  }, 1);
  const memory = setInterval(() => (rss = Math.max(rss, rssMb(process.pid))), 100);
  delay.enable();
  const result = await work();
  delay.disable();
  clearInterval(probe);
  clearInterval(memory);
  const { user, system } = process.cpuUsage(cpuFrom);
  return {
    seconds: (performance.now() - startMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    stallMsMax: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    stallCpuMsMax,
    rssMb: rss,
    result,
  };
}

/** As osv.dev writes them: three packages in ten have the same flaw in two releases. */
function feedOf(count: number, draw: () => number, modified: string): Uint8Array {
  const entries = Array.from({ length: count }, (_, at) => {
    const cve = `CVE-2026-${String(10_000 + at)}`;
    const name = `source-${Math.floor(draw() ** 2 * SOURCES)}`;
    const level = draw() < LEVELS.recentFixes ? LEVELS.newest - LEVELS.behind * draw() : draw() * 80;
    const affected = [12, 13].map((release) => ({
      package: { ecosystem: `Debian:${release}`, name },
      ranges: [
        {
          type: 'ECOSYSTEM',
          events: [{ introduced: '0' }, { fixed: `1.${Math.floor(level)}-1+deb${release}u1` }],
        },
      ],
      ecosystem_specific: { urgency: 'not yet assigned' },
    }));
    const advisory = {
      id: `DEBIAN-${cve}`,
      schema_version: '1.6.0',
      modified,
      published: modified,
      upstream: [cve],
      details:
        'A flaw of some length that is described in as many words as such descriptions usually take. '.repeat(
          3,
        ),
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
      affected,
    };
    return { name: `DEBIAN-${cve}.json`, text: JSON.stringify(advisory) };
  });
  // Such a zip has no room for more than 65,535.
  return zipOf(entries.slice(0, 65_000));
}

async function bodyOf(packages: number, draw: () => number): Promise<string> {
  const behind = draw() * LEVELS.behind;
  const installed = Array.from({ length: packages }, (_, at) => {
    const source = `source-${(at * 7 + Math.floor(draw() * 3)) % USUAL}`;
    return { name: `${source}-bin`, source, version: `1.${Math.floor(LEVELS.newest - behind * draw())}-1` };
  });
  return packInstalled(installed);
}

async function addHosts(
  registry: Registry,
  hosts: number,
  packages: number,
  draw: () => number,
): Promise<void> {
  const { db, now } = registry;
  const agencyId = await rootAgencyId(db);
  const { id: tokenId } = await createJoinToken(registry, { uses: 1 }, 'bench');
  const bodies = await Promise.all(Array.from({ length: VARIANTS }, () => bodyOf(packages, draw)));
  for (let at = 0; at < hosts; at += 100) {
    await db.transaction().execute(async (trx) => {
      const ids = Array.from({ length: Math.min(100, hosts - at) }, () => randomUUID());
      const hostIds = ids.map(() => randomUUID());
      await trx
        .insertInto('host')
        .values(hostIds.map((id) => ({ id, created_ms: now() })))
        .execute();
      await trx
        .insertInto('agent')
        .values(
          ids.map((id, index) => ({
            id,
            public_key: id,
            state: 'active' as const,
            host_id: hostIds[index] ?? '',
            agency_id: agencyId,
            join_token_id: tokenId,
            hostname: `pc-${at + index}`,
            platform: 'linux',
            os_name: 'Debian',
            os_version: '12',
            arch: 'x64',
            time_zone: 'Asia/Ho_Chi_Minh',
            agent_version: '1',
            machine_id: id,
            enrolled_ms: now(),
            last_seen_ms: now(),
          })),
        )
        .execute();
      await writeSoftware(
        trx,
        ids.map((agentId, index) => ({
          agentId,
          system: 'Debian GNU/Linux 12 (bookworm)',
          release: index % 10 === 0 ? 'debian:13' : 'debian:12',
          isWhole: true,
          packages,
          place: '1/1 1/2',
          toldMs: now(),
          body: bodies[(at + index) % VARIANTS] ?? '',
        })),
      );
    });
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      hosts: { type: 'string', default: '5000' },
      packages: { type: 'string', default: '600' },
      advisories: { type: 'string', default: '50000' },
      make: { type: 'string' },
      day: { type: 'string', default: '2026-01-01' },
    },
  });
  if (values.make !== undefined) {
    const seed = Date.parse(values.day) % 1_000_003;
    await writeFile(values.make, feedOf(Number(values.advisories), draws(seed), `${values.day}T00:00:00Z`));
    return;
  }
  const [hosts, packages, advisories] = [values.hosts, values.packages, values.advisories].map(Number);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite') });
  const runner = new JobRunner({
    registry,
    kinds: vulnerabilityJobs({ registry, inventory: NO_INVENTORY }),
    onProgress: () => undefined,
    onFault: (error) => process.stderr.write(`${String(error)}\n`),
  });
  try {
    const draw = draws(1);
    await addHosts(registry, hosts ?? 0, packages ?? 0, draw);
    const desk = vulnerabilityDesk({ registry, look: async () => undefined });
    const take = async (day: string) => {
      // By a process of its own: what making it takes is not measured.
      const file = path.join(folder, `${day}.zip`);
      const main = path.join(import.meta.dirname, 'main.ts');
      const made = ['--make', file, '--day', day, '--advisories', String(advisories)];
      execFileSync(process.execPath, [main, 'vulnerabilities', ...made]);
      const bytes = await readFile(file);
      const staged = await measured(() => desk.stageFeed({ bytes, name: 'all.zip', replace: true }, 'bench'));
      const taken = await measured(async () => {
        const params = { uploadId: staged.result.uploadId, actor: 'bench' };
        const { id } = await runner.request(
          FEED_IMPORT_KIND,
          { params, reason: 'bench', agencyId: 1 },
          { actor: 'bench', scope: SCOPE },
        );
        await runner.settled();
        const { state, done, changed, error } = await findJob(registry.db, id, SCOPE);
        return { state, done, changed, error };
      });
      return { feedBytes: bytes.length, staged: { ...staged, result: undefined }, taken };
    };
    const first = await take('2026-01-01');
    const second = await take('2026-01-02');
    await registry.db
      .updateTable('host_software')
      .set({ matched_by: null })
      .where('agent_id', 'in', (eb) => eb.selectFrom('agent').select('id').limit(1))
      .execute();
    const oneHost = await measured(async () => {
      const step = await new HostMatcher(registry).next(1);
      if (step !== undefined) await registry.db.transaction().execute((trx) => step.write(trx));
    });
    const asked = { filter: {}, scope: SCOPE };
    const list = await measured(() => showFindings(registry, { ...asked, limit: 100 }));
    const facets = await measured(() => showFacets(registry, asked));
    const { findings } = await registry.db
      .selectFrom('vulnerability_finding')
      .select((eb) => eb.fn.countAll<number>().as('findings'))
      .where('fixed_ms', 'is', null)
      .executeTakeFirstOrThrow();
    const told = {
      hosts,
      packages,
      advisories,
      findings,
      first,
      second,
      oneHost,
      list: { ...list, result: list.result.findings.length },
      facets: { ...facets, result: facets.result.findings },
    };
    process.stdout.write(`${JSON.stringify(told, undefined, values.json ? undefined : 2)}\n`);
  } finally {
    await runner.stop();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}
