/** Long work on indicators as kinds of jobs: taking files in, acts on all of a source, looking back. */
import { HINDSIGHT_KIND, hindsightParamsSchema, type Hindsight } from './indicator-hindsight.ts';
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import type { Registry } from '../../registry/database.ts';
import {
  BULK_KIND,
  bulkIndicatorsSchema,
  bulkIndicatorsStep,
  previewBulkIndicators,
} from '../../registry/indicator/bulk-job.ts';
import {
  IMPORT_KIND,
  importParamsSchema,
  importStep,
  previewImport,
} from '../../registry/indicator/import-job.ts';

const ACCESS = { read: 'indicator:read', run: 'indicator:write', approve: 'indicator:write' } as const;

/** @param onChanged indicators were changed: they are to be matched by */
export function indicatorJobs({ db }: Registry, hindsight: Hindsight, onChanged: () => void): AnyJobKind[] {
  return [
    anyJobKind({
      name: HINDSIGHT_KIND,
      access: ACCESS,
      params: hindsightParamsSchema,
      preview: (params) => hindsight.preview(params),
      step: (params, context) => hindsight.step(params, context),
    }),
    anyJobKind({
      name: IMPORT_KIND,
      access: ACCESS,
      params: importParamsSchema,
      preview: (params) => previewImport(db, params),
      step: async (params, { job, rowsMax, nowMs }) => {
        onChanged();
        return importStep(db, params, { cursor: job.cursor, rowsMax, nowMs });
      },
    }),
    anyJobKind({
      name: BULK_KIND,
      access: ACCESS,
      params: bulkIndicatorsSchema,
      preview: (params) => previewBulkIndicators(db, params),
      step: async (params, { job, rowsMax, nowMs }) => {
        onChanged();
        return bulkIndicatorsStep(db, params, { cursor: job.cursor, rowsMax, nowMs });
      },
    }),
  ];
}
