/** `vonggac audit` in English. */
export const auditEn = {
  none: 'No act of that kind stands in the audit trail.',
  columns: {
    seq: 'NO.',
    time: 'TIME',
    actor: 'WHO',
    action: 'ACT',
    target: 'ON WHAT',
    detail: 'DETAILS',
  },
  masked: (entries: number) =>
    `In ${entries} of them personal data is masked: they stand where they stood; what they say can only be checked in an export by who may read it.`,
  progress: (entries: number) => `${entries} entries...`,
  empty: 'The audit trail is empty.',
  walked: (entries: number, first: number, last: number, from: string, to: string) =>
    `${entries} entries, ${first} to ${last}, from ${from} to ${to}.`,
  withoutHeads:
    'No kept heads were given (--heads): entries that were changed or left out show, a trail that was cut off or written anew as a whole does not.',
  withHeads: (matched: number, before: number, foreign: number) =>
    `Kept heads that fit: ${matched}; of before the first entry: ${before}; of other trails: ${foreign}.`,
  faults: {
    changed: (seq: number) => `Entry ${seq} is not as it was written, or the one before it is not.`,
    missing: (from: number, to: number) =>
      from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`,
    misplaced: (seq: number, after: number) => `Entry ${seq} stands behind entry ${after}.`,
    cut: (last: number, head: number, at: string | undefined) =>
      `The trail ends at entry ${last}; it had ${head}${at === undefined ? ' by its own account' : ` at ${at}`}. Its end was cut off, or a backup of before was restored.`,
    rewritten: (seq: number, at: string | undefined) =>
      `Up to entry ${seq} this is not the trail whose head was kept${at === undefined ? '' : ` at ${at}`}: it was written anew.`,
  },
  more: (count: number) => `${count} more faults of this kind.`,
  whole: (hash: string) => `The trail is as it was written. Head: ${hash}`,
  notAsWritten: 'The trail is NOT as it was written.',
  noHeads: (files: string) => `there are no heads of an audit trail in ${files}`,
  unwritable: (file: string, code: string) => `${file} cannot be written (${code})`,
  notExport: (file: string, line: number) =>
    `${file}:${line} is no line of an exported audit trail; "vonggac audit export" makes such files`,
  notWhole: (file: string) => `${file} is no whole export: its first or last line is missing`,
  exported: (entries: number, file: string) =>
    `${entries} entries are in ${file}; "vonggac audit verify --file" checks it anywhere.`,
  noPlaces:
    'Heads are sent nowhere: set VONGGAC_AUDIT_HEADS, e.g. syslog+tls://log.example.vn:6514 or file:/mnt/archive/heads.log',
  sent: (target: string, seq: number) => `${target}: sent, entry ${seq}`,
  unsent: (target: string, problem: string) => `${target}: not sent: ${problem}`,
};

export const auditHelpEn = {
  audit: 'who did what: the audit trail, its proof and its heads',
  auditList: 'list acts, newest first',
  auditActor: 'only of this one, e.g. user:an, token:ID, cli:root, system',
  auditAction: 'only this act, e.g. agent.revoke, or all of a thing: agent.',
  auditTarget: 'only on this, e.g. agent:ID',
  auditFrom: 'at this time or later',
  auditTo: 'before this time',
  auditLimit: 'at most so many',
  auditVerify: 'check that every entry is as it was written; exit code 1 when not',
  auditHeads: 'files with heads that were kept elsewhere, e.g. the log of a syslog server',
  auditFile: 'an exported file instead of the control plane',
  auditExport: 'write the whole trail to a file that can be checked without us (NDJSON)',
  auditOut: 'the file to write',
  auditHead: 'show where the trail stands, as a line to keep elsewhere',
  auditSend: 'send the head now to every place of VONGGAC_AUDIT_HEADS',
};
