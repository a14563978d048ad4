/** Who may open a session: the agent's state first, and once its key is proved, the machine it is used on. */
import { ProtocolError } from '../protocol/error.ts';
import type { Hello } from '../protocol/up.ts';
import { findAgent, noteSession } from './agents.ts';
import type { Registry } from './database.ts';
import { checkHardware } from './hosts.ts';

/** An agent that waits for approval asks again after this, so approving it opens its session soon. */
const APPROVAL_RETRY_MS = 20_000;

/** What a session needs to know; undefined for an agent that was never enrolled. @throws ProtocolError */
export async function admitAgent(
  registry: Registry,
  agentId: string,
): Promise<{ agentId: string; publicKey: string; revoked: boolean; agencyId: number } | undefined> {
  const agent = await findAgent(registry, agentId);
  if (agent === undefined) return undefined;
  switch (agent.state) {
    case 'pending':
      throw new ProtocolError('pending-approval', 'this agent waits for approval', {
        retryAfterMs: APPROVAL_RETRY_MS,
      });
    case 'replaced':
      throw new ProtocolError('cloned', 'another installation of this host took over: enrol it again');
    case 'active':
    case 'revoked':
      return {
        agentId: agent.id,
        publicKey: agent.publicKey,
        revoked: agent.state === 'revoked',
        agencyId: agent.agencyId,
      };
  }
}

/** The key is proved. @throws ProtocolError cloned */
export async function admitSession(
  registry: Registry,
  hello: Hello,
  measured: { clockSkewMs: number; atMs: number },
): Promise<void> {
  const { agentId, host, agentVersion, hardware = [] } = hello;
  if (!(await checkHardware(registry, agentId, hardware))) {
    throw new ProtocolError('cloned', 'this key was made on other hardware: the disk was copied or moved');
  }
  await noteSession(registry, agentId, { host, agentVersion, ...measured });
}
