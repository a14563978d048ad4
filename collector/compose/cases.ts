/** Cases: what they are told with, their files, the legal clocks that run on them; the deadlines of dossiers and reports. */
import type { CaseControl } from '../api/ports.ts';
import { clamdScanner } from '../case/file-scan.ts';
import { caseControl, ClockWatch, readCaseRules } from '../services/cases/case-control.ts';
import { DeadlineWatch } from '../services/compliance/deadline-watch.ts';
import { ReportDesk } from '../services/reports/report-desk.ts';
import { ReportWatch } from '../services/reports/report-watch.ts';
import { type Ground, ROOT } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

export async function startCases(
  { config, fault, folder, metrics, parts }: Ground,
  { registry }: Stores,
  { leads, news }: { leads: () => boolean; news: News },
): Promise<CaseControl> {
  const cases = caseControl(registry, {
    dataDir: folder.path,
    rules: await readCaseRules(ROOT, folder.path),
    scanner:
      config.clamd === undefined
        ? undefined
        : clamdScanner({
            target: config.clamd,
            isRequired: config.clamdRequired === 'on',
            onOutcome: (outcome) => metrics.filesScanned.inc({ outcome }),
            onFault: fault('a file could not be scanned for viruses'),
          }),
    live: news.live,
  });
  const clocks = new ClockWatch({
    registry,
    files: cases.files,
    clocks: cases.rules.clocks,
    leads,
    onAlerts: news.onAlerts,
    onFault: fault('legal clocks could not be looked at; trying again'),
  });
  await parts.start('legal clocks', clocks);
  const deadlines = new DeadlineWatch({
    registry,
    leads,
    onAlerts: news.onAlerts,
    onFault: fault('deadlines of dossiers could not be looked at; trying again'),
  });
  await parts.start('dossier deadlines', deadlines);
  const reports = new ReportWatch({
    registry,
    desk: new ReportDesk({ registry, dataDir: folder.path }),
    leads,
    onAlerts: news.onAlerts,
    onFault: fault('reports could not be looked at; trying again'),
  });
  await parts.start('reports', reports);
  return cases;
}
