/** What a made-up host tells, over a session that stays open as long as it is wanted. */
import { OpenFrame } from '../simulate/frames.ts';
import type { SimSession } from '../simulate/sim-session.ts';
import type { DemoHost } from './demo-hosts.ts';
import type { Told } from './host-records.ts';

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
  let frame = new OpenFrame();
  for (const record of records) {
    if (!frame.add(record)) continue;
    yield frame.records;
    frame = new OpenFrame();
  }
  if (frame.records.length > 0) yield frame.records;
}
