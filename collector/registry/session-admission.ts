/** Who may open a session: the agent's state first, and once its key is proved, the machine it is used on. */
import { ProtocolError } from '../protocol/error.ts';
import type { Hello } from '../protocol/up.ts';
import { findAgent, type FoundAgent } from './agents.ts';
import type { Registry } from './database.ts';
import { checkHardware } from './hosts.ts';
import type { SessionNotes } from './session-notes.ts';

/**
 * How soon an agent that waits for approval asks again, so that approving it opens its session: the more wait, the
 * later, which keeps the questions of a whole province below a hundred a second.
 */
const APPROVAL_RETRY_MS = { min: 2_000, perAgent: 10, max: 28_000 };

async function approvalRetryMs(registry: Registry): Promise<number> {
  const { waiting } = await registry.db
    .selectFrom('agent')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();
  const { min, perAgent, max } = APPROVAL_RETRY_MS;
  return Math.min(max, Math.max(min, waiting * perAgent));
}

export interface AdmittedAgent {
  agentId: string;
  publicKey: string;
  revoked: boolean;
  agencyId: number;
  groupId: number | null;
}

/** What a session needs to know; undefined for an agent that was never enrolled. @throws ProtocolError */
export async function admitAgent(
  registry: Registry,
  agentId: string,
  find: (agentId: string) => Promise<FoundAgent | undefined> = (id) => findAgent(registry, id),
): Promise<AdmittedAgent | undefined> {
  const agent = await find(agentId);
  if (agent === undefined) return undefined;
  switch (agent.state) {
    case 'pending':
      throw new ProtocolError('pending-approval', 'this agent waits for approval', {
        retryAfterMs: await approvalRetryMs(registry),
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
        groupId: agent.groupId,
      };
  }
}

/** The key is proved. @throws ProtocolError cloned */
export async function admitSession(
  registry: Registry,
  hello: Hello,
  measured: { clockSkewMs: number; atMs: number },
  notes: Pick<SessionNotes, 'note'>,
): Promise<void> {
  const { agentId, host, agentVersion, hardware = [] } = hello;
  if (!(await checkHardware(registry, agentId, hardware))) {
    throw new ProtocolError('cloned', 'this key was made on other hardware: the disk was copied or moved');
  }
  notes.note(agentId, { host, agentVersion, ...measured });
}
