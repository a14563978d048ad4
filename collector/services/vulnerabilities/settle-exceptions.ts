/**
 * Holds the findings against the register of exceptions when what acts there has changed. Invariant: an end by time needs nobody, since
 * a finding says until when it is covered; everything else is seen to before findings are shown.
 */
import { z } from 'zod';
import type { Registry, RegistryDb } from '../../registry/database.ts';
import { readFactsOf } from '../../registry/vulnerability/knowledge.ts';
import { listFeeds } from '../../registry/vulnerability/feeds.ts';
import type { Cover } from '../../registry/vulnerability/write-findings.ts';
import { VULNERABILITY_SEVERITIES, type VulnerabilityFacts } from '../../vulnerability/advisory.ts';
import { type JudgedFinding, type JudgedHost, VulnerabilityExceptions } from './vulnerability-exceptions.ts';

const HOSTS_PER_PAGE = 50;
const severitySchema = z.enum(VULNERABILITY_SEVERITIES);

async function settledWith(db: RegistryDb): Promise<string> {
  const row = await db
    .selectFrom('vulnerability_clock')
    .select('register')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return row.register;
}

/** @param isForced also when what acts is the same: hosts may stand elsewhere. @returns how many findings changed */
export async function settleExceptions(registry: Registry, isForced = false): Promise<number> {
  const { db } = registry;
  const nowMs = registry.now();
  const exceptions = await VulnerabilityExceptions.read(db, nowMs);
  const { signature } = exceptions;
  if (!isForced && signature === (await settledWith(db))) return 0;
  let changed = 0;
  let after = '';
  for (;;) {
    const hosts = await hostsAfter(db, after);
    changed += await settleHosts(registry, exceptions, hosts, nowMs);
    const last = hosts.at(-1);
    if (last === undefined || hosts.length < HOSTS_PER_PAGE) break;
    after = last.agentId;
    await new Promise(setImmediate);
  }
  await db.updateTable('vulnerability_clock').set({ register: signature }).where('id', '=', 1).execute();
  return changed;
}

async function hostsAfter(db: RegistryDb, after: string): Promise<JudgedHost[]> {
  return db
    .selectFrom('agent')
    .innerJoin('host_software', 'host_software.agent_id', 'agent.id')
    .select(['agent.id as agentId', 'agent.agency_id as agencyId', 'agent.hostname'])
    .where('agent.id', '>', after)
    .orderBy('agent.id')
    .limit(HOSTS_PER_PAGE)
    .execute();
}

interface OpenFinding extends JudgedFinding {
  id: number;
  agentId: string;
  exceptionId: number | null;
  untilMs: number | null;
}

/** Findings that are there of these hosts. @param coveredOnly only what is covered now */
export async function openFindings(
  db: RegistryDb,
  agentIds: readonly string[],
  coveredOnly: boolean,
): Promise<OpenFinding[]> {
  if (agentIds.length === 0) return [];
  let select = db
    .selectFrom('vulnerability_finding')
    .select([
      'id',
      'agent_id',
      'cve',
      'package',
      'installed',
      'fixed',
      'severity',
      'score_tenths',
      'exploited',
    ])
    .select(['advisory', 'exception_id', 'excepted_until_ms'])
    .where('agent_id', 'in', agentIds)
    .where('fixed_ms', 'is', null);
  if (coveredOnly) select = select.where('exception_id', 'is not', null);
  const rows = await select.execute();
  const ids = [...new Set(rows.map(({ cve }) => cve))];
  const facts = coveredOnly
    ? new Map<string, VulnerabilityFacts>()
    : await readFactsOf(db, await listFeeds(db), ids);
  return rows.map((row) => ({
    id: row.id,
    agentId: row.agent_id,
    cve: row.cve,
    aliases: facts.get(row.cve)?.aliases ?? [],
    package: row.package,
    installed: row.installed,
    fixed: row.fixed,
    severity: severitySchema.parse(row.severity),
    score: row.score_tenths === null ? null : row.score_tenths / 10,
    exploited: row.exploited === 1,
    advisory: row.advisory,
    exceptionId: row.exception_id,
    untilMs: row.excepted_until_ms,
  }));
}

async function settleHosts(
  { db }: Registry,
  exceptions: VulnerabilityExceptions,
  hosts: readonly JudgedHost[],
  nowMs: number,
): Promise<number> {
  await exceptions.lookUpGroups(db, hosts);
  const coverOf = new Map(hosts.map((host) => [host.agentId, exceptions.of(host)]));
  const idsOf = (isReached: boolean): string[] =>
    hosts.map(({ agentId }) => agentId).filter((id) => (coverOf.get(id) !== undefined) === isReached);
  const findings = [
    ...(await openFindings(db, idsOf(true), false)),
    ...(await openFindings(db, idsOf(false), true)),
  ];
  const changes = findings.flatMap((finding) => {
    const cover: Cover | undefined = coverOf.get(finding.agentId)?.(finding);
    const isSame =
      (cover?.id ?? null) === finding.exceptionId && (cover?.expiresMs ?? null) === finding.untilMs;
    // One that has expired by itself stays told on its finding.
    const isOver = cover === undefined && finding.untilMs !== null && finding.untilMs <= nowMs;
    return isSame || isOver ? [] : [{ id: finding.id, cover }];
  });
  if (changes.length === 0) return 0;
  await db.transaction().execute(async (trx) => {
    for (const { id, cover } of changes)
      await trx
        .updateTable('vulnerability_finding')
        .set({ exception_id: cover?.id ?? null, excepted_until_ms: cover?.expiresMs ?? null })
        .where('id', '=', id)
        .execute();
  });
  return changes.length;
}
