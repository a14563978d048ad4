/** What the monitoring centre knows of itself: its trail, its readers, its rules, its people's work, what it keeps. Milliseconds since 1970. */
import type { AssessedSystem } from './evidence-kind.ts';
import type { IncidentFact } from './incident-evidence.ts';

export interface TrailFact {
  verifiedMs: number;
  entries: number;
  /** Places where the chain is not as it was written. */
  faults: number;
  /** Places outside this host that its head is sent to, and of these the ones that have it. */
  places: number;
  placesReached: number;
}

export interface ReadersFact {
  /** Accounts and tokens in force that may read events, by role. */
  byRole: Readonly<Record<string, number>>;
  /** Entries of the trail since a moment: who read, changed and signed in is written down. */
  acts: number;
  lastActMs: number | undefined;
}

export interface ActsFact {
  count: number;
  lastMs: number | undefined;
}

export interface RoomFact {
  /** Of the newest sample up to the moment. */
  sampledMs: number;
  freeBytes: number;
  totalBytes: number;
  reserveBytes: number;
  /** Until the reserve is reached; null: it does not grow, or is not known yet. */
  daysUntilFull: number | null;
  /** So many days before an alert is raised. */
  alertDays: number;
}

export interface RulesFact {
  /** In force. */
  on: number;
  correlations: number;
  /** Alerts that rules raised since a moment. */
  alerts: number;
}

export interface HandledAlert {
  createdMs: number;
  /** Undefined: nobody has, up to the moment. */
  takenMs: number | undefined;
}

export interface RetentionFact {
  /** Day of the proof: YYYYMMDD. */
  provedMs: number;
  /** Months that are in force for the system's level. */
  monthsInForce: number;
  reason: string;
  met: boolean;
  oldestMs: number | undefined;
  /** Since when it has had hosts. */
  hostsSinceMs: number | undefined;
  /** Rows gone of the time that must be there. */
  missingRows: number;
}

/** Records of a host that are missing without explanation. */
export interface HoleFact {
  agentId: string;
  missing: number;
  lastMs: number;
}

/** How far a system was when it was last assessed, and what is planned for the rest. */
export interface ProgressFact {
  /** Day of the snapshot. */
  day: string;
  atMs: number;
  percent: number | null;
  /** Controls that are open, of which so many have an owner and a day. */
  open: readonly string[];
  planned: readonly { control: string; dueOn: string }[];
}

export interface SnapshotDays {
  /** YYYY-MM-DD, of all time up to the last day asked for. */
  firstDay: string;
  /** Days of the period that have one. */
  days: number;
}

/** The last import of a feed of threats or weaknesses. */
export interface FeedFact {
  name: string;
  lastMs: number;
}

/** A report of the agency at the top: the newest version of its period. */
export interface ReportFact {
  period: string;
  lockedMs: number | undefined;
  /** As its proof says; undefined: nothing says that it was sent. */
  sent: { on: string; number: string } | undefined;
}

/** How far the weaknesses of a host are known, now. */
export interface WeaknessFact {
  /** Why they are not; empty: they are. */
  why: readonly string[];
  /** When its software was held against advisories; undefined: not yet. */
  matchedMs: number | undefined;
  /** Of which day the newest advisories for its system are. */
  dataMs: number | undefined;
  open: number;
  exploited: number;
}

/** Where events are kept, now. */
export interface LogStoreFact {
  /** `elsewhere`: by a server of its own. */
  place: 'here' | 'elsewhere';
  /** Undefined: the system does not tell. */
  isEncrypted: boolean | undefined;
}

/** What the national centre accepted, by the receipts of the exchange. */
export type ExchangeFact =
  | { kind: 'not-set' | 'no-folder' }
  | {
      kind: 'read';
      /** In the time, the newest first; no machines: the file is gone, was changed, or was too much to read. */
      accepted: readonly { acceptedMs: number; machines: ReadonlySet<string> | undefined }[];
      /** Up to the moment, however long ago. */
      lastAcceptedMs: number | undefined;
      /** Attempts after that one; none of them was accepted. */
      failedSince: number;
      lastFault: string | undefined;
    };

export interface CentreEvidence {
  /** Verified by now, whenever it was asked for. */
  trail(): Promise<TrailFact>;
  readers(sinceMs: number): Promise<ReadersFact>;
  /** Acts on the trail whose names begin with any of these, e.g. `rule.` */
  acts(names: readonly string[], fromMs: number, atMs: number): Promise<ActsFact>;
  /** Undefined: the disk was never measured. */
  room(atMs: number): Promise<RoomFact | undefined>;
  logStore(): Promise<LogStoreFact>;
  exchange(fromMs: number, atMs: number): Promise<ExchangeFact>;
  rules(sinceMs: number): Promise<RulesFact>;
  /** Alerts of at least that severity that were raised in the time, the newest first, at most `limit`. */
  alerts(fromMs: number, atMs: number, severityMin: string, limit: number): Promise<readonly HandledAlert[]>;
  /** By system; one that was never proved is left out. */
  retention(systems: readonly AssessedSystem[], atMs: number): Promise<ReadonlyMap<number, RetentionFact>>;
  holes(fromMs: number, atMs: number): Promise<readonly HoleFact[]>;
  /** Incidents and drills that were open between the moments. */
  incidents(fromMs: number, atMs: number): Promise<readonly IncidentFact[]>;
  /** Of that kind, as they were begun up to the moment. */
  reports(kind: string, atMs: number): Promise<readonly ReportFact[]>;
  /** By system; one without snapshot is left out. */
  progress(systems: readonly AssessedSystem[], atMs: number): Promise<ReadonlyMap<number, ProgressFact>>;
  /** By system; one without snapshot is left out. Days are YYYY-MM-DD. */
  snapshots(fromDay: string, toDay: string): Promise<ReadonlyMap<number, SnapshotDays>>;
  /** By host, as of now. */
  weaknesses(): Promise<ReadonlyMap<string, WeaknessFact>>;
  /** Up to a moment; what was never imported is left out. */
  feeds(atMs: number): Promise<readonly FeedFact[]>;
}
