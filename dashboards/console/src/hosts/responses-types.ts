/** Shapes of commands to hosts, taken from the API's contract. */
import type { z } from 'zod';
import type {
  jobDetailSchema,
  jobListSchema,
  jobPreviewSchema,
} from '../../../../collector/api/contract-jobs.ts';
import type {
  bulkResponseBodySchema,
  newResponseSchema,
  responseSchema,
} from '../../../../collector/api/contract-response.ts';

export type Response = z.infer<typeof responseSchema>;
export type ResponseState = Response['state'];
export type Command = Response['command'];
export type Action = Command['action'];
export type NewResponse = z.input<typeof newResponseSchema>;
export type BulkResponse = z.input<typeof bulkResponseBodySchema>;
export type JobPreview = z.infer<typeof jobPreviewSchema>;
export type Job = z.infer<typeof jobListSchema>['jobs'][number];
export type JobDetail = z.infer<typeof jobDetailSchema>;
