/**
 * What happens to exceptions by itself: the end of their term, opening again what they had closed, and the notice before
 * review and end. Invariant: one look at a time; one that fails changes nothing and is tried again; of several collectors one looks.
 */
import { groupKey } from '../../alert/detection.ts';
import type { HouseCondition } from '../../alert/house-finding.ts';
import type { RuleFacts } from '../../alert/detection.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { Registry } from '../../registry/database.ts';
import { isRecurring } from '../../protocol/maintenance-window.ts';
import {
  endedWithClosed,
  expireExceptions,
  nextEndMs,
  noteCloseJob,
} from '../../registry/exceptions/exception-ends.ts';
import { dueExceptions, type Exception } from '../../registry/exceptions/exception-book.ts';
import { previewReopen, REOPEN_KIND, type ReopenParams } from '../../registry/exceptions/reopen-alerts.ts';
import { resolveHouseAlert } from '../../registry/house-alerts.ts';
import { applyConditions, readOpenConditions } from '../../registry/house-conditions.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { addJob } from '../../registry/job-acts.ts';

const LOOK_MS = 15_000;
/** What could not be ended is not tried again at once. */
const SOON_MS = 100;
const DUE_MAX = 200;
const ALL = { kind: 'all' } as const;
const SETTLED = 'Đã xem xét. / It was reviewed.';

export const DUE_RULE: RuleFacts = {
  ruleId: 'vonggac:exception-due',
  title: 'An exception is due for review',
  titleVi: 'Ngoại lệ đến hạn xem xét',
  description:
    'An exception is to be reviewed, or ends, within 14 days. What it hides comes back as alerts when it ends.',
  descriptionVi:
    'Một ngoại lệ đến ngày xem xét hoặc hết hạn trong 14 ngày tới. Khi hết hạn, những gì bị che sẽ lại sinh cảnh báo.',
  advice: 'Look at what it has hidden; prolong it, or revoke it.',
  adviceVi: 'Xem những gì ngoại lệ đã che; gia hạn hoặc thu hồi.',
  severity: 'low',
  tags: [],
  falsePositives: [],
  references: [],
};

/** A short one is not due on its first day, and a window that comes once ends by itself. */
function isWorthTelling({ window, decidedMs, reviewMs, expiresMs }: Exception, nowMs: number): boolean {
  if (window !== null && !isRecurring(window)) return false;
  const sinceMs = decidedMs ?? 0;
  return nowMs - sinceMs >= (Math.min(reviewMs, expiresMs) - sinceMs) / 2;
}

function dueCondition(exception: Exception): HouseCondition {
  const { id, name, requestedBy, reviewMs, expiresMs, hidden, agencyId, agentId, hostname } = exception;
  const message = `exception ${id} "${name}" of ${requestedBy}: review ${isoTime(reviewMs)}, end ${isoTime(expiresMs)}, hid ${hidden} detections`;
  return {
    holds: true,
    about: {
      rule: DUE_RULE,
      entity: { 'exception.id': String(id) },
      agencyId,
      agentId,
      hostname,
      message,
      matched: { 'exception.id': id, hidden },
    },
  };
}

export interface ExceptionServiceOptions {
  registry: Registry;
  jobs: Pick<JobRunner, 'kick'>;
  leads: () => boolean;
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
}

export class ExceptionService {
  readonly #options: ExceptionServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: ExceptionServiceOptions) {
    this.#options = options;
  }

  start(): void {
    this.kick();
  }

  /** Looks soon. */
  kick(): void {
    this.#running = this.#running.then(async () => {
      if (this.#isStopped) return;
      let waitMs = LOOK_MS;
      try {
        if (this.#options.leads()) {
          await this.look();
          waitMs = await this.#untilNextEnd();
        }
      } catch (error) {
        this.#options.onFault(error);
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.kick(), waitMs);
      this.#timer.unref();
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    clearTimeout(this.#timer);
  }

  /** Resolves when what is due now was done. */
  async look(): Promise<void> {
    const { registry } = this.#options;
    await expireExceptions(registry);
    for (const exception of await endedWithClosed(registry.db)) await this.#reopen(exception);
    await this.#tell();
  }

  /** An end is met on time; what other processes did is seen at the next look. */
  async #untilNextEnd(): Promise<number> {
    const { db, now } = this.#options.registry;
    const endMs = await nextEndMs(db);
    return endMs === undefined ? LOOK_MS : Math.min(LOOK_MS, Math.max(SOON_MS, endMs - now()));
  }

  async #reopen({ id, closeJobId, agencyId, state, endedReason }: Exception): Promise<void> {
    if (closeJobId === null) return;
    const { registry, jobs } = this.#options;
    const reason = `exception ${id} ${state}: ${endedReason ?? ''}`.slice(0, 4_000);
    const params: ReopenParams = { exceptionId: id, jobId: closeJobId, reason };
    await addJob(
      registry,
      {
        kind: REOPEN_KIND,
        params,
        reason,
        preview: await previewReopen(registry.db, params),
        agencyId,
        check: (trx) => noteCloseJob(trx, id, null),
      },
      { actor: 'system', scope: ALL },
    );
    jobs.kick();
  }

  async #tell(): Promise<void> {
    const { registry, onAlerts } = this.#options;
    const nowMs = registry.now();
    const found = await dueExceptions(registry.db, nowMs, DUE_MAX);
    const due = found.filter((exception) => isWorthTelling(exception, nowMs)).map(dueCondition);
    const ids = await applyConditions(registry.db, due, SETTLED, nowMs);
    const keys = new Set(due.map(({ about }) => groupKey(about.rule.ruleId, about.entity, about.agencyId)));
    const over = (await readOpenConditions(registry.db, [DUE_RULE.ruleId])).filter(
      ({ key }) => !keys.has(key),
    );
    // When there are more than are told of, what is not among them may still be due.
    if (over.length > 0 && found.length < DUE_MAX) {
      await registry.db.transaction().execute(async (trx) => {
        for (const { id } of over) {
          const closed = await resolveHouseAlert(trx, { id, note: SETTLED }, nowMs);
          if (closed !== undefined) ids.push(closed);
        }
      });
    }
    if (ids.length > 0) onAlerts(ids);
  }
}
