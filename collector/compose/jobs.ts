/** Long work: the only place that knows all its kinds. */
import type { CaseControl } from '../api/ports.ts';
import { alertJobs } from '../services/alerts/alert-jobs.ts';
import { caseJobs } from '../services/cases/case-jobs.ts';
import { exceptionJobs } from '../services/exceptions/exception-jobs.ts';
import { Hindsight } from '../services/indicators/indicator-hindsight.ts';
import { indicatorJobs } from '../services/indicators/indicator-jobs.ts';
import { jobNews } from '../services/jobs/job-news.ts';
import { JobRunner } from '../services/jobs/job-runner.ts';
import type { AlertProtector } from '../registry/alert-protectors.ts';
import { CASE_PROTECTORS } from '../registry/cases/case-protectors.ts';
import { inspectionJobs } from '../services/reports/inspection-jobs.ts';
import type { PackBuilder } from '../services/reports/pack-builder.ts';
import { requestJobs } from '../services/requests/request-jobs.ts';
import type { RequestTemplate } from '../request/request-template.ts';
import { responseJobs } from '../services/responses/response-jobs.ts';
import { vulnerabilityJobs } from '../services/vulnerabilities/vulnerability-jobs.ts';
import { ruleJobs } from '../services/content/rule-desk.ts';
import type { Delivery } from './delivery.ts';
import type { Detection } from './detection.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

/** Parts that keep alerts from bulk acts name themselves here. */
const ALERT_PROTECTORS: readonly AlertProtector[] = [...CASE_PROTECTORS];

export interface JobNeeds {
  cases: CaseControl;
  detection: Detection;
  delivery: Delivery;
  news: News;
  packs: PackBuilder;
  requestTemplates: readonly RequestTemplate[];
}

export function startJobs(
  { config, inBackground, log, now, parts }: Ground,
  { registry, store }: Stores,
  { cases, detection, delivery, news, packs, requestTemplates }: JobNeeds,
): Promise<JobRunner> {
  const { rules, indicators } = detection;
  const hindsight = new Hindsight(registry, store.hindsight, news.onAlerts);
  return parts.start(
    'jobs',
    new JobRunner({
      registry,
      kinds: [
        ...alertJobs(registry, ALERT_PROTECTORS),
        ...exceptionJobs({
          registry,
          hunts: store.hunts,
          hits: store,
          desk: detection.exceptions,
          book: () => rules.book,
          onAlerts: news.onAlerts,
          protectors: ALERT_PROTECTORS,
          ...detection.exceptionRules,
        }),
        ...inspectionJobs(registry, packs, store),
        ...requestJobs(registry, requestTemplates),
        ...responseJobs(registry, (agentId) => delivery.presence.isOnline(agentId)),
        ...caseJobs(registry, (ids) => inBackground(cases.changed(ids))),
        ...ruleJobs(registry, store, rules),
        ...vulnerabilityJobs({ registry, inventory: store.inventory }),
        ...indicatorJobs(registry, {
          hindsight,
          onChanged: () => void indicators.look(),
          lookBackDays: config.indicatorLookBackDays,
        }),
      ],
      leads: delivery.leads,
      onProgress: jobNews(news.live, now),
      onFault: (error, job) => log.error({ err: error, job: job?.id, kind: job?.kind }, 'a job failed'),
    }),
  );
}
