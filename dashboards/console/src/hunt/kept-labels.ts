/** Words of what kept hunts are at. */

export const scheduleLabels = {
  well: 'kept.state.well',
  failing: 'kept.state.failing',
  stopped: 'kept.state.stopped',
} as const;

export const outcomeLabels = {
  done: 'kept.outcome.done',
  failed: 'kept.outcome.failed',
  stopped: 'kept.outcome.stopped',
} as const;
