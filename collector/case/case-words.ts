/** The words of cases: states, classes of incidents, outcomes, kinds of things in a case. Nothing else knows how many there are. */
export const CASE_STATES = ['open', 'in-progress', 'waiting', 'contained', 'closed'] as const;
export type CaseState = (typeof CASE_STATES)[number];
export const OPEN_CASE_STATES = ['open', 'in-progress', 'waiting', 'contained'] as const;

/** Groups of incidents as the forms of notices name them (shared by the checklists in rules/cases). */
export const CASE_CLASSES = [
  'malware',
  'intrusion',
  'denial-of-service',
  'data-leak',
  'defacement',
  'phishing',
  'supply-chain',
  'insider',
  'other',
] as const;
export type CaseClass = (typeof CASE_CLASSES)[number];

export const CASE_OUTCOMES = ['incident', 'attempt', 'no-incident', 'policy-breach', 'unresolved'] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

/** `system`: an information system by its id; `host`: an agent by its id, or a name. */
export const ITEM_KINDS = ['host', 'user', 'indicator', 'system'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

export const INDICATOR_TYPES = [
  'ip',
  'cidr',
  'domain',
  'url',
  'email',
  'md5',
  'sha1',
  'sha256',
  'file',
  'other',
] as const;
export type IndicatorType = (typeof INDICATOR_TYPES)[number];

export const CASE_LIMITS = {
  titleChars: 300,
  summaryChars: 16_384,
  reasonChars: 4_096,
  noteChars: 16_384,
  textChars: 2_048,
  valueChars: 1_024,
  tags: 32,
  alerts: 5_000,
  items: 1_000,
  events: 500,
  eventBytes: 65_536,
  eventsBytes: 8_388_608,
  tasks: 200,
  notes: 5_000,
  entries: 500,
  links: 100,
  clocks: 50,
  watchers: 100,
  attachments: 200,
  fileBytes: 52_428_800,
  filesBytes: 524_288_000,
} as const;

const NUMBER = /^VG-(\d{4})-(\d{1,9})$/i;

/** As people say it, e.g. `VG-2026-0012`. */
export function caseNumber(year: number, place: number): string {
  return `VG-${year}-${String(place).padStart(4, '0')}`;
}

/** The number in its one form; undefined for what is none. */
export function parseCaseNumber(text: string): string | undefined {
  const found = NUMBER.exec(text.trim());
  return found === null ? undefined : caseNumber(Number(found[1]), Number(found[2]));
}
