/**
 * One life of the integrity source: verifies its baseline, starts watching, compares what changed meanwhile, and then
 * looks wherever there is a notice, and everywhere from time to time.
 */
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { SourceContext, SourceItem } from '../source.ts';
import { createAttributeReader } from './attribute-reader.ts';
import { Baseline } from './baseline.ts';
import { ChangeBatch } from './change-batch.ts';
import { ChangeTeller } from './change-teller.ts';
import { Decoys } from './decoys.ts';
import { DirtyPaths } from './dirty-paths.ts';
import { Desk } from './desk.ts';
import { FullScan, type ScanKind, type ScanProgress } from './full-scan.ts';
import type { IntegritySettings } from './integrity-options.ts';
import { KeptTexts } from './kept-texts.ts';
import { MaintenanceReport } from './maintenance-report.ts';
import { SecretMask } from './mask-secrets.ts';
import { readMounts, touching, type Mounts } from './mounts.ts';
import { OwnerNames } from './owner-names.ts';
import type { PackageFiles } from './packages/package-files.ts';
import { nextScanAt } from './scan-times.ts';
import { SealedRows } from './sealed-rows.ts';
import { packState } from './state-codec.ts';
import { suspendWriter } from './suspend-writer.ts';
import { isWorthless, tamperRecords } from './tamper-report.ts';
import { compareTree, type CompareParts } from './tree-compare.ts';
import { TreeWalk } from './tree-walk.ts';
import { Tripwire } from './tripwire.ts';
import { WatchSets, type CompiledSet } from './watch-set.ts';
import { Watching } from './watching.ts';
import { WorkRows } from './work-rows.ts';

/** A path waits for the package manager no longer than this. */
const HELD_MS_MAX = 15_000;
/** How often a scan's progress is written down. */
const PROGRESS_MS = 1_000;
const SETS_SAID_MAX = 1_000;
const HELD_STEP_MS = 500;
const HELD_PATHS_MAX = 50_000;

export class IntegritySession {
  readonly #settings: IntegritySettings;
  readonly #context: SourceContext;
  readonly #sets: WatchSets;
  readonly #realtime: WatchSets;
  readonly #rows: SealedRows;
  readonly #baseline: Baseline;
  readonly #work: WorkRows;
  readonly #dirty: DirtyPaths;
  readonly #tree: TreeWalk;
  readonly #watching: Watching;
  readonly #parts: CompareParts;
  readonly #scan: FullScan;
  readonly #teller: ChangeTeller;
  readonly #decoys: Decoys;
  readonly #packages: PackageFiles | undefined;
  readonly #report: MaintenanceReport;
  readonly #remote: Mounts['remote'];
  /** Since when a path waits for the package manager. */
  readonly #heldSince = new Map<string, number>();
  readonly #desk: Desk | undefined;
  #progress: ScanProgress | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;
  /** Rows found forged while running, not yet dealt with. */
  readonly #forged = new Set<string>();
  /** Folders whose known states could not be trusted, until they were compared. */
  readonly #distrusted = new Set<string>();
  /** Share of every jitter that this host takes. */
  readonly #jitterShare: number;
  #fallbackAt = Number.NEGATIVE_INFINITY;
  #seenToldAt = Number.NEGATIVE_INFINITY;

  constructor(settings: IntegritySettings, context: SourceContext) {
    this.#settings = settings;
    this.#context = context;
    const mounts = readMounts(settings.mountInfo);
    this.#decoys = new Decoys(settings.key, settings.decoys.folders);
    this.#sets = WatchSets.of([...settings.watch, ...this.#decoys.sets], mounts.pseudo);
    this.#remote = mounts.remote;
    this.#realtime = this.#sets.only(({ options }) => options.realtime);
    this.#rows = new SealedRows(context.positions, settings.key, (key) => {
      this.#forged.add(key);
      this.#dirty.wake();
    });
    this.#baseline = new Baseline(this.#rows);
    this.#work = new WorkRows(this.#rows);
    this.#dirty = new DirtyPaths(settings);
    this.#tree = new TreeWalk(settings.hashBytesMax, context);
    this.#watching = new Watching(settings, context, this.#dirty);
    const attributes = createAttributeReader({
      signal: context.signal,
      onProblem: (message, cause) => {
        context.report({ subject: 'integrity', message, cause });
      },
    });
    const { dirty, tree, baseline } = { dirty: this.#dirty, tree: this.#tree, baseline: this.#baseline };
    this.#parts = { context, baseline, dirty, tree, attributes, pathsMax: settings.pathsMax };
    this.#packages = settings.packages(() => tree.breathe());
    this.#report = new MaintenanceReport(this.#rows);
    const { actors, actorWaitMs, tripwire } = settings;
    const { now, signal } = context;
    const suspending =
      tripwire.action === 'suspend' ? suspendWriter({ actors, now, spare: tripwire.spare }) : undefined;
    this.#teller = new ChangeTeller({
      now,
      signal,
      actors,
      actorWaitMs,
      names: new OwnerNames(settings.etc, settings.monotonic),
      decoys: this.#decoys,
      tripwire: new Tripwire(tripwire),
      action: settings.tripwireAction ?? suspending,
      texts: new KeptTexts(this.#rows, new SecretMask(settings.key)),
      packages: this.#packages,
      windows: settings.maintenance.windows,
      report: this.#report,
    });
    this.#scan = new FullScan({
      settings,
      compare: this.#parts,
      work: this.#work,
      rows: this.#rows,
      teller: this.#teller,
      isDistrusted: (folder) => this.#distrusted.has(folder),
      onProgress: (progress) => {
        this.#progress = progress;
        this.#say(PROGRESS_MS);
      },
    });
    const onProblem = (cause: unknown): void => {
      context.report({ subject: 'integrity', message: 'commands to the source cannot be received', cause });
    };
    const { deskFolder } = settings;
    this.#desk =
      deskFolder === undefined ? undefined : new Desk(deskFolder, () => this.#dirty.wake(), onProblem);
    this.#jitterShare = createHash('sha256').update(settings.key).digest().readUInt32BE(0) / 2 ** 32;
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal } = this.#context;
    yield* this.#openBaseline();
    await this.#watching.start(this.#realtime);
    for (const { path: mount, type } of touching(this.#remote, this.#realtime.bases)) {
      this.#watching.degrade(
        mount,
        `changes that others make on it give no notice (${type}); it is compared from time to time`,
      );
    }
    yield* this.#placeDecoys();
    yield* this.#fullScan('start', (set) => set.options.realtime || this.#dueAt(set) <= this.#context.now());
    this.#context.caughtUp?.();
    this.#say();
    this.#fallbackAt = this.#settings.monotonic() + this.#settings.fallbackScanMs;
    while (!signal.aborted) {
      await this.#dirty.due(this.#nextDeadline(), signal);
      if (signal.aborted) return;
      yield* this.#serveDesk();
      yield* this.#dealWithForged();
      yield* this.#scanDue();
      yield* this.#lookAtDirty();
      yield* this.#reconcile();
      yield* this.#heartbeat();
    }
  }

  async close(): Promise<void> {
    this.#desk?.close();
    await this.#watching.close();
  }

  /** Verifies it, tells what is wrong, and takes away what cannot be trusted. */
  async *#openBaseline(): AsyncGenerator<SourceItem, void, void> {
    const { settings, context } = { settings: this.#settings, context: this.#context };
    const verified = await this.#rows.verify(() => this.#tree.breathe());
    const batch = this.#batch();
    if (verified.faults.length > 0) {
      const about = { at: context.now(), baselineFile: settings.baselineFile, sinceMs: this.#work.seenAt };
      for (const record of tamperRecords(verified, about)) batch.record(record);
      const worthless = isWorthless(verified.faults);
      this.#scan.madeAnew = worthless;
      const away = worthless ? [...context.positions.entries()].map(([key]) => key) : verified.forged;
      for (const key of away) batch.row([key, undefined]);
      for (const key of worthless ? [] : verified.forged) this.#distrust(key);
    }
    // What is no longer in any set is forgotten without a word.
    const config = JSON.stringify([settings.watch, settings.decoys]);
    if (this.#work.config !== config) {
      for (const folder of this.#baseline.foldersBelow('')) {
        for (const file of this.#baseline.below(folder)) {
          if (this.#sets.place(file) !== 'inside')
            batch.compare(file, this.#baseline.packed(file), undefined, undefined);
        }
      }
      for (const name of this.#baseline.setNames()) {
        if (!this.#sets.names.includes(name)) batch.row(this.#baseline.setRow(name, undefined));
      }
      batch.row(this.#work.configRow(config));
    }
    if (!batch.empty) yield await batch.take();
    this.#baseline.forgetCached();
  }

  #distrust(key: string): void {
    const folder = Baseline.folderOfRow(key);
    if (folder !== undefined) this.#distrusted.add(folder);
  }

  /** Rows that were changed under the running agent. */
  async *#dealWithForged(): AsyncGenerator<SourceItem, void, void> {
    if (this.#forged.size === 0) return;
    const forged = [...this.#forged];
    this.#forged.clear();
    for (const key of forged) this.#distrust(key);
    this.#baseline.forgetCached();
    const batch = this.#batch();
    const about = {
      at: this.#context.now(),
      baselineFile: this.#settings.baselineFile,
      sinceMs: this.#work.seenAt,
    };
    for (const record of tamperRecords({ faults: ['rows-forged'], forged }, about)) batch.record(record);
    for (const key of forged) batch.row([key, undefined]);
    yield await batch.take();
    yield* this.#fullScan('tampered', () => true);
  }

  async *#scanDue(): AsyncGenerator<SourceItem, void, void> {
    const now = this.#context.now();
    const due = new Set(this.#sets.all.filter((set) => this.#dueAt(set) <= now));
    if (due.size > 0) {
      yield* this.#fullScan('scheduled', (set) => due.has(set));
      yield* this.#placeDecoys();
    }
    const { settings } = { settings: this.#settings };
    if (!this.#watching.degraded || settings.monotonic() < this.#fallbackAt) return;
    yield* this.#fullScan('fallback', ({ options }) => options.realtime);
    this.#fallbackAt = settings.monotonic() + settings.fallbackScanMs;
  }

  async *#fullScan(
    kind: ScanKind,
    wanted: (set: CompiledSet) => boolean,
  ): AsyncGenerator<SourceItem, number, void> {
    const sets = this.#sets.only(wanted);
    if (sets.all.length === 0) return 0;
    const paths = yield* this.#scan.run(kind, sets);
    if (paths !== undefined) this.#distrusted.clear();
    return paths ?? 0;
  }

  /** Does what a command asks for. */
  async *#serveDesk(): AsyncGenerator<SourceItem, void, void> {
    const request = this.#desk?.take();
    if (request === undefined) return;
    const { monotonic } = this.#settings;
    const started = monotonic();
    const changesBefore = this.#teller.changes;
    await this.#rows.recheck(() => this.#tree.breathe());
    const forged = this.#forged.size;
    yield* this.#dealWithForged();
    let paths: number | undefined;
    if (request.command === 'accept') {
      const now = this.#context.now();
      this.#teller.accepting = { startsAt: now, endsAt: now, reason: `accepted by ${request.by}` };
      paths = yield* this.#fullScan('accepted', () => true);
      this.#teller.accepting = undefined;
      yield* this.#reconcile();
    } else if (request.command === 'scan') paths = yield* this.#fullScan('requested', () => true);
    this.#desk?.answer({
      id: request.id,
      ...(paths === undefined ? {} : { paths }),
      changes: this.#teller.changes - changesBefore,
      rows: this.#rows.count,
      forged,
      digest: this.#rows.digest,
      durationMs: Math.round(monotonic() - started),
    });
    this.#say();
  }

  /** Writes down how it stands, unless that was done just now. */
  #say(everyMs = 0): void {
    const now = this.#settings.monotonic();
    if (this.#desk === undefined || now < this.#saidAt + everyMs) return;
    this.#saidAt = now;
    const sets = this.#sets.all.map((set) => {
      const row = this.#baseline.set(set.name);
      const next = this.#dueAt(set);
      return {
        path: set.name,
        realtime: set.options.realtime,
        madeAt: row?.madeAt ?? null,
        scannedAt: row?.scannedAt ?? null,
        nextScanAt: Number.isFinite(next) ? next : null,
      };
    });
    const { count, sequence, digest } = this.#rows;
    this.#desk.say({
      at: this.#context.now(),
      degraded: this.#watching.degraded,
      baseline: { rows: count, sequence, digest },
      sets: sets.slice(0, SETS_SAID_MAX),
      scan: this.#progress ?? null,
      maintenanceUntil: this.#report.endsAt ?? null,
    });
  }

  #dueAt(set: CompiledSet): number {
    const times = set.scan ?? this.#settings.scan;
    return nextScanAt(times, this.#baseline.set(set.name)?.scannedAt, this.#jitterShare);
  }

  /** In the time of `monotonic`. */
  #nextDeadline(): number {
    const { monotonic } = this.#settings;
    const wait = Math.min(...this.#sets.all.map((set) => this.#dueAt(set))) - this.#context.now();
    const scan = monotonic() + wait;
    const heartbeat = this.#seenToldAt + this.#settings.heartbeatMs;
    const report = monotonic() + (this.#report.endsAt ?? Number.POSITIVE_INFINITY) - this.#context.now();
    return Math.min(
      scan,
      heartbeat,
      report,
      this.#watching.degraded ? this.#fallbackAt : Number.POSITIVE_INFINITY,
    );
  }

  /** Puts decoys where there are none; what they are then is learnt silently. */
  async *#placeDecoys(): AsyncGenerator<SourceItem, void, void> {
    const { now, report } = this.#context;
    const result = this.#decoys.place(this.#rows, now(), (file, cause) => {
      report({ subject: file, message: 'the decoy file cannot be placed', cause });
    });
    if (result.placed.length === 0) return;
    const batch = this.#batch();
    for (const file of result.placed) {
      const options = this.#sets.optionsOf(file);
      const state = options === undefined ? undefined : await this.#tree.read(file, options);
      if (state !== undefined) batch.compare(file, this.#baseline.packed(file), packState(state), undefined);
    }
    for (const row of result.rows) batch.row(row);
    yield await batch.take();
  }

  /** Tells what changed in a maintenance window that is over. */
  async *#reconcile(): AsyncGenerator<SourceItem, void, void> {
    const { endsAt } = this.#report;
    if (endsAt === undefined || this.#context.now() < endsAt) return;
    const closed = this.#report.close(this.#context.now());
    if (closed === undefined) return;
    const batch = this.#batch();
    batch.record(closed.record);
    batch.row(closed.row);
    yield await batch.take();
  }

  /** While the package manager works, what it changes waits for what it writes down of it; not for long. */
  #isHeld(file: string, busy: boolean): boolean {
    const options = this.#sets.optionsOf(file);
    if (!busy || options === undefined || options.tripwire || this.#decoys.has(file)) return false;
    const now = this.#settings.monotonic();
    const since = this.#heldSince.get(file) ?? now;
    if (now - since >= HELD_MS_MAX || this.#heldSince.size >= HELD_PATHS_MAX) return false;
    this.#heldSince.set(file, since);
    this.#dirty.postpone(file, HELD_STEP_MS);
    return true;
  }

  /** Writes down that up to now everything was seen. */
  async *#heartbeat(): AsyncGenerator<SourceItem, void, void> {
    const now = this.#settings.monotonic();
    if (now < this.#seenToldAt + this.#settings.heartbeatMs) return;
    this.#seenToldAt = now;
    this.#say();
    const batch = this.#batch();
    batch.row(this.#work.seenRow(this.#context.now()));
    yield await batch.take();
  }

  /** Looks at the paths that are quiet by now. */
  async *#lookAtDirty(): AsyncGenerator<SourceItem, void, void> {
    const batch = this.#batch();
    const due = this.#dirty.takeDue();
    const busy = due.length > 0 && this.#packages?.busy() === true;
    if (!busy) this.#heldSince.clear();
    for (const notice of due) {
      if (this.#isHeld(notice, busy)) continue;
      const started = this.#settings.monotonic();
      // A notice whose name is not valid UTF-8 cannot be looked at by name: its whole folder is.
      const vague = notice.includes('\uFFFD');
      const file = vague ? wellNamedFolder(notice) : notice;
      if (this.#realtime.place(file) === 'outside') continue;
      const before = this.#baseline.get(file);
      const unchanged = (text: string, inode: string): boolean =>
        text === file && before?.type === 'directory' && before.inode === inode;
      const request = {
        sets: this.#realtime,
        fresh: new Set<string>(),
        from: [file],
        enter: (text: string, inode: string) => vague || !unchanged(text, inode),
        note: () => ({}),
      };
      const done = yield* compareTree(this.#parts, request, batch);
      if (done === undefined) return;
      this.#dirty.spent(file, this.#settings.monotonic() - started);
      if (batch.full) yield await batch.take();
    }
    if (!batch.empty) yield await batch.take();
  }

  #batch(): ChangeBatch {
    return new ChangeBatch(this.#baseline, this.#teller);
  }
}

/** The nearest folder above whose name is told in full. */
function wellNamedFolder(file: string): string {
  let folder = path.dirname(file);
  while (folder.includes('\uFFFD')) folder = path.dirname(folder);
  return folder;
}
