/**
 * What happens on a Linux host, seen without a kernel module and without its audit: by looking now and then. A look
 * that costs more than a hundredth of the time since the last makes the next one come later. What began while the agent
 * was away is told at its next start, as far as it still runs.
 */
import { z } from 'zod';
import { AccountNames } from '../../audit/account-names.ts';
import type { ActivityRecord } from '#protocol/activity-record.ts';
import type { ActivityParts } from '../../activity-config.ts';
import type { PositionChange, Source, SourceContext, SourceItem } from '../source.ts';
import {
  activityRecord,
  deviceRecord,
  loginRecord,
  networkRecord,
  processRecords,
} from './activity-records.ts';
import { readLogins, type LoginPosition } from './login-records.ts';
import { NetworkWatch } from './network-watch.ts';
import { ProcessWatch, type Newest } from './process-watch.ts';
import { ProgramHashes } from './program-hash.ts';
import { readProcess, type ProcessFacts } from './read-process.ts';
import { UsbWatch } from './usb-watch.ts';
import { pause } from '../pause.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface ActivitySourceOptions extends ActivityParts {
  name?: string | undefined;
  procRoot?: string | undefined;
  usbRoot?: string | undefined;
  /** Of wtmp and btmp. */
  logFolder?: string | undefined;
  monotonic?: (() => number) | undefined;
  /** How often logons and devices are looked at; default 5,000 ms. */
  slowEveryMs?: number | undefined;
}

const COST_SHARE_MAX = 0.01;
const WAIT_MS_MAX = 60_000;
const NETWORK_EVERY = 3;
const SLOW_EVERY_MS = 5_000;
const TALLY_EVERY_MS = 3_600_000;
const PROCESS_KEY = 'processes';

/** As kept with the source's positions. */
const newestSchema = z.object({ boot: z.string(), ticks: z.number(), pids: z.array(z.number()) });
const loginPositionSchema = z.object({ inode: z.string(), offset: z.int().min(0) });

export function createActivitySource(options: ActivitySourceOptions): Source {
  return {
    name: options.name ?? 'activity',
    async *open(context) {
      const looks = new Looks(options, context);
      const monotonic = options.monotonic ?? monotonicNow;
      // What began, came or was appended since the agent last looked, as far as that can be known.
      const records = looks.look(monotonic());
      context.caughtUp?.();
      yield { lane: 'security', records, positions: looks.takePositions() };
      while (!context.signal.aborted) {
        const beganMs = monotonic();
        const records = looks.look(beganMs);
        const positions = looks.takePositions();
        const tookMs = monotonic() - beganMs;
        if (records.length > 0 || positions.length > 0)
          yield { lane: 'security', records, positions } satisfies SourceItem;
        const waitMs = Math.min(Math.max(options.intervalMs, tookMs / COST_SHARE_MAX), WAIT_MS_MAX);
        await pause(waitMs, context.signal);
      }
    },
  };
}

/** All that is looked at, each at its own pace. */
class Looks {
  readonly #options: ActivitySourceOptions;
  readonly #context: SourceContext;
  readonly #procRoot: string;
  readonly #processes: ProcessWatch;
  readonly #network: NetworkWatch;
  readonly #usb: UsbWatch;
  readonly #names = new AccountNames();
  readonly #hashes = new ProgramHashes();
  #positions: PositionChange[] = [];
  #turn = 0;
  #slowAtMs = -Infinity;
  #talliedAtMs: number | undefined;
  #newest: Newest | undefined;

  constructor(options: ActivitySourceOptions, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#procRoot = options.procRoot ?? '/proc';
    this.#processes = new ProcessWatch(this.#procRoot);
    this.#network = new NetworkWatch(this.#procRoot);
    this.#usb = new UsbWatch(options.usbRoot);
    this.#newest = this.#newestBefore();
  }

  takePositions(): PositionChange[] {
    const positions = this.#positions;
    this.#positions = [];
    return positions;
  }

  look(nowMs: number): ActivityRecord[] {
    const { processes, network, logons, devices } = this.#options;
    const isNetworkTurn = this.#turn % NETWORK_EVERY === 0;
    this.#turn += 1;
    const isSlowTurn = nowMs - this.#slowAtMs >= (this.#options.slowEveryMs ?? SLOW_EVERY_MS);
    if (isSlowTurn) this.#slowAtMs = nowMs;
    return [
      ...(processes ? this.#lookAtProcesses(nowMs) : []),
      ...(network && isNetworkTurn ? this.#lookAtNetwork(nowMs) : []),
      ...(logons && isSlowTurn ? this.#lookAtLogons() : []),
      ...(devices && isSlowTurn
        ? this.#usb.look().map(({ action, device }) => deviceRecord(this.#context.now(), action, device))
        : []),
    ];
  }

  readonly #userName = (id: string): string => this.#names.find('uid', id) ?? id;

  #lookAtProcesses(nowMs: number): ActivityRecord[] {
    const { started, uncounted } = this.#processes.look(this.#newest);
    this.#hashes.begin();
    const at = this.#context.now();
    const parents = new Map<number, ProcessFacts | undefined>();
    const records = started.flatMap((process) => {
      const { pid, parentPid } = process;
      if (!parents.has(parentPid)) parents.set(parentPid, readProcess(this.#procRoot, parentPid));
      const hash = process.image === '' ? undefined : this.#hashes.find(`${this.#procRoot}/${pid}/exe`);
      const context = { parent: parents.get(parentPid), hash, userName: this.#userName };
      return processRecords(at, process, context, this.#options.logons);
    });
    if (uncounted > 0) {
      this.#context.report({
        subject: 'processes',
        message: `${uncounted} processes of one look were counted and not told: more began than one look tells`,
      });
    }
    const { newest } = this.#processes;
    if (newest !== this.#newest) {
      this.#newest = newest;
      const value = JSON.stringify({ boot: this.#processes.bootId(), ...newest });
      this.#positions.push({ key: PROCESS_KEY, value });
    }
    return [...records, ...this.#tally(nowMs, at)];
  }

  /** What looking can miss, once an hour. */
  #tally(nowMs: number, at: number): ActivityRecord[] {
    this.#talliedAtMs ??= nowMs;
    const spanMs = nowMs - this.#talliedAtMs;
    if (spanMs < TALLY_EVERY_MS) return [];
    this.#talliedAtMs = nowMs;
    const { seen, kernelStarts } = this.#processes.takeTally();
    const facts = { StartsSeen: seen, KernelStarts: kernelStarts, SpanMs: Math.round(spanMs) };
    return [activityRecord(at, 'process', 'tally', 'proc', facts)];
  }

  /** The newest process seen by the last agent, when that was in this boot. */
  #newestBefore(): Newest | undefined {
    const parsed = newestSchema.safeParse(JSON.parse(this.#context.positions.get(PROCESS_KEY) ?? 'null'));
    if (!parsed.success || parsed.data.boot !== this.#processes.bootId()) return undefined;
    return parsed.data;
  }

  #lookAtNetwork(nowMs: number): ActivityRecord[] {
    const news = this.#network.look(nowMs);
    const at = this.#context.now();
    if (this.#network.uncounted > 0) {
      this.#context.report({
        subject: 'network',
        message: `${this.#network.uncounted} new connections were counted and not told: more began than one look tells`,
      });
      this.#network.uncounted = 0;
    }
    return news.map((each) => networkRecord(at, each, this.#userName));
  }

  #lookAtLogons(): ActivityRecord[] {
    const folder = this.#options.logFolder ?? '/var/log';
    return ['wtmp', 'btmp'].flatMap((name) => {
      const key = `logins:${name}`;
      try {
        const text = this.#context.positions.get(key);
        const before = this.#loginPositions.get(name) ?? parsePosition(text);
        const read = readLogins(`${folder}/${name}`, name === 'btmp', before);
        if (read === undefined) return [];
        if (before?.offset !== read.position.offset || before.inode !== read.position.inode)
          this.#positions.push({ key, value: JSON.stringify(read.position) });
        this.#loginPositions.set(name, read.position);
        return read.logins.map((login) => loginRecord(login));
      } catch (cause) {
        this.#context.report({ subject: `${folder}/${name}`, message: 'logons cannot be read there', cause });
        return [];
      }
    });
  }

  readonly #loginPositions = new Map<string, LoginPosition>();
}

function parsePosition(text: string | undefined): LoginPosition | undefined {
  return loginPositionSchema.safeParse(JSON.parse(text ?? 'null')).data;
}
