/** What an agent is run with, what it says of its progress, and how it may end. */
import type { ErrorCode } from '#protocol/error.ts';
import type { Hardware } from '#protocol/hardware.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import type { Clock } from './clock.ts';
import type { AgentConfig } from './config.ts';
import type { Identity } from './identity.ts';
import type { Logger } from './log.ts';
import type { Outbox } from './outbox.ts';
import type { OwnFile } from './self/own-files.ts';
import type { RegisteredSource } from './sources/registry.ts';
import type { Bandwidth } from './transport/bandwidth.ts';
import type { SignedDesk } from './transport/signed-desk.ts';

export interface AgentOptions {
  config: Pick<AgentConfig, 'stateDir' | 'spool'> & {
    proxy?: AgentConfig['proxy'] | undefined;
    bandwidth?: AgentConfig['bandwidth'] | undefined;
    /** Left out: nothing is slowed. */
    governor?: AgentConfig['governor'] | undefined;
  };
  identity: Identity;
  host: HostFacts;
  /** What identifies the machine. */
  hardware?: Hardware | undefined;
  agentVersion: string;
  sources: readonly RegisteredSource[];
  logger: Logger;
  /** Aborts when the agent is to stop. */
  signal: AbortSignal;
  /** Takes in what the collector signs: policies, commands. */
  signed?: SignedDesk | undefined;
  /** What the desk has to say, as records; emptied when this runs and whenever it calls back. */
  outbox?: Outbox | undefined;
  /** Aborts when other settings are to run: the agent ends, to be begun again with them. */
  reconfigure?: AbortSignal | undefined;
  /** It goes on after such an end, in the same process: neither its end nor its begin is an event. */
  isContinued?: boolean | undefined;
  /** The files the agent stands on: what happens to them is told. */
  ownFiles?: readonly OwnFile[] | undefined;
  /** Stop by itself when finite sources are read, sent and acknowledged. */
  untilDelivered?: boolean | undefined;
  /** Every source has taken in how things stand. */
  onWatching?: (() => void) | undefined;
  /** Counts from the beginning of the spool's epoch: meant for a spool of its own. */
  onProgress?: ((progress: AgentProgress) => void) | undefined;
  /** The collector acknowledged something. */
  onAcknowledged?: (() => void) | undefined;
  /** What bounds the line from now on, for whoever else uses it. */
  onBandwidth?: ((bandwidth: Bandwidth) => void) | undefined;
  clock?: Clock | undefined;
}

/** Records. */
export interface AgentProgress {
  /** In this run. */
  read: number;
  /** Handed to the line at least once. */
  sent: number;
  acked: number;
}

export type AgentEnd =
  | { kind: 'stopped' }
  /** Everything was read, sent and acknowledged. */
  | { kind: 'delivered' }
  /** It is taken off this host, and has said so. */
  | { kind: 'uninstalled' }
  /** Other settings are to run. */
  | { kind: 'reconfigure' }
  | { kind: 'refused'; code: ErrorCode; message: string };
