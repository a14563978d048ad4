/** One made-up host: enrolled with a join token, then connected and told; its session stays open as long as it is wanted. */
import { LIMITS } from '#protocol/limits.ts';
import { enrolSimAgent, EnrolRefusedError } from '../simulate/identity.ts';
import { SimSession } from '../simulate/sim-session.ts';
import type { DemoHost } from './demo-hosts.ts';
import type { Told } from './host-records.ts';

const FRAME_RECORDS_MAX = 100;
const FRAME_BYTES_MAX = LIMITS.batchBytesMax / 4;
const BUSY_STATUS = 429;
const BUSY_SECONDS = 5;

export interface TellWhere {
  url: string;
  token: string;
  /** Of the certificate that the collector shows. */
  served: string;
  signal: AbortSignal;
  sleep: (ms: number) => Promise<void>;
}

/** A collector that is busy is asked again when it says so. @throws as enrolSimAgent */
export async function enrolHost(host: DemoHost, where: TellWhere): Promise<SimSession> {
  for (;;) {
    try {
      const { url, token, served } = where;
      return new SimSession(
        await enrolSimAgent({ url, token, served, hostname: host.hostname, host: host.facts }),
      );
    } catch (error) {
      const busy = error instanceof EnrolRefusedError && error.status === BUSY_STATUS;
      if (!busy || where.signal.aborted) throw error;
      await where.sleep((error.retryAfterSeconds ?? BUSY_SECONDS) * 1_000);
    }
  }
}

/** Connects; everything is acknowledged when it resolves. @throws Error when the session is refused or ends */
export async function tellHost(session: SimSession, host: DemoHost, told: Told): Promise<void> {
  await session.open();
  for (const [lane, records] of told) {
    for (const frame of framesOf(records)) {
      // As an agent: no more than it may have under way.
      await session.settled((session.policy?.inFlightBatchesMax ?? 1) - 1);
      session.send(lane, frame);
    }
  }
  await session.settled();
  if (session.closed !== undefined)
    throw new Error(`${host.hostname}: ${session.closed.code} ${session.closed.reason}`);
}

function* framesOf(records: readonly string[]): Generator<string[]> {
  let frame: string[] = [];
  let bytes = 0;
  for (const record of records) {
    frame.push(record);
    bytes += record.length;
    if (frame.length < FRAME_RECORDS_MAX && bytes < FRAME_BYTES_MAX) continue;
    yield frame;
    frame = [];
    bytes = 0;
  }
  if (frame.length > 0) yield frame;
}
