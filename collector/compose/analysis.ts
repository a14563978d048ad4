/** What analysts have of rules, exceptions, indicators and history, and what of it looks again by itself. */
import type {
  ExceptionControl,
  HuntControl,
  IndicatorControl,
  RuleReader,
  VulnerabilityControl,
} from '../api/ports.ts';
import { exceptionControl } from '../services/exceptions/exception-control.ts';
import { ExceptionService } from '../services/exceptions/exception-service.ts';
import { huntDesk } from '../services/hunts/hunt-desk.ts';
import { HuntScheduleService } from '../services/hunts/hunt-schedule-service.ts';
import { indicatorDesk } from '../services/indicators/indicator-desk.ts';
import type { JobRunner } from '../services/jobs/job-runner.ts';
import { vulnerabilityDesk } from '../services/vulnerabilities/vulnerability-desk.ts';
import { VulnerabilityService } from '../services/vulnerabilities/vulnerability-service.ts';
import { rulePort } from '../services/content/rule-desk.ts';
import { fromEventId } from '../store/event-query.ts';
import type { Detection } from './detection.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

export interface Analysis {
  rules: RuleReader;
  exceptions: ExceptionControl;
  indicators: IndicatorControl;
  vulnerabilities: VulnerabilityControl;
  hunts: HuntControl;
}

export interface AnalysisNeeds {
  detection: Detection;
  jobs: JobRunner;
  leads: () => boolean;
  news: News;
}

export async function startAnalysis(ground: Ground, stores: Stores, needs: AnalysisNeeds): Promise<Analysis> {
  const { registry, store } = stores;
  const { rules, indicators } = needs.detection;
  const exceptions = await startExceptions(ground, stores, needs);
  return {
    rules: {
      list: () => ({ rules: rules.book.summaries, rejected: rules.book.rejected }),
      ...rulePort({ registry, store, service: rules }),
    },
    exceptions,
    indicators: indicatorDesk({ registry, look: () => indicators.look() }),
    vulnerabilities: await startVulnerabilities(ground, stores, needs),
    hunts: await startHunts(ground, stores, needs),
  };
}

async function startExceptions(
  { fault, parts }: Ground,
  { registry, store }: Stores,
  { detection, jobs, leads, news }: AnalysisNeeds,
): Promise<ExceptionControl> {
  const service = new ExceptionService({
    registry,
    jobs,
    leads,
    onAlerts: news.onAlerts,
    onFault: fault('the register of exceptions could not be looked through'),
  });
  await parts.start('exceptions', service);
  return exceptionControl({
    registry,
    jobs,
    ...detection.exceptionRules,
    findEvent: (name) => store.find(name),
    nameOf: fromEventId,
    onEnded: () => service.kick(),
  });
}

async function startVulnerabilities(
  { fault, parts }: Ground,
  { registry, store }: Stores,
  { leads }: AnalysisNeeds,
): Promise<VulnerabilityControl> {
  const service = new VulnerabilityService({
    registry,
    inventory: store.inventory,
    leads,
    onFault: fault('vulnerabilities could not be looked through; trying again'),
  });
  await parts.start('vulnerabilities', service);
  return vulnerabilityDesk({ registry, look: () => service.look() });
}

async function startHunts(
  { fault, parts }: Ground,
  { registry, store }: Stores,
  { detection, leads, news }: AnalysisNeeds,
): Promise<HuntControl> {
  const hunts = huntDesk({ registry, store, engine: () => detection.rules.book.engine });
  const schedules = new HuntScheduleService({
    registry,
    hunts,
    leads,
    onAlerts: news.onAlerts,
    onFault: fault('scheduled hunts could not be run; trying again'),
  });
  await parts.start('scheduled hunts', schedules);
  return hunts;
}
