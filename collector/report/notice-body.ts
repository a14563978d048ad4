/**
 * What a notice of an incident says, as data filled from the case: locked with its SHA-256, and the only thing its document is made
 * of. Pure. Invariant: what is unknown stays unknown, and is named before it is sent.
 */
import type { CaseClass } from '../case/case-words.ts';
import type { IncidentFacts } from '../case/incident-facts.ts';
import type { Ground } from '../case/incident-grade.ts';
import { bodyDigest, type ReportFrame } from './body.ts';
import type { NoticeKind, ToldChannel } from './notice-words.ts';

export interface NoticeSystem {
  name: string;
  level: number | null;
  /** Number and day of the decision on its level; empty where there is none. */
  approval: string;
  owner: string;
  operator: string;
}

export interface NoticeTold {
  atMs: number;
  receiver: string;
  channel: ToldChannel;
  number: string;
}

export interface NoticeForm {
  kind: NoticeKind;
  /** Of the case. */
  number: string;
  title: string;
  drill: boolean;
  severity: string;
  class: CaseClass;
  facts: IncidentFacts;
  isSerious: boolean;
  grounds: readonly Ground[];
  systems: readonly NoticeSystem[];
  told: readonly NoticeTold[];
  /** When the report of 72 hours is due, milliseconds UTC; null: no clock runs for it. */
  fullDueMs: number | null;
  /** Of updates: 1, then counting. */
  revision: number;
}

export type NoticeBody = ReportFrame & { notice: NoticeForm };

/** Of our own writing, as it was when it was locked. @throws RangeError when it is not what was locked */
export function readNotice(text: string, sha256: string): NoticeBody {
  if (bodyDigest(text) !== sha256) throw new RangeError('the stored notice is not what was locked');
  return JSON.parse(text) as NoticeBody; // its digest is that of a body we wrote
}

const ALWAYS = ['contactName', 'contactPhone', 'detectedAt', 'signs'] as const;
const FULL = ['occurredAt', 'cause', 'vector', 'scopeAssets', 'measuresDone', 'evidenceKept'] as const;
const WANTED: Readonly<Record<NoticeKind, readonly (keyof IncidentFacts)[]>> = {
  'initial-24h': [...ALWAYS, 'occurredAt', 'scopeAssets', 'measuresDone'],
  'report-72h': [...ALWAYS, ...FULL, 'scopeData', 'usersAffected', 'downtimeMinutes'],
  update: [...ALWAYS, ...FULL],
  final: [...ALWAYS, ...FULL, 'containedAt', 'restoredAt', 'consequence', 'lessons', 'proposals'],
  'older-initial': [...ALWAYS, 'foundBy', 'platform', 'addresses', 'internetProvider', 'securityProvider'],
  'older-final': [...ALWAYS, 'cause', 'consequence', 'measuresDone', 'proposals'],
};

/** Names of facts that the form asks for and the case does not hold, e.g. `contactPhone`, `systems`. */
export function missingOf({ kind, facts, systems }: NoticeForm): string[] {
  const missing: string[] = WANTED[kind].filter((field) => facts[field] === null || facts[field] === '');
  if (systems.length === 0) missing.push('systems');
  else if (systems.some(({ level }) => level === null)) missing.push('level');
  if (kind === 'final' && facts.causeCertainty !== 'confirmed') missing.push('causeCertainty');
  return missing;
}
