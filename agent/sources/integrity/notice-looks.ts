/**
 * Looks at what gave notice and is quiet by now; also while a scan waits for its turn, however long it waits. A scan
 * hands over what it has found before anything is looked at, so both tell of a path in the order they saw it.
 */
import path from 'node:path';
import type { SourceContext, SourceItem } from '../source.ts';
import { ChangeBatch } from './change-batch.ts';
import type { IntegritySettings } from './integrity-options.ts';
import type { IntegrityParts } from './integrity-parts.ts';
import { compareTree, type CompareRequest } from './tree-compare.ts';

export interface NoticeLooksOptions {
  settings: Pick<IntegritySettings, 'monotonic'>;
  context: Pick<SourceContext, 'signal'>;
  parts: IntegrityParts;
  /** What is known of its entries cannot be trusted. */
  isDistrusted: (folder: string) => boolean;
}

export class NoticeLooks {
  readonly #options: NoticeLooksOptions;

  constructor(options: NoticeLooksOptions) {
    this.#options = options;
  }

  /** Looks at the paths that are quiet by now. */
  async *now(): AsyncGenerator<SourceItem, void, void> {
    yield* this.#lookAt(this.#options.parts.dirty.takeDue());
  }

  /**
   * Goes on looking until `wait` is over.
   * @param batch of the scan that waits.
   * @param also what else is done meanwhile, and when next (in the time of `monotonic`).
   * @returns paths that were looked at: what was read of them before is out of date.
   */
  async *during(
    wait: Promise<unknown>,
    batch: ChangeBatch,
    also?: { at: () => number; work: () => AsyncGenerator<SourceItem, void, void> },
  ): AsyncGenerator<SourceItem, ReadonlySet<string>, void> {
    const { dirty } = this.#options.parts;
    const { signal } = this.#options.context;
    const looked = new Set<string>();
    const waiting = { isOver: false };
    const end = (): void => {
      waiting.isOver = true;
      dirty.wake();
    };
    // A failure is the one's who reads on.
    wait.then(end, end);
    for (;;) {
      const due = dirty.takeDue();
      if (due.length > 0) {
        if (!batch.empty) yield await batch.take();
        yield* this.#asUrgent(due, looked);
      }
      if (also !== undefined) yield* also.work();
      if (waiting.isOver || signal.aborted) return looked;
      await dirty.due(also?.at() ?? Number.POSITIVE_INFINITY, signal);
    }
  }

  /** Neither as slow as the scan, nor taken for expected because a scan takes what it finds for that. */
  async *#asUrgent(due: readonly string[], looked: Set<string>): AsyncGenerator<SourceItem, void, void> {
    const { tree, teller } = this.#options.parts;
    const { isUnhurried } = tree;
    const { accepting } = teller;
    tree.isUnhurried = false;
    teller.accepting = undefined;
    try {
      yield* this.#lookAt(due, looked);
    } finally {
      tree.isUnhurried = isUnhurried;
      teller.accepting = accepting;
    }
  }

  async *#lookAt(due: readonly string[], looked?: Set<string>): AsyncGenerator<SourceItem, void, void> {
    const { isDistrusted, settings, parts } = this.#options;
    const { sets, realtime, decoys, hold, baseline, compare, dirty, teller } = parts;
    const batch = new ChangeBatch(baseline, teller);
    if (due.length > 0) hold.look();
    for (const notice of due) {
      const isUrgent = decoys.has(notice) || sets.optionsOf(notice)?.tripwire !== false;
      if (!isUrgent && hold.holds(notice)) continue;
      const started = settings.monotonic();
      // A notice whose name is not valid UTF-8 cannot be looked at by name: its whole folder is.
      const vague = notice.includes('\uFFFD');
      const file = vague ? wellNamedFolder(notice) : notice;
      if (realtime.place(file) === 'outside') continue;
      const before = baseline.get(file);
      const unchanged = (text: string, inode: string): boolean =>
        text === file && before?.type === 'directory' && before.inode === inode;
      const request: CompareRequest = {
        sets: realtime,
        fresh: new Set<string>(),
        from: [file],
        enter: (text, inode) => vague || !unchanged(text, inode),
        note: (text) => ({ unverified: isDistrusted(path.dirname(text)) }),
        looked,
      };
      const done = yield* compareTree(compare, request, batch);
      if (done === undefined) return;
      dirty.spent(file, settings.monotonic() - started);
      if (batch.full) yield await batch.take();
    }
    if (!batch.empty) yield await batch.take();
  }
}

/** The nearest folder above whose name is told in full. */
function wellNamedFolder(file: string): string {
  let folder = path.dirname(file);
  while (folder.includes('\uFFFD')) folder = path.dirname(folder);
  return folder;
}
