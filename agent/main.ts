/**
 * The agent put together: sources -> spool -> transport. Each source has its own loop and its own faults; the one
 * thing that stops the agent, beside being told to, is a collector that does not want it any more.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { AgentPolicy } from '#protocol/down.ts';
import { laneNumber } from '#protocol/lane.ts';
import type { AgentEnd, AgentOptions } from './agent-options.ts';
import { SELF, agentItem } from './agent-record.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { commitPatiently } from './commit-patiently.ts';
import { drain, waitingRecords } from './drain.ts';
import { collectAllIfOffered } from './governor/collect-garbage.ts';
import type { Governor } from './governor/governor.ts';
import { governorItem } from './governor/governor-item.ts';
import { makeGovernor } from './governor/make-governor.ts';
import { classOfLane } from './governor/work-class.ts';
import { HighWater } from './high-water.ts';
import { makeStateDir } from './identity.ts';
import { logGovernorNews, logLinkEvent, logSourceEvent } from './log-events.ts';
import { loadPolicy, savePolicy } from './policy-file.ts';
import { OWN_FILES_KEY, OwnFiles } from './self/own-files.ts';
import { readUninstall } from './self/uninstall-file.ts';
import { startedItem, stoppingItem } from './self/run-items.ts';
import type { LoadWatch } from './self/load-watch.ts';
import { makeLoadWatch } from './self/make-load-watch.ts';
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
import { progressOf } from './progress.ts';
import { BackOff } from './transport/back-off.ts';
import { Bandwidth } from './transport/bandwidth.ts';
import { proxyTo } from './transport/dial.ts';
import { prepareLink } from './transport/link.ts';
import { RememberedAddresses } from './transport/remembered-addresses.ts';
import type { LinkEnd, LinkEvent } from './transport/link.ts';
import { connectWs } from './transport/ws-transport.ts';
import { TrustStore } from './trust-store.ts';

const CONNECT_MS_MAX = 15_000;
const STATUS_EVERY_MS = 3_000;
/** A stop takes at most the sum of these two. */
const SOURCES_STOP_MS_MAX = 700;
const DRAIN_MS_MAX = 600;
/** The last word of an agent that is taken off its host has longer, and without a session waits a little for one. */
const FAREWELL_MS_MAX = 10_000;
const FAREWELL_SESSION_MS_MAX = 3_000;
const DROPPED_EVERY_MS = 60_000;
/** After all sources have caught up: until what they had begun is done, too. */
const TIDY_AFTER_MS = 10_000;

/** @throws SpoolBusyError when another agent runs on the state folder; SpoolFullError when it is not writable. */
export async function runAgent(options: AgentOptions): Promise<AgentEnd> {
  const { config, logger, clock = systemClock } = options;
  const open = await makeStateDir(config.stateDir);
  if (open !== undefined) logger.warn({ reason: open }, 'others may open the state folder');
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
    options.onBandwidth?.(this.#bandwidth);
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
    if (untilDelivered !== true && isContinued !== true)
      await this.#commitOwn(startedItem(this.#spool, this.#clock.now(), this.#options.agentVersion));
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
    if (this.#options.sources.length === 0) this.#watchNothing();
    const ticking = this.#tick(
      makeSelfWatch(files, this.#clock),
      makeLoadWatch(this.#clock, this.#options.config.stateDir),
    );
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

  async #stop(end: AgentEnd, sources: Promise<unknown>, link: Promise<unknown>): Promise<void> {
    const { logger } = this.#options;
    logger.info({ reason: end.kind }, 'stopping');
    this.#stopSources.abort();
    await Promise.race([sources, this.#clock.sleep(SOURCES_STOP_MS_MAX)]);
    if (this.#options.untilDelivered !== true && end.kind !== 'reconfigure')
      await this.#commitOwn(stoppingItem(this.#clock.now(), end));
    const parts = { spool: this.#spool, board: this.#board, clock: this.#clock };
    if (end.kind === 'uninstalled') await drain(parts, FAREWELL_MS_MAX, FAREWELL_SESSION_MS_MAX);
    else if (this.#board.online && end.kind !== 'refused') await drain(parts, DRAIN_MS_MAX);
    this.#stopLink.abort();
    await link;
    if (end.kind !== 'reconfigure') this.#writeStatus(end.kind === 'refused' ? 'refused' : 'stopped');
    logger.info('stopped');
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
      void this.#tidyUp();
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

  /** It still answers the collector, which may send it settings with sources. */
  #watchNothing(): void {
    this.#options.logger.warn('no source is set up: nothing of this host is watched');
    this.#options.onWatching?.();
  }

  /** Starting costs memory that running does not need. */
  async #tidyUp(): Promise<void> {
    const { signal } = this.#stopSources;
    await this.#clock.sleep(TIDY_AFTER_MS, signal);
    if (!signal.aborted) collectAllIfOffered();
  }

  #onLink(event: LinkEvent): void {
    this.#board.onLink(event);
    logLinkEvent(this.#options.logger, event);
    if (event.kind === 'policy') this.#takePolicy(event.policy);
    if (event.kind === 'sent') this.#sent[event.lane] = Math.max(this.#sent[event.lane] ?? 0, event.lastSeq);
    if (event.kind !== 'acknowledged') return;
    this.#options.onAcknowledged?.();
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
    this.#options.onProgress?.(progressOf(this.#read, this.#spool, this.#sent));
  }

  #checkDelivered(): void {
    if (this.#options.untilDelivered === true && this.#sourcesDone && waitingRecords(this.#spool) === 0) {
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

  /** Status file, what the agent sees of itself and of the host's load, and word of dropped records, until it has stopped. */
  async #tick(self: SelfWatch, load: LoadWatch): Promise<void> {
    const { signal } = this.#stopLink;
    let droppedToldMs = -Infinity;
    while (!signal.aborted) {
      await this.#clock.sleep(STATUS_EVERY_MS, signal);
      if (signal.aborted) return;
      const isReplay = this.#options.untilDelivered === true;
      for (const item of isReplay ? [] : [...self.look(), ...(await load.look())])
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
