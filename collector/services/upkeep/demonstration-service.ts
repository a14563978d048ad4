/**
 * The demonstration switched on and off: begun in an empty collector only, filled over the ways that real hosts take, left as a
 * whole. Which data folder counts is decided at a start, so both end in one (demonstration-folder.ts).
 */
import type { DemonstrationControl, DemonstrationStatus } from '../../api/ports.ts';
import { fillProvince, type DemoCentre } from '../../demo/fill-province.ts';
import { HostKeeper } from '../../demo/host-keeper.ts';
import { keepIdentities, readIdentities } from '../../simulate/kept-identities.ts';
import { writeAudit } from '../../registry/audit.ts';
import type { DataFolder } from '../../registry/data-folder.ts';
import type { Registry } from '../../registry/database.ts';
import {
  isDemonstration,
  leaveDemonstration,
  makeDemonstration,
  readMark,
  sweepDemonstration,
  writeMark,
} from '../../registry/demonstration-folder.ts';
import { markDemonstration } from '../../registry/demonstration-mark.ts';
import { RefusalError } from '../../registry/refusal.ts';

/** Lines of logs of each host. */
const LOGS = 60;
const SEED = 1;
const RESTART_AFTER_MS = 200;

export interface DemonstrationOptions {
  registry: Registry;
  folder: DataFolder;
  /** Whether control plane and store lie in the data folder: only then can others stand beside them. */
  isOwn: boolean;
  /** Starts this process's collector anew; undefined where nobody can. */
  restart: (() => void) | undefined;
  sleep: (ms: number) => Promise<void>;
  onFault: (error: unknown) => void;
}

export class DemonstrationService implements DemonstrationControl {
  readonly #options: DemonstrationOptions;
  readonly #stop = new AbortController();
  readonly #keeper: HostKeeper;
  #told = 0;
  #of = 0;
  #filling: Promise<void> | undefined;
  #isLeaving = false;
  #hasFailed = false;

  constructor(options: DemonstrationOptions) {
    this.#options = options;
    this.#keeper = new HostKeeper({ sleep: options.sleep, signal: this.#stop.signal });
  }

  get isOn(): boolean {
    return isDemonstration(this.#options.folder.path);
  }

  async status(): Promise<DemonstrationStatus> {
    const { folder } = this.#options;
    const mark = readMark(folder.path);
    const progress = { told: this.#told, of: this.#of, online: this.#keeper.online };
    if (mark === undefined)
      return { state: 'off', since: null, hosts: 0, ...progress, obstacle: await this.#obstacle() };
    const isCut = mark.state === 'filling' && (this.#filling === undefined || this.#hasFailed);
    const state = mark.state === 'filled' ? 'on' : isCut ? 'cut-off' : 'filling';
    return {
      state: this.#isLeaving ? 'leaving' : state,
      since: mark.sinceMs,
      hosts: mark.hosts,
      ...progress,
      obstacle: null,
    };
  }

  async enter(hosts: number, by: string): Promise<void> {
    const { registry, folder, restart } = this.#options;
    const obstacle = await this.#obstacle();
    if (obstacle !== null || restart === undefined)
      throw new RefusalError(
        'demonstration-refused',
        obstacle ?? 'unavailable',
        `no demonstration can begin here: ${obstacle ?? 'unavailable'}`,
      );
    const sinceMs = registry.now();
    await writeAudit(registry.db, sinceMs, {
      actor: by,
      action: 'demonstration.enter',
      target: 'collector',
      detail: { hosts },
    });
    await makeDemonstration(folder, { sinceMs, by, hosts, seed: SEED, state: 'new' });
    this.#later(restart);
  }

  leave(by: string): Promise<void> {
    const { registry, folder, restart } = this.#options;
    if (!this.isOn || restart === undefined)
      return Promise.reject(
        new RefusalError('demonstration-refused', 'off', 'there is no demonstration to be removed'),
      );
    this.#isLeaving = true;
    const left = { by, atMs: registry.now() };
    // The folder loses its name when nothing writes to it any more.
    this.#later(restart);
    this.#onStopped = () => leaveDemonstration(folder.path, left);
    return Promise.resolve();
  }

  #onStopped: () => void = () => undefined;

  /** To be called when everything else of the collector has stopped. */
  settle(): void {
    this.#onStopped();
  }

  /** Of the collector's own folder: what is left of a demonstration goes, and that it was left is on record. */
  async start(): Promise<void> {
    const { folder, registry } = this.#options;
    const mark = readMark(folder.path);
    if (mark !== undefined) return markDemonstration(registry.db, mark.sinceMs);
    const left = sweepDemonstration(folder.path);
    if (left === undefined) return;
    const { by, atMs } = left;
    await writeAudit(registry.db, registry.now(), {
      actor: by,
      action: 'demonstration.leave',
      target: 'collector',
      detail: { atMs },
    });
  }

  /** Fills a new one in the background; hosts of one that was filled before come back by themselves. */
  fill(centre: DemoCentre): void {
    const { folder, sleep, onFault } = this.#options;
    const mark = readMark(folder.path);
    if (mark?.state === 'filled')
      this.#filling = readIdentities(folder.path, centre.url).then(
        (identities) => this.#keeper.keep(identities),
        onFault,
      );
    if (mark?.state !== 'new') return;
    writeMark(folder.path, { ...mark, state: 'filling' });
    this.#of = mark.hosts;
    this.#filling = fillProvince(centre, {
      hosts: mark.hosts,
      logs: LOGS,
      seed: mark.seed,
      now: Date.now,
      sleep,
      signal: this.#stop.signal,
      onPhase: () => undefined,
      onEnrolled: (identities) => keepIdentities(folder.path, identities),
      onHost: (told, of) => {
        this.#told = told;
        this.#of = of;
      },
    }).then(
      async ({ sessions }) => {
        if (!this.#stop.signal.aborted) writeMark(folder.path, { ...mark, state: 'filled' });
        // From here on each of them is kept: who is cut off comes back.
        for (const session of sessions) session.close();
        this.#keeper.keep(await readIdentities(folder.path, centre.url));
      },
      (error: unknown) => {
        this.#hasFailed = true;
        onFault(error);
      },
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#filling;
    await this.#keeper.gone();
  }

  /** The answer goes out first. */
  #later(restart: () => void): void {
    setTimeout(restart, RESTART_AFTER_MS).unref();
  }

  /** Why none can begin, in a word; null: nothing is in the way. */
  async #obstacle(): Promise<NonNullable<DemonstrationStatus['obstacle']> | null> {
    const { registry, isOwn, restart } = this.#options;
    if (restart === undefined || !isOwn) return 'unavailable';
    const { db } = registry;
    const agent = await db.selectFrom('agent').select('id').limit(1).executeTakeFirst();
    if (agent !== undefined) return 'hosts';
    const agency = await db
      .selectFrom('agency')
      .select('id')
      .where('parent_id', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (agency !== undefined) return 'agencies';
    const system = await db.selectFrom('information_system').select('id').limit(1).executeTakeFirst();
    return system === undefined ? null : 'systems';
  }
}
