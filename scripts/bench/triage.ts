/**
 * Triage at the size of a province: lists of 100,000 alerts, bulk acts on half of them and taking them back, with a
 * projector writing beside them, and how soon 50 open consoles see a change, quietly and in a storm.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { alertJobs } from '../../collector/services/alerts/alert-jobs.ts';
import { JobRunner } from '../../collector/services/jobs/job-runner.ts';
import { createAgency } from '../../collector/registry/agencies.ts';
import { pageAlerts, type AlertListQuery } from '../../collector/registry/alert-book.ts';
import { readFacets } from '../../collector/registry/alert-facets.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { BULK_KIND } from '../../collector/registry/bulk-alerts.ts';
import { decideJob } from '../../collector/registry/job-acts.ts';
import { findJob, type Job } from '../../collector/registry/jobs.ts';
import { applyProjection } from '../../collector/registry/projection.ts';
import { percentile } from './cpu.ts';
import { EACH_AN_ALERT, fillAlerts } from './stored-alerts.ts';
import { liveBench } from './triage-live.ts';

const AGENCIES = 40;
const OPEN = ['new', 'acknowledged', 'in-progress'] as const;
const ALL = { kind: 'all' } as const;

/** What analysts ask for. */
function queries(agencyIds: readonly number[], nowMs: number): Record<string, AlertListQuery> {
  const limit = 100;
  const open = { states: OPEN };
  return {
    'open, last active': { filter: open, limit },
    'open, severest': { filter: open, sort: 'severity', limit },
    'open, due next': { filter: open, sort: 'due', order: 'asc', limit },
    'open, most at risk': { filter: open, sort: 'risk', limit },
    'all, most detections': { sort: 'count', limit },
    'high and critical': { filter: { ...open, severities: ['high', 'critical'] }, sort: 'severity', limit },
    'one agency': { filter: { ...open, agencyIds: agencyIds.slice(3, 4) }, limit },
    'one host': { filter: { hostname: 'pc-4711' }, limit },
    'one user': { filter: { userName: 'u77' }, limit },
    'one rule, oldest': { filter: { ruleId: 'rule-42' }, sort: 'first-seen', order: 'asc', limit },
    technique: { filter: { ...open, technique: 'T1042' }, limit },
    'nobody has': { filter: { ...open, assignee: null }, sort: 'created', limit },
    overdue: { filter: { dueBeforeMs: nowMs + 9 * 3_600_000 }, sort: 'due', order: 'asc', limit },
    'a frequent word': { filter: { ...open, text: 'dang ngo' }, limit },
    'a rare word': { filter: { ...open, text: '10.1.7.77' }, limit },
    'no such word': { filter: { ...open, text: 'khong co gi' }, limit },
    'last week': { filter: { ...open, fromMs: nowMs - 7 * 86_400_000 }, sort: 'severity', limit },
  };
}

async function listBench(registry: Registry, agencyIds: readonly number[], runs: number) {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  const medians: Record<string, number> = {};
  const nowMs = registry.now();
  for (const [name, query] of Object.entries(queries(agencyIds, nowMs))) {
    const own: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const begun = performance.now();
      const cpu = process.cpuUsage();
      const page = await pageAlerts(registry.db, query, ALL, nowMs);
      cpuTimes.push(cpuMs(cpu));
      own.push(performance.now() - begun);
      if (page.next === undefined || run > 0) continue;
      await pageAlerts(registry.db, { ...query, after: page.next }, ALL, nowMs);
    }
    times.push(...own);
    medians[name] = round(percentile(own, 0.5));
  }
  const scoped = performance.now();
  await pageAlerts(
    registry.db,
    { filter: { states: OPEN }, limit: 100 },
    { kind: 'some', agencyIds: agencyIds.slice(0, 2) },
    nowMs,
  );
  const scopedMs = round(performance.now() - scoped);
  const facets = performance.now();
  await readFacets(registry.db, { states: OPEN }, ALL, nowMs);
  return {
    listP50Ms: round(percentile(times, 0.5)),
    listP95Ms: round(percentile(times, 0.95)),
    listCpuP95Ms: round(percentile(cpuTimes, 0.95)),
    scopedMs,
    facetsMs: round(performance.now() - facets),
    medians,
  };
}

/** CPU that this process has used since. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

const round = (ms: number | undefined): number => Number((ms ?? Number.NaN).toFixed(1));

/** Runs the job to its end while a projector writes a small batch each 50 ms; @returns seconds, and the longest of these writes. */
async function runBeside(registry: Registry, runner: JobRunner, begin: () => Promise<Job>) {
  const stop = new AbortController();
  let longestMs = 0;
  const projector = (async () => {
    while (!stop.signal.aborted) {
      const begun = performance.now();
      const { cursor } = await registry.db
        .selectFrom('projector_state')
        .select('cursor')
        .executeTakeFirstOrThrow();
      const next = {
        afterBatch: cursor,
        batch: cursor + 1,
        correlations: [],
        lateTimes: [],
        nowMs: registry.now(),
      };
      await applyProjection(registry.db, { ...next, detections: [], policy: EACH_AN_ALERT });
      longestMs = Math.max(longestMs, performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const { id } = await begin();
  await runner.settled();
  const seconds = (performance.now() - begun) / 1_000;
  const cpuSeconds = Number((cpuMs(cpu) / 1_000).toFixed(2));
  stop.abort();
  await projector;
  const job = await findJob(registry.db, id, ALL);
  if (job.state !== 'done') throw new Error(`the job ended ${job.state}: ${job.error ?? ''}`);
  return { job, seconds: Number(seconds.toFixed(2)), cpuSeconds, projectorWaitMsMax: round(longestMs) };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      alerts: { type: 'string', default: '100000' },
      runs: { type: 'string', default: '10' },
    },
  });
  const alerts = Number(values.alerts);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  try {
    const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite') });
    const agencyIds: number[] = [];
    for (let n = 0; n < AGENCIES; n += 1) {
      agencyIds.push((await createAgency(registry, { name: `Xã ${n}`, kind: 'commune' }, 'bench')).id);
    }
    const filledMs = await fillAlerts(registry, alerts, agencyIds);
    const list = await listBench(registry, agencyIds, Number(values.runs));
    const runner = new JobRunner({
      registry,
      kinds: alertJobs(registry, []),
      onProgress: () => undefined,
      onFault: (error) => process.stderr.write(`${String(error)}\n`),
    });
    const half = {
      filter: { states: [...OPEN], severities: ['informational', 'medium'] as const },
      act: { state: 'closed', verdict: 'benign' } as const,
      reason: 'bench',
      actor: 'user:a',
      askedMs: registry.now(),
    };
    const by = { actor: 'user:a', scope: ALL };
    const close = await runBeside(registry, runner, async () => {
      const job = await runner.request(BULK_KIND, { params: half, reason: 'bench', agencyId: 1 }, by);
      await decideJob(registry, job.id, { approve: true }, { actor: 'user:b', scope: ALL });
      runner.kick();
      return job;
    });
    const undo = await runBeside(registry, runner, () => runner.undo(close.job.id, 'bench', 1, by));
    await runner.stop();
    await registry.close();
    const live = await liveBench(50);
    const result = {
      alerts,
      openedPerSecond: Math.round((alerts / filledMs) * 1_000),
      ...list,
      bulkChanged: close.job.changed,
      bulkCloseSeconds: close.seconds,
      bulkCloseCpuSeconds: close.cpuSeconds,
      bulkUndoSeconds: undo.seconds,
      bulkUndoCpuSeconds: undo.cpuSeconds,
      undone: undo.job.changed,
      projectorWaitMsMax: Math.max(close.projectorWaitMsMax, undo.projectorWaitMsMax),
      ...live,
    };
    if (!values.json) process.stdout.write(describe(result));
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(result: Record<string, unknown> & { medians: Record<string, number> }): string {
  const { medians, ...figures } = result;
  const lines = Object.entries(figures).map(([name, value]) => `${name.padEnd(22)} ${String(value)}`);
  const lists = Object.entries(medians).map(([name, ms]) => `  ${name.padEnd(24)} ${ms} ms`);
  return `${[...lines, 'lists, median:', ...lists].join('\n')}\n`;
}
