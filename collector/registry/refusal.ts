/**
 * An act the control plane refuses because of what was asked: the caller shows the message, nothing was changed.
 * `code` is stable; `subject` names what it is about.
 */
export type RefusalCode =
  | 'agency-unknown'
  | 'alert-unknown'
  | 'alert-changed'
  | 'alert-invalid'
  | 'job-unknown'
  | 'job-kind-unknown'
  | 'job-decided'
  | 'job-not-yours'
  | 'job-not-undoable'
  | 'agency-exists'
  | 'agency-ended'
  | 'agency-root'
  | 'agency-cycle'
  | 'agency-depth'
  | 'code-unknown'
  | 'code-invalid'
  | 'code-overlap'
  | 'date-invalid'
  | 'change-unknown'
  | 'change-conflict'
  | 'change-over'
  | 'import-invalid'
  | 'indicator-limit'
  | 'indicator-unknown'
  | 'membership-overlap'
  | 'rule-unknown'
  | 'version-conflict'
  | 'agent-unknown'
  | 'agent-ambiguous'
  | 'agent-retired'
  | 'same-host-unknown'
  | 'same-host-alive'
  | 'join-token-unknown'
  | 'api-token-unknown'
  | 'permission-excess'
  | 'invitation-unknown'
  | 'second-factor-set'
  | 'second-factor-wrong'
  | 'user-unknown'
  | 'user-exists'
  | 'user-last-administrator'
  | 'system-unknown'
  | 'system-exists'
  | 'hunt-unknown'
  | 'hunt-exists'
  | 'hunts-too-many'
  | 'hold-unknown'
  | 'hold-released'
  | 'months-too-few'
  | 'retention-running'
  | 'password-weak'
  | 'group-unknown'
  | 'quota-unknown'
  | 'bandwidth-unknown'
  | 'calendar-unknown'
  | 'calendar-invalid'
  | 'password-wrong'
  | 'policy-unknown'
  | 'policy-invalid'
  | 'signing-key-absent'
  | 'response-unknown'
  | 'response-decided'
  | 'response-not-yours'
  | 'login-refused'
  | 'upgrade-first'
  | 'backup-running'
  | 'backup-impossible'
  | 'notify-channel-unknown'
  | 'notify-channel-exists'
  | 'notify-message-unknown'
  | 'request-unknown'
  | 'request-invalid'
  | 'request-state'
  | 'request-not-yours';

/** The control plane will not do what was asked; `code` says why, `subject` of whom or what. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly code: RefusalCode;
  readonly subject: string;

  constructor(code: RefusalCode, subject: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.subject = subject;
  }
}
