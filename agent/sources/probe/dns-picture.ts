/** What the name system says about a host and its zone. */
import { Resolver } from 'node:dns/promises';

export interface DnsPicture {
  addresses: readonly string[];
  /** The zone the host is in, found upwards; undefined when none was. */
  zone: string | undefined;
  nameServers: readonly string[];
  /** `priority host`. */
  mailServers: readonly string[];
  /** Name of the primary server, which SOA names first. */
  primary: string | undefined;
}

/** The servers do not answer, or refuse: which says nothing about the name. */
export class DnsFailedError extends Error {
  override readonly name = 'DnsFailedError';
}

export interface DnsOptions {
  /** Empty: those of the system. */
  servers: readonly string[];
  timeoutMs: number;
}

const TRIES = 2;
const ABSENT: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);
/** A zone of one label is a registry's. */
const ZONE_LABELS_MIN = 2;
const STEPS_MAX = 6;

/** @throws DnsFailedError */
export async function lookUp(host: string, { servers, timeoutMs }: DnsOptions): Promise<DnsPicture> {
  const resolver = new Resolver({ timeout: Math.max(100, Math.floor(timeoutMs / TRIES)), tries: TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);
  const [v4, v6] = await Promise.all([
    orNone(async () => resolver.resolve4(host)),
    orNone(async () => resolver.resolve6(host)),
  ]);
  const zone = await findZone(host, resolver);
  if (zone === undefined) {
    return { addresses: sorted([...v4, ...v6]), zone, nameServers: [], mailServers: [], primary: undefined };
  }
  const [nameServers, mail] = await Promise.all([
    orNone(async () => resolver.resolveNs(zone.name)),
    orNone(async () => resolver.resolveMx(zone.name)),
  ]);
  return {
    addresses: sorted([...v4, ...v6]),
    zone: zone.name,
    nameServers: sorted(nameServers.map((name) => name.toLowerCase())),
    mailServers: sorted(mail.map(({ priority, exchange }) => `${priority} ${exchange.toLowerCase()}`)),
    primary: zone.primary.toLowerCase(),
  };
}

async function findZone(
  host: string,
  resolver: Resolver,
): Promise<{ name: string; primary: string } | undefined> {
  const labels = host.split('.');
  for (let step = 0; step < STEPS_MAX && labels.length - step >= ZONE_LABELS_MIN; step += 1) {
    const name = labels.slice(step).join('.');
    const [soa] = await orNone(async () => [await resolver.resolveSoa(name)]);
    if (soa !== undefined) return { name, primary: soa.nsname };
  }
  return undefined;
}

async function orNone<Value>(ask: () => Promise<Value[]>): Promise<Value[]> {
  try {
    return await ask();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (ABSENT.has(code)) return [];
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DnsFailedError(`the name servers do not answer: ${reason}`, { cause });
  }
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort().slice(0, 64);
}
