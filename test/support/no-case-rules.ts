/** Rules of cases for tests that start no clock and use no checklist. */
import type { CaseRules } from '../../collector/case/legal-clocks.ts';

export const NO_CASE_RULES: CaseRules = {
  clocks: {
    version: 1,
    timeZone: 'Asia/Ho_Chi_Minh',
    clocks: [],
    holidays: { source: '', confidence: 'D', days: [], worked: [] },
  },
  checklists: {},
};
