/** `vonggac quota` and `vonggac bandwidth` in English. */
export const limitsEn = {
  all: 'all',
  each: 'each agent',
  together: 'together',
  quotaSet: (id: number) => `Quota ${id} holds from now on: what is over it waits, nothing is dropped.`,
  quotaCleared: (id: number) => `Quota ${id} no longer holds.`,
  noQuotas: 'There are no quotas.',
  capSet: (id: number) => `Bandwidth cap ${id} holds from now on, divided among the agents that are online.`,
  capCleared: (id: number) => `Bandwidth cap ${id} no longer holds.`,
  noCaps: 'There are no bandwidth caps.',
  notHours: (text: string) => `"${text}" are not hours of the day, e.g. 7-18, or 22-6 over midnight`,
  columns: {
    each: 'FOR',
    eventsPerSecond: 'EVENTS/S',
    mbPerDay: 'MB/DAY',
    slowing: 'SLOWING',
    prefix: 'PREFIX',
    hours: 'HOURS',
    timeZone: 'TIME ZONE',
    kbps: 'KBIT/S',
  },
};

export type LimitsMessages = typeof limitsEn;

export const limitsHelpEn = {
  quota: 'how much agencies and groups may send; what is over it waits',
  quotaSet: 'set the quota of an agency (with those under it), a group, or everybody',
  quotaList: 'list quotas, and whether they slow somebody down now',
  quotaClear: 'take a quota away',
  quotaPerAgent: 'for each agent by itself, instead of all together',
  quotaEps: 'events a second; bursts of ten seconds pass',
  quotaMbPerDay: 'megabytes a day, uncompressed; beyond it, what comes is let in at the mean of a day',
  limitAgency: 'id of the agency',
  limitGroup: 'agent group',
  limitId: 'its number in the list',
  bandwidth: "what the lines of sites may carry, by hour, divided among a site's agents",
  bandwidthSet: 'cap the line of an agency (with those under it) or of an address prefix',
  bandwidthList: 'list bandwidth caps',
  bandwidthClear: 'take a bandwidth cap away',
  bandwidthPrefix: 'addresses of the site, e.g. 10.20.30.0/24 or 2001:db8:7::/48',
  bandwidthHours: 'from one hour to another, e.g. 7-18, 22-6 or 0-24',
  bandwidthKbps: 'kilobits a second, all agents of the site together',
  bandwidthZone: 'time zone of the hours',
};
