/**
 * Builds an inspection pack with the contents of its papers, in steps that may be done again: papers are copied and held against the
 * hashes on record, then the parts are made, which say of each paper what was found, and the folder takes its name.
 */
import { z } from 'zod';
import { freeBytesOf, requireRoom } from '../../backup/room.ts';
import type { AttachmentFiles } from '../../case/attachment-files.ts';
import { packFiles } from '../../report/inspection/pack-files.ts';
import type { Registry } from '../../registry/database.ts';
import { buildPack, type PackReader } from '../../registry/inspection/build-pack.ts';
import { type PackWanted, readPackReach } from '../../registry/inspection/pack-reach.ts';
import { type Paper, type PaperFound, readPapers } from '../../registry/inspection/papers.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { findReport } from '../../registry/reports/report-rows.ts';
import { type BuiltPack, isMissing, type PackFolders } from './pack-folders.ts';
import type { ReportDesk } from './report-desk.ts';

export const PACK_LIMITS = {
  /** Papers of one pack together. */
  papersBytes: 2 * 1_073_741_824,
  papers: 5_000,
  /** Packs that are kept, and for how long. */
  kept: 10,
  keptMs: 7 * 86_400_000,
  /** Of one step. */
  stepBytes: 32 * 1_048_576,
  stepFiles: 25,
} as const;
/** Parts and page of a large agency. */
const PARTS_BYTES = 64 * 1_048_576;

export interface PackPorts {
  registry: Registry;
  files: Pick<AttachmentFiles, 'read'>;
  reports: Pick<ReportDesk, 'bodyOf' | 'file'>;
  folders: PackFolders;
  freeBytes?: typeof freeBytesOf | undefined;
}

const planSchema = z.array(
  z.object({
    key: z.string(),
    kind: z.enum(['document', 'report']),
    id: z.string(),
    file: z.string(),
    bytes: z.number(),
    sha256: z.string(),
  }),
);

export interface PackSize {
  papers: number;
  bytes: number;
}

const EVERYWHERE = { kind: 'all' } as const;

export class PackBuilder {
  readonly #ports: PackPorts;

  constructor(ports: PackPorts) {
    this.#ports = ports;
  }

  get folders(): PackFolders {
    return this.#ports.folders;
  }

  async #papers(
    wanted: PackWanted,
    { scope }: Pick<PackReader, 'scope'>,
    withPapers: boolean,
  ): Promise<Paper[]> {
    const { db, now } = this.#ports.registry;
    const reach = await readPackReach(db, wanted, { scope, nowMs: now() });
    return withPapers ? readPapers(db, reach) : [];
  }

  /** What would be in it. @throws RefusalError as buildPack, inspection-pack-large */
  async size(wanted: PackWanted, reader: Pick<PackReader, 'scope'>, withPapers: boolean): Promise<PackSize> {
    const papers = await this.#papers(wanted, reader, withPapers);
    const bytes = papers.reduce((sum, paper) => sum + paper.bytes, 0);
    const { papersBytes, papers: papersMax } = PACK_LIMITS;
    if (bytes > papersBytes || papers.length > papersMax)
      throw new RefusalError(
        'inspection-pack-large',
        String(bytes),
        `${papers.length} papers have ${bytes} bytes; a pack holds ${papersMax} with ${papersBytes}: make one by system, or leave the papers out`,
      );
    return { papers: papers.length, bytes };
  }

  /** Begins, also when it was begun before. @throws NoRoomError */
  async plan(
    id: string,
    wanted: PackWanted,
    reader: Pick<PackReader, 'scope'>,
    withPapers: boolean,
  ): Promise<Paper[]> {
    const { folders, freeBytes = freeBytesOf } = this.#ports;
    const papers = await this.#papers(wanted, reader, withPapers);
    const bytes = papers.reduce((sum, paper) => sum + paper.bytes, PARTS_BYTES);
    await requireRoom('the inspection pack', { folder: await folders.ready(), bytes, freeBytes });
    await folders.begin(id);
    await folders.note(id, 'plan', papers);
    return papers;
  }

  /** Undefined: it has to begin again. */
  async planned(id: string): Promise<Paper[] | undefined> {
    const noted = await this.folders.noted(id, 'plan');
    return noted === undefined ? undefined : planSchema.parse(noted);
  }

  /** Copies some papers. @returns where it goes on */
  async copySome(id: string, papers: readonly Paper[], from: number, signal?: AbortSignal): Promise<number> {
    let at = from;
    for (let bytes = 0; at < papers.length && at - from < PACK_LIMITS.stepFiles; at += 1) {
      signal?.throwIfAborted();
      const paper = papers[at];
      if (paper === undefined || bytes > PACK_LIMITS.stepBytes) break;
      await this.#copy(id, paper);
      bytes += paper.bytes;
    }
    return at;
  }

  /** One whose content is gone is found missing afterwards. */
  async #copy(packId: string, { kind, id, file }: Paper): Promise<void> {
    const { folders, files, reports, registry } = this.#ports;
    if (kind === 'report') {
      const report = await findReport(registry.db, id, EVERYWHERE);
      const { content } = await reports.file(await reports.bodyOf(report, EVERYWHERE), 'pdf');
      return folders.put(packId, file, [content]);
    }
    let content;
    try {
      content = await files.read(id);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await folders.put(packId, file, content);
  }

  /** @throws RefusalError as buildPack */
  async finish(
    id: string,
    papers: readonly Paper[] | undefined,
    { wanted, reader, signal }: { wanted: PackWanted; reader: PackReader; signal?: AbortSignal | undefined },
  ): Promise<BuiltPack & { kind: string; of: number; asOf: string; masked: boolean }> {
    const { registry, folders } = this.#ports;
    const found = new Map<string, PaperFound>();
    const kept: { name: string; sha256: string; bytes: number; crc32: number }[] = [];
    for (const { key, file, sha256 } of papers ?? []) {
      const sum = await folders.sumOf(id, file, signal);
      const state = sum === undefined ? 'missing' : sum.sha256 === sha256 ? 'kept' : 'changed';
      found.set(key, { file, state });
      if (sum !== undefined) kept.push({ name: file, ...sum });
    }
    const pack = await buildPack(registry, wanted, reader, papers === undefined ? undefined : found);
    signal?.throwIfAborted();
    const name = `ho-so-kiem-tra-${pack.kind}-${pack.id}-${pack.asOf}`;
    const sums = kept.map(({ sha256: _sha256, ...paper }) => paper);
    const built = await folders.finish(id, name, packFiles(pack, kept), sums);
    return { ...built, kind: pack.kind, of: pack.id, asOf: pack.asOf, masked: pack.masked };
  }
}
