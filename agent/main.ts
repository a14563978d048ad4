/**
 * The agent put together: sources -> spool -> transport. Each source has its own loop and its own faults; the one
 * thing that stops the agent, beside being told to, is a collector that does not want it any more.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { AgentPolicy } from '#protocol/down.ts';
import type { ErrorCode } from '#protocol/error.ts';
import { laneNumber } from '#protocol/lane.ts';
import type { Hardware } from '#protocol/hardware.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import { SELF, agentItem } from './agent-record.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { commitPatiently } from './commit-patiently.ts';
import type { AgentConfig } from './config.ts';
import type { Governor } from './governor/governor.ts';
import { governorItem } from './governor/governor-item.ts';
import { makeGovernor } from './governor/make-governor.ts';
import { classOfLane } from './governor/work-class.ts';
import { HighWater } from './high-water.ts';
import { makeStateDir } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Logger } from './log.ts';
import { logGovernorNews, logLinkEvent, logSourceEvent } from './log-events.ts';
import type { Outbox } from './outbox.ts';
import { loadPolicy, savePolicy } from './policy-file.ts';
import { OWN_FILES_KEY, OwnFiles } from './self/own-files.ts';
import type { OwnFile } from './self/own-files.ts';
import { readUninstall } from './self/uninstall-file.ts';
import { beginOf } from './self/begin.ts';
import { makeSelfWatch } from './self/make-self-watch.ts';
import { runSource } from './source-runner.ts';
import type { SourceEvent } from './source-runner.ts';
import type { RegisteredSource } from './sources/registry.ts';
import type { SourceItem } from './sources/source.ts';
import { lanePolicies } from './spool/lane-policy.ts';
import { openSpool } from './spool/sqlite-spool.ts';
import type { Spool } from './spool/spool.ts';
import type { SelfWatch } from './self/self-watch.ts';
import { StatusBoard } from './status-board.ts';
import { writeStatus } from './status-file.ts';
import { BackOff } from './transport/back-off.ts';
import { Bandwidth } from './transport/bandwidth.ts';
import { proxyTo } from './transport/dial.ts';
import { prepareLink } from './transport/link.ts';
import { RememberedAddresses } from './transport/remembered-addresses.ts';
import type { LinkEnd, LinkEvent } from './transport/link.ts';
import { connectWs } from './transport/ws-transport.ts';
import type { SignedDesk } from './transport/signed-desk.ts';
import { TrustStore } from './trust-store.ts';

const CONNECT_MS_MAX = 15_000;
const STATUS_EVERY_MS = 3_000;
/** A stop takes at most the sum of these two. */
const SOURCES_STOP_MS_MAX = 700;
const DRAIN_MS_MAX = 600;
/** The last word of an agent that is taken off its host has longer, a session to come included. */
const FAREWELL_MS_MAX = 10_000;
const DROPPED_EVERY_MS = 60_000;

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

/** @throws SpoolBusyError when another agent runs on the state folder; SpoolFullError when it is not writable. */
export async function runAgent(options: AgentOptions): Promise<AgentEnd> {
  makeStateDir(options.config.stateDir);
  const { config, logger, clock = systemClock } = options;
  const spool = openSpool({
    file: path.join(config.stateDir, 'spool.db'),
    bytesMax: config.spool.bytesMax,
    retainBytesMax: config.spool.retainBytesMax,
    policies: lanePolicies(config.spool, loadPolicy(config.stateDir)),
    now: () => clock.now(),
    random: (bytes) => randomBytes(bytes),
    onReset: ({ cause, ...reset }) => {
      logger.error({ err: cause, ...reset }, 'the spool was corrupt: it was set aside and begun anew');
    },
  });
  try {
    return await new Agent(options, spool, clock).run();
  } finally {
    spool.close();
  }
}

class Agent {
  readonly #options: AgentOptions;
  readonly #spool: Spool;
  readonly #clock: Clock;
  readonly #trust: TrustStore;
  readonly #bandwidth: Bandwidth;
  /** By source that can wait. */
  readonly #highWaters: Map<string, HighWater>;
  readonly #governor: Governor | undefined;
  readonly #board: StatusBoard;
  readonly #link: { run: () => Promise<LinkEnd> };
  readonly #stopSources = new AbortController();
  readonly #stopLink = new AbortController();
  readonly #settled = Promise.withResolvers<AgentEnd>();
  #read = 0;
  /** By lane: highest sequence sent. */
  readonly #sent: number[] = [];
  #sourcesDone = false;
  #isLeaving = false;
  readonly #behind: Set<string>;
  #droppedTold: number;

  constructor(options: AgentOptions, spool: Spool, clock: Clock) {
    const { identity, host, agentVersion, sources } = options;
    this.#options = options;
    this.#spool = spool;
    this.#clock = clock;
    this.#droppedTold = spool.status().droppedRecords;
    this.#trust = new TrustStore(options.config.stateDir, identity.fingerprint);
    const policy = loadPolicy(options.config.stateDir);
    this.#bandwidth = new Bandwidth(clock, options.config.bandwidth);
    if (policy !== undefined) this.#bandwidth.apply(policy);
    const held = options.config.spool.whenFull === 'hold' ? sources.filter(({ canWait }) => canWait) : [];
    this.#highWaters = new Map(
      held.map(({ source, lane }) => [
        source.name,
        new HighWater(spool, lane === undefined ? undefined : laneNumber(lane)),
      ]),
    );
    const { governor, stateDir } = options.config;
    if (governor !== undefined) {
      const { signal } = this.#stopSources;
      this.#governor = makeGovernor({ config: governor, stateDir, spool, clock, signal });
    }
    this.#behind = new Set(sources.map(({ source }) => source.name));
    this.#board = new StatusBoard({
      agentVersion,
      spool,
      clock,
      highWaters: [...this.#highWaters.values()],
      bandwidth: this.#bandwidth,
      governor: this.#governor,
      proxy: proxyTo(options.config.proxy, identity.url),
      sources: sources.map(({ source, kind = 'other' }) => ({ name: source.name, kind })),
    });
    const { lookup } = new RememberedAddresses({
      stateDir: options.config.stateDir,
      onFault: (error) =>
        options.logger.warn({ err: error }, 'the addresses of names cannot be written down'),
    });
    this.#link = prepareLink({
      home: identity.url,
      collectors: policy?.collectors?.map(({ url }) => url),
      bandwidth: this.#bandwidth,
      connect: (url, signal) =>
        connectWs({
          url,
          trust: this.#trust.trust,
          collectorNow: () => this.#board.collectorNow(),
          onSuccessor: (fingerprint) => this.#trust.succeed(fingerprint),
          proxy: options.config.proxy,
          connectMsMax: CONNECT_MS_MAX,
          lookup,
          signal,
        }),
      spool,
      agentId: identity.agentId,
      agentVersion,
      host,
      hardware: options.hardware,
      announce: (fingerprints, heardOver) => this.#announce(fingerprints, heardOver),
      signed: options.signed,
      sign: (bytes) => identity.sign(bytes),
      clock,
      random: Math.random,
      signal: this.#stopLink.signal,
      onEvent: (event) => this.#onLink(event),
    });
  }

  async run(): Promise<AgentEnd> {
    const { signal } = this.#options;
    // A replay is no agent at work: only what it reads is sent.
    const { untilDelivered, isContinued, outbox, reconfigure } = this.#options;
    if (untilDelivered !== true && isContinued !== true) await this.#commitOwn(this.#startedItem());
    outbox?.drainTo((item) => this.#commitOwn(item));
    const files = new OwnFiles(this.#options.ownFiles ?? [], this.#options.agentVersion);
    if (untilDelivered !== true) {
      const kept = this.#spool.positions(SELF).get(OWN_FILES_KEY);
      for (const item of files.atStart(kept, this.#clock.now())) await this.#commitOwn(item);
    }
    this.#writeStatus('running');
    const link = this.#link.run();
    await this.#checkUninstall();
    const sources = Promise.all(this.#options.sources.map((registered) => this.#runSource(registered)));
    const ticking = this.#tick(makeSelfWatch(files, this.#clock));
    sources.then(
      () => {
        this.#sourcesDone = true;
        this.#checkDelivered();
      },
      (error: unknown) => this.#settled.reject(error),
    );
    link.then(
      (end) => {
        if (end.kind === 'refused') this.#settled.resolve(end);
      },
      (error: unknown) => this.#settled.reject(error),
    );
    const onStop = (): void => this.#settled.resolve({ kind: 'stopped' });
    if (signal.aborted) onStop();
    signal.addEventListener('abort', onStop, { once: true });
    const onReconfigure = (): void => this.#settled.resolve({ kind: 'reconfigure' });
    if (reconfigure?.aborted === true) onReconfigure();
    reconfigure?.addEventListener('abort', onReconfigure, { once: true });
    try {
      const end = await this.#settled.promise;
      await this.#stop(end, sources, link);
      return end;
    } finally {
      signal.removeEventListener('abort', onStop);
      reconfigure?.removeEventListener('abort', onReconfigure);
      outbox?.drainTo(undefined);
      this.#stopSources.abort();
      this.#stopLink.abort();
      await ticking;
    }
  }

  /** Says whether the last run ended in order: the mark is set here and removed with the stopping record. */
  #startedItem(): SourceItem {
    const positions = this.#spool.positions(SELF);
    const died = positions.get('running') !== undefined;
    const { agentVersion } = this.#options;
    const begin = beginOf(positions.get('boot'));
    return agentItem(
      this.#clock.now(),
      'started',
      'agent',
      {
        version: agentVersion,
        pid: process.pid,
        node: process.versions.node,
        lastRunDied: died,
        after: begin.after,
      },
      [
        { key: 'running', value: 'true' },
        { key: 'boot', value: begin.boot },
      ],
    );
  }

  #stoppingItem(end: AgentEnd): SourceItem {
    const detail = { reason: end.kind };
    return agentItem(this.#clock.now(), 'stopping', 'agent', detail, [{ key: 'running', value: undefined }]);
  }

  async #stop(end: AgentEnd, sources: Promise<unknown>, link: Promise<unknown>): Promise<void> {
    const { logger } = this.#options;
    logger.info({ reason: end.kind }, 'stopping');
    this.#stopSources.abort();
    await Promise.race([sources, this.#clock.sleep(SOURCES_STOP_MS_MAX)]);
    if (this.#options.untilDelivered !== true && end.kind !== 'reconfigure')
      await this.#commitOwn(this.#stoppingItem(end));
    if (end.kind === 'uninstalled') await this.#drain(FAREWELL_MS_MAX, true);
    else if (this.#board.online && end.kind !== 'refused') await this.#drain(DRAIN_MS_MAX, false);
    this.#stopLink.abort();
    await link;
    if (end.kind !== 'reconfigure') this.#writeStatus(end.kind === 'refused' ? 'refused' : 'stopped');
    logger.info('stopped');
  }

  /** Gives what waits a last chance to be acknowledged. */
  async #drain(msMax: number, waitsForSession: boolean): Promise<void> {
    const over = new AbortController();
    void this.#clock.sleep(msMax, over.signal).then(() => over.abort());
    const isWorthwhile = (): boolean => waitsForSession || this.#board.online;
    while (!over.signal.aborted && isWorthwhile() && this.#waiting() > 0) {
      await this.#clock.sleep(10, over.signal);
    }
    over.abort();
  }

  async #checkUninstall(): Promise<void> {
    if (this.#options.untilDelivered === true || this.#isLeaving) return;
    const uninstall = readUninstall(this.#options.config.stateDir);
    if (uninstall === undefined) return;
    this.#isLeaving = true;
    const { logger } = this.#options;
    logger.warn(uninstall, 'the agent is taken off this host');
    await this.#commitOwn(agentItem(this.#clock.now(), 'uninstalling', 'agent', uninstall));
    this.#settled.resolve({ kind: 'uninstalled' });
  }

  #waiting(): number {
    return this.#spool
      .status()
      .lanes.reduce((sum, { nextSeq, acknowledgedSeq }) => sum + nextSeq - 1 - acknowledgedSeq, 0);
  }

  async #runSource({ source, canWait, lane }: RegisteredSource): Promise<void> {
    const { untilDelivered } = this.#options;
    await runSource({
      source,
      spool: this.#spool,
      highWater: this.#highWaters.get(source.name),
      clock: this.#clock,
      random: Math.random,
      signal: this.#stopSources.signal,
      finite: untilDelivered,
      governed: this.#governor?.govern(source.name, canWait ? classOfLane(lane) : undefined),
      onEvent: (event) => this.#onSource(source.name, event),
    });
  }

  #onSource(name: string, event: SourceEvent): void {
    this.#board.onSource(name, event);
    logSourceEvent(this.#options.logger, name, event);
    if (event.kind === 'caught-up' && this.#behind.delete(name) && this.#behind.size === 0) {
      this.#options.onWatching?.();
    }
    if (event.kind === 'committed') {
      this.#read += event.records;
      this.#progress();
    }
    if (event.kind === 'failed') {
      const detail = { message: String(event.error), retryInMs: event.retryInMs };
      void this.#commitOwn(agentItem(this.#clock.now(), 'source-failed', name, detail));
    }
    if (event.kind === 'recovered') {
      void this.#commitOwn(agentItem(this.#clock.now(), 'source-recovered', name));
    }
  }

  #onLink(event: LinkEvent): void {
    this.#board.onLink(event);
    logLinkEvent(this.#options.logger, event);
    if (event.kind === 'policy') this.#takePolicy(event.policy);
    if (event.kind === 'sent') this.#sent[event.lane] = Math.max(this.#sent[event.lane] ?? 0, event.lastSeq);
    if (event.kind !== 'acknowledged') return;
    for (const highWater of this.#highWaters.values()) highWater.update();
    this.#progress();
    this.#checkDelivered();
  }

  /** @returns whether it is written down */
  #announce(fingerprints: readonly string[], heardOver: string): boolean {
    try {
      this.#trust.announce(fingerprints, heardOver);
      return true;
    } catch (error) {
      // The disk may be full: the collector says it again at the next session.
      this.#options.logger.error({ err: error }, 'the trusted certificates cannot be written down');
      return false;
    }
  }

  #takePolicy(policy: AgentPolicy): void {
    const { config, logger } = this.#options;
    this.#spool.applyPolicies(lanePolicies(config.spool, policy));
    try {
      savePolicy(config.stateDir, policy);
    } catch (error) {
      // It holds now; the next session brings it again.
      logger.warn({ err: error }, 'the settings of the collector cannot be written down');
    }
  }

  #progress(): void {
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    const { lanes } = this.#spool.status();
    this.#options.onProgress?.({
      read: this.#read,
      sent: sum(lanes.map(({ lane, acknowledgedSeq }) => Math.max(acknowledgedSeq, this.#sent[lane] ?? 0))),
      acked: sum(lanes.map(({ acknowledgedSeq }) => acknowledgedSeq)),
    });
  }

  #checkDelivered(): void {
    if (this.#options.untilDelivered === true && this.#sourcesDone && this.#waiting() === 0) {
      this.#settled.resolve({ kind: 'delivered' });
    }
  }

  async #commitOwn(item: SourceItem): Promise<void> {
    const { logger } = this.#options;
    const patience = {
      spool: this.#spool,
      clock: this.#clock,
      backOff: new BackOff({ minMs: 1_000, maxMs: 30_000, random: Math.random }),
      signal: this.#stopSources.signal,
      onHeld: (error: unknown) => {
        if (error !== undefined) logger.error({ err: error }, 'the spool cannot be written');
      },
    };
    try {
      await commitPatiently(patience, SELF, [item]);
    } catch (error) {
      this.#settled.reject(error);
    }
  }

  /** Status file and word of dropped records, until the agent has stopped. */
  async #tick(self: SelfWatch): Promise<void> {
    const { signal } = this.#stopLink;
    let droppedToldMs = -Infinity;
    while (!signal.aborted) {
      await this.#clock.sleep(STATUS_EVERY_MS, signal);
      if (signal.aborted) return;
      for (const item of this.#options.untilDelivered === true ? [] : self.look())
        await this.#commitOwn(item);
      await this.#checkUninstall();
      await this.#lookAtCost();
      this.#writeStatus('running');
      const { droppedRecords } = this.#spool.status();
      if (
        droppedRecords > this.#droppedTold &&
        this.#clock.monotonicMs() - droppedToldMs >= DROPPED_EVERY_MS
      ) {
        const detail = { records: droppedRecords - this.#droppedTold, total: droppedRecords };
        this.#droppedTold = droppedRecords;
        droppedToldMs = this.#clock.monotonicMs();
        this.#options.logger.error(detail, 'records were dropped: the spool is full');
        await this.#commitOwn(agentItem(this.#clock.now(), 'spool-dropped', 'spool', detail));
      }
    }
  }

  async #lookAtCost(): Promise<void> {
    for (const news of this.#governor?.look() ?? []) {
      logGovernorNews(this.#options.logger, news);
      await this.#commitOwn(governorItem(this.#clock.now(), news));
    }
  }

  #writeStatus(state: 'running' | 'stopped' | 'refused'): void {
    const { config, logger } = this.#options;
    try {
      writeStatus(config.stateDir, this.#board.status(state));
    } catch (error) {
      // The disk may be full; the agent's work does not depend on its status.
      logger.warn({ err: error }, 'the status file cannot be written');
    }
  }
}
