/** What the agents' door is given: its limits, and the stages it hands on to. */
import type { AgentPolicy } from '../protocol/down.ts';
import type { Hello } from '../protocol/up.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { LaneBook } from './lane-book.ts';
import type { QuotaBook } from './quota-book.ts';
import type { SessionEvents, SessionPorts } from './session.ts';

export interface GateOptions {
  lanes: LaneBook;
  /** SHA-256 of the certificate served now, for sockets that do not tell theirs. */
  collectorFingerprint: () => string;
  policy: AgentPolicy;
  /** Certificates that agents are told to trust; undefined when there is nothing to say. */
  announced?: (() => readonly string[] | undefined) | undefined;
  findAgent: SessionPorts['findAgent'];
  /** @throws ProtocolError when the key is used on another machine */
  noteSession: (hello: Hello, clockSkewMs: number) => Promise<void>;
  /** With several collectors: which agents' sessions may open here. */
  ownership?: GateOwnership | undefined;
  trusted: SessionPorts['trusted'];
  policyReported: SessionPorts['policyReported'];
  commandReported: SessionPorts['commandReported'];
  recordLoss: SessionPorts['recordLoss'];
  recordAccount: SessionPorts['recordAccount'];
  interpret: SessionPorts['interpret'];
  /** Whether frames can be interpreted now; always, where nobody works beside this thread. */
  hasRoom?: (() => boolean) | undefined;
  accept: SessionPorts['accept'];
  /** The stage behind takes nothing of this agent for now; of others it does. */
  holds?: ((agentId: string) => boolean) | undefined;
  quotas: QuotaBook;
  bandwidth: Bandwidth;
  /** A frame has to wait for a quota. */
  onHeld: (quotaId: number) => void;
  /** Bytes that have arrived and wait to be handed on, before those who have most of them are no longer read. */
  waitingBytesMax: number;
  /** Sockets open at once, authenticated or not. */
  socketsMax: number;
  /** Sockets that have not proved who they are yet, in all and of one address. */
  unauthenticatedMax: number;
  unauthenticatedPerAddressMax: number;
  /** Connections that wait in front of the door. */
  waitingOutside: () => number;
  /** How many can be let in per second, as measured; 0 when that is not known. */
  admissionsPerSecond: () => number;
  /** Sessions and losses of one agent, since each is a row of the control plane. */
  writesPerMinuteMax: number;
  heartbeatMs: number;
  now: () => number;
  emit: <K extends keyof SessionEvents>(event: K, detail: SessionEvents[K]) => void;
  /** A session opened or closed. */
  onPresence: (agentId: string, online: boolean, network: string, address?: string) => void;
  /** A defect of ours, not the peer's. */
  onFault: (error: unknown) => void;
}

/** Who takes an agent's events, when it could be another collector. */
export interface GateOwnership {
  /** Resolves when the agent is ours, or its peer has gone. */
  take: (agentId: string, isWanted: () => boolean) => Promise<void>;
  owns: (agentId: string) => boolean;
}
