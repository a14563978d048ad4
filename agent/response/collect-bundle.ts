/**
 * Collects facts about a host: kept on it as one compressed file, and sent as records in the lane that nobody waits for,
 * so that they can be searched like any event. Bounded in number and bytes, both ways; what is left out is counted.
 */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { LIMITS } from '#protocol/limits.ts';
import type { Action, Facts } from './action.ts';
import { bundleFacts } from './bundle-facts.ts';

const FOLDER = 'bundles';
const FACTS_MAX = 5_000;
const BYTES_MAX = 4 * 1_048_576;
/** On the host; the oldest goes. */
const BUNDLES_MAX = 5;
/** Facts of one commit. */
const ITEM_RECORDS = 200;

export const collectBundle: Action<'collect-bundle'> = async (
  _,
  { id, dryRun, stateDir, host, clock, signal, put },
) => {
  const lines: string[] = [];
  let waiting: { at: number; kind: string; facts: Facts }[] = [];
  let bytes = 0;
  let left = 0;
  const send = (): void => {
    if (waiting.length > 0 && !dryRun)
      put({ lane: 'bulk', records: waiting.map((fact) => record(id, fact)), positions: [] });
    waiting = [];
  };
  const found =
    host.platform === 'win32'
      ? (await import('./windows/windows-bundle-facts.ts')).windowsBundleFacts(host, clock.now())
      : bundleFacts(host, clock.now());
  for await (const { kind, facts } of found) {
    const line = JSON.stringify({ kind, ...facts });
    if (signal.aborted || lines.length >= FACTS_MAX || bytes + line.length > BYTES_MAX) {
      left += 1;
      continue;
    }
    lines.push(line);
    bytes += line.length;
    waiting.push({ at: clock.now(), kind, facts });
    if (waiting.length >= ITEM_RECORDS) {
      send();
      // What else the agent does has its turn.
      await new Promise(setImmediate);
    }
  }
  send();
  const summary = { facts: lines.length, bytes, leftOut: left };
  if (dryRun) return summary;
  const file = keep(stateDir, id, lines);
  return { ...summary, file };
};

function record(commandId: string, { at, kind, facts }: { at: number; kind: string; facts: Facts }) {
  const short = Object.entries(facts).map(([name, value]): [string, Facts[string]] => [
    name,
    typeof value === 'string' ? value.slice(0, LIMITS.shortStringMax).toWellFormed() : value,
  ]);
  return {
    kind: 'response' as const,
    at,
    commandId,
    action: 'collect-bundle' as const,
    state: 'done' as const,
    detail: { fact: kind, ...Object.fromEntries(short) },
  };
}

function keep(stateDir: string, id: string, lines: readonly string[]): string {
  const folder = path.join(stateDir, FOLDER);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${id}.ndjson.gz`);
  fs.writeFileSync(file, zlib.gzipSync(`${lines.join('\n')}\n`), { mode: 0o600 });
  const kept = fs
    .readdirSync(folder)
    .map((name) => path.join(folder, name))
    .toSorted((one, other) => fs.statSync(other).mtimeMs - fs.statSync(one).mtimeMs);
  for (const old of kept.slice(BUNDLES_MAX)) fs.rmSync(old, { force: true });
  return file;
}
