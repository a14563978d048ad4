/**
 * What our own rules for Windows find and leave alone, on events that they were not written from: the attack events of
 * public rules (one file a rule, as event XML), real events of which most are quiet, and an ordinary office day.
 * The first two are skipped where the corpus is absent (VONGGAC_CORPUS).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { NormalEvent } from '../../collector/normalize/event.ts';
import { MadeUp, seeded } from '../../collector/simulate/made-up.ts';
import { domainControllerEvent, windowsEvent } from '../../collector/simulate/windows-records.ts';
import type { LogSource } from '../../rules/sigma/index.ts';
import { compilePack, CORPUS, eventOf, START_MS, view } from './pack.ts';

const ATTACKS = path.join(CORPUS, 'evtx-xml');
const LABELLED = path.join(CORPUS, 'sigma', 'windows-labelled.jsonl.gz');
const ASKED_SHARE = 0.6;
/** Of events that no public rule finds anything in; many are of attacks all the same. */
const QUIET_SHARE_MAX = 0.002;

const engine = compilePack();

function fromXml(origin: string, text: string): NormalEvent {
  return eventOf({ kind: 'log', at: START_MS, channel: 'windows-xml', origin, text });
}

/** Sources of the rules that raise an alert of at least this level. */
function alertsOf(event: NormalEvent, levels: ReadonlySet<string>): string[] {
  return engine
    .match(view(event), event.logsources)
    .filter(({ rule }) => levels.has(rule.level ?? ''))
    .map(({ rule }) => rule.source ?? rule.title);
}

const WORTH_A_LOOK = new Set(['medium', 'high', 'critical']);
const ANY = new Set(['low', ...WORTH_A_LOOK]);

describe.skipIf(!existsSync(ATTACKS))('attack events of public rules', () => {
  it('most raise an alert of medium or higher', () => {
    const files = readdirSync(ATTACKS).filter((name) => name.endsWith('.xml'));
    expect(files.length).toBeGreaterThan(100);
    const missed = files.filter((name) => {
      const xml = readFileSync(path.join(ATTACKS, name), 'utf8');
      const events = xml.match(/<Event[\s>][\s\S]*?<\/Event>/g) ?? [];
      return !events.some((text) => alertsOf(fromXml(name, text), WORTH_A_LOOK).length > 0);
    });
    const share = 1 - missed.length / files.length;
    process.stdout.write(
      `our own rules find ${String(files.length - missed.length)} of ${String(files.length)} attacks (${(share * 100).toFixed(0)} %)\n`,
    );
    expect(share < ASKED_SHARE ? missed : []).toEqual([]);
  });
});

const labelled = z.object({
  event: z.record(z.string(), z.unknown()),
  logsources: z.array(z.string()),
  expected_rule_ids: z.array(z.string()),
});

function logSourceOf(text: string): LogSource {
  const [product = '-', category = '-', service = '-'] = text.split('/');
  return {
    ...(product !== '-' && { product }),
    ...(category !== '-' && { category }),
    ...(service !== '-' && { service }),
  };
}

describe.skipIf(!existsSync(LABELLED))('real events in which no public rule finds anything', () => {
  it('raise next to nothing', () => {
    const found: Record<string, number> = {};
    let quiet = 0;
    for (const line of gunzipSync(readFileSync(LABELLED)).toString('utf8').trim().split('\n')) {
      const { event, logsources, expected_rule_ids } = labelled.parse(JSON.parse(line));
      if (expected_rule_ids.length > 0) continue;
      quiet += 1;
      for (const { rule } of engine.match(event, logsources.map(logSourceOf))) {
        const name = rule.source ?? rule.title;
        if (ANY.has(rule.level ?? '')) found[name] = (found[name] ?? 0) + 1;
      }
    }
    const count = Object.values(found).reduce((sum, one) => sum + one, 0);
    expect(quiet).toBeGreaterThan(10_000);
    expect(count / quiet > QUIET_SHARE_MAX ? found : {}).toEqual({});
  });
});

it('an ordinary day of offices and domain controllers raises nothing', () => {
  const random = seeded(7);
  const found = new Set<string>();
  for (let index = 0; index < 5_000; index += 1) {
    const made = new MadeUp(random, START_MS);
    const { origin, text } = index % 4 === 0 ? domainControllerEvent(made) : windowsEvent(made);
    for (const source of alertsOf(fromXml(origin, text), ANY)) found.add(source);
  }
  expect([...found]).toEqual([]);
});
