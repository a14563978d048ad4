/**
 * `vonggac bundle apply FILE`: what a site believes comes in by the ways that files of a person come in. Invariant: a bundle is
 * on record as taken when all of it is in; each way takes nothing twice, so one that was cut off is taken again as a whole.
 */
import { createHash } from 'node:crypto';
import { lchown, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { BundleError } from '../../bundle/bundle-error.ts';
import {
  BUNDLE_KINDS,
  bytesOf,
  type BundleKind,
  type BundleManifest,
  kindOf,
} from '../../bundle/bundle-manifest.ts';
import { checkTrust } from '../../bundle/bundle-signatures.ts';
import { readBundleHead, unpackBundle } from '../../bundle/read-bundle.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { bundleCheck, bundlePublishers, bundleRecord } from '../operations/bundle.ts';
import { importIndicatorsCommand } from './indicator-import.ts';
import { importRulesCommand } from './rules.ts';

const RELEASES_KEPT = 3;

export interface BundleApplyFlags {
  dryRun?: boolean;
  again?: boolean;
}

export async function applyBundleCommand(
  context: CommandContext,
  file: string,
  flags: BundleApplyFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const head = await readBundleHead(file);
  const { manifest } = head;
  const trust = (await call(context, bundlePublishers, {})).find(({ name }) => name === manifest.publisher);
  if (trust === undefined) throw new BundleError('untrusted', m.bundle.unknownPublisher(manifest.publisher));
  checkTrust(head, { ...trust, publisher: trust.name }, Date.now());
  const identity = {
    publisher: manifest.publisher,
    stream: manifest.stream,
    serial: manifest.serial,
    digest: createHash('sha256').update(head.manifestBytes).digest('hex'),
  };
  const seen = await call(context, bundleCheck, identity);
  if (seen === 'again' && flags.again !== true && flags.dryRun !== true) {
    print(m.bundle.alreadyTaken);
    return EXIT.ok;
  }
  // On the disk of the data folder, where releases stay.
  const work = await mkdtemp(path.join(context.dataDir, '.bundle-'));
  try {
    const content = path.join(work, 'content');
    await unpackBundle({ file, manifest, into: content });
    await give(work, context.dataDir);
    const outcome = await takeIn(context, manifest, content, flags);
    if (flags.dryRun === true) {
      print(m.bundle.onlyTried);
      return EXIT.ok;
    }
    const { title, createdMs, files } = manifest;
    const bytes = bytesOf(manifest);
    await call(context, bundleRecord, { ...identity, title, createdMs, files: files.length, bytes, outcome });
    print(m.bundle.taken(manifest.stream, manifest.serial));
    return EXIT.ok;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @returns by kind how many files, and of how many of them something was left out */
async function takeIn(
  context: CommandContext,
  manifest: BundleManifest,
  content: string,
  { dryRun }: BundleApplyFlags,
): Promise<Partial<Record<BundleKind, { files: number; withRefusals: number }>>> {
  const { m, print } = context;
  const source = `${manifest.publisher}/${manifest.stream}`;
  const outcome: Partial<Record<BundleKind, { files: number; withRefusals: number }>> = {};
  for (const kind of BUNDLE_KINDS) {
    const files = manifest.files.filter((one) => kindOf(one) === kind).map(({ path: name }) => name);
    if (files.length === 0) continue;
    print(m.bundle.kindBegins(kind, files.length));
    let withRefusals = 0;
    if (kind === 'rules') {
      const code = await importRulesCommand(context, path.join(content, kind), {
        dryRun: dryRun === true,
        state: 'auto',
      });
      if (code !== EXIT.ok) withRefusals += 1;
    } else if (kind === 'indicators') {
      for (const name of files) {
        print(name);
        const flags = { source, dryRun: dryRun === true };
        if ((await importIndicatorsCommand(context, path.join(content, name), flags)) !== EXIT.ok)
          withRefusals += 1;
      }
    } else if (dryRun !== true) await keepRelease(context.dataDir, manifest, path.join(content, kind));
    outcome[kind] = { files: files.length, withRefusals };
  }
  return outcome;
}

/** Lays the release where it is offered from, as the data folder's owner has it, and lets the oldest of its stream go. */
async function keepRelease(dataDir: string, { stream, serial }: BundleManifest, from: string): Promise<void> {
  const streamDir = path.join(dataDir, 'releases', stream);
  await mkdir(streamDir, { recursive: true, mode: 0o700 });
  const to = path.join(streamDir, String(serial));
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
  await give(path.join(dataDir, 'releases'), dataDir);
  const serials = (await readdir(streamDir)).filter((name) => /^\d+$/.test(name)).map(Number);
  const old = serials.toSorted((a, b) => b - a).slice(RELEASES_KEPT);
  for (const one of old) await rm(path.join(streamDir, String(one)), { recursive: true, force: true });
}

/** The collector may run as somebody else than who types: what it is to read belongs to whom the data folder does. */
async function give(folder: string, dataDir: string): Promise<void> {
  const { uid, gid } = await stat(dataDir);
  if ((await stat(folder)).uid === uid) return;
  for (const entry of ['.', ...(await readdir(folder, { recursive: true }))])
    await lchown(path.join(folder, entry), uid, gid);
}
