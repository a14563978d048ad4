/**
 * Reads a file of indicators beside the event loop, in a thread whose memory is bounded: whatever the file holds, the
 * collector goes on. What comes back comes in parts, asked for one by one.
 */
import { Worker } from 'node:worker_threads';
import {
  IndicatorFileError,
  type Indicator,
  type ReadDefaults,
  type ReadResult,
  type SourceDefaults,
} from './indicator.ts';
import type { IndicatorForm } from './read-indicators.ts';
import type { Allowed } from './screen.ts';

const WORKER = new URL('./read-worker.ts', import.meta.url);
/** A file of the greatest size, its JSON and its indicators. */
const MEMORY_MB_MAX = 1_024;

export interface FileToRead {
  bytes: Uint8Array;
  /** Left out: told by how it begins. */
  form?: IndicatorForm | undefined;
  defaults: Pick<ReadDefaults, 'source' | 'confidence' | 'validUntilMs' | 'tlp'>;
  sources: readonly { name: string; defaults: SourceDefaults }[];
  allowed: readonly Allowed[];
  /** Indicators of one part. */
  partSize: number;
}

export type ReadReport = Omit<ReadResult, 'indicators'> & { form: IndicatorForm; indicators: number };

export type ReadAnswer =
  | { kind: 'part'; indicators: readonly Indicator[] }
  | { kind: 'end'; report: ReadReport }
  | { kind: 'refused'; message: string };

/** @returns what reading it came to, after every part was taken. @throws IndicatorFileError, what `onPart` throws */
export async function readFileOfIndicators(
  file: FileToRead,
  onPart: (indicators: readonly Indicator[]) => Promise<void>,
): Promise<ReadReport> {
  const worker = new Worker(WORKER, {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
  });
  try {
    for (;;) {
      const answer = await nextAnswer(worker);
      switch (answer.kind) {
        case 'end':
          return answer.report;
        case 'refused':
          throw new IndicatorFileError(answer.message);
        case 'part':
          await onPart(answer.indicators);
      }
    }
  } finally {
    await worker.terminate();
  }
}

function nextAnswer(worker: Worker): Promise<ReadAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      done();
    };
    const onMessage = (answer: ReadAnswer): void => settle(() => resolve(answer));
    const onError = (error: unknown): void => settle(() => reject(asFileError(error)));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`reading the file ended with code ${code}`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage('next', []);
  });
}

function asFileError(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || error instanceof RangeError)
    return new IndicatorFileError('the file takes too much memory to read: split it', { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
