/** The port to rules of a collector that has none in force. */
import type { RuleReader } from '../../collector/api/ports.ts';
import { ruleLayer } from '../../collector/services/content/rule-reports.ts';
import { kindSights } from '../../collector/services/content/rule-coverage.ts';
import { sightOfHost, sightOfKind } from '../../rules/needs/index.ts';
import { emptyReport } from '../../collector/content/import-report.ts';

export const NO_RULES: RuleReader = {
  list: () => ({ rules: [], rejected: [] }),
  refresh: async () => undefined,
  lookAtImport: async () => emptyReport(),
  report: async (days) => ({ fromMs: 0, days, rules: [] }),
  pick: () => [],
  coverage: () => [],
  layer: (report, product) => ruleLayer(report, product),
  sightOfKinds: () => kindSights(async () => []),
  sightOfKind: async (kind, set) => ({ kind, ...sightOfKind(kind, [], set) }),
  sightOfHost: async () => ({ kind: 'office-pc', ...sightOfHost('office-pc', [], []) }),
  check: async () => ({ findings: [], meaning: null, events: [] }),
};
