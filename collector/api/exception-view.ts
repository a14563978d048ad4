/** Exceptions as the API and the command line show them, and what they ask as the register takes it. */
import type { z } from 'zod';
import { EXCEPTION_LIMITS } from '../exceptions/vocabulary.ts';
import type { RegistryDb } from '../registry/database.ts';
import type { Exception } from '../registry/exceptions/exception-book.ts';
import { countHosts, readCells, readProofs } from '../registry/exceptions/exception-hits.ts';
import type { HiddenPart } from '../registry/exceptions/raise-hidden.ts';
import { isoTime } from '../registry/iso-time.ts';
import type {
  ExceptionBody,
  ExceptionDetail,
  exceptionHiddenSchema,
  ExceptionView,
} from './contract-exceptions.ts';
import type { AskedException } from './ports.ts';

const CELLS_MAX = 100;
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function askedOf(body: ExceptionBody): AskedException {
  const { startsAt, expiresAt, reviewAt, ...rest } = body;
  const ms = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Date.parse(text);
  return { ...rest, startsMs: ms(startsAt), expiresMs: ms(expiresAt), reviewMs: ms(reviewAt) };
}

function viewOf(exception: Exception, hiddenHosts: number, nowMs: number): ExceptionView {
  const { requestedMs, startsMs, expiresMs, reviewMs, decidedMs, endedMs, ...rest } = exception;
  const {
    hiddenFirstMs,
    hiddenLastMs,
    updatedMs,
    window,
    groupId: _group,
    closeJobId: _job,
    ...plain
  } = rest;
  const isDue =
    exception.state === 'approved' && Math.min(reviewMs, expiresMs) < nowMs + EXCEPTION_LIMITS.dueMs;
  return {
    ...plain,
    window: window === null ? null : { ...window },
    requestedAt: isoTime(requestedMs),
    startsAt: isoOrNull(startsMs),
    expiresAt: isoTime(expiresMs),
    reviewAt: isoTime(reviewMs),
    due: isDue,
    decidedAt: isoOrNull(decidedMs),
    endedAt: isoOrNull(endedMs),
    hiddenHosts,
    hiddenFirst: isoOrNull(hiddenFirstMs),
    hiddenLast: isoOrNull(hiddenLastMs),
    updatedAt: isoTime(updatedMs),
  };
}

export async function viewExceptions(
  db: RegistryDb,
  exceptions: readonly Exception[],
  nowMs: number,
): Promise<ExceptionView[]> {
  const hosts = await countHosts(
    db,
    exceptions.map(({ id }) => id),
  );
  return exceptions.map((one) => viewOf(one, hosts.get(one.id) ?? 0, nowMs));
}

export function viewHidden({
  firstMs,
  lastMs,
  firstBatch: _first,
  lastBatch: _last,
  ...part
}: HiddenPart): z.infer<typeof exceptionHiddenSchema>['hidden'][number] {
  return { ...part, first: isoTime(firstMs), last: isoTime(lastMs) };
}

export async function detailOf(
  db: RegistryDb,
  exception: Exception,
  nowMs: number,
): Promise<ExceptionDetail> {
  const [[view], cells, proofs] = [
    await viewExceptions(db, [exception], nowMs),
    await readCells(db, exception.id, CELLS_MAX),
    await readProofs(db, exception.id),
  ];
  if (view === undefined) throw new Error('an exception has a view');
  return {
    ...view,
    where: cells.map(({ firstMs, lastMs, ...cell }) => ({
      ...cell,
      first: isoTime(firstMs),
      last: isoTime(lastMs),
    })),
    proofs: proofs.map((proof) => ({
      detectionId: proof.detection_id,
      time: isoTime(proof.time_ms),
      eventId: proof.event_id,
      ruleId: proof.rule_id,
      hostname: proof.hostname,
      message: proof.message,
    })),
  };
}
