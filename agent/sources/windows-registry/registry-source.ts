/**
 * Tells what becomes of the values in watched keys of the registry, by comparing them from time to time. What was told and the new
 * baseline are committed together; the first look at a key makes its baseline silently, and the first after a start tells what
 * changed meanwhile as `offline`. Keys of a user who is not signed in are not there, and stay as they were.
 */
import type { IntegrityRecord } from '#protocol/record.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Host } from '../../host/host.ts';
import { SecretMask, keyedStamp } from '../../mask/secret-mask.ts';
import { globMatcher } from '../../path-glob.ts';
import { readRegistry } from '../../windows/read-registry.ts';
import { SealedRows } from '../integrity/sealed-rows.ts';
import { pause } from '../pause.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { RegistryBaseline, type Difference } from './registry-baseline.ts';
import { pictureOf, shownOf, type RegistryEntry, type Shown } from './registry-picture.ts';
import { signedInUsers } from './signed-in-users.ts';
import { DEFAULT_KEYS, type WatchedKey } from './watched-keys.ts';

export interface RegistryOptions {
  host: Host;
  /** Only this agent knows it: authenticates the baseline, and stands for secrets. */
  key: Uint8Array;
  everyMs: number;
  /** Default: `DEFAULT_KEYS`. */
  keys?: readonly WatchedKey[] | undefined;
  /** Watched as well. */
  also?: readonly WatchedKey[] | undefined;
  /** Globs on the paths of values. */
  excludes?: readonly string[] | undefined;
  /** Of one watched key. */
  entriesMax?: number | undefined;
}

const ENTRIES_MAX = 50_000;
const TAMPERED = 'registry baseline';

export function createRegistrySource(options: RegistryOptions): Source {
  return {
    name: 'windows-registry',
    async *open(context) {
      const look = new RegistryLook(options, context);
      yield* look.verify();
      let isFirst = true;
      while (!context.signal.aborted) {
        yield* look.compareAll(isFirst);
        if (isFirst) context.caughtUp?.();
        isFirst = false;
        await pause(options.everyMs, context.signal);
      }
    },
  };
}

class RegistryLook {
  readonly #options: RegistryOptions;
  readonly #context: SourceContext;
  readonly #rows: SealedRows;
  readonly #baseline: RegistryBaseline;
  readonly #mask: SecretMask;
  readonly #isExcluded: (path: string) => boolean;

  constructor(options: RegistryOptions, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#rows = new SealedRows(context.positions, options.key, (row) => this.#forged(row));
    this.#baseline = new RegistryBaseline(this.#rows);
    this.#mask = new SecretMask(keyedStamp(options.key));
    const excludes = (options.excludes ?? []).map((glob) => globMatcher(glob, true, 'win32'));
    this.#isExcluded = (path) => excludes.some((matches) => matches(path));
  }

  /** What somebody else wrote is told, taken away, and learnt anew. */
  async *verify(): AsyncGenerator<SourceItem, void, void> {
    const { faults, forged } = await this.#rows.verify(async () => this.#context.pace?.turn());
    if (faults.length === 0) return;
    const isWorthless = faults.some((fault) => fault !== 'rows-forged');
    const away = isWorthless ? [...this.#context.positions.entries()].map(([row]) => row) : forged;
    const record: IntegrityRecord = {
      kind: 'integrity',
      at: this.#context.now(),
      change: 'baseline-tampered',
      path: TAMPERED,
      detail: { faults: faults.join(', '), rows: away.length },
    };
    const positions = this.#rows.write(new Map(away.map((row) => [row, undefined])));
    yield { lane: 'security', records: [record], positions };
  }

  async *compareAll(isFirst: boolean): AsyncGenerator<SourceItem, void, void> {
    const { keys = DEFAULT_KEYS, also = [], host } = this.#options;
    const { signal, pace } = this.#context;
    let users: readonly string[] = [];
    try {
      users = await signedInUsers(host, signal);
      this.#context.resolved?.('HKU');
    } catch (cause) {
      if (!signal.aborted)
        this.#context.report({ subject: 'HKU', message: 'who is signed in cannot be told', cause });
    }
    for (const watched of [...keys, ...also])
      for (const key of keysOf(watched.key, users)) {
        await pace?.turn();
        if (signal.aborted) return;
        yield* this.#compare({ ...watched, key }, isFirst);
      }
  }

  async *#compare(watched: WatchedKey, isFirst: boolean): AsyncGenerator<SourceItem, void, void> {
    const { host, entriesMax = ENTRIES_MAX } = this.#options;
    const { signal, report, resolved, now } = this.#context;
    const { key } = watched;
    try {
      const tree = await readRegistry(host, key, signal);
      if (signal.aborted) return;
      const { entries, left } = pictureOf(watched, tree, this.#isExcluded, entriesMax);
      if (left > 0)
        report({ subject: key, message: `${left} more values than ${entriesMax} are not compared` });
      else resolved?.(key);
      const seenAt = this.#baseline.seenAt(key);
      const known = this.#baseline.known(key);
      const show = (entry: RegistryEntry): Shown => shownOf(entry, this.#mask);
      const at = now();
      const sinceMs = isFirst ? seenAt : undefined;
      for (const { differences, positions } of this.#baseline.compare(key, known, entries, show, at)) {
        const records = seenAt === undefined ? [] : differences.map((each) => recordOf(each, at, sinceMs));
        yield { lane: 'security', records, positions };
      }
    } catch (cause) {
      if (!signal.aborted) report({ subject: key, message: 'the key cannot be read', cause });
    }
  }

  #forged(row: string): void {
    this.#context.report({
      subject: TAMPERED,
      message: `a row was changed by somebody else: ${row.slice(0, 200)}`,
    });
  }
}

/** `HKU\*...` for each user. */
function keysOf(key: string, users: readonly string[]): string[] {
  if (!/^HKU\\\*/i.test(key)) return [key];
  return users.map((user) => `HKU\\${user}${key.slice('HKU\\*'.length)}`);
}

function recordOf(
  { change, path, before, after }: Difference,
  at: number,
  sinceMs: number | undefined,
): IntegrityRecord {
  const record: IntegrityRecord = {
    kind: 'integrity',
    at,
    change,
    path: path.slice(0, LIMITS.shortStringMax).toWellFormed(),
    detail: {
      registryType: (after ?? before)?.type ?? '',
      ...(after === undefined ? {} : { registryData: after.data }),
      ...(before === undefined ? {} : { previousType: before.type, previousData: before.data }),
    },
  };
  if (sinceMs !== undefined) Object.assign(record, { offline: true, sinceMs });
  return record;
}
