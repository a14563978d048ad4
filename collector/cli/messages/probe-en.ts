/** What the commands about probes say, in English. */
export const probeHelpEn = {
  probe: 'systems on which no agent can be, asked from outside by chosen agents',
  probeStatus: 'how they stand now, and their uptime of 24 hours and of 30 days',
  probeAgency: 'of this agency only',
  probeHost: 'asked by this host only: its name, or the beginning of its agent id',
  probeCheck: 'exit with 1 when any is bad',
};

export const probeEn = {
  none: 'No agent has told of a probe within 30 days. Name some in "probes" of an agent, or of its group’s policy (docs/probe.md).',
  more: 'There are more than are shown; ask by --agency or --host.',
  unknown: '-',
  stale: 'old',
  columns: {
    state: 'state',
    name: 'name',
    host: 'asked by',
    day: 'up, 24 h',
    month: 'up, 30 days',
    certificate: 'certificate',
    domain: 'domain',
  },
  states: {
    ok: 'ok',
    degraded: 'attention',
    failed: 'bad',
    changed: 'changed',
    'not-assessed': 'not assessed',
    unknown: 'unknown',
  },
};

export type ProbeMessages = typeof probeEn;
