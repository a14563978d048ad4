/** Rows of deliveries to the national centre. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export interface ExchangeLinkTable {
  id: Generated<number>;
  name: string;
  /** Machines of this agency and those below it. */
  agency_id: number;
  /** JSON: linkSettingsSchema. Holds no secret. */
  settings: string;
  /** JSON of LinkSecrets, sealed (sealed-secret.ts). */
  secrets: string | null;
  enabled: number;
  /** When its schedule makes the next document; null: it has none. */
  next_ms: number | null;
  /** End of what the newest scheduled document tells; null: there is none. */
  made_to_ms: number | null;
  /** Reports that were locked after this make documents; moves on with each. */
  reports_since_ms: number;
  /** Attempts since the centre accepted something, and documents that could not be made. */
  failures: Generated<number>;
  problem: string | null;
  accepted_ms: number | null;
  created_ms: number;
  created_by: string;
  version: Generated<number>;
}

/**
 * `sending`: an attempt is under way, or was when its process ended. `sent`: accepted without a word; `receipt`: accepted, with
 * an answer that is kept. `refused`: the centre said no. `failed`: given up after all tries.
 */
export const EXCHANGE_STATES = [
  'waiting',
  'sending',
  'sent',
  'receipt',
  'refused',
  'failed',
  'cancelled',
] as const;
export type ExchangeState = (typeof EXCHANGE_STATES)[number];

export const EXCHANGE_CAUSES = ['schedule', 'report', 'person'] as const;
export type ExchangeCause = (typeof EXCHANGE_CAUSES)[number];

export interface ExchangeMessageTable {
  /** The same at every try: it goes with the document, so that a receiver may know it again. */
  id: string;
  link_id: number;
  state: ExchangeState;
  cause: ExchangeCause;
  /** The locked report that it goes with. */
  report_id: string | null;
  from_ms: number;
  to_ms: number;
  created_ms: number;
  created_by: string;
  file: string;
  /** Of the document as it is sent. */
  bytes: number;
  sha256: string;
  machines: number;
  signed: number;
  /** zstd of the document, base64; null: it was let go with time. */
  document: string | null;
  /** In all, and since a person last said that it be tried again. */
  attempts: number;
  tries: number;
  next_ms: number;
  ended_ms: number | null;
  problem: string | null;
}

export const EXCHANGE_OUTCOMES = ['accepted', 'refused', 'again', 'interrupted', 'carried'] as const;
export type ExchangeOutcome = (typeof EXCHANGE_OUTCOMES)[number];

export interface ExchangeAttemptTable {
  id: Generated<number>;
  message_id: string;
  at_ms: number;
  ended_ms: number | null;
  address: string;
  /** Null while it is under way. `carried`: a person took it there. */
  outcome: ExchangeOutcome | null;
  /** Of HTTP. */
  status: number | null;
  answer: string | null;
  answer_sha256: string | null;
  fault: string | null;
}

export interface ExchangeTables {
  exchange_link: ExchangeLinkTable;
  exchange_message: ExchangeMessageTable;
  exchange_attempt: ExchangeAttemptTable;
}
