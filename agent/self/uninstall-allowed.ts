/** Whether a token allows this agent to be taken off its host, by what the agent trusts: no line is needed. */
import { readUninstallToken } from '#protocol/uninstall-token.ts';
import { authoritiesOf, type Trust } from '../transport/trust.ts';

export type TokenFault = 'unreadable' | 'other-agent' | 'expired' | 'not-trusted';

/** @returns the token's id, or what is wrong with it */
export function uninstallAllowed(
  text: string,
  { agentId, trust, nowMs }: { agentId: string; trust: Trust; nowMs: number },
): { tokenId: string } | { fault: TokenFault } {
  const token = readUninstallToken(text);
  if (token === undefined) return { fault: 'unreadable' };
  if (token.agentId !== agentId) return { fault: 'other-agent' };
  const { certificate, fingerprint } = token;
  const isTrusted =
    trust.fingerprints.includes(fingerprint) ||
    (trust.caPem !== undefined &&
      authoritiesOf(trust.caPem).some(
        (authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
      ));
  if (!isTrusted) return { fault: 'not-trusted' };
  return token.notAfterMs < nowMs ? { fault: 'expired' } : { tokenId: token.id };
}
