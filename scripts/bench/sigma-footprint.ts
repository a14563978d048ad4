/** What loading the public rules takes in a process of its own: one JSON line. Needs --expose-gc. */
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { corpusRules } from './sigma-lanes.ts';

const MB = 1_048_576;

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc();
}

const texts = corpusRules();
collectGarbage();
const before = process.memoryUsage();
const from = performance.now();
const engine = compile(texts.map(({ text, source }) => parseRules(text, { source })));
const loadMs = performance.now() - from;
collectGarbage();
const after = process.memoryUsage();
process.stdout.write(
  `${JSON.stringify({
    rules: engine.compiled.length,
    loadMs,
    heapMb: (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / MB,
    rssMb: (after.rss - before.rss) / MB,
  })}\n`,
);
