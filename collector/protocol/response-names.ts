/** What may be done on a host, and what becomes of it. Apart from the record's schema, as the agent only writes those. */

export const RESPONSE_ACTIONS = [
  'isolate',
  'release',
  'kill-process',
  'quarantine-file',
  'restore-file',
  'disable-account',
  'enable-account',
  'collect-bundle',
] as const;

export type ResponseAction = (typeof RESPONSE_ACTIONS)[number];

/** What a host says of a command. `refused`: not begun; `unknown`: the agent died in the middle of it. */
export const COMMAND_STATES = [
  'accepted',
  'refused',
  'rehearsed',
  'done',
  'failed',
  'undone',
  'unknown',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];
