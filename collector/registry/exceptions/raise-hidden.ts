/**
 * What an exception hid, host by host, and what of it became alerts after all. Invariant: a detection is raised once, however
 * often it is asked for: its name is written down in the transaction that judges it.
 */
import { z } from 'zod';
import type { Detection } from '../../alert/detection.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview } from '../jobs.ts';
import { RefusalError } from '../refusal.ts';
import type { Exception } from './exception-book.ts';

export const RAISE_KIND = 'exception.raise';
const ROWS_MAX = 200;
const SAMPLE_MAX = 10;

const ids = z.array(z.string().min(1).max(256)).min(1).max(200);
export const raiseParamsSchema = z.strictObject({
  exceptionId: z.int(),
  /** Left out: of all. */
  ruleIds: ids.optional(),
  agentIds: ids.optional(),
  reason: z.string().min(1).max(4_096),
  /** As in the audit trail. */
  actor: z.string().max(512),
});
export type RaiseParams = z.infer<typeof raiseParamsSchema>;
export type HiddenChoice = Pick<RaiseParams, 'exceptionId' | 'ruleIds' | 'agentIds'>;

export interface HiddenPart {
  ruleId: string;
  agentId: string;
  agencyId: number;
  hostname: string;
  hidden: number;
  raised: number;
  firstMs: number;
  lastMs: number;
  /** Batches that what was hidden lies in; null when that was not written down. */
  firstBatch: number | null;
  lastBatch: number | null;
}

/** By rule, then host. @param page left out: all */
export async function readHidden(
  db: RegistryDb,
  { exceptionId, ruleIds, agentIds }: HiddenChoice,
  page?: { limit: number; after?: { ruleId: string; agentId: string } | undefined },
): Promise<HiddenPart[]> {
  let select = db
    .selectFrom('exception_hit as hit')
    .select([
      'hit.rule_id as ruleId',
      'hit.agent_id as agentId',
      'hit.agency_id as agencyId',
      'hit.hostname',
      'hit.hidden',
      'hit.first_ms as firstMs',
      'hit.last_ms as lastMs',
      'hit.first_batch as firstBatch',
      'hit.last_batch as lastBatch',
    ])
    .where('hit.exception_id', '=', exceptionId)
    .orderBy('hit.rule_id')
    .orderBy('hit.agent_id');
  if (ruleIds !== undefined) select = select.where('hit.rule_id', 'in', ruleIds);
  if (agentIds !== undefined) select = select.where('hit.agent_id', 'in', agentIds);
  const after = page?.after;
  if (after !== undefined)
    select = select.where((eb) =>
      eb.or([
        eb('hit.rule_id', '>', after.ruleId),
        eb.and([eb('hit.rule_id', '=', after.ruleId), eb('hit.agent_id', '>', after.agentId)]),
      ]),
    );
  if (page !== undefined) select = select.limit(page.limit);
  const parts = await select.execute();
  const raised = await countRaised(db, exceptionId);
  return parts.map((part) => ({ ...part, raised: raised.get(keyOf(part)) ?? 0 }));
}

const keyOf = ({ ruleId, agentId }: { ruleId: string; agentId: string }): string => `${ruleId}\n${agentId}`;

async function countRaised(db: RegistryDb, exceptionId: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('exception_raised')
    .select((eb) => [
      'rule_id as ruleId',
      'agent_id as agentId',
      eb.fn.countAll<number | string>().as('raised'),
    ])
    .where('exception_id', '=', exceptionId)
    .groupBy(['rule_id', 'agent_id'])
    .execute();
  return new Map(rows.map((row) => [keyOf(row), Number(row.raised)]));
}

/** @throws RefusalError exception-acts */
export function requireEnded({ id, state }: Pick<Exception, 'id' | 'state'>): void {
  if (state === 'revoked' || state === 'expired') return;
  const said = `exception ${id} is ${state}: what it hid becomes alerts once it has ended; revoke it first`;
  throw new RefusalError('exception-acts', String(id), said);
}

export async function previewRaise(db: RegistryDb, choice: HiddenChoice): Promise<JobPreview> {
  const parts = await readHidden(db, choice);
  let [total, before] = [0, 0];
  for (const { hidden, raised } of parts) {
    total += hidden;
    before += Math.min(hidden, raised);
  }
  const sample = parts
    .toSorted((a, b) => b.hidden - a.hidden)
    .slice(0, SAMPLE_MAX)
    .map(({ ruleId, agentId, hostname, hidden, raised }) => ({ ruleId, agentId, hostname, hidden, raised }));
  const skipped = before === 0 ? {} : { 'raised-before': before };
  return { total, changes: total - before, skipped, sample, needsApproval: [] };
}

/** @returns those that were not raised before */
export async function keepRaised(
  trx: RegistryTransaction,
  { exceptionId, jobId }: { exceptionId: number; jobId: string },
  detections: readonly Detection[],
): Promise<Detection[]> {
  const fresh = new Set<string>();
  for (let at = 0; at < detections.length; at += ROWS_MAX) {
    const rows = detections.slice(at, at + ROWS_MAX).map(({ id, rule, agentId }) => ({
      exception_id: exceptionId,
      detection_id: id,
      rule_id: rule.ruleId,
      agent_id: agentId,
      job_id: jobId,
    }));
    const kept = await trx
      .insertInto('exception_raised')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['exception_id', 'detection_id']).doNothing())
      .returning('detection_id')
      .execute();
    for (const { detection_id } of kept) fresh.add(detection_id);
  }
  return detections.filter(({ id }) => fresh.has(id));
}

const groupSchema = z.record(z.string(), z.string());

/** Correlations that it hid, as far as they are kept: the newest. */
export async function readHiddenCorrelations(
  db: RegistryDb,
  exceptionId: number,
): Promise<
  {
    id: string;
    ruleId: string;
    timeMs: number;
    eventId: string;
    hostname: string;
    message: string;
    grouping: Record<string, string>;
    matches: number;
  }[]
> {
  const rows = await db
    .selectFrom('exception_proof as proof')
    .innerJoin('correlation_hit as hit', 'hit.id', 'proof.detection_id')
    .select([
      'hit.id',
      'hit.rule_id as ruleId',
      'proof.time_ms as timeMs',
      'proof.event_id as eventId',
      'proof.hostname',
      'proof.message',
      'hit.grouping',
      'hit.matches',
    ])
    .where('proof.exception_id', '=', exceptionId)
    .orderBy('proof.time_ms')
    .orderBy('hit.id')
    .execute();
  return rows.map((row) => ({ ...row, grouping: groupSchema.parse(JSON.parse(row.grouping)) }));
}
