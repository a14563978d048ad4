/** One look at a page against what is known of it, and what is known of it afterwards. */
import type { ProbeConfig } from '../../probe-config.ts';
import type { Page } from './fetch-page.ts';
import { stateOf } from './finding.ts';
import type { Finding, Look } from './finding.ts';
import { judgePage } from './judge-page.ts';
import type { PageFacts } from './page-facts.ts';
import { drift, learn, newPageModel } from './page-model.ts';
import type { PageMemory } from './target-state.ts';

/** @param accepted fingerprint that an administrator accepts. */
export function lookAtPage(
  page: Page,
  facts: PageFacts,
  memory: PageMemory,
  rules: ProbeConfig['page'],
  accepted: string | undefined,
): { look: Look; memory: PageMemory } {
  const known = accept(memory, accepted);
  const { baseline = newPageModel() } = known;
  const look = judgePage(page, facts, baseline.learned ? baseline : undefined, rules);
  const state = stateOf(look.findings);
  if (state === 'not-assessed') return { look, memory: known };
  const next = state === 'ok' ? asItShouldBe() : asItShouldNot();
  const described = { ...look.facts, ...describePage(next, rules.learnLooks) };
  return {
    look: { ...look, findings: [...look.findings, ...learned(known, next)], facts: described },
    memory: next,
  };

  function asItShouldBe(): PageMemory {
    const moved = baseline.learned
      ? drift(baseline, facts, rules.learnLooks)
      : learn(baseline, facts, page.url, rules.learnLooks);
    return { ...known, baseline: moved, candidate: undefined };
  }

  /** Nothing is learned of it unless somebody says that it is right; then it must be known what it is. */
  function asItShouldNot(): PageMemory {
    const { candidate = newPageModel() } = known;
    if (candidate.learned) return known;
    return { ...known, candidate: learn(candidate, facts, page.url, rules.learnLooks) };
  }
}

function accept(memory: PageMemory, accepted: string | undefined): PageMemory {
  if (accepted === undefined) return memory;
  const { baseline, candidate } = memory;
  if (candidate?.learned === true && candidate.fingerprint === accepted) {
    return { ...memory, baseline: candidate, candidate: undefined, accepted: true };
  }
  return { ...memory, accepted: memory.accepted || baseline?.fingerprint === accepted };
}

/** From here on it is known what the page is, or what it has become: an administrator can accept it. */
function learned(before: PageMemory, after: PageMemory): Finding[] {
  const now = (which: 'baseline' | 'candidate'): boolean =>
    after[which]?.learned === true && before[which]?.learned !== true;
  return [
    ...(now('baseline') ? (['page-learned'] as const) : []),
    ...(now('candidate') ? (['page-settled'] as const) : []),
  ];
}

/** As facts of a record; nothing before the first look. */
export function describePage(
  { baseline, accepted, candidate }: PageMemory,
  looksNeeded: number,
): Look['facts'] {
  if (baseline === undefined && candidate === undefined) return {};
  return {
    baseline: baseline?.learned === true ? baseline.fingerprint : '',
    learnedLooks: Math.min(baseline?.looks ?? 0, looksNeeded),
    accepted,
    ...(candidate?.learned === true ? { candidate: candidate.fingerprint } : {}),
  };
}
