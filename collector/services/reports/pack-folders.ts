/**
 * Built packs as folders beside the data: one is there whole under its job's id, or is being built under another name. Invariants: what
 * is written is durable before the folder takes its name; names from outside never reach the disk; a folder goes when its time is over.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { ZipEntry } from '../../case/zip-stream.ts';
import { MANIFEST, type PackFile, PAPERS_FOLDER } from '../../report/inspection/pack-files.ts';
import { RefusalError } from '../../registry/refusal.ts';

const ID = /^[0-9a-f-]{32,36}$/;
const WORK = '.work-';
/** Beside the files of the pack, of which it is none. */
const SUMS = '.sums.json';

const sumsSchema = z.object({
  name: z.string(),
  manifestSha256: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), crc32: z.number() })),
});
export type BuiltPack = z.infer<typeof sumsSchema>;

export interface FileFound {
  bytes: number;
  sha256: string;
  crc32: number;
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export class PackFolders {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  #place(id: string, isWork: boolean): string {
    if (!ID.test(id)) throw new RangeError(`not a pack: ${id}`);
    return path.join(this.root, isWork ? `${WORK}${id}` : id);
  }

  /** Of the folder that is being built. */
  async begin(id: string): Promise<void> {
    await rm(this.#place(id, true), { recursive: true, force: true });
    await mkdir(path.join(this.#place(id, true), PAPERS_FOLDER), { recursive: true, mode: 0o700 });
  }

  async note(id: string, name: string, value: unknown): Promise<void> {
    await writeDurably(path.join(this.#place(id, true), `.${name}.json`), JSON.stringify(value));
  }

  /** Undefined: nothing was noted, or the folder is gone. */
  async noted(id: string, name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(path.join(this.#place(id, true), `.${name}.json`), 'utf8'));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** @param file of ours, in the pack */
  async put(
    id: string,
    file: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const handle = await open(path.join(this.#place(id, true), file), 'w', 0o600);
    try {
      for await (const chunk of content) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Undefined: it is not there. */
  async sumOf(id: string, file: string, signal?: AbortSignal): Promise<FileFound | undefined> {
    const hash = createHash('sha256');
    let [bytes, sum] = [0, 0];
    try {
      for await (const chunk of createReadStream(path.join(this.#place(id, true), file), { signal })) {
        if (!Buffer.isBuffer(chunk)) throw new TypeError('bytes were expected');
        hash.update(chunk);
        sum = crc32(chunk, sum);
        bytes += chunk.length;
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    return { bytes, sha256: hash.digest('hex'), crc32: sum };
  }

  /** The folder takes its name; `papers` lie in it already. */
  async finish(
    id: string,
    name: string,
    files: readonly PackFile[],
    papers: readonly { name: string; bytes: number; crc32: number }[],
  ): Promise<BuiltPack> {
    const work = this.#place(id, true);
    for (const { name: file, text } of files) await writeDurably(path.join(work, file), text);
    const manifest = files.find(({ name: file }) => file === MANIFEST)?.text ?? '';
    const built: BuiltPack = {
      name,
      manifestSha256: createHash('sha256').update(manifest).digest('hex'),
      files: [
        ...files.map(({ name: file, text }) => {
          const content = Buffer.from(text, 'utf8');
          return { name: file, bytes: content.length, crc32: crc32(content) };
        }),
        ...papers,
      ],
    };
    await writeDurably(path.join(work, SUMS), JSON.stringify(built));
    await rm(this.#place(id, false), { recursive: true, force: true });
    await rename(work, this.#place(id, false));
    return built;
  }

  /** @throws RefusalError inspection-pack-unknown */
  async built(id: string): Promise<BuiltPack & { folder: string }> {
    try {
      const folder = this.#place(id, false);
      return { folder, ...sumsSchema.parse(JSON.parse(await readFile(path.join(folder, SUMS), 'utf8'))) };
    } catch (error) {
      if (!isMissing(error) && !(error instanceof RangeError)) throw error;
      const said = 'there is no such pack here: not built yet, over its time, or built by another collector';
      throw new RefusalError('inspection-pack-unknown', id, said, { cause: error });
    }
  }

  /** For an archive: each file is opened when its turn comes. */
  *entries({ folder, name, files }: BuiltPack & { folder: string }, timeMs: number): Generator<ZipEntry> {
    for (const file of files)
      yield {
        ...file,
        name: `${name}/${file.name}`,
        timeMs,
        content: createReadStream(path.join(folder, file.name)),
      };
  }

  async drop(id: string): Promise<void> {
    await rm(this.#place(id, false), { recursive: true, force: true });
    await rm(this.#place(id, true), { recursive: true, force: true });
  }

  /** Ids of what lies there, built or not. */
  async ids(): Promise<{ id: string; isBuilt: boolean }[]> {
    const names = await readdir(this.root).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.flatMap((name) => {
      const isBuilt = !name.startsWith(WORK);
      const id = isBuilt ? name : name.slice(WORK.length);
      return ID.test(id) ? [{ id, isBuilt }] : [];
    });
  }

  /** Made when it is not there. */
  async ready(): Promise<string> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    await lstat(this.root);
    return this.root;
  }
}
