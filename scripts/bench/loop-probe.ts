/**
 * Loaded into the collector's process by the ingest benchmark: tells the parent, each second, the longest time that
 * the event loop stood still.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

// Its own children are not measured.
delete process.env['NODE_OPTIONS'];

const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
setInterval(() => {
  process.send?.({ type: 'loop', maxMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) });
  delay.reset();
}, 1_000).unref();
