/**
 * Where evidence comes from: readers that answer for many hosts at once, as of a moment. The composition fills them;
 * a kind takes what it needs (`Pick<EvidenceSources, 'posture'>`). A new family is one more property with an interface of
 * its own, in the contract file of the room that implements it (store/*-store.ts) or here.
 */
import type { AssessReader } from '../../store/assess-store.ts';
import type { FleetReader } from '../../store/fleet-store.ts';
import type { Attestation } from '../attestation.ts';
import type { CentreEvidence } from './centre-evidence.ts';
import type { ListReader } from './assessment-lists.ts';
import type { AssessedHost, Excepted } from './evidence-kind.ts';
import type { PostureResult } from '../../protocol/posture-record.ts';

/** How one check of a policy stands on one host. */
export interface PostureFact {
  check: string;
  title: string;
  controls: readonly string[];
  result: PostureResult;
  reasonCode: string;
  observed: string;
  /** When it was told last: milliseconds since 1970. */
  timeMs: number;
  /** Of one that failed or is excepted: what covers it. */
  excepted?: Excepted | undefined;
}

export interface PostureEvidence {
  /** The last word on each check with one of the controls or ids, by host; hosts that told nothing are left out. */
  read(
    hosts: readonly AssessedHost[],
    asked: { controls: readonly string[]; checks: readonly string[]; fromMs: number; atMs: number },
  ): Promise<ReadonlyMap<string, readonly PostureFact[]>>;
}

export interface Reviews {
  /** The newest accepted one of a control: the system's own, or that of the agency that owns it. */
  attestationOf(systemId: number, control: string): Attestation | undefined;
}

export interface ReviewReader {
  at(atMs: number): Promise<Reviews>;
}

/** Text records of a domain and of its `_dmarc`; `unknown`: name servers did not answer. */
export type MailPolicy =
  { kind: 'told'; dmarc: readonly string[]; spf: readonly string[] } | { kind: 'unknown'; reason: string };

export interface MailPolicies {
  of(domain: string): Promise<MailPolicy>;
}

export interface EvidenceSources {
  posture: PostureEvidence;
  /** What hosts had and what happened on them. */
  fleet: FleetReader;
  /** Which kinds of logs came, and how complete. */
  logs: Pick<AssessReader, 'logCounts' | 'logFields'>;
  centre: CentreEvidence;
  /** What people signed for. */
  reviews: ReviewReader;
  /** What mail domains say of themselves; absent where the settings do not allow to ask. */
  mail?: MailPolicies | undefined;
  /** What administrators gave to compare with. */
  lists: ListReader;
}
