/** Our detection rules, compiled as one pack, and the way of a record through normaliser and engine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { NormalEvent } from '../../collector/normalize/event.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import { recordSchema } from '../../collector/protocol/record.ts';
import { compile, parseRules, type Engine } from '../../rules/sigma/index.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const DETECTIONS = path.join(ROOT, 'rules', 'detections');
export const CORPUS = path.resolve(ROOT, process.env['VONGGAC_CORPUS'] ?? '../shared/corpus');
export const HAS_CORPUS = existsSync(path.join(CORPUS, 'logs', 'openssh.log'));

export const START_MS = Date.UTC(2025, 5, 15, 2, 0, 0);
const CONTEXT = { hostname: 'srv01', timeZone: 'Asia/Ho_Chi_Minh', receivedMs: START_MS + 3 * 86_400_000 };

/** Rule files, by path inside the folder. */
export function ruleFiles(): string[] {
  return readdirSync(DETECTIONS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml') && !name.endsWith('.test.yml'))
    .sort();
}

export function compilePack(): Engine {
  return compile(
    ruleFiles().map((name) =>
      parseRules(readFileSync(path.join(DETECTIONS, name), 'utf8'), { source: name }),
    ),
  );
}

/** @throws when the record is none that an agent could send. */
export function eventOf(record: unknown, receivedMs = CONTEXT.receivedMs): NormalEvent {
  return normalize(recordSchema.parse(record), { ...CONTEXT, receivedMs });
}

/** What the collector gives the engine. */
export function view(event: NormalEvent): Record<string, unknown> {
  const { fields, message } = event;
  return { ...fields.toRecord(), ...(typeof message === 'string' && { message }) };
}

export function matchedIds(engine: Engine, event: NormalEvent): string[] {
  return engine.match(view(event), event.logsources).map(({ rule }) => rule.id);
}
