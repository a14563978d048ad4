/** What `vonggac doctor` finds, seen from inside the collector, for the console. */
import { X509Certificate } from 'node:crypto';
import { findings, SKEW_MS_MAX, type FindingName } from '../../doctor/verdicts.ts';
import { sickAgents } from '../../registry/agent-health.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { version } from '../../version.ts';
import { errorSchema } from '../contract.ts';
import { systemHealthSchema, type SystemHealthView } from '../contract-system-health.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { keptAnswers, type Asked } from '../kept-answers.ts';
import { principalOf } from '../principal.ts';

/** The machine is asked for it: pages that are left open share an answer. */
const KEPT_MS = 10_000;

/** What concerns a part of the tree as much as the whole. */
const OF_ANY_PART: ReadonlySet<FindingName> = new Set([
  'running',
  'store',
  'writer',
  'projector',
  'rules',
  'agents-skew',
  'agents-version',
]);

async function look(deps: ApiDependencies, { scope }: Asked): Promise<SystemHealthView> {
  const nowMs = deps.now();
  const own = version();
  const [machine, ready, scanner, agents] = await Promise.all([
    deps.machine(),
    deps.health.ready(),
    deps.cases.files.scanner.state(),
    sickAgents(deps.registry, { skewMsMax: SKEW_MS_MAX, version: own, scope }),
  ]);
  const batches = deps.metrics.batches();
  const workers = deps.metrics.workers();
  const { rules, rejected } = deps.rules.list();
  const certificateExpiresMs = Date.parse(new X509Certificate(deps.tls.current.cert).validTo);
  const found = findings({
    ...machine,
    nowMs,
    version: own,
    live: {
      checks: ready.checks,
      ...batches,
      workersWanted: workers.wanted,
      workersRunning: workers.running,
      scanner,
    },
    certificateExpiresMs,
    // To check it whole takes the only thread for seconds: the command does, in a process of its own.
    registryFault: undefined,
    rejectedRules: rejected.length,
    agents: agents.all,
    agentsSkewed: agents.skewed,
    agentsOtherVersion: agents.otherVersion,
  });
  const seesAll = scope.kind === 'all';
  return {
    at: isoTime(nowMs),
    version: own,
    findings: found
      .filter(({ name }) => seesAll || OF_ANY_PART.has(name))
      .map(({ args, ...finding }) => ({ ...finding, args: [...args] })),
    machine: seesAll
      ? {
          startedAt: isoTime(nowMs - Math.round(process.uptime() * 1_000)),
          eventsPerSecond: deps.metrics.eventsPerSecond(),
          ...batches,
          rulesLoaded: rules.length,
          rulesRejected: rejected.length,
          diskFreeBytes: machine.diskFreeBytes,
          diskBytes: machine.diskBytes,
          certificateEndsAt: isoTime(certificateExpiresMs),
          lastBackupAt: machine.lastBackupMs === undefined ? null : isoTime(Math.round(machine.lastBackupMs)),
        }
      : null,
  };
}

export function addSystemHealthRoutes(app: ApiServer, deps: ApiDependencies): void {
  const kept = keptAnswers(KEPT_MS, deps.now, (asked: Asked) => look(deps, asked));
  app.get(
    '/system-health',
    {
      config: { access: 'metrics:read' },
      schema: {
        summary: 'What the collector needs, what is so and what is not well; at most 10 s old',
        response: { 200: systemHealthSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { agencyId, scope } = principalOf(request);
      return kept({ agencyId, scope });
    },
  );
}
