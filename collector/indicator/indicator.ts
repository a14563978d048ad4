/** What an indicator of compromise is, and the limits of what people may hand in. Values here are always canonical. */

export const INDICATOR_KINDS = ['ip', 'domain', 'url', 'hash', 'email'] as const;
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

/** Place of each kind in the list. */
export const KIND_NUMBER: Readonly<Record<IndicatorKind, number>> = {
  ip: INDICATOR_KINDS.indexOf('ip'),
  domain: INDICATOR_KINDS.indexOf('domain'),
  url: INDICATOR_KINDS.indexOf('url'),
  hash: INDICATOR_KINDS.indexOf('hash'),
  email: INDICATOR_KINDS.indexOf('email'),
};

/** Traffic Light Protocol 2.0. */
export const TLP_LEVELS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export type Tlp = (typeof TLP_LEVELS)[number];

export interface Indicator {
  kind: IndicatorKind;
  /** As canonical.ts writes it. */
  value: string;
  /** 0-100. */
  confidence: number;
  /** Who says so; the same value of two sources is two indicators. */
  source: string;
  /** Milliseconds since 1970; null: until it is removed. */
  validUntilMs: number | null;
  tlp: Tlp | null;
  tags: readonly string[];
  description: string;
}

export const INDICATOR_LIMITS = {
  /** Of a file of indicators. */
  fileBytesMax: 64 * 1_048_576,
  valueCharsMax: 2_048,
  sourceCharsMax: 120,
  descriptionCharsMax: 500,
  tagsMax: 16,
  tagCharsMax: 64,
  /** Indicators in force at the same time. */
  indicatorsMax: 2_000_000,
  /** Refusals that a report lists; all are counted. */
  refusalsListedMax: 200,
  /** Kinds of what was left out that a report lists; all are counted. */
  skippedListedMax: 64,
} as const;

/** Why something is no indicator. */
export type IndicatorFault =
  | 'empty'
  | 'too-long'
  | 'unknown-kind'
  | 'bad-address'
  | 'prefix-too-short'
  | 'local-address'
  | 'bad-domain'
  | 'public-suffix'
  | 'bad-url'
  | 'bad-hash'
  | 'empty-file-hash'
  | 'bad-email'
  | 'bad-confidence'
  | 'bad-date'
  | 'bad-tlp'
  | 'bad-pattern'
  | 'bad-row'
  | 'common-value'
  | 'own-value';

/** Why something is taken, but worth a look: many share it. */
export type IndicatorWarning = 'shared-address' | 'shared-name';

/** Which part of an entry a fault is about. */
export function faultyField(fault: IndicatorFault): string {
  return FAULTY_FIELDS[fault] ?? 'value';
}

const FAULTY_FIELDS: Partial<Record<IndicatorFault, string>> = {
  'unknown-kind': 'type',
  'bad-confidence': 'confidence',
  'bad-date': 'valid until',
  'bad-tlp': 'tlp',
  'bad-pattern': 'pattern',
  'bad-row': 'row',
};

/** What the reader of a file could not take. */
export interface Refusal {
  /** Where: `line 12`, or the identifier that the file gives it. */
  place: string;
  value: string;
  fault: IndicatorFault;
}

export interface Warned {
  place: string;
  value: string;
  warning: IndicatorWarning;
}

/** What is taken of a source's indicators where they do not say. */
export interface SourceDefaults {
  /** 0-100. */
  confidence?: number | undefined;
  validUntilMs?: number | null | undefined;
  tlp?: Tlp | null | undefined;
}

/** What stands for what a file does not say. */
export interface ReadDefaults {
  source: string;
  /** 0-100. */
  confidence: number;
  validUntilMs: number | null;
  tlp?: Tlp | null | undefined;
  /** Of some sources; comes before the rest. */
  ofSource?: ((source: string) => SourceDefaults | undefined) | undefined;
  /** What is never to be an indicator. */
  screen?: Screening | undefined;
}

export interface Screening {
  judge(
    kind: IndicatorKind,
    value: string,
  ): { fault: IndicatorFault } | { warning: IndicatorWarning } | undefined;
}

/** What a file holds: indicators, what was refused, and what is nothing to match by. */
export interface ReadResult {
  indicators: readonly Indicator[];
  /** The first of them. */
  refusals: readonly Refusal[];
  refusedCount: number;
  /** Taken, but shared by many; the first of them. */
  warnings: readonly Warned[];
  warnedCount: number;
  /** What was left out without being wrong, by what it is, e.g. `to_ids=false`. */
  skipped: Readonly<Record<string, number>>;
}

/** A file that is not of the form it should have, as a whole. The message says what to do. */
export class IndicatorFileError extends Error {
  override readonly name = 'IndicatorFileError';
}
