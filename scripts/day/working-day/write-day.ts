/**
 * The working day without its attacks as events, a JSON line each: what rules are measured on (`vonggac rules recommend --baseline`).
 * Nothing is judged; the normaliser is the collector's own.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { normalize } from '../../../collector/normalize/normalize.ts';
import { recordSchema } from '../../../collector/protocol/record.ts';
import { seeded } from '../../../collector/simulate/made-up.ts';
import { LINUX_SHARES, makeEstate, type HostKind } from '../estate.ts';
import { DOINGS, MONDAY_MS } from './gate.ts';
import { planDay, turnsOf } from './plan.ts';

const TURN_MS = 1_800_000;

/** @param kinds of hosts; all when left out. @returns events written, and the hosts that they are of */
export async function writeDay(
  file: string,
  {
    hosts,
    agencies,
    seed,
    kinds,
  }: { hosts: number; agencies: number; seed: number; kinds?: readonly HostKind[] | undefined },
): Promise<{ events: number; hosts: number }> {
  const random = seeded(seed);
  const estate = makeEstate(hosts, agencies, random, LINUX_SHARES);
  const moments = planDay(DOINGS, estate, random, MONDAY_MS).filter(
    ({ host }) => kinds?.includes(host.kind) ?? true,
  );
  const out = createWriteStream(file);
  const seen = new Set<string>();
  let events = 0;
  for (const turn of turnsOf(moments, [], TURN_MS)) {
    for (const { timeMs, host, record } of turn) {
      const { fields, message, logsources } = normalize(recordSchema.parse(record), {
        hostname: host.hostname,
        timeZone: 'Asia/Ho_Chi_Minh',
        receivedMs: timeMs + 1_000,
      });
      const event = { ...fields.toRecord(), ...(typeof message === 'string' && { message }) };
      seen.add(host.agentId);
      events += 1;
      const line = `${JSON.stringify({ host: host.hostname, timeMs, logsources, event })}\n`;
      if (!out.write(line)) await once(out, 'drain');
    }
  }
  out.end();
  await finished(out);
  return { events, hosts: seen.size };
}
