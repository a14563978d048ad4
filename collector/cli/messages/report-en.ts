/** `vonggac report` in English. */
import type { ReportDoubt } from '../../report/doubts.ts';
import type { DueStep } from '../../report/period.ts';
import type { SignatureFound, Verdict } from '../../report/signature/signed-pdf.ts';
import type { ReportKind, ReportState, SendChannel } from '../../report/report-words.ts';

function left(daysLeft: number, workDaysLeft: number): string {
  if (daysLeft < 0) return `${-daysLeft} days late`;
  return `${daysLeft} days left, ${workDaysLeft} of them working days`;
}

export const reportEn = {
  none: 'There are no such reports.',
  notBegun: 'not begun',
  formatUnknown: (formats: string) => `the file's name must end with .${formats}`,
  written: (file: string) => `${file} is written.`,
  revision: (revision: number) => `version ${revision}`,
  locked: (time: string, by: string, sha256: string) => `Locked ${time} by ${by}; SHA-256 ${sha256}`,
  sent: (number: string, on: string, channel: string) => `Sent as ${number} on ${on}, ${channel}`,
  deadline: (step: string, on: string, workDay: string, daysLeft: number, workDaysLeft: number) =>
    `${step}: ${on}${workDay === on ? '' : ` (last working day ${workDay})`}, ${left(daysLeft, workDaysLeft)}`,
  findings: (count: number) => `What does not fit together (${count}):`,
  late: (names: string) => `Rows not confirmed by: ${names}`,
  amended: (reason: string, count: number) => `Correction, ${count} differences; reason: ${reason}`,
  verdicts: {
    signed: 'It is the report as it left, signed; every signature holds and leads to a trusted certificate.',
    'signer-unknown':
      'It is the report as it left and its signatures hold, but the issuer of a signer is not known here.',
    'signer-expired':
      'It is the report as it left and its signatures hold, but a certificate was not in force when it was signed.',
    unsigned: 'It is the report as it left, and it is not signed.',
    broken: 'It begins with the report as it left, but a signature does not hold or does not cover the file.',
    changed: 'It begins with the report as it left, but what was appended changes what it says.',
    'other-file': 'It is not this report as it left.',
  } satisfies Record<Verdict, string>,
  signatures: {
    holds: 'the signature holds',
    changed: 'what was signed has been changed since',
    wrong: 'the signature is not of the certificate it names',
    unreadable: 'the signature cannot be verified',
  } satisfies Record<SignatureFound['state'], string>,
  chains: { trusted: 'trusted', 'unknown-issuer': 'unknown issuer', expired: 'not in force then' },
  chain: (state: string, issuer: string) => `issued by ${issuer}: ${state} (revocation was not asked for)`,
  validity: (from: string, to: string) => `in force ${from} to ${to}`,
  signedAt: (time: string) => `signed ${time}, as the signer says`,
  changes: (what: string) => `What was changed: ${what}`,
  doubts: {
    'monitoring-form':
      'To be confirmed: the form (circular 31/2017/TT-BTTTT, annex 2), whose text was not seen.',
    'period-days':
      'To be confirmed: the days of the period and its deadlines (decree 09/2019/NĐ-CP, article 12).',
  } satisfies Record<ReportDoubt, string>,
  severities: { error: 'error', warning: 'warning' },
  kinds: {
    'mau-08': 'Form 08',
    yearly: 'yearly report',
    monitoring: 'half-yearly monitoring report',
    quarterly: 'quarterly report',
    monthly: 'monthly report',
  } satisfies Record<ReportKind, string>,
  states: { draft: 'draft', locked: 'locked', amended: 'corrected since', sent: 'sent' } satisfies Record<
    ReportState,
    string
  >,
  steps: {
    lock: 'data until',
    unit: 'units to the owner by',
    ministry: 'to the Ministry of Public Security by',
  } satisfies Record<DueStep, string>,
  channels: {
    'document-system': 'document system',
    'ministry-software': "the ministry's software",
    email: 'e-mail',
    paper: 'on paper',
    other: 'otherwise',
  } satisfies Record<SendChannel, string>,
  columns: { id: 'ID', kind: 'KIND', period: 'PERIOD', revision: 'VERSION', state: 'STATE', agency: 'OF' },
};

export const reportHelpEn = {
  report: 'reports that leaders sign: previewed, locked, sent, corrected, verified',
  reportWrite:
    'write a report, or a preview of it, as a file: .docx, .xlsx, .pdf or .json; the word "write" may be left out',
  reportList: 'list reports, newest first',
  reportDue: 'reports that are made now, and the days left for each',
  reportShow: 'show a report: deadlines, what does not fit together, what was corrected',
  reportCreate: 'begin a report; its data is locked by itself when its last day is over',
  reportFile: 'write the file of a report; of a locked one always the same',
  reportLock: 'lock the data of a report when the last day of its period is over',
  reportAmend: 'correct a locked or sent report by a new version that says what changed',
  reportSent: 'write down that a report was sent',
  reportVerify:
    'verify the PDF of a report that was signed elsewhere; exit code 1 unless it is signed and trusted',
  reportSignedFile: 'the signed PDF',
  reportId: 'id of the report',
  reportKind: 'kind of report',
  reportPeriod: 'period: 2026, 2026-H1, 2026-Q4 or 2026-11',
  reportAgency: 'id of the agency that reports; the one at the top by default',
  reportSystem: 'of this information system alone',
  reportOut: 'file to write; must not be there yet',
  reportState: 'only reports in this state',
  reportAccept: 'lock it with what does not fit together, for this reason',
  reportReason: 'why it is corrected',
  reportNumber: 'number in the register of outgoing documents',
  reportOn: 'day of the document, YYYY-MM-DD',
  reportChannel: 'how it was sent',
  reportSentFile: 'the file that was sent; its hash is kept',
  reportNote: 'a note',
};
