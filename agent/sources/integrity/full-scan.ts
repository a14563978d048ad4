/**
 * A full comparison of sets with the disk. Its place is written down as it goes, so that one that is broken off by a
 * restart does not begin again: what it had compared already is then taken by its attributes, the rest is read.
 */
import path from 'node:path';
import type { AgentRecord, IntegrityRecord } from '#protocol/record.ts';
import type { SourceItem } from '../source.ts';
import { ChangeBatch, type ChangeNote, type Teller } from './change-batch.ts';
import { compareFolders } from './folder-order.ts';
import type { IntegritySettings } from './integrity-options.ts';
import { sendablePath } from './make-record.ts';
import { sameStat } from './same-stat.ts';
import type { SealedRows } from './sealed-rows.ts';
import { compareTree, type CompareParts, type CompareRequest } from './tree-compare.ts';
import type { WatchSets } from './watch-set.ts';
import type { WorkRows } from './work-rows.ts';

/** `fallback`: in place of notices, by attributes alone; `tampered`: after the baseline was changed by others. */
export type ScanKind = 'start' | 'scheduled' | 'fallback' | 'tampered' | 'requested' | 'accepted';

/** An older place says too little about what is on the disk now. */
const PLACE_AGE_MS_MAX = 86_400_000;
const HOUR_MS = 3_600_000;

export interface ScanProgress {
  kind: ScanKind;
  startedAt: number;
  /** Paths compared so far. */
  paths: number;
  folder: string;
}

export interface FullScanParts {
  settings: IntegritySettings;
  compare: CompareParts;
  work: WorkRows;
  rows: SealedRows;
  teller: Teller;
  /** What is known of its entries cannot be trusted. */
  isDistrusted: (folder: string) => boolean;
  /** What is done while a scan waits. */
  during?: ((kind: ScanKind) => NonNullable<CompareRequest['during']>) | undefined;
  onProgress?: ((progress: ScanProgress | undefined) => void) | undefined;
}

export class FullScan {
  readonly #parts: FullScanParts;
  /** The last baseline was worth nothing. */
  madeAnew = false;

  constructor(parts: FullScanParts) {
    this.#parts = parts;
  }

  /** @returns how many paths there are; undefined when it was broken off. */
  async *run(kind: ScanKind, sets: WatchSets): AsyncGenerator<SourceItem, number | undefined, void> {
    const { settings, compare, work, rows, teller } = this.#parts;
    const { baseline, context } = compare;
    const started = settings.monotonic();
    const startedAt = context.now();
    const fresh = new Set(sets.names.filter((name) => baseline.set(name) === undefined));
    const first = baseline.setNames().length === 0;
    const batch = new ChangeBatch(baseline, teller);
    const whole = kind === 'start' || kind === 'scheduled';
    let placedAt = started;
    const request: CompareRequest = {
      sets,
      fresh,
      from: [...sets.bases].sort(compareFolders),
      reuse: this.#reuse(kind),
      note: this.#note(kind, sets),
      // Before a set is known, what is made in it cannot be told from what was there.
      during: fresh.size > 0 ? undefined : this.#parts.during?.(kind),
      onFolder: (folder, count) => {
        this.#parts.onProgress?.({ kind, startedAt, paths: count, folder });
        if (!whole || settings.monotonic() < placedAt + settings.placeMs) return false;
        placedAt = settings.monotonic();
        batch.row(work.scanRow({ startedAt, folder }));
        return true;
      },
    };
    const result = yield* compareTree(compare, request, batch);
    if (result === undefined) return undefined;
    if (result.overLimit) this.#tellLimit();
    const { paths } = result;
    for (const { name } of sets.all) {
      const madeAt = baseline.set(name)?.madeAt ?? startedAt;
      if (kind !== 'fallback') batch.row(baseline.setRow(name, { madeAt, scannedAt: startedAt }));
    }
    if (work.scanPlace !== undefined) batch.row(work.scanRow(undefined));
    // Since a start nothing was said of that before; later it was, while the scan went on.
    if (whole) batch.row(work.seenRow(kind === 'start' ? startedAt : Math.max(startedAt, work.seenAt ?? 0)));
    this.#parts.onProgress?.(undefined);
    if (kind === 'fallback') {
      if (!batch.empty) yield await batch.take();
      return paths;
    }
    const item = await batch.take();
    const durationMs = Math.round(settings.monotonic() - started);
    if (fresh.size > 0) settings.onBaseline({ sets: [...fresh], paths, durationMs });
    const made = fresh.size === 0 ? [] : [this.#madeRecord([...fresh], paths, first)];
    const completed: AgentRecord = {
      kind: 'agent',
      at: context.now(),
      action: 'scan-completed',
      subject: 'integrity',
      detail: {
        trigger: kind,
        paths,
        durationMs,
        baselineRows: rows.count,
        baselineDigest: rows.digest,
        baselineSequence: rows.sequence,
      },
    };
    yield { ...item, records: [...item.records, ...made, completed] };
    return paths;
  }

  #reuse(kind: ScanKind): CompareRequest['reuse'] {
    const { compare, work } = this.#parts;
    const { baseline, context } = compare;
    if (kind === 'fallback') {
      return (file, stats) => {
        const packed = baseline.packed(file);
        return packed !== undefined && sameStat(packed, stats) ? packed : undefined;
      };
    }
    const place = work.scanPlace;
    if (place === undefined || context.now() - place.startedAt > PLACE_AGE_MS_MAX) return undefined;
    return (file, stats) => {
      if (compareFolders(path.dirname(file), place.folder) > 0) return undefined;
      const packed = baseline.packed(file);
      return packed !== undefined && sameStat(packed, stats) ? packed : undefined;
    };
  }

  /** What is said of a change that a scan finds. */
  #note(kind: ScanKind, sets: WatchSets): (file: string) => ChangeNote {
    const { compare, work, isDistrusted } = this.#parts;
    const { seenAt } = work;
    const offline = kind === 'start' ? true : undefined;
    const lastScans = new Map(sets.names.map((name) => [name, compare.baseline.set(name)?.scannedAt]));
    return (file) => {
      const scans = sets.setsOf(file).map((name) => lastScans.get(name) ?? 0);
      const lastScan = scans.length === 0 ? undefined : Math.max(...scans);
      const isWatched = sets.optionsOf(file)?.realtime === true;
      const sinceMs = kind === 'start' && isWatched ? (seenAt ?? lastScan) : lastScan;
      return {
        // What is only scanned is not missed by a stop.
        offline: isWatched ? offline : undefined,
        sinceMs: sinceMs === 0 ? undefined : sinceMs,
        unverified: isDistrusted(path.dirname(file)),
      };
    };
  }

  #madeRecord(sets: readonly string[], paths: number, first: boolean): IntegrityRecord {
    const { settings, compare, rows } = this.#parts;
    const at = compare.context.now();
    const reason = this.madeAnew ? 'made-anew' : first ? 'first' : 'set-added';
    this.madeAnew = false;
    const { enrolledAt } = settings;
    const enrolledHours = enrolledAt === undefined ? null : Math.floor((at - enrolledAt) / HOUR_MS);
    return {
      kind: 'integrity',
      at,
      change: 'baseline-made',
      path: sendablePath(sets[0] ?? settings.baselineFile),
      detail: {
        reason,
        sets: sets.join('\n').slice(0, 4_096).toWellFormed(),
        paths,
        enrolledHours,
        digest: rows.digest,
      },
    };
  }

  #tellLimit(): void {
    const { settings, compare } = this.#parts;
    compare.context.report({
      subject: 'integrity',
      message: `more than ${settings.pathsMax} paths are in the watch sets; the rest is not watched. Watch less, or exclude folders`,
    });
  }
}
