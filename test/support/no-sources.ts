/** Hosts that have told nothing of what a report to the centre asks. */
import type { ReportSources } from '../../collector/services/exchange/report-facts.ts';

export const NO_SOURCES: ReportSources = {
  fleet: { items: async () => ({ items: [], cutFrom: undefined }), counts: async () => [] },
  events: { detections: async () => [], search: async () => [], findAll: async () => [] },
};
