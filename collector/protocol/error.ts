/**
 * The one table of protocol errors: code, WebSocket close status, and what the agent does next.
 * Never decide by message text.
 */
export const ERRORS = {
  'bad-frame': { closeStatus: 4400, next: 'retry' },
  'bad-proof': { closeStatus: 4401, next: 'stop' },
  'unknown-agent': { closeStatus: 4404, next: 'stop' },
  revoked: { closeStatus: 4403, next: 'stop' },
  'bad-token': { closeStatus: 4402, next: 'stop' },
  /** Since version 2: enrolled, and waiting for somebody to approve it. */
  'pending-approval': { closeStatus: 4405, next: 'retry' },
  /** Since version 2: this key was made on other hardware; the agent discards it and enrols again. */
  cloned: { closeStatus: 4410, next: 'enrol' },
  'version-unsupported': { closeStatus: 4406, next: 'stop' },
  'handshake-timeout': { closeStatus: 4408, next: 'retry' },
  /** A newer session of the same agent took over. */
  replaced: { closeStatus: 4409, next: 'retry' },
  'too-large': { closeStatus: 4413, next: 'retry' },
  'out-of-order': { closeStatus: 4422, next: 'retry' },
  'too-many-requests': { closeStatus: 4429, next: 'retry' },
  'server-error': { closeStatus: 4500, next: 'retry' },
  'shutting-down': { closeStatus: 4503, next: 'retry' },
  'storage-unavailable': { closeStatus: 4507, next: 'retry' },
} as const satisfies Record<string, { closeStatus: number; next: 'retry' | 'stop' | 'enrol' }>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** A peer broke the protocol, or may not speak it; carries the code that both ends act on. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ErrorCode;
  /** Earliest sensible time to come back, milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }
}
