/** Words of what indicators are. */

export const kindLabels = {
  ip: 'ioc.kind.ip',
  domain: 'ioc.kind.domain',
  url: 'ioc.kind.url',
  hash: 'ioc.kind.hash',
  email: 'ioc.kind.email',
} as const;

export const standingLabels = {
  active: 'ioc.state.active',
  throttled: 'ioc.state.throttled',
  expired: 'ioc.state.expired',
  retired: 'ioc.state.retired',
} as const;

export const countLabels = {
  indicators: 'ioc.count.indicators',
  added: 'ioc.count.added',
  updated: 'ioc.count.updated',
  unchanged: 'ioc.count.unchanged',
  expired: 'ioc.count.expired',
  retired: 'ioc.count.retired',
  refused: 'ioc.count.refused',
} as const;
