/** An integrity source over a folder of its own, as the tests of its parts use it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { IntegrityRecord, SourceRecord } from '#protocol/record.ts';
import type { IntegrityOptions } from '../../../agent/sources/integrity/integrity-options.ts';
import { createIntegritySource } from '../../../agent/sources/integrity/integrity-source.ts';
import { MemoryPositions } from '../../unit/agent/sources/memory-positions.ts';
import { start, type HarnessOptions, type Run } from '../../unit/agent/sources/source-harness.ts';
import { KEY, made } from './known-states.ts';

export class IntegrityWorld {
  readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-integrity-')));
  readonly positions = new MemoryPositions();
  readonly #runs: Run[] = [];

  at(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Buffer, mode = 0o644): string {
    const file = this.at(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, { mode });
    return file;
  }

  start(options: Partial<IntegrityOptions> = {}, harness: HarnessOptions = {}): Run {
    const source = createIntegritySource({
      watch: [{ path: this.folder }],
      key: KEY,
      packages: () => undefined,
      coalesceMs: 40,
      ...options,
    });
    const run = start(source, { positions: this.positions, ...harness });
    this.#runs.push(run);
    return run;
  }

  /** One whose baseline is made. */
  async watching(options: Partial<IntegrityOptions> = {}, harness: HarnessOptions = {}): Promise<Run> {
    const run = this.start(options, harness);
    const sets = options.watch ?? [{ path: this.folder }];
    while (!sets.every((set) => made(this.positions, set.path))) await run.step();
    return run;
  }

  async dispose(): Promise<void> {
    for (const run of this.#runs) await run.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export function integrityRecords(records: readonly SourceRecord[]): IntegrityRecord[] {
  return records.filter((record) => record.kind === 'integrity');
}

/** Pulls until as many records of files as that are there, those of the baseline itself left out. */
export async function changesOf(run: Run, count: number): Promise<IntegrityRecord[]> {
  const own = (all: readonly SourceRecord[]): IntegrityRecord[] =>
    integrityRecords(all).filter(({ change }) => change !== 'baseline-made');
  return own(await run.until((all) => own(all).length >= count));
}
