/** Long work on indicators as kinds of jobs: taking files in, acts on all of a source, looking back. */
import { HINDSIGHT_KIND, hindsightParamsSchema, type Hindsight } from './indicator-hindsight.ts';
import { lookBackAfter } from './look-back-after.ts';
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

export interface IndicatorJobPorts {
  hindsight: Hindsight;
  /** Indicators were changed: they are to be matched by. */
  onChanged: () => void;
  /** Of events that are looked through for what an import has brought; 0: none. */
  lookBackDays: number;
}

export function indicatorJobs({ db }: Registry, ports: IndicatorJobPorts): AnyJobKind[] {
  const { hindsight, onChanged, lookBackDays: days } = ports;
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
        const write = await importStep(db, params, { cursor: job.cursor, rowsMax, nowMs });
        return async (trx) => lookBackAfter(trx, await write(trx), { job, nowMs, days });
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
