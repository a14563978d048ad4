/** The parts of one life of the source, made from its settings. */
import type { SourceContext } from '../source.ts';
import { createAttributeReader } from './attribute-reader.ts';
import { Baseline } from './baseline.ts';
import { ChangeTeller } from './change-teller.ts';
import { Decoys } from './decoys.ts';
import { DirtyPaths } from './dirty-paths.ts';
import type { IntegritySettings } from './integrity-options.ts';
import { KeptTexts } from './kept-texts.ts';
import { MaintenanceReport } from './maintenance-report.ts';
import { keyedStamp, SecretMask } from '../../mask/secret-mask.ts';
import { readMounts, type Mounts } from './mounts.ts';
import { OwnerNames } from './owner-names.ts';
import { PackageHold } from './package-hold.ts';
import { SealedRows } from './sealed-rows.ts';
import { suspendWriter } from './suspend-writer.ts';
import type { CompareParts } from './tree-compare.ts';
import { TreeWalk } from './tree-walk.ts';
import { Tripwire } from './tripwire.ts';
import { WatchSets } from './watch-set.ts';
import { Watching } from './watching.ts';
import { WorkRows } from './work-rows.ts';

export interface IntegrityParts {
  sets: WatchSets;
  realtime: WatchSets;
  remote: Mounts['remote'];
  rows: SealedRows;
  baseline: Baseline;
  work: WorkRows;
  dirty: DirtyPaths;
  tree: TreeWalk;
  watching: Watching;
  compare: CompareParts;
  decoys: Decoys;
  hold: PackageHold;
  report: MaintenanceReport;
  teller: ChangeTeller;
}

/** @param onForged told of a row of the baseline that is found forged while it is read. */
export function makeParts(
  settings: IntegritySettings,
  context: SourceContext,
  onForged: (key: string) => void,
): IntegrityParts {
  const { key, monotonic, actors, actorWaitMs, tripwire, pathsMax } = settings;
  const { now, signal } = context;
  const mounts = readMounts(settings.mountInfo);
  const decoys = new Decoys(key, settings.decoys.folders);
  const sets = WatchSets.of([...settings.watch, ...decoys.sets], mounts.pseudo);
  const rows = new SealedRows(context.positions, key, onForged);
  const baseline = new Baseline(rows);
  const dirty = new DirtyPaths(settings);
  const tree = new TreeWalk(settings.hashBytesMax, context, monotonic);
  const attributes = createAttributeReader({
    signal,
    onProblem: (message, cause) => {
      context.report({ subject: 'integrity', message, cause });
    },
  });
  const packages = settings.packages(() => tree.breathe());
  const report = new MaintenanceReport(rows);
  const suspending =
    tripwire.action === 'suspend' ? suspendWriter({ actors, now, spare: tripwire.spare }) : undefined;
  const teller = new ChangeTeller({
    now,
    signal,
    actors,
    actorWaitMs,
    names: new OwnerNames(settings.etc, monotonic),
    decoys,
    tripwire: new Tripwire(tripwire),
    action: settings.tripwireAction ?? suspending,
    texts: new KeptTexts(rows, new SecretMask(keyedStamp(key))),
    packages,
    windows: settings.maintenance.windows,
    report,
  });
  return {
    sets,
    realtime: sets.only(({ options }) => options.realtime),
    remote: mounts.remote,
    rows,
    baseline,
    work: new WorkRows(rows),
    dirty,
    tree,
    watching: new Watching(settings, context, dirty),
    compare: { context, baseline, dirty, tree, attributes, pathsMax },
    decoys,
    hold: new PackageHold(packages, dirty, monotonic),
    report,
    teller,
  };
}
