/** `vonggac bundle show | trust | distrust | publishers | taken` */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BundleError } from '../../bundle/bundle-error.ts';
import { BUNDLE_KINDS, bytesOf, kindOf } from '../../bundle/bundle-manifest.ts';
import { checkTrust, signersOf } from '../../bundle/bundle-signatures.ts';
import { keyId } from '../../bundle/publisher-key.ts';
import { type BundleHead, readBundleHead, unpackBundle } from '../../bundle/read-bundle.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { bundleDistrust, bundlePublishers, bundleTaken, bundleTrust } from '../operations/bundle.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { printFacts } from './print-facts.ts';

export interface BundleVerifyFlags {
  key?: readonly string[];
  threshold: number;
  json?: boolean;
}

/** Says what a bundle is and whether it may be believed: by the keys given, else by whom this site trusts. */
export async function verifyBundleCommand(
  context: CommandContext,
  file: string,
  flags: BundleVerifyFlags,
): Promise<ExitCode> {
  const { m, print, complain } = context;
  if (!existsSync(file)) throw new UsageError(m.bundle.absent(file));
  const head = await readBundleHead(file);
  const { manifest } = head;
  const trust = await trustFor(context, head, flags);
  const problem = await problemOf(file, head, trust);
  const signers = signersOf(head.manifestBytes, head.signatures, trust?.keys ?? []);
  if (flags.json === true) {
    const { files, ...facts } = manifest;
    print(
      JSON.stringify(
        { ...facts, files: files.length, bytes: bytesOf(manifest), signers, problem: problem ?? null },
        undefined,
        2,
      ),
    );
  } else {
    const { facts } = m.bundle;
    printFacts(context, [
      [facts.publisher, manifest.publisher],
      [facts.stream, `${manifest.stream} ${manifest.serial}`],
      [facts.title, manifest.title === '' ? '-' : manifest.title],
      [facts.created, localTime(manifest.createdMs)],
      [facts.notAfter, localTime(manifest.notAfterMs)],
      [facts.content, contentOf(context, head)],
      [facts.signatures, head.signatures.map((one) => one.keyId).join(', ') || '-'],
      [facts.signers, signers.map((key) => keyId(key)).join(', ') || '-'],
    ]);
    if (problem === undefined) print(m.bundle.good);
    else complain(m.bundle.bad(problem));
  }
  return problem === undefined ? EXIT.ok : EXIT.failure;
}

async function trustFor(
  context: CommandContext,
  { manifest }: BundleHead,
  { key: keys = [], threshold }: BundleVerifyFlags,
): Promise<{ publisher: string; keys: readonly string[]; threshold: number } | undefined> {
  if (keys.length > 0) return { publisher: manifest.publisher, keys, threshold };
  const found = (await call(context, bundlePublishers, {})).find(({ name }) => name === manifest.publisher);
  return found === undefined ? undefined : { ...found, publisher: found.name };
}

/** Why the bundle is not to be believed; undefined when it is. Its files are taken out to see, and removed. */
async function problemOf(
  file: string,
  head: BundleHead,
  trust: Parameters<typeof checkTrust>[1] | undefined,
): Promise<string | undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bundle-'));
  try {
    if (trust === undefined)
      throw new BundleError('untrusted', `${head.manifest.publisher} is no trusted publisher here`);
    checkTrust(head, trust, Date.now());
    await unpackBundle({ file, manifest: head.manifest, into: path.join(folder, 'content') });
    return undefined;
  } catch (error) {
    if (error instanceof BundleError) return error.message;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function contentOf({ m }: CommandContext, { manifest }: BundleHead): string {
  return BUNDLE_KINDS.map((kind) => {
    const files = manifest.files.filter((file) => kindOf(file) === kind);
    return files.length === 0 ? undefined : m.bundle.content(kind, files.length, bytesOf({ files }));
  })
    .filter((text) => text !== undefined)
    .join(', ');
}

export async function trustCommand(
  context: CommandContext,
  name: string,
  keys: readonly string[],
  { threshold }: { threshold: number },
): Promise<void> {
  await call(context, bundleTrust, { name, keys: [...keys], threshold });
  context.print(context.m.bundle.trusted(name, keys.length, threshold));
}

export async function distrustCommand(context: CommandContext, name: string): Promise<void> {
  await call(context, bundleDistrust, { name });
  context.print(context.m.bundle.distrusted(name));
}

export async function listPublishersCommand(
  context: CommandContext,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const publishers = await call(context, bundlePublishers, {});
  if (flags.json === true) return print(JSON.stringify(publishers, undefined, 2));
  if (publishers.length === 0) return print(m.bundle.noPublishers);
  const { columns } = m.bundle;
  formatTable(publishers, [
    { title: columns.name, value: ({ name }) => name },
    { title: columns.threshold, value: ({ threshold, keys }) => `${threshold}/${keys.length}` },
    { title: columns.added, value: ({ addedMs }) => localTime(addedMs) },
    { title: columns.by, value: ({ addedBy }) => printable(addedBy) },
    { title: columns.keys, value: ({ keys }) => keys.join(' ') },
  ]).forEach(print);
}

export async function listTakenCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const taken = await call(context, bundleTaken, {});
  if (flags.json === true) return print(JSON.stringify(taken, undefined, 2));
  if (taken.length === 0) return print(m.bundle.noneTaken);
  const { columns } = m.bundle;
  formatTable(taken, [
    { title: columns.name, value: ({ publisher }) => publisher },
    { title: columns.stream, value: ({ stream }) => stream },
    { title: columns.serial, value: ({ serial }) => String(serial), align: 'right' },
    { title: columns.taken, value: ({ takenMs }) => localTime(takenMs) },
    { title: columns.by, value: ({ takenBy }) => printable(takenBy) },
    { title: columns.title, value: ({ title }) => printable(title) },
  ]).forEach(print);
}
