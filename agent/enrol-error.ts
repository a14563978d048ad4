/** Why an enrolment did not happen. Apart from enrol.ts, which loads an HTTP client that a running agent does not need. */
import type { ErrorCode } from '#protocol/error.ts';

export type EnrolErrorCode =
  | 'token-unreadable'
  | 'bad-url'
  | 'already-enrolled'
  | 'unreachable'
  | 'wrong-certificate'
  | 'bad-answer'
  /** What the collector itself answered. */
  | ErrorCode;

/** Enrolment did not happen; `code` says why, the message says it in English. */
export class EnrolError extends Error {
  override readonly name = 'EnrolError';
  readonly code: EnrolErrorCode;

  constructor(code: EnrolErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
