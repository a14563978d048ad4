/** Why a question has no answer. */
export type ProbeFailure =
  | 'name-unknown'
  /** The port is closed. */
  | 'refused'
  | 'no-answer'
  | 'tls-failed'
  /** The line broke, or what came is no HTTP. */
  | 'broken'
  /** The answer went on for longer than it may. */
  | 'too-slow'
  | 'too-many-redirects'
  | 'bad-redirect'
  | 'http-status'
  /** About the asker, not about the asked. */
  | 'address-refused'
  | 'proxy';

/** These say nothing about the target: it was not asked. */
const NOT_ASKED: ReadonlySet<ProbeFailure> = new Set(['address-refused', 'proxy']);

export class ProbeError extends Error {
  override readonly name = 'ProbeError';
  readonly failure: ProbeFailure;

  constructor(failure: ProbeFailure, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.failure = failure;
  }

  get asked(): boolean {
    return !NOT_ASKED.has(this.failure);
  }
}
