/**
 * Makes records of changes, with what else is known of them: whose they are, which package they are of, which lines
 * differ. Decoys and mass changes go out at once; what changes in a maintenance window is gathered for its report.
 */
import type { FileActors } from '../../file-actors.ts';
import type { IntegrityRecord } from '#protocol/record.ts';
import type { Change, Teller } from './change-batch.ts';
import type { Decoys } from './decoys.ts';
import { KeptTexts } from './kept-texts.ts';
import type { MaintenanceWindow } from '../../maintenance-config.ts';
import { openWindow, type OpenWindow } from '#protocol/maintenance-window.ts';
import type { MaintenanceReport } from './maintenance-report.ts';
import { makeRecord, sendablePath } from './make-record.ts';
import type { OwnerNames } from './owner-names.ts';
import type { PackageAnswer, PackageFiles } from './packages/package-files.ts';
import type { Trip, Tripwire } from './tripwire.ts';
import type { TripwireAction } from './tripwire-action.ts';
import { putActors } from './who-changed.ts';

export interface TellerParts {
  now: () => number;
  names: OwnerNames;
  decoys: Decoys;
  tripwire: Tripwire;
  action: TripwireAction | undefined;
  texts: KeptTexts;
  packages: PackageFiles | undefined;
  windows: readonly MaintenanceWindow[];
  report: MaintenanceReport;
  actors: FileActors | undefined;
  actorWaitMs: number;
  signal: AbortSignal;
}

type Rows = Map<string, string | undefined>;

export class ChangeTeller implements Teller {
  readonly #parts: TellerParts;
  readonly #patience = { vain: 0 };
  readonly #trips: Trip[] = [];
  /** Everything is taken for expected, as in a maintenance window. */
  accepting: OpenWindow | undefined;
  /** Changes seen. */
  changes = 0;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  notice(change: Change): boolean {
    const { decoys, tripwire, now } = this.#parts;
    if (decoys.has(change.path)) return true;
    const trip = tripwire.notice(change, now());
    if (trip === undefined) return false;
    this.#trips.push(trip);
    return true;
  }

  async tell(changes: readonly Change[]): ReturnType<Teller['tell']> {
    const { now, decoys, windows, report } = this.#parts;
    const rows: Rows = new Map();
    // First of all: it may still be stopped.
    const urgent: IntegrityRecord[] = [];
    for (const trip of this.#trips.splice(0)) urgent.push(await this.#tripRecord(trip));
    const touched = changes.filter(({ path }) => decoys.has(path));
    const plain = changes.filter(({ path }) => !decoys.has(path));
    const baits = touched.map((change) => this.#baitRecord(change, rows));
    const packages = await this.#packagesOf(plain);
    const window = this.accepting ?? openWindow(windows, now());
    this.changes += plain.length;
    const differences = new Map(plain.map((change) => [change.path, this.#difference(change, rows)]));
    if (window !== undefined && plain.length > 0) {
      const [key, value] = report.add(window, plain, packages);
      rows.set(key, value);
      return { records: [...urgent, ...(await this.#withActors(baits, touched))], rows };
    }
    const records = plain.map((change) => {
      const record = makeRecord(change, now(), this.#parts.names);
      const answer = packages.get(change.path);
      if (answer?.verified === true) record.package = answer.name.slice(0, 256);
      const difference = differences.get(change.path);
      if (difference !== undefined && difference !== '') record.difference = difference;
      return record;
    });
    return {
      records: [...urgent, ...(await this.#withActors([...baits, ...records], [...touched, ...plain]))],
      rows,
    };
  }

  /** Remembers the text of a path that is learnt silently. */
  learn(change: Pick<Change, 'path' | 'options'>, rows: Rows): void {
    if (KeptTexts.isKept(change.path, change.options)) this.#parts.texts.take(change.path, rows);
  }

  #difference({ path, options, after }: Change, rows: Rows): string | undefined {
    const { texts } = this.#parts;
    if (!options.difference) return undefined;
    if (after?.type === 'file' && KeptTexts.isKept(path, options)) return texts.take(path, rows);
    texts.forget(path, rows);
    return undefined;
  }

  #baitRecord(change: Change, rows: Rows): IntegrityRecord {
    const record = makeRecord(change, this.#parts.now(), this.#parts.names);
    record.change = 'decoy';
    record.detail = { was: change.change };
    const [key, value] = this.#parts.decoys.spent(change.path);
    rows.set(key, value);
    return record;
  }

  async #tripRecord(trip: Trip): Promise<IntegrityRecord> {
    const { action, now } = this.#parts;
    const outcome = await action?.react(trip, trip.firstAt);
    const { paths, folder, firstAt, lastAt, ...counts } = trip;
    return {
      kind: 'integrity',
      at: now(),
      change: 'mass-change',
      path: sendablePath(folder),
      detail: {
        ...counts,
        spanMs: lastAt - firstAt,
        examples: paths.slice(-20).join('\n').slice(0, 4_096).toWellFormed(),
        action: outcome?.action ?? 'none',
        ...(outcome === undefined ? {} : { actionResult: outcome.result }),
        ...(outcome?.pid === undefined ? {} : { actionPid: outcome.pid }),
        ...(outcome?.process === undefined
          ? {}
          : { actionProcess: outcome.process.slice(0, 4_096).toWellFormed() }),
        ...(outcome?.reason === undefined
          ? {}
          : { actionReason: outcome.reason.slice(0, 4_096).toWellFormed() }),
      },
    };
  }

  async #packagesOf(changes: readonly Change[]): Promise<ReadonlyMap<string, PackageAnswer>> {
    const { packages } = this.#parts;
    const asked = changes.filter(({ after }) => after !== undefined);
    if (packages === undefined || asked.length === 0) return new Map();
    return packages.find(
      asked.map(({ path, after }) => ({
        path,
        sha256: after?.sha256,
        user: after?.user,
        xattrs: after?.xattrs,
      })),
    );
  }

  async #withActors(records: IntegrityRecord[], changes: readonly Change[]): Promise<IntegrityRecord[]> {
    const { actors } = this.#parts;
    if (actors !== undefined)
      await putActors(records, changes, { ...this.#parts, actors, patience: this.#patience });
    return records;
  }
}
