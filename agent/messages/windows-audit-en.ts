/** What is said about the audit set-up of Windows, in English. */

export const windowsAuditEn = {
  notHere: (option: string): string => `${option} is for the Linux audit: Windows has no such choice`,
  asItShouldBe: 'everything is as it should be: nothing to change',
  kept: (file: string): string =>
    `what was found stands in ${file}; "vonggac-agent audit uninstall" gives exactly that back`,
  nothingSetUp: (file: string): string =>
    `${file} is not there: nothing was set up, so there is nothing to give back`,
  allBack: 'everything is as it was found',
  notAllBack: (file: string): string =>
    `not everything could be given back: ${file} stays, run the command again`,
  neverInstalled: 'the audit was not set up by this agent',
  installed: (file: string): string => `the audit was set up by this agent (${file} holds what was found)`,
  summary: (right: number, differ: number, absent: number, unread: number): string =>
    `settings: ${right} as they should be, ${differ} not, ${absent} logs that this Windows does not have, ${unread} that cannot be read`,
  differs: (title: string, is: string, wanted: string): string => `${title}: ${is}; should be ${wanted}`,
  wouldChange: (title: string, is: string, wanted: string): string =>
    `${title}: ${is} -> ${wanted} (would be changed)`,
  changed: (title: string, was: string, is: string): string => `${title}: ${was} -> ${is}: done`,
  notChanged: (title: string, is: string, reason: string): string => `${title}: stays ${is}: ${reason}`,
  unread: (title: string, reason: string): string =>
    `${title}: cannot be read: ${reason}; run this as an administrator`,
  unreadMany: (count: number, reason: string): string => `${count} settings cannot be read: ${reason}`,
  sysmon: 'Sysmon is here: its log is read',
  noSysmon:
    'Sysmon is not here: it would tell more of processes, network and files (Microsoft, free of charge)',
  doInstall: 'run "vonggac-agent audit install"; with --dry-run it only says what would be changed',
  log: (enabled: boolean, mib: number): string => `${enabled ? 'on' : 'off'}, ${mib} MiB`,
  states: {
    none: 'not audited',
    success: 'success',
    failure: 'failure',
    both: 'success and failure',
    absent: 'not set',
  },
};

export type WindowsAuditMessages = typeof windowsAuditEn;
