/** `vonggac release roots | create | sign | verify`: what people who publish do, away from every collector. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parsePublicText } from '../../bundle/publisher-key.ts';
import { encodePublicKey } from '../../protocol/agent-key.ts';
import { RELEASE_PLATFORMS, type ReleasePlatform, type RootsBody, sumOf } from '../../protocol/release.ts';
import {
  followRoots,
  readRelease,
  readRoots,
  releaseDigest,
  signersOf,
} from '../../protocol/release-trust.ts';
import { type BuildSource, makeRelease } from '../../release/make-release.ts';
import {
  bodyOfRelease,
  bodyOfRoots,
  checkPayload,
  holdsRoots,
  partsOf,
  readRootsFile,
  readSignedText,
  RELEASE_FILE,
  ReleaseFileError,
  ROOTS_FILE,
  writeJson,
} from '../../release/release-folder.ts';
import { addSignature, nextRoots } from '../../release/sign-release.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { printable } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { readKeys } from './bundle-make.ts';

const DAY_MS = 86_400_000;

export interface RootsFlags {
  key: readonly string[];
  threshold: number;
  previous?: string;
  out: string;
}

export interface CreateReleaseFlags {
  /** Version. */
  release: string;
  counter: number;
  fromMin: string;
  runtime: string;
  build: readonly string[];
  node?: readonly string[];
  roots: string;
  days: number;
  created?: number;
  notes: string;
  out: string;
}

/** What stands on both sides of the first `=`. @throws UsageError */
function pairOf({ m }: CommandContext, text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new UsageError(m.release.notPair(text));
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @throws UsageError, BundleError for what is no public key, ReleaseFileError */
export async function makeRootsCommand(context: CommandContext, flags: RootsFlags): Promise<void> {
  const { m, print } = context;
  const { previous, out, threshold } = flags;
  if (existsSync(out)) throw new UsageError(m.bundle.exists(out));
  const keys = flags.key.map((text) => {
    const [name, key] = pairOf(context, text);
    return { name, key: encodePublicKey(parsePublicText(key)) };
  });
  const chain = nextRoots(previous === undefined ? [] : readRootsFile(previous), { keys, threshold });
  writeJson(out, chain);
  print(m.release.rootsMade(out, chain.length, keys.length, threshold));
}

/** By platform. @throws UsageError */
function foldersBy(context: CommandContext, given: readonly string[]): Map<ReleasePlatform, string> {
  const { m } = context;
  return new Map(
    given.map((text) => {
      const [name, folder] = pairOf(context, text);
      const platform = RELEASE_PLATFORMS.find((one) => one === name);
      if (platform === undefined)
        throw new UsageError(m.release.notPlatform(name, RELEASE_PLATFORMS.join(', ')));
      if (!existsSync(folder)) throw new UsageError(m.bundle.absent(folder));
      return [platform, folder];
    }),
  );
}

/** @throws UsageError, ReleaseFileError */
export async function createReleaseCommand(
  context: CommandContext,
  flags: CreateReleaseFlags,
): Promise<void> {
  const { m, print } = context;
  const { release: version, counter, fromMin: fromVersionMin, runtime, days, notes, out } = flags;
  if (existsSync(out) && readdirSync(out).length > 0) throw new UsageError(m.release.notEmpty(out));
  const nodes = foldersBy(context, flags.node ?? []);
  const sources = [...foldersBy(context, flags.build)].map(([platform, program]): BuildSource => ({
    platform,
    program,
    node: nodes.get(platform),
  }));
  const roots = readRootsFile(flags.roots);
  const createdMs = flags.created ?? Date.now();
  mkdirSync(out, { recursive: true });
  const facts = { version, counter, fromVersionMin, runtime, notes };
  const times = { createdMs, notAfterMs: createdMs + days * DAY_MS };
  const made = makeRelease({ ...facts, ...times }, sources, out);
  writeJson(path.join(out, ROOTS_FILE), roots);
  print(m.release.made(out, version, made.release.builds.length, made.bytes));
}

/** @throws UsageError, BundleError, ReleaseFileError */
export async function signReleaseCommand(
  context: CommandContext,
  file: string,
  flags: { key: string; passphraseFile?: readonly string[] },
): Promise<void> {
  const { m, print } = context;
  if (!existsSync(file)) throw new UsageError(m.bundle.absent(file));
  const isRoots = holdsRoots(file);
  const [key] = await readKeys(context, [flags.key], flags.passphraseFile);
  if (key === undefined) return;
  if (!isRoots) {
    const text = readSignedText(file);
    // What cannot be a release is signed by nobody.
    bodyOfRelease(text);
    const signed = addSignature('release', text, key);
    writeJson(file, signed);
    print(m.release.signed(file, signed.signatures.length));
    return;
  }
  const chain = readRootsFile(file);
  const last = chain.at(-1);
  if (last === undefined) return;
  bodyOfRoots(last);
  const signed = addSignature('release-roots', last, key);
  writeJson(file, [...chain.slice(0, -1), signed]);
  print(m.release.signed(file, signed.signatures.length));
}

/** The list of keys that counts for who trusts the first one of a file. @throws ReleaseError, ReleaseFileError */
function rootsInUse(file: string): RootsBody {
  const [first, ...later] = readRootsFile(file);
  if (first === undefined) throw new ReleaseFileError(`${file} has no list of keys`);
  const trusted = readRoots(first);
  const newest = followRoots(trusted, later).at(-1);
  return newest === undefined ? trusted : bodyOfRoots(newest);
}

/** Signatures, then every payload to its last byte. @throws ReleaseError, PayloadError, ReleaseFileError */
export async function verifyReleaseCommand(
  context: CommandContext,
  folder: string,
  flags: { roots: string; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const roots = rootsInUse(flags.roots);
  const text = readSignedText(path.join(folder, RELEASE_FILE));
  const release = readRelease(text, roots);
  const parts = partsOf(release);
  for (const part of parts) await checkPayload(folder, part);
  const signers = signersOf('release', text, roots.keys).map(({ name }) => name);
  if (flags.json === true) {
    const { builds: _, ...facts } = release;
    const platforms = release.builds.map(({ platform }) => platform);
    print(JSON.stringify({ ...facts, digest: releaseDigest(text), platforms, signers }, undefined, 2));
    return;
  }
  print(
    m.release.good({
      version: release.version,
      counter: release.counter,
      until: localTime(release.notAfterMs),
      platforms: release.builds.map(({ platform }) => platform).join(', '),
      signers: printable(signers.join(', ')),
      bytes: sumOf(parts),
    }),
  );
}
