/** Simulated agents by the dozen at once, kept in a folder when they are to be used again. */
import { parseJoinToken } from '#protocol/join-token.ts';
import { authorityOf, enrolWhenFree, seenAt, type SimIdentity } from './identity.ts';
import { keepIdentities, readIdentities } from './kept-identities.ts';
import { siteAddress } from './site.ts';

export interface FleetEnrolOptions {
  url: string;
  token: string;
  count: number;
  /** Folder in which identities of earlier runs lie, and are left for later ones. */
  stateDir?: string | undefined;
  signal: AbortSignal;
  sleep: (ms: number) => Promise<void>;
  onProgress: (enrolled: number) => void;
}

const AT_ONCE = 16;

/** So many identities, kept ones first. A collector that is busy is asked again when it says so. @throws as enrolSimAgent */
export async function enrolFleet(options: FleetEnrolOptions): Promise<SimIdentity[]> {
  const { url, token, count, stateDir, signal, sleep, onProgress } = options;
  const parsed = parseJoinToken(token);
  if (parsed === undefined) throw new RangeError('this is not a whole join token');
  const served = await seenAt(url, parsed, siteAddress(url, 0));
  const known = { fingerprint: served, authority: authorityOf(parsed) };
  const all = stateDir === undefined ? [] : await readIdentities(stateDir, url);
  const identities: SimIdentity[] = all
    .filter(({ fingerprint, authority }) =>
      known.authority === undefined ? fingerprint === served : authority === known.authority,
    )
    .slice(0, count)
    .map((one, index) => ({ ...one, fingerprint: served, localAddress: siteAddress(url, index) }));
  const kept = identities.length;
  let next = kept;
  const worker = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      const hostname = `sim-${String(index).padStart(5, '0')}`;
      const wanted = { url, token, hostname, served, localAddress: siteAddress(url, index) };
      identities.push(await enrolWhenFree(wanted, { signal, sleep }));
      onProgress(identities.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    if (stateDir !== undefined && identities.length > kept) await keepIdentities(stateDir, identities);
  }
  return identities;
}
