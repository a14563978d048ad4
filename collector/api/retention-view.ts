/** Systems, holds and retention as the API and the command line show them. */
import { type AgencyScope } from '../registry/agencies.ts';
import type { Registry } from '../registry/database.ts';
import { listHolds, type LegalHold } from '../registry/holds.ts';
import { isoTime } from '../registry/iso-time.ts';
import { readProofs, type SystemProof } from '../registry/proof-book.ts';
import {
  countDeletedRows,
  type Deletion,
  listDeletions,
  listRetentionRuns,
} from '../registry/retention-book.ts';
import { listRetentionRules } from '../registry/retention-facts.ts';
import { listDiskSamples, listUsage } from '../registry/room-book.ts';
import type { InformationSystem } from '../registry/systems.ts';
import { type Day, dayText } from '../retention/day.ts';
import { FORECAST_SAMPLES, forecastDisk } from '../retention/forecast.ts';
import type { RunProgress } from '../retention/retention-run.ts';
import type { RetentionService } from '../retention/service.ts';
import type { DiskState } from './ports.ts';
import type {
  DeletionView,
  HoldView,
  RetentionView,
  RunStateView,
  SystemProofView,
  SystemView,
} from './contract-retention.ts';

const RUNS_SHOWN = 10;

const maybe = <T, U>(value: T | null, view: (value: T) => U): U | null =>
  value === null ? null : view(value);

export function toSystemView({ createdMs, ...system }: InformationSystem): SystemView {
  return { ...system, createdAt: isoTime(createdMs) };
}

export function toHoldView(hold: LegalHold): HoldView {
  const { id, subject, reason, createdBy, releasedBy, releaseReason } = hold;
  return {
    id,
    subject,
    from: maybe(hold.fromMs, isoTime),
    to: maybe(hold.toMs, isoTime),
    reason,
    createdAt: isoTime(hold.createdMs),
    createdBy,
    releasedAt: maybe(hold.releasedMs, isoTime),
    releasedBy,
    releaseReason,
  };
}

export function toDeletionView({ day, begunMs, doneMs, ...deletion }: Deletion): DeletionView {
  return { ...deletion, day: dayText(day), begunAt: isoTime(begunMs), doneAt: maybe(doneMs, isoTime) };
}

export async function deletionPage(
  registry: Registry,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<{ deletions: DeletionView[]; next: number | null }> {
  const found = await listDeletions(registry.db, { limit: limit + 1, beforeId: before });
  const deletions = found.slice(0, limit).map(toDeletionView);
  return { deletions, next: found.length > limit ? (deletions.at(-1)?.id ?? null) : null };
}

export async function retentionView(
  registry: Registry,
  scope: AgencyScope,
  disk: DiskState | undefined,
): Promise<RetentionView> {
  const { db } = registry;
  const room = disk?.room;
  const runs = await listRetentionRuns(db, RUNS_SHOWN);
  const holds = await listHolds(registry, scope);
  return {
    rules: await listRetentionRules(db),
    runs: runs.map(({ startedMs, finishedMs, day, ...run }) => ({
      ...run,
      startedAt: isoTime(startedMs),
      finishedAt: maybe(finishedMs, isoTime),
      day: dayText(day),
    })),
    holdsInForce: holds.filter(({ releasedMs }) => releasedMs === null).length,
    deletedRows: await countDeletedRows(db),
    agencies: (await listUsage(db, scope)).map(({ day, ...usage }) => ({
      ...usage,
      day: maybe(day, dayText),
    })),
    disk:
      room === undefined
        ? null
        : {
            ...room,
            isFull: disk?.isFull ?? false,
            ...forecastDisk(await listDiskSamples(db, FORECAST_SAMPLES), room.reserveBytes),
          },
    cold: disk?.cold ?? null,
  };
}

function toProgress(progress: RunProgress): NonNullable<RunStateView['progress']> {
  const { days, daysDone, daysDropped, deleted, kept, held, unread } = progress;
  return { days, daysDone, daysDropped, deleted, kept, held, unread };
}

export function runStateView({ state, last }: Pick<RetentionService, 'state' | 'last'>): RunStateView {
  const running = state.kind === 'running';
  return {
    running,
    dryRun: running && state.dryRun,
    progress: running && state.progress !== undefined ? toProgress(state.progress) : null,
    last:
      last === undefined
        ? null
        : last.kind === 'failed'
          ? last
          : {
              kind: 'ended',
              today: dayText(last.outcome.today),
              isClockHeldBack: last.outcome.isClockHeldBack,
              isDryRun: last.outcome.run === undefined,
              unfinished: last.outcome.result.unfinished,
              progress: toProgress(last.outcome.result),
            },
  };
}

function toProofView({ day, writtenMs, proof, ...system }: SystemProof): SystemProofView {
  const { missing, requiredFrom, oldestDay, hostsSince, ...facts } = proof;
  return {
    ...system,
    ...facts,
    day: dayText(day),
    writtenAt: isoTime(writtenMs),
    requiredFrom: maybe(requiredFrom, dayText),
    oldestDay: maybe(oldestDay, dayText),
    hostsSince: maybe(hostsSince, dayText),
    missing: maybe(missing, ({ fromDay, toDay, ...rest }) => ({
      ...rest,
      from: dayText(fromDay),
      to: dayText(toDay),
    })),
  };
}

/** `YYYY-MM-DD` as the store writes it. */
function toDay(text: string): Day {
  return Number(text.replaceAll('-', ''));
}

export async function proofViews(
  registry: Registry,
  query: { day?: string | undefined; systemId?: number | undefined; scope: AgencyScope },
): Promise<SystemProofView[]> {
  const { day, systemId, scope } = query;
  const proofs = await readProofs(registry.db, {
    day: day === undefined ? undefined : toDay(day),
    systemId,
    scope,
  });
  return proofs.map(toProofView);
}
