/** `vonggac bundle keygen | create | sign`: what a publisher does, on a machine of their own without a collector. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { KeyObject } from 'node:crypto';
import type { BundleKind } from '../../bundle/bundle-manifest.ts';
import { makePublisherKey, readPublisherKey } from '../../bundle/publisher-key.ts';
import { type BundleSource, createBundle, signBundle } from '../../bundle/write-bundle.ts';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { readPassphrase } from './backup-place.ts';

const DAY_MS = 86_400_000;

/** A key is asked for its passphrase only where it is encrypted. */
interface KeyFlags {
  passphraseFile?: readonly string[];
}

export interface BundleCreateFlags extends KeyFlags, Partial<Record<BundleKind, readonly string[]>> {
  out: string;
  publisher: string;
  stream: string;
  serial: number;
  days: number;
  title: string;
  created?: number;
  key?: readonly string[];
}

export async function makeKeyCommand(
  context: CommandContext,
  flags: { out: string; passphraseFile?: string; passphrase: boolean },
): Promise<void> {
  const { m, print, complain } = context;
  const { out, passphraseFile } = flags;
  // Commander's `--no-passphrase`: without it, and without a passphrase, nothing is made.
  if ((passphraseFile === undefined) === flags.passphrase) throw new UsageError(m.bundle.onePassphrase);
  if (existsSync(out)) throw new UsageError(m.bundle.exists(out));
  const passphrase = passphraseFile === undefined ? undefined : readPassphrase(context, passphraseFile);
  const publicKey = await makePublisherKey(out, passphrase);
  complain(m.bundle.keyMade(out));
  if (passphrase === undefined) complain(m.bundle.keyBare);
  print(publicKey);
}

/** The nth passphrase file is of the nth key; one alone is of all. */
export async function readKeys(
  context: CommandContext,
  files: readonly string[],
  passphraseFiles: readonly string[] = [],
): Promise<readonly KeyObject[]> {
  const { m } = context;
  const keys: KeyObject[] = [];
  for (const [index, file] of files.entries()) {
    const passphraseFile = passphraseFiles.length === 1 ? passphraseFiles[0] : passphraseFiles[index];
    keys.push(
      await readPublisherKey(file, () => {
        if (passphraseFile === undefined) throw new UsageError(m.bundle.noPassphrase(file));
        return Promise.resolve(readPassphrase(context, passphraseFile));
      }),
    );
  }
  return keys;
}

/** Runs with a folder beside the file, which is gone afterwards. */
async function withWork<T>(file: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(path.dirname(path.resolve(file)), '.vonggac-bundle-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function createBundleCommand(context: CommandContext, flags: BundleCreateFlags): Promise<void> {
  const { m, print } = context;
  const { out, publisher, stream, serial, title, days, key: keyFiles = [] } = flags;
  const kinds = ['rules', 'indicators', 'release'] as const;
  const sources = kinds.flatMap((kind): BundleSource[] =>
    (flags[kind] ?? []).map((from) => ({ kind, from })),
  );
  if (sources.length === 0) throw new UsageError(m.bundle.nothing);
  const missing = sources.find(({ from }) => !existsSync(from));
  if (missing !== undefined) throw new UsageError(m.bundle.absent(missing.from));
  if (existsSync(out)) throw new UsageError(m.bundle.exists(out));
  const keys = await readKeys(context, keyFiles, flags.passphraseFile);
  const createdMs = flags.created ?? Date.now();
  const facts = { publisher, stream, serial, createdMs, notAfterMs: createdMs + days * DAY_MS, title };
  const { files, bytes } = await withWork(out, (work) =>
    createBundle({ facts, sources, keys, to: out, work }),
  );
  print(m.bundle.made(out, files, bytes, keys.length));
}

export async function signBundleCommand(
  context: CommandContext,
  file: string,
  flags: KeyFlags & { key: string },
): Promise<void> {
  const { m, print } = context;
  if (!existsSync(file)) throw new UsageError(m.bundle.absent(file));
  const [key] = await readKeys(context, [flags.key], flags.passphraseFile);
  if (key === undefined) return;
  const signatures = await withWork(file, (work) =>
    signBundle({ file, key, work: path.join(work, 'content') }),
  );
  print(m.bundle.signed(file, signatures.length));
}
