/** The thread behind render-apart.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ToRender } from './render-apart.ts';
import { render } from './render.ts';

const port = parentPort;
if (port === null) throw new Error('this file is a thread');

// Written by render-apart.ts of this very version.
const { document, format } = workerData as ToRender;
const bytes = new Uint8Array(await render(document, format));
port.postMessage(bytes, [bytes.buffer]);
