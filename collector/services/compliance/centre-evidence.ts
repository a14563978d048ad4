/** The centre as evidence: what the control plane knows, its trail verified, the room on its disk. */
import { ChainVerifier } from '../../audit/verify-chain.ts';
import type { HeadPlace } from '../../audit/head-sender.ts';
import type {
  CentreEvidence,
  ExchangeFact,
  LogStoreFact,
  RoomFact,
  TrailFact,
} from '../../compliance/evidence/centre-evidence.ts';
import { type Deliveries, readDeliveries } from '../../exchange/deliveries.ts';
import { readAuditHead, readChain } from '../../registry/audit.ts';
import { centreFacts } from '../../registry/compliance/centre-facts.ts';
import type { Registry, RegistryDb } from '../../registry/database.ts';
import { queueDeliveries } from '../../registry/exchange/deliveries.ts';
import { diskSamplesUpTo } from '../../registry/room-book.ts';
import { FORECAST_SAMPLES, forecastDisk } from '../../retention/forecast.ts';
import { isOnEncryptedDisk } from './disk-encryption.ts';

const ENTRIES_AT_ONCE = 2_000;

export interface CentreEvidenceOptions {
  registry: Registry;
  /** Where the trail's head is sent. */
  places: () => readonly HeadPlace[];
  /** What must stay free of a disk of that size. */
  reserveOf: (totalBytes: number) => number;
  alertDays: number;
  /** Where events are kept on this host; undefined: a server of its own keeps them. */
  eventFolder?: string | undefined;
  /** Of the reports to the national centre and their receipts. */
  exchangeFolder?: string | undefined;
}

export function centreEvidence({ registry, ...options }: CentreEvidenceOptions): CentreEvidence {
  return {
    ...centreFacts(registry.db, registry.now),
    trail: () => verifyTrail(registry, options.places()),
    room: (atMs) => roomAt(registry, atMs, options),
    logStore: () => logStoreOf(options.eventFolder),
    exchange: (fromMs, toMs) => exchangeOf(registry.db, options.exchangeFolder, { fromMs, toMs }),
  };
}

/** The whole chain: what an earlier look found says nothing about what was changed since. */
async function verifyTrail({ db, now }: Registry, places: readonly HeadPlace[]): Promise<TrailFact> {
  const head = await readAuditHead(db);
  const verifier = new ChainVerifier({ seq: 0, hash: head.genesisHash });
  for (let after = 0; ;) {
    const entries = await readChain(db, after, ENTRIES_AT_ONCE);
    const last = entries.at(-1);
    if (last === undefined) break;
    for (const entry of entries) if (entry.seq <= head.seq) verifier.take(entry);
    if (last.seq >= head.seq) break;
    after = last.seq;
  }
  const { entries, faults, faultsBeyond } = verifier.end(head);
  return {
    verifiedMs: now(),
    entries,
    faults: faults.length + faultsBeyond,
    places: places.length,
    placesReached: places.filter(({ problem, sentSeq }) => problem === null && sentSeq !== null).length,
  };
}

async function roomAt(
  { db }: Registry,
  atMs: number,
  { reserveOf, alertDays }: Pick<CentreEvidenceOptions, 'reserveOf' | 'alertDays'>,
): Promise<RoomFact | undefined> {
  const samples = await diskSamplesUpTo(db, atMs, FORECAST_SAMPLES);
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const { atMs: sampledMs, freeBytes, totalBytes } = last;
  const reserveBytes = reserveOf(totalBytes);
  const { daysUntilFull } = forecastDisk(samples, reserveBytes);
  return { sampledMs, freeBytes, totalBytes, reserveBytes, daysUntilFull, alertDays };
}

async function logStoreOf(folder: string | undefined): Promise<LogStoreFact> {
  if (folder === undefined) return { place: 'elsewhere', isEncrypted: undefined };
  return { place: 'here', isEncrypted: await isOnEncryptedDisk(folder) };
}

async function exchangeOf(
  db: RegistryDb,
  folder: string | undefined,
  time: { fromMs: number; toMs: number },
): Promise<ExchangeFact> {
  const [queue, carried] = await Promise.all([
    queueDeliveries(db, time),
    folder === undefined ? undefined : readDeliveries(folder, time),
  ]);
  if (queue === undefined && carried === undefined)
    return { kind: folder === undefined ? 'not-set' : 'no-folder' };
  return { kind: 'read', ...together(queue, carried) };
}

/** Of two ways the one that accepted last says how it stands since. */
function together(queue: Deliveries | undefined, carried: Deliveries | undefined): Deliveries {
  if (queue === undefined || carried === undefined)
    return (
      queue ?? carried ?? { accepted: [], lastAcceptedMs: undefined, failedSince: 0, lastFault: undefined }
    );
  const newest = (queue.lastAcceptedMs ?? 0) >= (carried.lastAcceptedMs ?? 0) ? queue : carried;
  const accepted = [...queue.accepted, ...carried.accepted].toSorted((a, b) => b.acceptedMs - a.acceptedMs);
  return { ...newest, accepted };
}
