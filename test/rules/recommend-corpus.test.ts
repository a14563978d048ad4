/**
 * The public rules beside our own on one baseline: what finds the same is shown, and a subset for office computers comes of
 * measurements. Skipped where the corpus is absent (VONGGAC_CORPUS).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { duplicatesCommand, recommendCommand } from '../../collector/cli/commands/rules-measure.ts';
import { messagesIn } from '../../collector/cli/language.ts';
import { writeDay } from '../../scripts/day/working-day/write-day.ts';
import { CORPUS, DETECTIONS } from './pack.ts';

const RULES = path.join(CORPUS, 'sigma', 'rules');
const ATTACKS = path.join(CORPUS, 'sigma', 'regression.jsonl');
const OF_PROCESSES = path.join(RULES, 'core', 'windows', 'process_creation');
const listSchema = z.object({
  rules: z.array(
    z.object({ id: z.string(), state: z.string(), reason: z.string(), hitsPerHostDay: z.number() }),
  ),
});

test.skipIf(!existsSync(OF_PROCESSES) || !existsSync(ATTACKS))(
  'public rules of processes: duplicates, and a subset for office computers by measurements',
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'vonggac-recommend-'));
    try {
      const [baseline, attacks] = [path.join(folder, 'day.ndjson'), path.join(folder, 'attacks.ndjson')];
      await writeDay(baseline, { hosts: 120, agencies: 6, seed: 11, kinds: ['office'] });
      const recorded = readFileSync(ATTACKS, 'utf8').trim().split('\n');
      const events = recorded.flatMap(
        (line) => z.object({ events: z.array(z.unknown()) }).parse(JSON.parse(line)).events,
      );
      writeFileSync(attacks, events.map((event) => JSON.stringify(event)).join('\n'));
      const said: string[] = [];
      const context = {
        m: messagesIn('en'),
        language: 'en' as const,
        print: (line: string) => void said.push(line),
        complain: () => undefined,
        dataDir: folder,
      };
      const out = path.join(folder, 'list.json');
      await recommendCommand(context, {
        profile: 'office-pc',
        auditInstalled: true,
        rules: [OF_PROCESSES],
        beside: [DETECTIONS],
        baseline: [baseline],
        attacks: [attacks],
        out,
      });
      const { rules } = listSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
      const by = Map.groupBy(rules, ({ reason }) => reason);
      expect(rules.length).toBeGreaterThan(1_000);
      for (const reason of ['quiet', 'finds-attacks', 'too-noisy'])
        expect([reason, by.has(reason)]).toEqual([reason, true]);
      expect(by.get('finds-attacks')?.every(({ state }) => state === 'on')).toBe(true);
      expect(
        by.get('too-noisy')?.every(({ state, hitsPerHostDay }) => state === 'test' && hitsPerHostDay > 0),
      ).toBe(true);
      await duplicatesCommand(context, {
        rules: [DETECTIONS, OF_PROCESSES],
        baseline: [baseline],
        attacks: [attacks],
      });
      expect(said.at(-1)).toMatch(/^[1-9]\d* pairs among \d+ rules/);
      process.stdout.write(`${said.filter((line) => / rules/.test(line)).join('\n')}\n`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
