/**
 * Raises alerts for what an exception hid, after its end, as a kind of jobs: stored hits of the batches that it acted in,
 * in the order of time, asked of its own condition again, and judged as if they came now. Invariant: what another exception
 * takes, or a rule that is off, stays hidden; a correlation, which is no event, is raised as far as it was kept.
 */
import { z } from 'zod';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import type { Engine } from '../../../rules/sigma/index.ts';
import type { Detection } from '../../alert/detection.ts';
import { entityOf } from '../../alert/entity.ts';
import { baseDetection, type AlertRules } from '../../detect/hits.ts';
import type { ExceptionDesk } from './exception-desk.ts';
import { ExceptionIndex, type RuleWords } from '../../exceptions/exception-index.ts';
import { anyJobKind, type AnyJobKind, type StepContext } from '../jobs/job-runner.ts';
import { writeHistories } from '../../registry/alert-history.ts';
import type { Registry, RegistryTransaction } from '../../registry/database.ts';
import { readException, type Exception } from '../../registry/exceptions/exception-book.ts';
import {
  keepRaised,
  previewRaise,
  RAISE_KIND,
  raiseParamsSchema,
  readHidden,
  readHiddenCorrelations,
  requireEnded,
  type HiddenPart,
  type RaiseParams,
} from '../../registry/exceptions/raise-hidden.ts';
import { RAISE_UNDO_KIND } from '../../registry/exceptions/undo-raise.ts';
import type { StepOutcome } from '../../registry/jobs.ts';
import { raise, readProjectorPlace } from '../../registry/projection.ts';
import { UNDO_DAYS } from '../../registry/undo-bulk.ts';
import { fromEventId } from '../../store/event-query.ts';
import type { EventStore } from '../../store/store.ts';

const ROWS_MAX = 500;
const DAY_MS = 86_400_000;
export const RAISE_ACCESS = { read: 'exception:read', run: 'alert:bulk', approve: 'alert:bulk' } as const;

export interface RaisePorts {
  registry: Registry;
  hits: Pick<EventStore, 'readHitsByTime'>;
  desk: Pick<ExceptionDesk, 'take' | 'suppressorWithout'>;
  words: RuleWords;
  /** The rules in force. */
  book: () => AlertRules & { engine: Engine };
  isCorrelation: (ruleId: string) => boolean;
  onAlerts: (ids: readonly string[]) => void;
}

const cursorSchema = z.object({
  phase: z.enum(['events', 'correlations', 'told']),
  after: z.object({ timeMs: z.number(), batch: z.number(), row: z.number() }).nullable(),
});
type Cursor = z.infer<typeof cursorSchema>;
type Write = (trx: RegistryTransaction) => Promise<StepOutcome>;

export function raiseJob(ports: RaisePorts): AnyJobKind {
  const { db } = ports.registry;
  /** Of the step before, which is durable when the next one begins. */
  let alertIds: readonly string[] = [];
  const told = (ids: readonly string[]): void => void (alertIds = ids);
  return anyJobKind({
    name: RAISE_KIND,
    access: RAISE_ACCESS,
    undo: { kind: RAISE_UNDO_KIND, withinMs: UNDO_DAYS * DAY_MS },
    params: raiseParamsSchema,
    preview: async (params, { scope }) => {
      requireEnded(await readException(db, params.exceptionId, scope));
      return previewRaise(db, params);
    },
    step: async (params, context) => {
      if (alertIds.length > 0) ports.onAlerts(alertIds);
      told([]);
      const cursor = cursorSchema.parse(context.job.cursor ?? { phase: 'events', after: null });
      if (cursor.phase === 'told') return async () => ({ cursor, done: 0, changed: 0, isEnd: true });
      const exception = await readException(db, params.exceptionId, context.scope);
      requireEnded(exception);
      const parts = await readHidden(db, params);
      return cursor.phase === 'events'
        ? eventsStep(ports, { params, exception, parts, context, told }, cursor)
        : correlationsStep(ports, { params, exception, parts, context, told });
    },
  });
}

interface Step {
  params: RaiseParams;
  exception: Exception;
  parts: readonly HiddenPart[];
  context: StepContext;
  told: (ids: readonly string[]) => void;
}

const TO_CORRELATIONS: Cursor = { phase: 'correlations', after: null };
const TOLD: Cursor = { phase: 'told', after: null };

/** A page of the hits that it may have hidden. */
async function eventsStep(ports: RaisePorts, step: Step, { after }: Cursor): Promise<Write> {
  const { hits, book, isCorrelation, registry } = ports;
  const parts = step.parts.filter(({ ruleId }) => !isCorrelation(ruleId));
  if (parts.length === 0) return async () => ({ cursor: TO_CORRELATIONS, done: 0, changed: 0, isEnd: false });
  const span = spanOf(parts, (await readProjectorPlace(registry.db)).cursor);
  const limit = Math.min(step.context.rowsMax, ROWS_MAX);
  const rows = await hits.readHitsByTime({ ...span, limit, after: after ?? undefined });
  const hidden = new Set(parts.map(({ ruleId, agentId }) => `${ruleId}\n${agentId}`));
  const rules = book();
  let unknown = 0;
  const detections = rows
    .filter(({ batch }) => batch >= span.batchMin)
    .flatMap((row) =>
      row.hits.flatMap((hit): Detection[] => {
        if (!hidden.has(`${hit.ruleId}\n${row.agentId}`)) return [];
        const detection = baseDetection(rules.engine, rules, row, hit);
        if (detection === undefined) unknown += 1;
        return detection === undefined ? [] : [detection];
      }),
    );
  const last = rows.at(-1);
  const cursor: Cursor =
    last === undefined || rows.length < limit
      ? TO_CORRELATIONS
      : { phase: 'events', after: { timeMs: last.timeMs, batch: last.batch, row: last.row } };
  const taken = await ports.desk.take(ownIndex(ports, step.exception), detections);
  const skipped = unknown === 0 ? {} : { 'rule-not-in-force': unknown };
  return raised(ports, step, { detections: detections.filter(({ id }) => taken.has(id)), cursor, skipped });
}

function spanOf(parts: readonly HiddenPart[], cursor: number) {
  const span = { fromMs: Number.MAX_SAFE_INTEGER, toMs: 0, batchMin: Number.MAX_SAFE_INTEGER, batchMax: 0 };
  for (const { firstMs, lastMs, firstBatch, lastBatch } of parts) {
    span.fromMs = Math.min(span.fromMs, firstMs);
    span.toMs = Math.max(span.toMs, lastMs);
    span.batchMin = Math.min(span.batchMin, firstBatch ?? 0);
    span.batchMax = Math.max(span.batchMax, lastBatch ?? cursor);
  }
  return { ...span, ruleIds: [...new Set(parts.map(({ ruleId }) => ruleId))] };
}

/** Where it hid is known by rule and host: only when and what is asked again. */
function ownIndex({ words }: RaisePorts, exception: Exception): ExceptionIndex {
  const anywhere = { agencyIds: undefined, agentId: null, groupId: null };
  return new ExceptionIndex([{ ...exception, ...anywhere }], words, builtInPipelines());
}

async function correlationsStep(ports: RaisePorts, step: Step): Promise<Write> {
  const { registry, book, isCorrelation } = ports;
  const parts = step.parts.filter(({ ruleId }) => isCorrelation(ruleId));
  if (parts.length === 0) return async () => ({ cursor: TOLD, done: 0, changed: 0, isEnd: false });
  const rules = book();
  const agencies = new Map(parts.map(({ ruleId, agentId, agencyId }) => [`${ruleId}\n${agentId}`, agencyId]));
  const found = await readHiddenCorrelations(registry.db, step.exception.id);
  const detections = found.flatMap(({ grouping, matches, ruleId, ...proof }): Detection[] => {
    const { agentId } = fromEventId(proof.eventId);
    const agencyId = agencies.get(`${ruleId}\n${agentId}`);
    const rule = rules.facts(ruleId);
    if (agencyId === undefined || rule === undefined) return [];
    const entity = entityOf(rules.entityFields(ruleId), grouping, proof.hostname);
    const matched = { ...grouping, count: matches };
    const policy = rules.alertPolicy?.(ruleId);
    const test = rules.isTest?.(ruleId) === true ? { isTest: true as const } : {};
    return [{ ...proof, rule, entity, agentId, agencyId, matched, policy, ...test }];
  });
  let gone = -detections.length;
  for (const { hidden } of parts) gone += hidden;
  const skipped = gone > 0 ? { 'not-kept': gone } : {};
  return raised(ports, step, { detections, cursor: TOLD, skipped });
}

async function raised(
  { desk, isCorrelation }: RaisePorts,
  { params, exception, context, told }: Step,
  found: { detections: readonly Detection[]; cursor: Cursor; skipped: Readonly<Record<string, number>> },
): Promise<Write> {
  const { detections, cursor } = found;
  const [correlations = [], events = []] = [true, false].map((wanted) =>
    detections.filter(({ rule }) => isCorrelation(rule.ruleId) === wanted),
  );
  const suppress = await desk.suppressorWithout(exception.id, events, correlations);
  const { job, nowMs } = context;
  return async (trx) => {
    const fresh = await keepRaised(trx, { exceptionId: exception.id, jobId: job.id }, detections);
    const made = await raise(trx, { batch: 0, detections: fresh, correlations: [], nowMs, suppress });
    const { actor, reason } = params;
    await writeHistories(
      trx,
      nowMs,
      made.alertIds.map((alertId) => ({
        alertId,
        actor,
        action: RAISE_KIND,
        changes: { exception: [exception.id, null] },
        reason,
        jobId: job.id,
      })),
    );
    told(made.alertIds);
    const skipped: Record<string, number> = { ...found.skipped };
    const skip = (why: string, count: number): void =>
      void (count > 0 && (skipped[why] = (skipped[why] ?? 0) + count));
    skip('raised-before', detections.length - fresh.length);
    let kept = 0;
    for (const [by, count] of made.suppressed) {
      skip(by.startsWith('exception:') ? 'excepted' : by, count);
      kept += count;
    }
    return { cursor, done: detections.length, changed: fresh.length - kept, skipped, isEnd: false };
  };
}
