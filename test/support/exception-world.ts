/** Exceptions on a control plane with events in memory: the real desk, control and jobs, of rules that a test names. */
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { exceptionControl } from '../../collector/services/exceptions/exception-control.ts';
import { ExceptionDesk } from '../../collector/services/exceptions/exception-desk.ts';
import { exceptionJobs } from '../../collector/services/exceptions/exception-jobs.ts';
import { exceptionRules } from '../../collector/services/exceptions/exception-rules.ts';
import type { AnyJobKind, JobRunner } from '../../collector/services/jobs/job-runner.ts';
import type { ExceptionControl } from '../../collector/api/ports.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { ruleFactsSchema } from '../../collector/registry/rule-facts.ts';
import { fromEventId, toEventId } from '../../collector/store/event-query.ts';
import type { EventStore, FoundEvent, HitRow } from '../../collector/store/store.ts';
import { memoryHunts } from './memory-hunts.ts';

const rule = (id: string, level: string): string => `
title: ${id}
id: ${id}
logsource: { product: linux, service: sshd }
detection: { selection: { event.action: ssh_login_failed }, condition: selection }
level: ${level}
tags: [attack.t1110]
`;
const RULES = ['r1', 'r2', 'r3'].map((id) => rule(id, 'medium'));
const TEXT = [...RULES, rule('severe', 'high'), rule('worst', 'critical')].join('---');

export interface ExceptionWorld {
  desk: ExceptionDesk;
  kinds: AnyJobKind[];
  control: (jobs: Pick<JobRunner, 'request' | 'kick'>) => ExceptionControl;
  /** Alerts that were told of as raised. */
  raised: readonly string[];
}

/** @param events newest first, as they are when they are asked for */
export function exceptionWorld(
  registry: Registry,
  events: () => readonly FoundEvent[],
  onEnded: () => void = () => undefined,
  batchOf: (event: FoundEvent) => number = () => 1,
): ExceptionWorld {
  const raised: string[] = [];
  const engine = compile([parseRules(TEXT, { source: 'rules.yml' })]);
  const facts = new Map(
    engine.rules.map(({ id, title, level, tags }) => [
      id,
      ruleFactsSchema.parse({
        ruleId: id,
        title,
        titleVi: null,
        description: '',
        descriptionVi: null,
        advice: null,
        adviceVi: null,
        severity: level,
        tags: [...tags],
        falsePositives: [],
        references: [],
      }),
    ]),
  );
  const rules = exceptionRules(() => ({ engine, facts: (ruleId) => facts.get(ruleId) }));
  const find = (id: string): FoundEvent | undefined => events().find((event) => event.id === id);
  const desk = new ExceptionDesk({
    db: registry.db,
    words: rules.words,
    readEvents: async (names) => names.flatMap((name) => find(toEventId(name)) ?? []),
    nameOf: fromEventId,
    now: registry.now,
    onRejected: () => undefined,
  });
  const hunts: ReturnType<typeof memoryHunts> = {
    ...memoryHunts([]),
    page: (query, ...rest) => memoryHunts(events()).page(query, ...rest),
    hitCounts: (query, ...rest) => memoryHunts(events()).hitCounts(query, ...rest),
  };
  const hits: Pick<EventStore, 'readHitsByTime'> = {
    readHitsByTime: async ({ ruleIds, fromMs, toMs, batchMax, limit, after }) =>
      events()
        .filter((event) => event.ruleIds.some((ruleId) => ruleIds.includes(ruleId)))
        .filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs)
        .toSorted((a, b) => a.timeMs - b.timeMs)
        .map((event, at): HitRow => {
          const { id, timeMs, receivedMs, hostname, agencyId, message } = event;
          const found = event.ruleIds.map((ruleId) => ({ ruleId, fields: event.fields }));
          const about = { timeMs, receivedMs, hostname, agencyId, message };
          return { ...fromEventId(id), ...about, batch: batchOf(event), row: at, hits: found };
        })
        .filter(({ batch }) => batch <= batchMax)
        .filter(
          ({ timeMs, row }) =>
            after === undefined || timeMs > after.timeMs || (timeMs === after.timeMs && row > after.row),
        )
        .slice(0, limit),
  };
  const book = {
    engine,
    facts: (ruleId: string) => facts.get(ruleId),
    entityFields: () => ['user.name'],
  };
  return {
    desk,
    kinds: exceptionJobs({
      registry,
      hunts,
      hits,
      desk,
      book: () => book,
      onAlerts: (ids) => raised.push(...ids),
      protectors: [],
      ...rules,
    }),
    raised,
    control: (jobs) =>
      exceptionControl({
        registry,
        jobs,
        onEnded,
        findEvent: async (name) => find(toEventId(name)),
        nameOf: fromEventId,
        ...rules,
      }),
  };
}
