/** `vonggac inspection-pack`, `fetch` and `verify` of it */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  copyPackFolder,
  FolderExistsError,
  NoPackError,
  requireNew,
  verifyPackFolder,
} from '../inspection-folder.ts';
import { jobShow } from '../operations/alert.ts';
import { inspectionBegin, inspectionBuilt, inspectionDrop } from '../operations/inspection.ts';
import { printable } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { followJob, hasEnded, type Job } from './follow-job.ts';
import { type Progress, terminalProgress } from './progress.ts';

export interface PackFlags {
  asOf?: string;
  agency?: number;
  system?: number;
  out?: string;
  mask?: boolean;
  /** False: `--without-papers`. */
  withoutPapers?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const TICK_MS = 500;
const MIB = 1_048_576;

export async function inspectionPackCommand(context: CommandContext, flags: PackFlags): Promise<ExitCode> {
  const { m, print, complain } = context;
  const { asOf, agency, system, out, mask = false, withoutPapers = false, dryRun: isDryRun = false } = flags;
  if (agency !== undefined && system !== undefined) throw new UsageError(m.inspection.oneSubject);
  if (asOf === undefined || (out === undefined && !isDryRun)) throw new UsageError(m.inspection.needed);
  const progress = terminalProgress();
  const input = { asOf, agencyId: agency, systemId: system, masked: mask, papers: !withoutPapers, isDryRun };
  const collecting = setInterval(() => progress.tick(() => m.inspection.collecting), TICK_MS);
  try {
    if (out !== undefined) await requireNew(out);
    const begun = await call(context, inspectionBegin, input);
    const { id, isJob, size } = begun;
    if (isDryRun) {
      print(flags.json === true ? JSON.stringify(size) : m.inspection.size(size.papers, mib(size.bytes)));
      return EXIT.ok;
    }
    if (flags.json !== true) print(m.inspection.size(size.papers, mib(size.bytes)));
    if (isJob && flags.json !== true) complain(m.inspection.job(id));
    clearInterval(collecting);
    if (isJob && !isBuilt(context, await followBuild(context, id, progress), progress)) return EXIT.failure;
    return await fetchInto(context, { id, out: out ?? '', json: flags.json }, progress);
  } catch (error) {
    if (error instanceof FolderExistsError) throw new UsageError(m.inspection.exists(out ?? ''));
    throw error;
  } finally {
    clearInterval(collecting);
    progress.clear();
  }
}

const mib = (bytes: number): string => (bytes / MIB).toFixed(1);

const followBuild = (context: CommandContext, id: string, progress: Progress): Promise<Job> =>
  followJob(context, id, ({ done, total }) =>
    progress.tick(() => context.m.inspection.building(done, total)),
  );

function isBuilt({ m, complain }: CommandContext, { state, error }: Job, progress: Progress): boolean {
  if (state === 'done') return true;
  progress.clear();
  complain(m.inspection.notBuilt(printable(error ?? state)));
  return false;
}

/** Copies a pack that was built, and lets the collector's own copy go. */
async function fetchInto(
  context: CommandContext,
  { id, out, json }: { id: string; out: string; json?: boolean | undefined },
  progress: Progress,
): Promise<ExitCode> {
  const { m, print } = context;
  const { folder, files, manifestSha256 } = await call(context, inspectionBuilt, { id });
  await copyPackFolder(folder, files, out, {
    onFile: (done, of) => progress.tick(() => m.inspection.writing(done, of)),
  });
  await call(context, inspectionDrop, { id });
  progress.clear();
  if (json === true) {
    print(JSON.stringify({ folder: out, files: files.length, manifestSha256 }));
    return EXIT.ok;
  }
  print(m.inspection.written(out, files.length));
  print(m.inspection.manifest(manifestSha256));
  return EXIT.ok;
}

export async function fetchPackCommand(
  context: CommandContext,
  id: string,
  { out, json }: { out: string; json?: boolean | undefined },
): Promise<ExitCode> {
  const progress = terminalProgress();
  try {
    await requireNew(out);
    const asked = await call(context, jobShow, { id });
    const job = hasEnded(asked) ? asked : await followBuild(context, asked.id, progress);
    if (!isBuilt(context, job, progress)) return EXIT.failure;
    return await fetchInto(context, { id: job.id, out, json }, progress);
  } catch (error) {
    if (error instanceof FolderExistsError) throw new UsageError(context.m.inspection.exists(out));
    throw error;
  } finally {
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
