/** Words of the register of exceptions, and the limits that hold everywhere. */

/** What is excepted: detections of rules, failed checks of configuration policies, vulnerabilities. */
export const EXCEPTION_KINDS = ['rule', 'posture', 'vulnerability'] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

/** Only what is approved acts. The last three are final. */
export const EXCEPTION_STATES = ['requested', 'approved', 'rejected', 'revoked', 'expired'] as const;
export type ExceptionState = (typeof EXCEPTION_STATES)[number];

const DAY_MS = 86_400_000;

export const EXCEPTION_LIMITS = {
  nameChars: 200,
  reasonChars: 4_096,
  rulesMax: 200,
  categoriesMax: 50,
  fieldsMax: 20,
  valuesMax: 100,
  valueChars: 2_048,
  /** That wait or act, at once. */
  livingMax: 5_000,
  /** Detections that an exception hid and that are shown with it, the newest. */
  proofsKept: 100,
  /** An event of the time in which an exception held is still taken by it so long after its end: hosts come back late. */
  lateMs: 7 * DAY_MS,
  /** Before its end or review an exception is due. */
  dueMs: 14 * DAY_MS,
} as const;
