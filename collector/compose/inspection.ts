/** Inspection packs: what builds them, and what lets them go. */
import type { CaseControl } from '../api/ports.ts';
import { PackBuilder } from '../services/reports/pack-builder.ts';
import { PackFolders } from '../services/reports/pack-folders.ts';
import { PackKeeper } from '../services/reports/pack-keeper.ts';
import { ReportDesk } from '../services/reports/report-desk.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

export async function startInspection(
  { fault, folder, parts }: Ground,
  { registry }: Stores,
  cases: CaseControl,
): Promise<PackBuilder> {
  const folders = new PackFolders(folder.inspectionPacks);
  const onFault = fault('built inspection packs could not be looked at; trying again');
  await parts.start('inspection packs', new PackKeeper({ registry, folders, onFault }));
  const reports = new ReportDesk({ registry, dataDir: folder.path });
  return new PackBuilder({ registry, files: cases.files, reports, folders });
}
