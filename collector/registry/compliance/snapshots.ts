/**
 * Assessments as they are kept. Invariants: rows are only added; a run's digest covers the digest of each of its snapshots
 * and is written to the audit trail in the same transaction, whose chain then covers all of it; of a day the last run counts.
 */
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { z } from 'zod';
import type { Score } from '../../compliance/score.ts';
import {
  runDigest,
  snapshotBodySchema,
  snapshotText,
  textDigest,
  type SnapshotBody,
} from '../../compliance/snapshot.ts';
import type { AgencyScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { LawProfile } from '../tables/agency.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** A body is some hundred kilobytes: what unpacks to more is none of ours. */
const TEXT_BYTES_MAX = 64 * 1_048_576;

export interface SnapshotRun {
  day: string;
  run: number;
  atMs: number;
  actor: string;
  systems: number;
  digest: string;
}

const permille = (percent: number | null): number | null =>
  percent === null ? null : Math.round(percent * 10);
const percentOf = (thousandths: number | null): number | null =>
  thousandths === null ? null : thousandths / 10;

/** Writes down a run over all systems. */
export async function writeRun(
  registry: Registry,
  { day, atMs, actor }: { day: string; atMs: number; actor: string },
  bodies: readonly SnapshotBody[],
): Promise<SnapshotRun> {
  const packed: { body: SnapshotBody; digest: string; base64: string }[] = [];
  for (const body of bodies) {
    const text = snapshotText(body);
    packed.push({
      body,
      digest: textDigest(text),
      base64: (await compress(Buffer.from(text, 'utf8'))).toString('base64'),
    });
  }
  const digest = runDigest(packed.map(({ body, digest: of }) => ({ systemId: body.systemId, digest: of })));
  return registry.db.transaction().execute(async (trx) => {
    const last = await trx
      .selectFrom('compliance_run')
      .select((eb) => eb.fn.max('run').as('run'))
      .where('day', '=', day)
      .executeTakeFirst();
    const run = (last?.run ?? 0) + 1;
    const row = { day, run, at_ms: atMs, actor, systems: packed.length, digest };
    await trx.insertInto('compliance_run').values(row).execute();
    for (const { body, digest: of, base64 } of packed) {
      const { score, hosts, systemId, profile, level } = body;
      await trx
        .insertInto('compliance_snapshot')
        .values({
          day,
          run,
          system_id: systemId,
          profile,
          level,
          at_ms: body.atMs,
          hosts: hosts.total,
          hosts_reporting: hosts.reporting,
          hosts_expected: hosts.expected ?? null,
          met: score.met,
          partly: score.partly,
          not_met: score.notMet,
          excepted: score.excepted,
          not_assessed: score.notAssessed,
          not_applicable: score.notApplicable,
          provider: score.provider,
          score_permille: permille(score.percent),
          coverage_permille: permille(score.coveragePercent),
          digest: of,
          body: base64,
        })
        .execute();
    }
    await writeAudit(trx, atMs, {
      actor,
      action: 'compliance.snapshot',
      target: `day:${day}`,
      detail: { run, systems: packed.length, digest },
    });
    return { day, run, atMs, actor, systems: packed.length, digest };
  });
}

export interface SnapshotSummary {
  systemId: number;
  day: string;
  run: number;
  profile: LawProfile;
  level: number | null;
  atMs: number;
  hosts: number;
  hostsReporting: number;
  /** By its dossier; null: none said so. */
  hostsExpected: number | null;
  score: Score;
  digest: string;
}

/** Of each system and day the last run. */
export function summaries(db: RegistryDb) {
  return db
    .selectFrom('compliance_snapshot as snapshot')
    .innerJoin('information_system as system', 'system.id', 'snapshot.system_id')
    .select(['snapshot.system_id as systemId', 'day', 'run', 'profile', 'snapshot.level as level'])
    .select(['at_ms as atMs', 'hosts', 'hosts_reporting as hostsReporting', 'digest'])
    .select('hosts_expected as hostsExpected')
    .select(['met', 'partly', 'not_met', 'excepted', 'not_assessed', 'not_applicable', 'provider'])
    .select(['score_permille', 'coverage_permille'])
    .where((eb) =>
      eb(
        'run',
        '=',
        eb
          .selectFrom('compliance_run as latest')
          .select((of) => of.fn.max('latest.run').as('run'))
          .whereRef('latest.day', '=', 'snapshot.day'),
      ),
    );
}

type Row = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number];

function toSummary(row: Row): SnapshotSummary {
  const { systemId, day, run, profile, level, atMs, hosts, hostsReporting, hostsExpected, digest } = row;
  const { met, partly, excepted, provider } = row;
  const counts = {
    met,
    partly,
    notMet: row.not_met,
    excepted,
    notAssessed: row.not_assessed,
    notApplicable: row.not_applicable,
    provider,
  };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const score = {
    ...counts,
    total,
    percent: percentOf(row.score_permille),
    coveragePercent: percentOf(row.coverage_permille),
  };
  return { systemId, day, run, profile, level, atMs, hosts, hostsReporting, hostsExpected, score, digest };
}

/** Of systems that the scope owns or runs. */
export function seenBy<S extends ReturnType<typeof summaries>>(select: S, scope: AgencyScope): S {
  if (scope.kind === 'all') return select;
  const { agencyIds } = scope;
  return select.where((eb) =>
    eb.or([eb('system.owner_agency_id', 'in', agencyIds), eb('system.operator_agency_id', 'in', agencyIds)]),
  ) as S;
}

/** How systems stood on a day, by their ids; the newest day that has any when none is named. */
export async function dayOfSnapshots(
  db: RegistryDb,
  scope: AgencyScope,
  asked: { day?: string | undefined; afterSystemId?: number | undefined; limit: number },
): Promise<{ day: string | undefined; summaries: SnapshotSummary[] }> {
  const day = asked.day ?? (await newestRun(db))?.day;
  if (day === undefined) return { day, summaries: [] };
  let select = seenBy(summaries(db), scope).where('day', '=', day);
  if (asked.afterSystemId !== undefined)
    select = select.where('snapshot.system_id', '>', asked.afterSystemId);
  const rows = await select.orderBy('snapshot.system_id').limit(asked.limit).execute();
  return { day, summaries: rows.map(toSummary) };
}

/** A system day by day, oldest first. */
export async function systemTrend(
  db: RegistryDb,
  systemId: number,
  { from, to, limit }: { from: string; to: string; limit: number },
): Promise<SnapshotSummary[]> {
  const rows = await summaries(db)
    .where('snapshot.system_id', '=', systemId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toSummary).toReversed();
}

/** The last run of a day; of the newest day when none is named. */
export async function newestRun(db: RegistryDb, day?: string): Promise<SnapshotRun | undefined> {
  let select = db
    .selectFrom('compliance_run')
    .select(['day', 'run', 'at_ms as atMs', 'actor', 'systems', 'digest'])
    .orderBy('day', 'desc')
    .orderBy('run', 'desc')
    .limit(1);
  if (day !== undefined) select = select.where('day', '=', day);
  return select.executeTakeFirst();
}

/** Newest first. */
export function listRuns(db: RegistryDb, limit: number): Promise<SnapshotRun[]> {
  return db
    .selectFrom('compliance_run')
    .select(['day', 'run', 'at_ms as atMs', 'actor', 'systems', 'digest'])
    .orderBy('day', 'desc')
    .orderBy('run', 'desc')
    .limit(limit)
    .execute();
}

interface KeptAs<T> {
  body: T;
  day: string;
  run: number;
  digest: string;
}

/**
 * A system as it was kept on a day, or before it when nothing was kept on the day itself.
 * @param day left out: the newest
 */
export function readSnapshot(
  db: RegistryDb,
  systemId: number,
  day?: string,
): Promise<KeptAs<SnapshotBody> | undefined> {
  return readSnapshotAs(db, snapshotBodySchema, systemId, day);
}

/** The same, as far as a schema reads it: what it does not name costs nothing to check. */
export async function readSnapshotAs<T>(
  db: RegistryDb,
  schema: z.ZodType<T>,
  systemId: number,
  day?: string,
): Promise<KeptAs<T> | undefined> {
  let select = db
    .selectFrom('compliance_snapshot')
    .select(['day', 'run', 'digest', 'body'])
    .where('system_id', '=', systemId)
    .orderBy('day', 'desc')
    .orderBy('run', 'desc')
    .limit(1);
  if (day !== undefined) select = select.where('day', '<=', day);
  const row = await select.executeTakeFirst();
  if (row === undefined) return undefined;
  const text = await unpack(row.body);
  const said = `the snapshot of system ${systemId} of ${row.day} is not as it was written`;
  if (textDigest(text) !== row.digest) throw new RefusalError('compliance-snapshot-damaged', row.day, said);
  return { ...row, body: schema.parse(JSON.parse(text)) };
}

async function unpack(body: string): Promise<string> {
  const text = await decompress(Buffer.from(body, 'base64'), { maxOutputLength: TEXT_BYTES_MAX });
  return text.toString('utf8');
}

export interface DayProof {
  run: SnapshotRun;
  /** Systems whose text does not fit its digest. */
  changed: readonly number[];
  /** The run's digest is that of its snapshots. */
  isWhole: boolean;
  /** Where the audit trail says so; undefined: it does not. */
  auditSeq: number | undefined;
}

/** Whether a day's snapshots are as they were written; the audit trail's chain has to be verified beside it. */
export async function proveDay(db: RegistryDb, day: string): Promise<DayProof | undefined> {
  const run = await newestRun(db, day);
  if (run === undefined) return undefined;
  const rows = await db
    .selectFrom('compliance_snapshot')
    .select(['system_id as systemId', 'digest', 'body'])
    .where('day', '=', day)
    .where('run', '=', run.run)
    .orderBy('system_id')
    .execute();
  const changed: number[] = [];
  for (const { systemId, digest, body } of rows)
    if ((await digestOfBody(body)) !== digest) changed.push(systemId);
  const entries = await db
    .selectFrom('audit_log')
    .select(['seq', 'detail'])
    .where('action', '=', 'compliance.snapshot')
    .where('target', '=', `day:${day}`)
    .execute();
  const entry = entries.find(({ detail }) => {
    const said = JSON.parse(detail) as Record<string, unknown>;
    return said['run'] === run.run && said['digest'] === run.digest;
  });
  return { run, changed, isWhole: runDigest(rows) === run.digest, auditSeq: entry?.seq };
}

/** Undefined when it cannot be unpacked. */
async function digestOfBody(body: string): Promise<string | undefined> {
  return unpack(body).then(textDigest, () => undefined); // what is damaged is told as changed
}
