/** Incidents of cases in English. */
export const incidentEn = {
  notBegun: 'Nobody has told of an incident in this case yet.',
  serious: 'Serious, because:',
  notSerious: 'Not found to be serious.',
  system: (id: number, name: string, level: number | null) =>
    `System ${id} ${name}, level ${level === null ? 'not decided' : level}`,
  missing: (names: string) => `Missing before it is closed: ${names}`,
  missingNotice: (names: string) => `Not known, left as dots; fill in before sending: ${names}`,
  locked: (id: number, sha256: string) => `Locked as notice ${id}, SHA-256 ${sha256}`,
  outExists: (file: string) => `${file} is there already: choose another name`,
  noticeNeeds: 'say either --kind, or --notice with a locked one',
  inTime: 'in time',
  late: 'late',
};

export const incidentHelpEn = {
  caseIncident: 'what is known of the incident of a case',
  caseIncidentShow: 'show facts, grounds of severity, who was told, notices',
  caseIncidentSet: 'say what is known; the clocks that the law sets start by themselves',
  caseIncidentPairs: 'facts as name=value, e.g. detectedAt=2026-11-26T01:10:00Z; "-" for not known',
  caseNotice: 'write a notice filled from the case: .docx, .xlsx, .pdf or .json',
  caseNoticeKind: 'which form; older-... are to be confirmed',
  caseNoticeLocked: 'write a notice that was locked before',
  caseNoticeLock: 'keep it as it is, with its SHA-256',
  caseTold: 'write down who was told, with the proof of sending; it may meet a clock',
  caseToldReceiver: 'who was told',
  caseToldAt: 'when, e.g. 2026-11-26T02:00:00Z; now by default',
  caseToldClock: 'the clock that it meets',
  caseToldNotice: 'the locked notice that was sent',
};
