/** Gathers the agent's events into its status; bounded, whatever the sources report. */
import type { Clock } from './clock.ts';
import type { Governor, GovernorStatus } from './governor/governor.ts';
import type { HighWater } from './high-water.ts';
import type { SourceEvent } from './source-runner.ts';
import type { Spool } from './spool/spool.ts';
import type { AgentStatus } from './status-file.ts';
import type { Bandwidth } from './transport/bandwidth.ts';
import type { LinkEvent } from './transport/link.ts';

const PROBLEMS_MAX = 50;

type SourceStatus = AgentStatus['sources'][number];

export interface StatusBoardOptions {
  agentVersion: string;
  spool: Spool;
  highWaters: readonly HighWater[];
  clock: Clock;
  bandwidth: Pick<Bandwidth, 'bytesPerSecondMax'>;
  /** Left out: nothing is slowed. */
  governor?: Pick<Governor, 'status'> | undefined;
  /** As shown: without its password. */
  proxy: string | undefined;
  sourceNames: readonly string[];
}

export class StatusBoard {
  readonly #options: StatusBoardOptions;
  readonly #startedAt: number;
  readonly #startedMonotonicMs: number;
  readonly #sources: Map<string, SourceStatus>;
  #link: AgentStatus['link'];
  #diskRefuses = false;

  constructor(options: StatusBoardOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#startedMonotonicMs = options.clock.monotonicMs();
    this.#sources = new Map(
      options.sourceNames.map((name) => [
        name,
        { name, state: 'running', records: 0, limited: 0, lastRecordAt: null, problems: [] },
      ]),
    );
    this.#link = {
      url: null,
      collectors: [],
      proxy: options.proxy ?? null,
      bytesPerSecondMax: null,
      state: 'connecting',
      since: this.#startedAt,
      lastAckAt: null,
      clockSkewMs: null,
      problem: null,
      nextAttemptAt: null,
    };
  }

  /** The collector's time by the last session's measure; undefined before the first. */
  collectorNow(): number | undefined {
    const { clockSkewMs } = this.#link;
    return clockSkewMs === null ? undefined : this.#options.clock.now() - clockSkewMs;
  }

  get online(): boolean {
    return this.#link.state === 'online';
  }

  onLink(event: LinkEvent): void {
    const at = this.#options.clock.now();
    switch (event.kind) {
      case 'connecting':
        this.#link = { ...this.#link, url: event.url, state: 'connecting', since: at, nextAttemptAt: null };
        return;
      case 'online':
        this.#link = {
          ...this.#link,
          state: 'online',
          since: at,
          clockSkewMs: event.clockSkewMs,
          problem: null,
        };
        return;
      case 'sent':
      case 'refill':
      case 'moving':
      case 'policy':
        return;
      case 'collectors':
        this.#link.collectors = [...event.urls];
        return;
      case 'acknowledged':
        this.#link.lastAckAt = at;
        return;
      case 'delete-postponed':
        this.#diskRefuses = true;
        return;
      case 'offline': {
        const problem = { cause: event.cause, message: event.message, at };
        this.#link = {
          ...this.#link,
          state: 'offline',
          since: at,
          problem,
          nextAttemptAt: at + event.retryInMs,
        };
      }
    }
  }

  onSource(name: string, event: SourceEvent): void {
    const source = this.#sources.get(name);
    if (source === undefined) return;
    const at = this.#options.clock.now();
    switch (event.kind) {
      case 'caught-up':
        return;
      case 'committed':
        this.#diskRefuses = false;
        source.records += event.records;
        source.limited += event.limited;
        if (event.records > 0) source.lastRecordAt = at;
        return;
      case 'failed':
        source.state = 'failed';
        this.#problem(source, name, String(event.error), at);
        return;
      case 'recovered':
        source.state = 'running';
        return;
      case 'problem':
        this.#problem(source, event.problem.subject, event.problem.message, at);
        return;
      case 'held':
        this.#diskRefuses = event.error !== undefined;
    }
  }

  /** One entry per subject, the newest last. */
  #problem(source: SourceStatus, subject: string, message: string, at: number): void {
    const others = source.problems.filter((problem) => problem.subject !== subject);
    source.problems = [...others, { subject, message, at }].slice(-PROBLEMS_MAX);
  }

  status(state: AgentStatus['state']): AgentStatus {
    const { agentVersion, spool, highWaters, clock, bandwidth, governor } = this.#options;
    const cpu = process.cpuUsage();
    return {
      version: 1,
      agentVersion,
      pid: process.pid,
      state,
      startedAt: this.#startedAt,
      at: clock.now(),
      link: { ...this.#link, bytesPerSecondMax: bandwidth.bytesPerSecondMax ?? null },
      spool: {
        ...spool.status(),
        holding: highWaters.some(({ holding }) => holding),
        refused: this.#diskRefuses,
      },
      sources: [...this.#sources.values()],
      cost: {
        rssBytes: process.memoryUsage.rss(),
        cpuMs: (cpu.user + cpu.system) / 1_000,
        sinceMs: clock.monotonicMs() - this.#startedMonotonicMs,
      },
      governor: governorStatus(governor?.status()),
    };
  }
}

function governorStatus(status: GovernorStatus | undefined): AgentStatus['governor'] {
  if (status === undefined) return null;
  const { paused, slowed, cpuPercent, ...rest } = status;
  return {
    ...rest,
    cpuPercent: Number(cpuPercent.toFixed(3)),
    paused: paused === undefined ? null : { ...paused, until: paused.until ?? null },
    slowed: slowed.map((each) => ({ ...each, waitedMs: Math.round(each.waitedMs) })),
  };
}
