/** The events' table as SQL made from rules reads it; the caller adds what to return and in which order. */
import { COLUMN_OF_FIELD, TYPED_COLUMNS } from './event-columns.ts';

/** Fields that every event has for a hunt, by their columns; `huntFields` gives the matcher the same. */
export const HUNT_COLUMNS = {
  message: 'message',
  'host.name': 'hostname',
  'agent.id': 'agent_id',
  'event.dataset': 'channel',
} as const;

export const SIGMA_SCHEMA = {
  time: 'time',
  fields: 'other_fields',
  jsonFields: 'json_fields',
  typed: { names: 'typed_fields', columns: COLUMN_OF_FIELD },
  columns: { message: 'message' },
  // As message-pattern.ts makes it.
  parts: { message: ['message_pattern', 'message_text'] },
  repeating: [
    'message_pattern',
    'agent_id',
    'channel',
    ...TYPED_COLUMNS.filter(({ repeats }) => repeats).map(({ name }) => name),
  ],
  logsource: { product: 'log_products', category: 'log_categories', service: 'log_services' },
} as const;

/**
 * The same for hunts, where people ask for more than an event says itself: by which agent, on what channel, and the host
 * by one name wherever it stands.
 */
export const HUNT_SCHEMA = {
  ...SIGMA_SCHEMA,
  typed: {
    names: SIGMA_SCHEMA.typed.names,
    columns: Object.fromEntries(
      Object.entries(COLUMN_OF_FIELD).filter(([name]) => !Object.hasOwn(HUNT_COLUMNS, name)),
    ),
  },
  columns: HUNT_COLUMNS,
};
