/** What mail domains say of who may send for them, asked of name servers. Nothing but the name of the domain leaves the house. */
import { Resolver } from 'node:dns/promises';
import type { MailPolicies, MailPolicy } from '../../compliance/evidence/evidence-sources.ts';

const TIMEOUT_MS = 3_000;
const TRIES = 2;
const RECORDS_MAX = 20;
/** The domain has no such record, or is not there. */
const NONE = new Set(['ENODATA', 'ENOTFOUND']);

/** @param servers `ADDRESS:PORT`; left out: those of this machine */
export function dnsMailPolicies(servers?: readonly string[]): MailPolicies {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const textsOf = async (name: string): Promise<string[]> => {
    try {
      return (await resolver.resolveTxt(name)).slice(0, RECORDS_MAX).map((parts) => parts.join(''));
    } catch (error) {
      if (error instanceof Error && 'code' in error && NONE.has(String(error.code))) return [];
      throw error;
    }
  };
  return {
    async of(domain): Promise<MailPolicy> {
      try {
        return { kind: 'told', dmarc: await textsOf(`_dmarc.${domain}`), spf: await textsOf(domain) };
      } catch (error) {
        return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
