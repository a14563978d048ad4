/**
 * What retention asks of the event store, day by day received.
 * Invariants: nothing above a batch that was named is deleted; a deletion that was begun ends by itself, also when the
 * collector or the engine is killed meanwhile; asking for it again does no harm.
 */

/** A received day as YYYYMMDD of UTC, as the store partitions by. */
export interface StoredDay {
  day: number;
  rows: number;
  /** On disk, with rows that are deleted and not yet cleared away. */
  bytes: number;
}

/** What is stored of one host in one received day. */
export interface HostDay {
  agentId: string;
  /** Agencies the host's rows carry. */
  agencyIds: readonly number[];
  rows: number;
  /** Earliest and latest of the events' own times, milliseconds since 1970. */
  firstMs: number;
  lastMs: number;
  batchMax: number;
}

/** Hosts whose rows go within one day. */
export interface DayDeletion {
  /** Names the deletion: the same one may be asked for again. */
  id: number;
  day: number;
  agentIds: readonly string[];
  /** Rows of the day that stay, all hosts together: decides how the engine deletes. */
  rowsLeft: number;
}

export interface HostRows {
  agentId: string;
  rows: number;
}

export interface HostOldest {
  agentId: string;
  day: number;
}

export interface StoreDisk {
  freeBytes: number;
  totalBytes: number;
}

export interface StoredAgency {
  agencyId: number;
  rows: number;
  /** Its share of the day on disk, by rows. */
  bytes: number;
}

/** Days of one deletion. */
export const DELETED_DAYS_MAX = 100;

export interface ColdRoom extends StoreDisk {
  storedBytes: number;
  days: number;
}

/** Old days on a volume of their own, which every query reads like the rest. */
export interface ColdDays {
  readonly isThere: boolean;
  /** Days up to this one with rows elsewhere, oldest first; none where there is no such volume. */
  daysToMove(newest: number): Promise<number[]>;
  /** Moves all of the day there. @throws StoreUnavailableError when some of it stays; AbortError: it goes on in the engine */
  moveDay(day: number, signal?: AbortSignal): Promise<void>;
  /** Its disk with the least room; undefined where there is no such volume. */
  room(): Promise<ColdRoom | undefined>;
}

export interface EventRetention {
  readonly cold: ColdDays;
  /** Oldest first. */
  days(): Promise<StoredDay[]>;
  /** Counts the hosts of those days that have not been counted or have changed since. @throws AbortError */
  countHosts(days: readonly StoredDay[], signal?: AbortSignal): Promise<void>;
  /** Every host that has rows in the day; counted now if it was not. */
  hostsOf(day: StoredDay): Promise<HostDay[]>;
  /** Rows of the day by agency. */
  agenciesOf(day: number): Promise<StoredAgency[]>;
  /** Saves the marks of everything stored so far. @returns the batch up to which rows may be deleted */
  checkpoint(): Promise<number>;
  /**
   * Deletes rows of hosts within days, all days at once, at most DELETED_DAYS_MAX; rows of batches above `batchMax`
   * stay. Done when it returns. @throws AbortError: it goes on in the engine
   */
  deleteHosts(days: readonly DayDeletion[], batchMax: number, signal?: AbortSignal): Promise<void>;
  /** Drops all rows of the day. */
  dropDay(day: number): Promise<void>;
  /** Those of the hosts that still have rows in the day, and how many. */
  hostsLeft(day: number, agentIds: readonly string[]): Promise<HostRows[]>;
  /** The oldest counted day in which each host has rows. */
  oldestDays(): Promise<HostOldest[]>;
  /** Bytes of events on the disks that new ones go to. */
  hotBytes(): Promise<number>;
  /** The store's own disk with the least room in proportion; undefined when it does not tell. */
  disk(): Promise<StoreDisk | undefined>;
  /** Waits for deletions that an earlier process had begun. @throws AbortError */
  settle(signal?: AbortSignal): Promise<void>;
}
