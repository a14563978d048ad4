/** What the doctor says about the logs of Windows, in English. */
export const eventLogEn = {
  readable: (log: string, time: string): string => `${log}: can be read; its last event is of ${time}`,
  empty: (log: string): string => `${log}: can be read; it holds no event`,
  absent: (logs: string): string => `not on this machine: ${logs}`,
  missing: (log: string): string =>
    `${log}: there is no log of this name; "wevtutil el" lists those that there are, or give it "optional": true`,
  denied: (log: string): string =>
    `${log}: the agent may not read it; run it as SYSTEM or as an administrator, or add its account to the group Event Log Readers`,
  query: (log: string): string => `${log}: Windows does not accept its query; check "select" and "suppress"`,
  bookmark: (log: string): string => `${log}: Windows does not accept its bookmark`,
  service: 'the service EventLog does not run; start it: sc start EventLog',
  unreadable: (reason: string): string =>
    `${reason}; where a program blocks it, allow wevtutil.exe to the agent, or set "windowsEventLog": { "enabled": false }`,
  forwarded: (log: string): string =>
    `${log}: holds events of other machines; each keeps the name of the machine it comes from`,
};
export type EventLogMessages = typeof eventLogEn;
