/** Why an enrolment did not happen. Apart from enrol.ts, which loads an HTTP client that a running agent does not need. */
import { ERROR_CODES } from '#protocol/error.ts';

export const ENROL_ERROR_CODES = [
  'token-unreadable',
  'bad-url',
  'already-enrolled',
  'unreachable',
  'wrong-certificate',
  'bad-answer',
  // What the collector itself answered.
  ...ERROR_CODES,
] as const;
export type EnrolErrorCode = (typeof ENROL_ERROR_CODES)[number];

/** Enrolment did not happen; `code` says why, the message says it in English. */
export class EnrolError extends Error {
  override readonly name = 'EnrolError';
  readonly code: EnrolErrorCode;

  constructor(code: EnrolErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
