/** Cases at work in a running collector: tells who listens, keeps files, looks at legal clocks. */
import path from 'node:path';
import { existsSync } from 'node:fs';
import type { CaseControl } from '../../api/ports.ts';
import { AttachmentFiles } from '../../case/attachment-files.ts';
import type { FileScanner } from '../../case/file-scan.ts';
import { type CaseRules, type LegalClocks, loadCaseRules } from '../../case/legal-clocks.ts';
import type { LiveHub } from '../alerts/live-hub.ts';
import { keptFiles } from '../../registry/cases/case-attachments.ts';
import { keptDocuments } from '../../registry/compliance/documents.ts';
import { settleIncidents } from '../../registry/cases/incidents.ts';
import { tellClocks } from '../../registry/cases/tell-clocks.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import type { Registry } from '../../registry/database.ts';
import { isoTime } from '../../registry/iso-time.ts';

const LOOK_MS = 15_000;

/** @throws CaseRulesError */
export function readCaseRules(root: string, dataDir: string): Promise<CaseRules> {
  const own = dataFolder(dataDir).legalClocks;
  return loadCaseRules(path.join(root, 'rules', 'cases'), existsSync(own) ? own : undefined);
}

/** @param live undefined where nobody listens */
export function caseControl(
  { db }: Registry,
  options: {
    dataDir: string;
    rules: CaseRules;
    scanner?: FileScanner | undefined;
    live: Pick<LiveHub, 'hasListeners' | 'publish'> | undefined;
  },
): CaseControl {
  const { dataDir, rules, scanner, live } = options;
  return {
    rules,
    files: new AttachmentFiles(dataFolder(dataDir).attachments, scanner),
    async changed(ids) {
      if (live === undefined || !live.hasListeners) return;
      for (const id of ids) {
        const row = await db
          .selectFrom('case_file')
          .select(['id', 'number', 'state', 'severity', 'version', 'updated_ms', 'agency_id'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined) continue;
        const touched = await db
          .selectFrom('case_agency')
          .select('agency_id')
          .where('case_id', '=', id)
          .execute();
        const { number, state, severity, version } = row;
        live.publish({
          type: 'case',
          case: { id, number, state, severity, version, updatedAt: isoTime(row.updated_ms) },
          agencyIds: [row.agency_id, ...touched.map(({ agency_id: agencyId }) => agencyId)],
        });
      }
    },
  };
}

export interface ClockWatchOptions {
  registry: Registry;
  files: AttachmentFiles;
  clocks: LegalClocks;
  /** Of several collectors one looks. */
  leads: () => boolean;
  onAlerts: (ids: readonly string[]) => void;
  onFault: (error: unknown) => void;
}

/** Warns of legal clocks before they are due, and when they are over. One look at a time; one that fails is told and tried again. */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ClockWatchOptions) {
    this.#options = options;
  }

  /** Files that a kill left behind, which no case knows, are removed first. */
  start(): void {
    const { registry, files, onFault } = this.#options;
    const known = async (ids: readonly string[]): Promise<ReadonlySet<string>> =>
      (await keptFiles(registry.db, ids)).union(await keptDocuments(registry.db, ids));
    this.#running = files.sweep(known).then(() => undefined, onFault);
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  look(): Promise<void> {
    this.#running = this.#running.then(async () => {
      const { registry, clocks, leads, onAlerts, onFault } = this.#options;
      try {
        if (!leads()) return;
        await settleIncidents(registry, clocks);
        const ids = await tellClocks(registry);
        if (ids.length > 0) onAlerts(ids);
      } catch (error) {
        onFault(error);
      }
    });
    return this.#running;
  }
}
