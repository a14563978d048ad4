/** `vonggac release add | list | withdraw`: releases that a collector keeps. */
import path from 'node:path';
import {
  bodyOfRelease,
  checkPayload,
  partsOf,
  payloadName,
  readRootsFile,
  readSignedText,
  RELEASE_FILE,
  ROOTS_FILE,
} from '../../release/release-folder.ts';
import { RELEASE_LIMITS } from '../../protocol/release.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { openNamed } from '../named-file.ts';
import { releaseAdd, releaseList, releasePayload, releaseWithdraw } from '../operations/update.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

/** @throws ReleaseFileError, PayloadError, OperationError */
export async function addReleaseCommand(context: CommandContext, folder: string): Promise<void> {
  const { m, print, complain } = context;
  const text = readSignedText(path.join(folder, RELEASE_FILE));
  const roots = readRootsFile(path.join(folder, ROOTS_FILE));
  const parts = partsOf(bodyOfRelease(text));
  for (const [index, part] of parts.entries()) {
    complain(m.release.adding(index + 1, parts.length, part.bytes));
    await checkPayload(folder, part);
    const file = path.join(folder, payloadName(part));
    const content = () => openNamed(context, file, RELEASE_LIMITS.bytesMax);
    await call(context, releasePayload, { sha256: part.sha256 }, { content });
  }
  const { version, counter } = await call(context, releaseAdd, { text, roots });
  print(m.release.added(version, counter));
}

export async function listReleasesCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const found = await call(context, releaseList, {});
  if (flags.json === true) return print(JSON.stringify(found, undefined, 2));
  if (found.roots !== null)
    print(m.release.keys(found.roots.version, found.roots.threshold, printable(found.roots.keys.join(', '))));
  if (found.releases.length === 0) return print(m.release.none);
  const lines = formatTable(found.releases, [
    { title: m.release.columns.version, value: ({ version }) => version },
    { title: m.release.columns.counter, value: ({ counter }) => String(counter), align: 'right' },
    { title: m.columns.state, value: ({ state }) => m.release.states[state] },
    { title: m.release.columns.platforms, value: ({ platforms }) => platforms.join(', ') },
    { title: m.release.columns.signed, value: ({ signedBy }) => printable(signedBy.join(', ')) },
    { title: m.release.columns.until, value: ({ notAfter }) => localTime(Date.parse(notAfter)) },
    { title: m.release.columns.added, value: ({ addedAt }) => localTime(Date.parse(addedAt)) },
    { title: m.columns.by, value: ({ addedBy }) => printable(addedBy) },
  ]);
  lines.forEach(print);
}

export async function withdrawReleaseCommand(context: CommandContext, version: string): Promise<void> {
  const withdrawn = await call(context, releaseWithdraw, { version });
  context.print(context.m.release.withdrawn(withdrawn.version));
}
