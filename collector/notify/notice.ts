/**
 * What is told: one alert, several at once, or a test. Invariant: a notice keeps its id however often it is sent, so that
 * who gets it twice can see that it is the same.
 */
import type { Severity } from '../api/contract.ts';
import type { PersonalNotice } from './personal-notice.ts';

export interface NoticeAlert {
  id: string;
  ruleId: string;
  severity: Severity;
  title: string;
  titleVi: string;
  agency: string;
  hostname: string | null;
  detections: number;
  state: string;
  /** Of the newest detection. */
  message: string;
  firstSeenMs: number;
  lastSeenMs: number;
}

export interface Notice {
  /** Letters, digits and hyphens. */
  id: string;
  kind: 'alert' | 'digest' | 'test' | 'personal';
  atMs: number;
  /** The most serious first, no more than ALERTS_TOLD_MAX; of a test none. */
  alerts: readonly NoticeAlert[];
  /** How many alerts it is about, those included that are not told one by one. */
  total: number;
  /** Who is on duty: gets it in place of the channel's own receivers. */
  person?: { name: string; email?: string | undefined; phone?: string | undefined } | undefined;
  /** Of kind `personal`: what the one person that it goes to is told; there are no alerts then. */
  personal?: PersonalNotice | undefined;
  /** What a receiver answers with to take the alerts on. */
  code?: string | undefined;
}

export const ALERTS_TOLD_MAX = 20;

/** What became of a delivery that was taken. */
export interface Receipt {
  /** What the receiver answered, cut. */
  answer: string;
  /** Receivers that it was not taken for. */
  refused: readonly string[];
}

/** A delivery that was not taken. The message never holds a secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Trying the same again cannot help. */
  readonly isFinal: boolean;

  constructor(message: string, options: { isFinal?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isFinal = options.isFinal ?? false;
  }
}

export const ANSWER_CHARS_MAX = 300;

/** Where people look at an alert; null where no console is known. */
export type AlertLink = (alertId: string) => string | null;

export interface DeliveryContext {
  /** Of this collector. */
  hostname: string;
  /** Of the product. */
  version: string;
  /** One step of the way (connection, answer) may take so long. */
  timeoutMs: number;
  now: () => number;
  link?: AlertLink | undefined;
}
