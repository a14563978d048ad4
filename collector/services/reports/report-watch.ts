/**
 * Looks at reports every few minutes: begins the yearly one of the agency at the top when there are systems, locks the data of drafts whose period is
 * over, and raises an alert for what falls due and has not left. One look at a time; of several collectors one looks.
 */
import { addDays, legalDayAt } from '../../agency/legal-day.ts';
import type { HouseCondition } from '../../alert/house-finding.ts';
import { dueCondition, isToBeLocked } from '../../report/due-reports.ts';
import { periodAt } from '../../report/period.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { readCalendars } from '../../registry/calendars.ts';
import type { Registry } from '../../registry/database.ts';
import { applyConditions } from '../../registry/house-conditions.ts';
import { createReport } from '../../registry/reports/report-acts.ts';
import { newestReport, standingReports } from '../../registry/reports/report-rows.ts';
import { countSystems } from '../../registry/systems.ts';
import type { ReportDesk } from './report-desk.ts';

const LOOK_MS = 600_000;
/** The yearly report is begun so many days before its data is locked. */
const BEGIN_DAYS = 30;
const SYSTEM = { actor: 'system', scope: { kind: 'all' } } as const;
const LOCKED_BY_ITSELF = 'Tự chốt khi hết ngày cuối của kỳ. / Locked by itself when the last day was over.';
const LEFT =
  'Tự đóng: báo cáo đã được gửi hoặc không còn đến hạn. / Closed by itself: it was sent, or is no longer due.';

export interface ReportWatchOptions {
  registry: Registry;
  desk: Pick<ReportDesk, 'lock'>;
  leads: () => boolean;
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
}

export class ReportWatch {
  readonly #options: ReportWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ReportWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  look(): Promise<void> {
    const { leads, onFault } = this.#options;
    this.#running = this.#running
      .then(async () => {
        if (!leads()) return;
        await this.#begin();
        await this.#lock();
        await this.#tell();
      })
      .catch(onFault);
    return this.#running;
  }

  async #begin(): Promise<void> {
    const { registry } = this.#options;
    const today = legalDayAt(registry.now());
    const { key, day } = periodAt('year', today);
    if (addDays(today, BEGIN_DAYS) < day || (await countSystems(registry.db)) === 0) return;
    const agencyId = await rootAgencyId(registry.db);
    const subject = { kind: 'mau-08', period: key, agencyId, systemId: null } as const;
    if ((await newestReport(registry.db, subject)) === undefined)
      await createReport(registry, subject, SYSTEM);
  }

  /** One that cannot be locked keeps none of the others. */
  async #lock(): Promise<void> {
    const { registry, desk, onFault } = this.#options;
    const today = legalDayAt(registry.now());
    for (const report of await standingReports(registry.db)) {
      if (!isToBeLocked(report, today)) continue;
      await desk.lock(report.id, { ...SYSTEM, acceptFindings: LOCKED_BY_ITSELF }).catch(onFault);
    }
  }

  async #tell(): Promise<void> {
    const { registry, onAlerts } = this.#options;
    const nowMs = registry.now();
    const today = legalDayAt(nowMs);
    const root = await rootAgencyId(registry.db);
    const calendars = await readCalendars(registry.db);
    const conditions = (await standingReports(registry.db)).flatMap((report): HouseCondition[] => {
      const { calendar } = calendars(report.agencyId);
      return dueCondition(report, { calendar, today, isTop: report.agencyId === root });
    });
    const ids = await applyConditions(registry.db, conditions, LEFT, nowMs);
    if (ids.length > 0) onAlerts(ids);
  }
}
