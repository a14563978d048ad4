/** The rules that events are judged by: those that came with the product, and those of the operator's folders. */
import path from 'node:path';
import type { CollectorConfig } from '../config.ts';
import { readRuleTexts } from '../detect/rule-book.ts';
import { RuleService, type RuleServiceOptions } from '../services/content/rule-service.ts';
import { type Ground, ROOT } from './ground.ts';
import { workersOf } from './workers.ts';
import type { Stores } from './stores.ts';

/** How soon a collector takes up rules that were changed at another. */
const RULES_TICK_MS = 2_000;

type Packs = RuleServiceOptions['packs'];

/** @throws RulesUnreadableError */
export async function readPacks(config: CollectorConfig): Promise<Packs> {
  const [shipped, folders] = await Promise.all([
    readRuleTexts([path.join(ROOT, 'rules', 'detections')], ROOT),
    readRuleTexts(config.rules, ROOT),
  ]);
  return [
    { origin: 'shipped', texts: shipped },
    { origin: 'folder', texts: folders },
  ];
}

export async function openRules(
  { config, log }: Ground,
  { registry }: Stores,
  packs: Packs,
): Promise<RuleService> {
  const rules = await RuleService.open({
    registry,
    packs,
    log,
    matchesHere: workersOf(config) === 0,
    everyMs: RULES_TICK_MS,
  });
  const { rejected, summaries } = rules.book;
  for (const one of rejected) log.error({ ...one }, 'a rule was rejected');
  log.info({ rules: summaries.length, rejected: rejected.length }, 'rules loaded');
  return rules;
}
