/** What the doctor says about systemd's journal, in English. */
export const journalEn = {
  readable: (time: string): string => `the journal can be read; its last entry is of ${time}`,
  empty:
    'no entry of the journal can be seen: it is empty, or the agent must run as a user of the group systemd-journal',
  silent: (seconds: number): string => `journalctl did not answer within ${seconds} seconds`,
  unreadable: (reason: string): string =>
    `the journal cannot be read: ${reason}; install systemd, or set "journald": { "enabled": false } in agent.json`,
  twice: (file: string): string =>
    `${file} is read as well and holds the same messages: take it out of "tails", or set "journald": { "enabled": false }`,
};
export type JournalMessages = typeof journalEn;
