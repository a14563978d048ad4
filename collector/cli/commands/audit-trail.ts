/** The audit trail as it is walked: from the control plane, page by page, or from an exported file. */
import { createReadStream } from 'node:fs';
import { type Anchor, parseAnchor } from '../../audit/anchor.ts';
import type { ChainedEntry, ChainHead } from '../../audit/chain.ts';
import { LINE_CHARS_MAX, parseExportLine } from '../../audit/export-file.ts';
import { type ChainVerdict, ChainVerifier } from '../../audit/verify-chain.ts';
import { call, type CommandContext } from '../command.ts';
import { auditChain, auditHead } from '../operations/audit.ts';
import { UsageError } from '../usage-error.ts';
import { readLines } from './read-lines.ts';
import { fileRefusal } from '../named-file.ts';

const PAGE_ENTRIES = 1_000;
/** More kept heads than a place gets in 20 years at one a minute. */
const ANCHORS_MAX = 12_000_000;
const ANCHOR_LINE_BYTES_MAX = 16_384;

export interface WalkedTrail extends ChainVerdict {
  trailId: string;
}

/**
 * Gives every entry in the order of the chain, and the head in the end. Entries that are written meanwhile are given
 * too, so head and entries are of one moment.
 */
export async function* walkTrail(
  context: CommandContext,
  afterSeq = 0,
): AsyncGenerator<readonly ChainedEntry[], ChainHead> {
  for (let last = afterSeq; ;) {
    const entries = await call(context, auditChain, { afterSeq: last, limit: PAGE_ENTRIES });
    const newest = entries.at(-1);
    if (newest !== undefined) {
      last = newest.seq;
      yield entries;
      continue;
    }
    const { seq, hash } = await call(context, auditHead, {});
    if (seq <= last) return { seq, hash };
    // Entries came meanwhile; where they do not come, the end was cut off.
    const [more] = await call(context, auditChain, { afterSeq: last, limit: 1 });
    if (more === undefined) return { seq, hash };
  }
}

/** Kept heads of this trail in files of whatever lines; heads of other trails are counted. @throws UsageError */
export async function readAnchors(
  context: CommandContext,
  files: readonly string[],
): Promise<readonly Anchor[]> {
  const anchors: Anchor[] = [];
  for (const file of files) {
    for await (const { lines } of readLines(bytesOf(context, file), ANCHOR_LINE_BYTES_MAX)) {
      for (const line of lines) {
        const anchor = line === undefined ? undefined : parseAnchor(line.toString('utf8'));
        if (anchor !== undefined && anchors.length < ANCHORS_MAX) anchors.push(anchor);
      }
    }
  }
  if (files.length > 0 && anchors.length === 0)
    throw new UsageError(context.m.audit.noHeads(files.join(', ')));
  return anchors;
}

async function* bytesOf(context: CommandContext, file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    throw fileRefusal(context, error, file);
  }
}

const ofTrail = (anchors: readonly Anchor[], trailId: string): readonly Anchor[] =>
  anchors.filter((anchor) => anchor.trailId === trailId);

export async function verifyTrail(
  context: CommandContext,
  anchors: readonly Anchor[],
  onProgress: (entries: number) => void,
): Promise<WalkedTrail> {
  const { trailId, genesisHash } = await call(context, auditHead, {});
  const verifier = new ChainVerifier({ seq: 0, hash: genesisHash }, ofTrail(anchors, trailId));
  const walk = walkTrail(context);
  let done = 0;
  for (;;) {
    const step = await walk.next();
    if (step.done === true) return { trailId, ...verifier.end(step.value) };
    for (const entry of step.value) verifier.take(entry);
    done += step.value.length;
    onProgress(done);
  }
}

/** @throws UsageError naming file and line */
export async function verifyFile(
  context: CommandContext,
  file: string,
  anchors: readonly Anchor[],
): Promise<WalkedTrail> {
  const { m } = context;
  let trailId = '';
  let verifier: ChainVerifier | undefined;
  let head: ChainHead | undefined;
  for await (const { first, lines } of readLines(bytesOf(context, file), 4 * LINE_CHARS_MAX)) {
    for (const [at, bytes] of lines.entries()) {
      const line = bytes === undefined ? undefined : parseExportLine(bytes.toString('utf8'));
      const wrong = (): UsageError => new UsageError(m.audit.notExport(file, first + at));
      if (line === undefined || head !== undefined || (line.kind === 'start') !== (verifier === undefined))
        throw wrong();
      if (line.kind === 'start') {
        ({ trailId } = line);
        verifier = new ChainVerifier(line.start, ofTrail(anchors, trailId));
      } else if (line.kind === 'entry') verifier?.take(line.entry, line.isMasked);
      else ({ head } = line);
    }
  }
  // A file without its last line was cut off while it was written, or later.
  if (verifier === undefined || head === undefined) throw new UsageError(m.audit.notWhole(file));
  return { trailId, ...verifier.end(head) };
}
