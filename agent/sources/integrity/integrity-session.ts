/**
 * One life of the integrity source: verifies its baseline, starts watching, compares what changed meanwhile, and then
 * looks wherever there is a notice, and everywhere from time to time.
 */
import { createHash } from 'node:crypto';
import type { SourceContext, SourceItem } from '../source.ts';
import { Baseline } from './baseline.ts';
import { ChangeBatch } from './change-batch.ts';
import { Desk } from './desk.ts';
import { FullScan, type ScanKind, type ScanProgress } from './full-scan.ts';
import type { IntegritySettings } from './integrity-options.ts';
import { makeParts, type IntegrityParts } from './integrity-parts.ts';
import { integrityStatus } from './integrity-status.ts';
import { touching } from './mounts.ts';
import { NoticeLooks } from './notice-looks.ts';
import { pathAt } from './path-name.ts';
import { nextScanAt } from './scan-times.ts';
import { packState } from './state-codec.ts';
import { isWorthless, tamperRecords } from './tamper-report.ts';
import type { CompiledSet } from './watch-set.ts';

/** How often a scan's progress is written down. */
const PROGRESS_MS = 1_000;

export class IntegritySession {
  readonly #settings: IntegritySettings;
  readonly #context: SourceContext;
  readonly #parts: IntegrityParts;
  readonly #scan: FullScan;
  readonly #looks: NoticeLooks;
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
    this.#parts = makeParts(settings, context, (key) => {
      this.#forged.add(key);
    });
    const { compare, work, rows, teller, dirty } = this.#parts;
    const isDistrusted = (folder: string): boolean => this.#distrusted.has(folder);
    const looks = new NoticeLooks({ settings, context, parts: this.#parts, isDistrusted });
    this.#looks = looks;
    const heartbeat = { at: () => this.#nextBeat, work: () => this.#heartbeat() };
    this.#scan = new FullScan({
      settings,
      compare,
      work,
      rows,
      teller,
      isDistrusted,
      // At a start, what changed before is not seen until it is over.
      during: (kind) => (wait, batch) => looks.during(wait, batch, kind === 'start' ? undefined : heartbeat),
      onProgress: (progress) => {
        this.#progress = progress;
        this.#say(PROGRESS_MS);
      },
    });
    const onProblem = (cause: unknown): void => {
      context.report({ subject: 'integrity', message: 'commands to the source cannot be received', cause });
    };
    const { deskFolder } = settings;
    this.#desk = deskFolder === undefined ? undefined : new Desk(deskFolder, () => dirty.wake(), onProblem);
    this.#jitterShare = createHash('sha256').update(settings.key).digest().readUInt32BE(0) / 2 ** 32;
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal } = this.#context;
    yield* this.#openBaseline();
    await this.#parts.watching.start(this.#parts.realtime);
    for (const { path: mount, type } of touching(this.#parts.remote, this.#parts.realtime.bases)) {
      this.#parts.watching.degrade(
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
      await this.#parts.dirty.due(this.#nextDeadline(), signal);
      if (signal.aborted) return;
      yield* this.#serveDesk();
      yield* this.#dealWithForged();
      yield* this.#scanDue();
      yield* this.#looks.now();
      yield* this.#reconcile();
      yield* this.#heartbeat();
    }
  }

  async close(): Promise<void> {
    this.#desk?.close();
    await this.#parts.watching.close();
  }

  /** Verifies it, tells what is wrong, and takes away what cannot be trusted. */
  async *#openBaseline(): AsyncGenerator<SourceItem, void, void> {
    const { settings, context } = { settings: this.#settings, context: this.#context };
    const verified = await this.#parts.rows.verify(() => this.#parts.tree.breathe());
    const batch = this.#batch();
    if (verified.faults.length > 0) {
      const about = {
        at: context.now(),
        baselineFile: settings.baselineFile,
        sinceMs: this.#parts.work.seenAt,
      };
      for (const record of tamperRecords(verified, about)) batch.record(record);
      const worthless = isWorthless(verified.faults);
      this.#scan.madeAnew = worthless;
      const away = worthless ? [...context.positions.entries()].map(([key]) => key) : verified.forged;
      for (const key of away) batch.row([key, undefined]);
      for (const key of worthless ? [] : verified.forged) this.#distrust(key);
    }
    // What is no longer in any set is forgotten without a word.
    const config = JSON.stringify([settings.watch, settings.decoys]);
    if (this.#parts.work.config !== config) {
      for (const folder of this.#parts.baseline.foldersBelow('')) {
        for (const file of this.#parts.baseline.below(folder)) {
          if (this.#parts.sets.place(file) !== 'inside')
            batch.compare(pathAt(file), this.#parts.baseline.packed(file), undefined, undefined);
        }
      }
      for (const name of this.#parts.baseline.setNames()) {
        if (!this.#parts.sets.names.includes(name)) batch.row(this.#parts.baseline.setRow(name, undefined));
      }
      batch.row(this.#parts.work.configRow(config));
    }
    if (!batch.empty) yield await batch.take();
    this.#parts.baseline.forgetCached();
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
    this.#parts.baseline.forgetCached();
    const batch = this.#batch();
    const about = {
      at: this.#context.now(),
      baselineFile: this.#settings.baselineFile,
      sinceMs: this.#parts.work.seenAt,
    };
    for (const record of tamperRecords({ faults: ['rows-forged'], forged }, about)) batch.record(record);
    for (const key of forged) batch.row([key, undefined]);
    yield await batch.take();
    yield* this.#fullScan('tampered', () => true);
  }

  async *#scanDue(): AsyncGenerator<SourceItem, void, void> {
    const now = this.#context.now();
    const due = new Set(this.#parts.sets.all.filter((set) => this.#dueAt(set) <= now));
    if (due.size > 0) {
      yield* this.#fullScan('scheduled', (set) => due.has(set));
      yield* this.#placeDecoys();
    }
    const { settings } = { settings: this.#settings };
    if (!this.#parts.watching.needsScan || settings.monotonic() < this.#fallbackAt) return;
    this.#parts.watching.scanning();
    yield* this.#fullScan('fallback', ({ options }) => options.realtime);
    this.#fallbackAt = settings.monotonic() + settings.fallbackScanMs;
  }

  async *#fullScan(
    kind: ScanKind,
    wanted: (set: CompiledSet) => boolean,
  ): AsyncGenerator<SourceItem, number, void> {
    const sets = this.#parts.sets.only(wanted);
    if (sets.all.length === 0) return 0;
    // At the start nothing is seen before it is over, and what was tampered with has to be known.
    this.#parts.tree.isUnhurried = kind !== 'start' && kind !== 'tampered';
    try {
      const paths = yield* this.#scan.run(kind, sets);
      if (paths !== undefined) this.#distrusted.clear();
      return paths ?? 0;
    } finally {
      this.#parts.tree.isUnhurried = false;
      // Of folders that notices lead to, few are looked at soon.
      this.#parts.baseline.forgetCached();
    }
  }

  /** Does what a command asks for. */
  async *#serveDesk(): AsyncGenerator<SourceItem, void, void> {
    const request = this.#desk?.take();
    if (request === undefined) return;
    const { monotonic } = this.#settings;
    const started = monotonic();
    const changesBefore = this.#parts.teller.changes;
    await this.#parts.rows.recheck(() => this.#parts.tree.breathe());
    const forged = this.#forged.size;
    yield* this.#dealWithForged();
    let paths: number | undefined;
    if (request.command === 'accept') {
      const now = this.#context.now();
      this.#parts.teller.accepting = { startsAt: now, endsAt: now, reason: `accepted by ${request.by}` };
      paths = yield* this.#fullScan('accepted', () => true);
      this.#parts.teller.accepting = undefined;
      yield* this.#reconcile();
    } else if (request.command === 'scan') paths = yield* this.#fullScan('requested', () => true);
    this.#desk?.answer({
      id: request.id,
      ...(paths === undefined ? {} : { paths }),
      changes: this.#parts.teller.changes - changesBefore,
      rows: this.#parts.rows.count,
      forged,
      digest: this.#parts.rows.digest,
      durationMs: Math.round(monotonic() - started),
    });
    this.#say();
  }

  /** Writes down how it stands, unless that was done just now. */
  #say(everyMs = 0): void {
    const now = this.#settings.monotonic();
    if (this.#desk === undefined || now < this.#saidAt + everyMs) return;
    this.#saidAt = now;
    const status = integrityStatus(
      this.#parts,
      this.#context.now(),
      (set) => this.#dueAt(set),
      this.#progress,
    );
    this.#desk.say(status);
  }

  #dueAt(set: CompiledSet): number {
    const times = set.scan ?? this.#settings.scan;
    return nextScanAt(times, this.#parts.baseline.set(set.name)?.scannedAt, this.#jitterShare);
  }

  /** In the time of `monotonic`. */
  #nextDeadline(): number {
    const { monotonic } = this.#settings;
    // What came while something else was done has woken nobody.
    if (this.#desk?.pending === true || this.#forged.size > 0) return monotonic();
    const wait = Math.min(...this.#parts.sets.all.map((set) => this.#dueAt(set))) - this.#context.now();
    const scan = monotonic() + wait;
    const report =
      monotonic() + (this.#parts.report.endsAt ?? Number.POSITIVE_INFINITY) - this.#context.now();
    return Math.min(
      scan,
      this.#nextBeat,
      report,
      this.#parts.watching.needsScan ? this.#fallbackAt : Number.POSITIVE_INFINITY,
    );
  }

  get #nextBeat(): number {
    return this.#seenToldAt + this.#settings.heartbeatMs;
  }

  /** Puts decoys where there are none; what they are then is learnt silently. */
  async *#placeDecoys(): AsyncGenerator<SourceItem, void, void> {
    const { now, report } = this.#context;
    const result = this.#parts.decoys.place(this.#parts.rows, now(), (file, cause) => {
      report({ subject: file, message: 'the decoy file cannot be placed', cause });
    });
    if (result.placed.length === 0) return;
    const batch = this.#batch();
    for (const file of result.placed) {
      const options = this.#parts.sets.optionsOf(file);
      const state = options === undefined ? undefined : await this.#parts.tree.read(file, options);
      if (state !== undefined)
        batch.compare(pathAt(file), this.#parts.baseline.packed(file), packState(state), undefined);
    }
    for (const row of result.rows) batch.row(row);
    yield await batch.take();
  }

  /** Tells what changed in a maintenance window that is over. */
  async *#reconcile(): AsyncGenerator<SourceItem, void, void> {
    const { endsAt } = this.#parts.report;
    if (endsAt === undefined || this.#context.now() < endsAt) return;
    const closed = this.#parts.report.close(this.#context.now());
    if (closed === undefined) return;
    const batch = this.#batch();
    batch.record(closed.record);
    batch.row(closed.row);
    yield await batch.take();
  }

  /** Writes down that up to now everything was seen. */
  async *#heartbeat(): AsyncGenerator<SourceItem, void, void> {
    const now = this.#settings.monotonic();
    if (now < this.#nextBeat) return;
    this.#seenToldAt = now;
    this.#say();
    const batch = this.#batch();
    batch.row(this.#parts.work.seenRow(this.#context.now()));
    yield await batch.take();
  }

  #batch(): ChangeBatch {
    return new ChangeBatch(this.#parts.baseline, this.#parts.teller);
  }
}
