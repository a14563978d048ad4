/** `vonggac inspection-pack`, and `verify` of it */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { FolderExistsError, NoPackError, verifyPackFolder, writePackFolder } from '../inspection-folder.ts';
import { inspectionPack } from '../operations/inspection.ts';
import { printable } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { terminalProgress } from './progress.ts';

export interface PackFlags {
  asOf?: string;
  agency?: number;
  system?: number;
  out?: string;
  mask?: boolean;
  json?: boolean;
}

const TICK_MS = 500;

export async function inspectionPackCommand(context: CommandContext, flags: PackFlags): Promise<void> {
  const { m, print } = context;
  const { asOf, agency, system, out, mask = false, json } = flags;
  if (agency !== undefined && system !== undefined) throw new UsageError(m.inspection.oneSubject);
  if (asOf === undefined || out === undefined) throw new UsageError(m.inspection.needed);
  const progress = terminalProgress();
  const collecting = setInterval(() => progress.tick(() => m.inspection.collecting), TICK_MS);
  try {
    const input = { asOf, agencyId: agency, systemId: system, masked: mask };
    const { files, manifestSha256 } = await call(context, inspectionPack, input);
    await writePackFolder(out, files, {
      onFile: (done, of) => progress.tick(() => m.inspection.writing(done, of)),
    });
    progress.clear();
    if (json === true) return print(JSON.stringify({ folder: out, files: files.length, manifestSha256 }));
    print(m.inspection.written(out, files.length));
    print(m.inspection.manifest(manifestSha256));
  } catch (error) {
    if (error instanceof FolderExistsError) throw new UsageError(m.inspection.exists(out));
    throw error;
  } finally {
    clearInterval(collecting);
    progress.clear();
  }
}

/** Ends well when everything is as the manifest says. */
export async function verifyPackCommand(
  { m, print }: CommandContext,
  folder: string,
  { json }: { json?: boolean },
): Promise<ExitCode> {
  const progress = terminalProgress();
  try {
    const found = await verifyPackFolder(folder, (done, of) =>
      progress.tick(() => m.inspection.verifying(done, of)),
    );
    progress.clear();
    const { changed, missing, added, files, manifestSha256 } = found;
    const isWhole = changed.length + missing.length + added.length === 0;
    if (json === true) print(JSON.stringify({ whole: isWhole, ...found }, undefined, 2));
    else {
      print(isWhole ? m.inspection.whole(files) : m.inspection.notWhole);
      for (const name of changed) print(`  ${m.inspection.changed}: ${printable(name)}`);
      for (const name of missing) print(`  ${m.inspection.missing}: ${printable(name)}`);
      for (const name of added) print(`  ${m.inspection.added}: ${printable(name)}`);
      print(m.inspection.manifest(manifestSha256));
    }
    return isWhole ? EXIT.ok : EXIT.failure;
  } catch (error) {
    if (error instanceof NoPackError) throw new UsageError(m.inspection.noPack(folder));
    throw error;
  } finally {
    progress.clear();
  }
}
