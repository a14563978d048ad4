/** One run of a log through a whole watch post, and what it leaves on disk: to be compared with another run's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { callOperation } from '../../collector/cli/client.ts';
import { replayBegin, replayEnd } from '../../collector/cli/operations/replay.ts';
import { readLedger, type LedgerReport } from '../../collector/registry/ledger-report.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { withRegistry } from '../../scripts/simulate/collector-process.ts';
import { WatchPost, type PostOptions, type Restarts } from './watch-post.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

/** Addresses that guess passwords hard enough to be a brute force. */
export const ATTACKERS = 3;
const CHUNKS = 6;

/** Numbered sshd lines, ending now. @param everyMs from one to the next */
export function logLines(count: number, everyMs = 1_000): string[] {
  const startMs = Date.now() - count * everyMs;
  return Array.from({ length: count }, (_, n) => {
    const time = new Date(startMs + n * everyMs).toISOString().replace('Z', '+00:00');
    const attack = n % 4 !== 0;
    const what = attack
      ? `Failed password for invalid user u${n} from 203.0.113.${(n % ATTACKERS) + 1} port ${1_024 + n} ssh2`
      : `Accepted publickey for deploy from 192.0.2.7 port ${1_024 + n} ssh2: ED25519 SHA256:n${n}`;
    return `${time} srv-01 sshd[${1_000 + n}]: ${what}`;
  });
}

export interface Outcome {
  /** Message -> how often it is stored; restricted to the log's lines. */
  stored: Map<string, number>;
  names: number;
  alerts: [rule: string, entity: string, count: number][];
  correlationHits: unknown[];
  restarts: Restarts;
  engineRestarts: number;
  /** What became of the records, by channel. */
  ledger: LedgerReport;
}

/** Every record of the log that the agent read is stored, to the record; what `vonggac ledger --check` exits with 0 for. */
export function ledgerFaults({ ledger }: Outcome, lines: number): unknown[] {
  const line = ledger.lines.find(({ key }) => key === 'log/linux-syslog');
  const { stored, waiting, named, uncounted, missing, produced, untold } = { ...line };
  const sum = { stored, waiting, named, uncounted, missing, read: (produced ?? 0) + (untold ?? 0) };
  const want = { stored: lines, waiting: 0, named: 0, uncounted: 0, missing: 0, read: lines };
  return [
    ...ledger.unbalanced,
    ...ledger.gaps,
    ...(JSON.stringify(sum) === JSON.stringify(want) ? [] : [sum]),
  ];
}

const eventsSchema = z.object({ events: z.array(z.object({ message: z.string() })) }).or(z.undefined());
const alertsSchema = z
  .object({ alerts: z.array(z.object({ entity: z.record(z.string(), z.string()), count: z.number() })) })
  .or(z.undefined());

/** The host raises alerts of its own (its inventory, say); these are about the log's addresses. */
function isAboutLog(entity: string): boolean {
  return entity.includes('203.0.113.') || entity.includes('192.0.2.7');
}

/** What is left on disk, read with nothing running. */
export async function outcomeOf(dataDir: string, restarts: Restarts): Promise<Outcome> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const opened = await openStore({ dataDir, log: quiet });
  const stored = new Map<string, number>();
  const names = new Set<string>();
  try {
    let after: { timeMs: number; id: string } | undefined;
    for (;;) {
      const page = await opened.store.search({
        fromMs: 0,
        toMs: Date.now() + 86_400_000,
        limit: 1_000,
        after,
      });
      for (const event of page) {
        if (event.channel.startsWith('log/')) {
          stored.set(event.message, (stored.get(event.message) ?? 0) + 1);
          names.add(event.id);
        }
        after = { timeMs: event.timeMs, id: event.id };
      }
      if (page.length < 1_000) break;
    }
  } finally {
    await opened.close();
  }
  return withRegistry(dataDir, async ({ db }) => {
    const alerts = await db.selectFrom('alert').select(['rule_id', 'entity', 'detections']).execute();
    const hits = await db
      .selectFrom('correlation_hit')
      .select(['rule_id', 'grouping', 'time_ms', 'first_ms', 'matches'])
      .orderBy('rule_id')
      .orderBy('grouping')
      .orderBy('time_ms')
      .execute();
    return {
      stored,
      names: names.size,
      alerts: alerts
        .filter(({ entity }) => isAboutLog(entity))
        .map(({ rule_id, entity, detections }): [string, string, number] => [rule_id, entity, detections])
        .toSorted((a, b) => (a.join() < b.join() ? -1 : 1)),
      correlationHits: hits,
      restarts,
      engineRestarts: await engineRestarts(dataDir),
      ledger: await readLedger(db, {
        fromMs: 0,
        toMs: Date.now() + 86_400_000,
        by: 'channel',
        scope: { kind: 'all' },
      }),
    };
  });
}

/** How often the collector wrote down that the engine's process had ended by itself. */
export async function engineRestarts(dataDir: string): Promise<number> {
  const folder = path.join(dataDir, 'logs');
  const files = (await readdir(folder)).filter((name) => name.startsWith('collector'));
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.join('').split('the embedded ClickHouse ended').length - 1;
}

/** Waits until the line, whose port is its own, is stored; a lane is stored in order. */
export async function untilStored(post: WatchPost, line: string, msMax?: number): Promise<void> {
  const port = / port (\d+) /.exec(line)?.[1] ?? '';
  await post.until(
    async () => eventsSchema.parse(await post.get(`/events?text=port%20${port}`)),
    (page) => page?.events.some(({ message }) => message === line) ?? false,
    msMax,
  );
}

/** Waits until at least so many detections are in the alerts about the log. */
export async function untilAlerted(post: WatchPost, detections: number, msMax?: number): Promise<void> {
  await post.until(
    async () => alertsSchema.parse(await post.get('/alerts?limit=500')),
    (page) => {
      const alerts = page?.alerts.filter(({ entity }) => isAboutLog(JSON.stringify(entity))) ?? [];
      return alerts.reduce((sum, { count }) => sum + count, 0) >= detections;
    },
    msMax,
  );
}

/** `vonggac ledger --check`: asked of a running collector it counts all that is stored first. */
export async function checkLedger(dataDir: string): Promise<{ code: number | null; text: string }> {
  const args = ['collector/cli.ts', 'ledger', '--check'];
  const env = { ...process.env, VONGGAC_DATA: dataDir };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, text };
}

export function detectionsOf(outcome: Outcome | undefined): number {
  return outcome?.alerts.reduce((sum, [, , count]) => sum + count, 0) ?? 1;
}

/**
 * Waits until everything that is stored has become alerts, what came late too: the end of a replay does, and a replay of
 * nothing changes nothing. A stop would not wait for long.
 */
async function settle(post: WatchPost): Promise<void> {
  const { dataDir } = post;
  await post.until(
    async () => {
      try {
        const { tokenId, sinceMs } = await callOperation(replayBegin, {}, { dataDir });
        await callOperation(replayEnd, { tokenId, sinceMs }, { dataDir });
        return 'settled';
      } catch (error) {
        // The collector may just be coming back.
        return String(error);
      }
    },
    (answer) => answer === 'settled',
  );
}

/** Starts a post that tails a new file, lets `work` fill it, stops it and reads what is left. */
export async function runPost(
  options: Omit<PostOptions, 'agentArgs'>,
  work: (post: WatchPost, file: string) => Promise<void>,
  /** What is asked of the collector when the agent is gone. */
  afterwards?: (post: WatchPost) => Promise<void>,
): Promise<Outcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-log-'));
  const file = path.join(folder, 'auth.log');
  await writeFile(file, '');
  const post = await WatchPost.start({ ...options, agentArgs: ['--tail', `${file}=linux-syslog`] });
  try {
    await work(post, file);
    await post.stopAgent();
    await afterwards?.(post);
    await settle(post);
    await post.stop();
    return await outcomeOf(post.dataDir, post.restarts);
  } finally {
    await post.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Appends the lines in chunks, waits until all are stored and the alerts settle, and reads what is left. */
export async function runThrough(
  lines: readonly string[],
  faults: Omit<PostOptions, 'agentArgs'>,
  expected?: Outcome,
): Promise<Outcome> {
  return runPost(faults, async (post, file) => {
    const size = Math.ceil(lines.length / CHUNKS);
    for (let from = 0; from < lines.length; from += size) {
      const chunk = lines.slice(from, from + size);
      await appendFile(file, `${chunk.join('\n')}\n`);
      // The next chunk follows when this one is stored, so that each is a batch of its own.
      await untilStored(post, chunk.at(-1) ?? '');
    }
    await untilAlerted(post, detectionsOf(expected));
  });
}
