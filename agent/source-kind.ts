/** The kinds of sources by name, as status, doctor and catalogues know them; `other` stands for those of tests. */
export const SOURCE_KINDS = [
  'file',
  'audit',
  'journald',
  'windows-event-log',
  'windows-registry',
  'syslog',
  'command',
  'integrity',
  'inventory',
  'posture',
  'activity',
  'probe',
  'other',
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
