/** Words of what exceptions are, and of what speaks against one. */

export const stateLabels = {
  requested: 'except.state.requested',
  approved: 'except.state.approved',
  rejected: 'except.state.rejected',
  revoked: 'except.state.revoked',
  expired: 'except.state.expired',
} as const;

export const kindLabels = {
  rule: 'except.kind.rule',
  posture: 'except.kind.posture',
  vulnerability: 'except.kind.vulnerability',
} as const;

export const doneLabels = {
  approve: 'except.done.approve',
  reject: 'except.done.reject',
  withdraw: 'except.done.withdraw',
  revoke: 'except.done.revoke',
  extend: 'except.done.extend',
} as const;

export const howLabels = {
  alert: 'except.how.alert',
  fields: 'except.how.fields',
  condition: 'except.how.condition',
  window: 'except.how.window',
} as const;

export const dayLabels = {
  1: 'except.day.1',
  2: 'except.day.2',
  3: 'except.day.3',
  4: 'except.day.4',
  5: 'except.day.5',
  6: 'except.day.6',
  7: 'except.day.7',
} as const;

export const warningLabels = {
  share: 'except.warn.share',
  'true-positive': 'except.warn.true-positive',
  severe: 'except.warn.severe',
  agencies: 'except.warn.agencies',
  truncated: 'except.warn.truncated',
  nothing: 'except.warn.nothing',
} as const;
