/** Writes a document in a thread of its own: layout takes seconds, and the collector's event loop goes on meanwhile. */
import { Worker } from 'node:worker_threads';
import type { ReportDocument } from './document.ts';
import type { RenderedFormat } from './render.ts';

const WORKER = new URL('./render-worker.ts', import.meta.url);
/** A report of a province with thousands of systems. */
const MEMORY_MB_MAX = 1_024;

export interface ToRender {
  document: ReportDocument;
  format: RenderedFormat;
}

/** As `render`. @throws Error when the thread ended without a file */
export async function renderApart(document: ReportDocument, format: RenderedFormat): Promise<Buffer> {
  const work: ToRender = { document, format };
  const worker = new Worker(WORKER, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
  });
  try {
    const bytes = await new Promise<Uint8Array>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`writing the report ended with code ${code}`)));
    });
    return Buffer.from(bytes);
  } finally {
    await worker.terminate();
  }
}
