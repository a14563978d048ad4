/** `vonggac update` in English. */
export const updateEn = {
  rollout: (version: string, state: string, ring: string, reason: string) =>
    `Release ${version}: ${state}, ring ${ring}${reason === '' ? '' : `: ${reason}`}.`,
  second: 'A second person lets it out: "vonggac update start --user NAME".',
  none: 'No release is being let out.',
  states: {
    planned: 'planned',
    running: 'being let out',
    paused: 'paused',
    halted: 'HALTED',
    ended: 'ended',
  },
  outcomes: {
    held: 'HELD',
    applied: 'APPLIED',
    trying: 'TRYING',
    waiting: 'WAITING',
    failed: 'FAILED',
    silent: 'SILENT',
    unable: 'UNABLE',
  },
  columns: { ring: 'RING', running: 'RUNS' },
};
export type UpdateMessages = typeof updateEn;

export const updateHelpEn = {
  update: 'let a release of the agent out ring by ring: planned by one person, started by another',
  updatePlan: 'plan how a release is let out; it waits for a second person',
  updateStart: 'let it out to the first ring: another person than who planned it',
  updateResume: 'go on after a pause or a halt',
  updatePause: 'nobody else gets it until it is resumed',
  updateHalt: 'nobody else gets it: something is wrong with it',
  updateEnd: 'the rollout is over, or is not to begin',
  updateStatus: 'how each ring stands; exits with 1 when the rollout is halted',
  updateRings: 'JSON file with the rings (default: 1 %, 10 %, all)',
  updateHealthy: 'percent of a ring that must hold before the next begins (default: 90)',
  updateHaltAbove: 'halt when more percent of those that tried it took it back (default: 5)',
  updateSoak: 'hours for which it must hold (default: 24)',
  updateReason: 'why; kept with the act',
  updateUser: 'who acts; the password is asked for, or comes in VONGGAC_PASSWORD',
  updateHosts: 'every host, too',
};
