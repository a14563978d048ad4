/** The events' table as SQL made from rules reads it; the caller adds what to return and in which order. */
import { COLUMN_OF_FIELD } from './event-columns.ts';

export const SIGMA_SCHEMA = {
  time: 'time',
  fields: 'other_fields',
  jsonFields: 'json_fields',
  typed: { names: 'typed_fields', columns: COLUMN_OF_FIELD },
  columns: { message: 'message' },
  logsource: { product: 'log_products', category: 'log_categories', service: 'log_services' },
} as const;
