/** Gathers the agent's events into its status; bounded, whatever the sources report. */
import type { Clock } from './clock.ts';
import { CostMeter } from './cost-meter.ts';
import type { Governor, GovernorStatus } from './governor/governor.ts';
import type { HighWater } from './high-water.ts';
import type { SourceKind } from './source-kind.ts';
import type { SourceEvent } from './source-runner.ts';
import type { SourceProblem } from './sources/source.ts';
import type { Spool } from './spool/spool.ts';
import type { AgentStatus } from './status-file.ts';
import type { Bandwidth } from './transport/bandwidth.ts';
import type { LinkEvent } from './transport/link.ts';

const PROBLEMS_MAX = 50;
/** What happened once is told for so long. */
const ONCE_MS_MAX = 86_400_000;

type SourceStatus = AgentStatus['sources'][number];

export interface StatusBoardOptions {
  agentVersion: string;
  spool: Spool;
  highWaters: readonly HighWater[];
  clock: Clock;
  bandwidth: Pick<Bandwidth, 'bytesPerSecondMax' | 'sentBytes'>;
  /** Left out: nothing is slowed. */
  governor?: Pick<Governor, 'status'> | undefined;
  /** As shown: without its password. */
  proxy: string | undefined;
  sources: readonly { name: string; kind: SourceKind }[];
}

export class StatusBoard {
  readonly #options: StatusBoardOptions;
  readonly #startedAt: number;
  readonly #cost: CostMeter;
  readonly #sources: Map<string, SourceStatus>;
  #link: AgentStatus['link'];
  #diskRefuses = false;

  constructor(options: StatusBoardOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#cost = new CostMeter();
    this.#sources = new Map(
      options.sources.map(({ name, kind }) => [
        name,
        {
          name,
          kind,
          state: 'running',
          caughtUp: false,
          records: 0,
          limited: 0,
          lastRecordAt: null,
          problems: [],
        },
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
        source.caughtUp = true;
        return;
      case 'committed':
        this.#diskRefuses = false;
        source.records += event.records;
        source.limited += event.limited;
        if (event.records > 0) source.lastRecordAt = at;
        return;
      case 'failed':
        source.state = 'failed';
        source.caughtUp = false;
        this.#problem(source, { subject: name, message: String(event.error) }, at);
        return;
      case 'recovered':
        source.state = 'running';
        this.#resolve(source, name);
        return;
      case 'problem':
        this.#problem(source, event.problem, at);
        return;
      case 'resolved':
        this.#resolve(source, event.subject);
        return;
      case 'held':
        this.#diskRefuses = event.error !== undefined;
    }
  }

  /** One entry per subject, the newest last. */
  #problem(source: SourceStatus, { subject, message, once = false }: SourceProblem, at: number): void {
    const others = source.problems.filter((problem) => problem.subject !== subject || problem.once !== once);
    source.problems = [...others, { subject, message, at, once }].slice(-PROBLEMS_MAX);
  }

  /** What was lost stays lost. */
  #resolve(source: SourceStatus, subject: string): void {
    source.problems = source.problems.filter((problem) => problem.subject !== subject || problem.once);
  }

  #sourcesNow(): SourceStatus[] {
    const forgottenAt = this.#options.clock.now() - ONCE_MS_MAX;
    return [...this.#sources.values()].map((source) => ({
      ...source,
      problems: source.problems.filter(({ once, at }) => !once || at > forgottenAt),
    }));
  }

  status(state: AgentStatus['state']): AgentStatus {
    const { agentVersion, spool, highWaters, clock, bandwidth, governor } = this.#options;
    const inSpool = spool.status();
    return {
      version: 1,
      agentVersion,
      pid: process.pid,
      state,
      startedAt: this.#startedAt,
      at: clock.now(),
      link: { ...this.#link, bytesPerSecondMax: bandwidth.bytesPerSecondMax ?? null },
      spool: {
        ...inSpool,
        lanes: inSpool.lanes.map((each) => ({ ...each, oldestAt: spool.oldestWaitingAt(each.lane) })),
        holding: highWaters.some(({ holding }) => holding),
        refused: this.#diskRefuses,
      },
      sources: this.#sourcesNow(),
      cost: this.#cost.read(bandwidth.sentBytes),
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
