/** What is said about file integrity, in English. */
export const integrityEn = {
  help: {
    integrity: 'file integrity: compare now, say how it stands, verify or accept the baseline',
    scan: 'compare everything that is watched now, and wait for it; what differs is told to the collector',
    status: 'what is watched, when it was compared, how far a scan is',
    baseline: 'the signed baseline',
    verify: 'check that the baseline is as the agent wrote it; also while no agent runs',
    accept: 'take what is on the disk now as expected: one report in place of a record for each change',
    yes: 'do it without asking again',
    timeout: 'wait so long for the running agent (default: 3600)',
  },
  notRunning: 'no agent runs on this state folder: start it first',
  noAnswer: (seconds: number): string =>
    `the agent did not answer within ${seconds} seconds; it goes on with it`,
  scanned: (paths: number, changes: number, seconds: string): string =>
    `${paths} paths compared in ${seconds} s, ${changes} changes`,
  accepted: (paths: number, changes: number): string =>
    `${paths} paths are the baseline now; ${changes} changes go into one report`,
  acceptAsks:
    'this takes every difference on the disk as expected, also what an intruder changed. Say --yes when you know what changed',
  genuine: (rows: number, digest: string): string =>
    `the baseline is genuine: ${rows} rows, digest ${digest}`,
  forged: (rows: number): string =>
    `${rows} rows of the baseline are not as the agent wrote them; what they held is learnt anew and told`,
  faults: (faults: string): string => `the baseline is not as the agent wrote it: ${faults}`,
  noBaseline: 'there is no baseline yet',
  noStatus: 'nothing is known yet: the agent has not watched any files here',
  set: (path: string, realtime: boolean, scanned: string, next: string): string =>
    `${path}: ${realtime ? 'watched' : 'scanned only'}, compared ${scanned}, next ${next}`,
  baselineLine: (rows: number, digest: string): string => `baseline: ${rows} rows, digest ${digest}`,
  degraded: 'not everything can be watched; scans take its place (see status)',
  scanning: (kind: string, paths: number, folder: string): string =>
    `scan under way (${kind}): ${paths} paths, at ${folder}`,
  maintenance: (until: string): string => `maintenance until ${until}: changes are gathered for one report`,
  never: 'never',
};
export type IntegrityMessages = typeof integrityEn;
