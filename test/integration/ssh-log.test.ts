/**
 * A real sshd log through detector, store, correlator and alerts: one alert of password guessing for each address that
 * a count by hand names, and for no other (skipped where the corpus is missing).
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { seeded } from '../../collector/simulate/made-up.ts';
import { makeEstate } from '../../scripts/day/estate.ts';
import { openProvince } from '../../scripts/day/province.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LOG = path.resolve(ROOT, process.env['VONGGAC_CORPUS'] ?? '../shared/corpus', 'logs', 'openssh.log');
/** "SSH password guessing from one address": so many failures within so many seconds. */
const GUESSING = { rule: '4d20b5eb-59e6-4c44-b8eb-c09cbbd35d5d', threshold: 8, windowS: 300 };
const YEAR = 2025;
const ZONE_MS = 7 * 3_600_000;
const entitySchema = z.record(z.string(), z.string());

/** When a line was written; all of the log are of December. */
function timeMsOf(line: string): number {
  const [, day, clock = ''] = line.trim().split(/ +/);
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return Date.UTC(YEAR, 11, Number(day), hours, minutes, seconds) - ZONE_MS;
}

/** By hand, without normaliser or engine: addresses with enough failures inside of a window. */
function countedByHand(lines: readonly string[]): string[] {
  const times = new Map<string, number[]>();
  for (const line of lines) {
    const words = line.trim().replace(/\]$/, '').split(/ +/);
    const failed = words.indexOf('Failed');
    if (failed === -1 || words[failed + 1] === 'none') continue;
    const address = words[words.lastIndexOf('from') + 1] ?? '';
    times.set(address, [...(times.get(address) ?? []), timeMsOf(line) / 1_000]);
  }
  const { threshold, windowS } = GUESSING;
  return [...times]
    .filter(([, list]) => list.some((time, at) => (list[at + threshold - 1] ?? Infinity) - time <= windowS))
    .map(([address]) => address)
    .sort();
}

describe.skipIf(!existsSync(LOG))('openssh.log', () => {
  test('each address that guesses passwords is one alert, and no other address is', async () => {
    const lines = readFileSync(LOG, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const estate = makeEstate(20, 1, seeded(1));
    const host = estate.hosts.find(({ kind }) => kind === 'server');
    if (host === undefined) throw new Error('the estate has no server');
    const begin = timeMsOf(lines[0] ?? '');
    const province = await openProvince(estate, [path.join(ROOT, 'rules', 'detections', 'linux')], begin);
    try {
      const records = lines.map((text) => {
        const timeMs = timeMsOf(text);
        return {
          timeMs,
          host,
          record: { kind: 'log', at: timeMs, channel: 'sshd', origin: 'openssh.log', text },
        };
      });
      await province.take(records, 60);
      const alerts = await province.world.registry.db
        .selectFrom('alert')
        .select('entity')
        .where('rule_id', '=', GUESSING.rule)
        .execute();
      const found = alerts.map(({ entity }) => entitySchema.parse(JSON.parse(entity))['source.ip'] ?? '');
      const wanted = countedByHand(lines);
      expect(wanted.length).toBeGreaterThan(3);
      expect(found.sort()).toEqual(wanted);
    } finally {
      await province.close();
    }
  });
});
