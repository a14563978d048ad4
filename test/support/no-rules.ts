/** The port to rules of a collector that has none in force. */
import type { RuleReader } from '../../collector/api/ports.ts';
import { emptyReport } from '../../collector/content/import-report.ts';

export const NO_RULES: RuleReader = {
  list: () => ({ rules: [], rejected: [] }),
  refresh: async () => undefined,
  lookAtImport: async () => emptyReport(),
  report: async (days) => ({ fromMs: 0, days, rules: [] }),
  pick: () => [],
  coverage: () => [],
  check: async () => ({ findings: [], meaning: null, events: [] }),
};
