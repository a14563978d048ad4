/**
 * Whether a search engine, or who comes from one, gets another page than a person who types the address: what is put
 * into hacked portals often shows itself to these only.
 */
import type { FetchOptions, Page } from './fetch-page.ts';
import { fetchPage } from './fetch-page.ts';
import type { Look } from './finding.ts';
import { fold, scoreSpam } from './spam-score.ts';
import { readPage } from './page-facts.ts';
import type { PageFacts } from './page-facts.ts';
import { learn, missingShare, newPageModel, spamWordsOf } from './page-model.ts';
import type { ProbeError } from './probe-error.ts';
import type { Target } from './target.ts';

export interface Seen {
  page: Page;
  facts: PageFacts;
}

export const ENGINE_USER_AGENT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const ENGINE_REFERER = 'https://www.google.com/';

const OTHER_SHARE_MIN = 0.6;
/** Above what the page differs from itself. */
const OTHER_MARGIN = 0.3;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 405, 406, 418, 429, 503]);

/** @param person the page as a person has just got it. @throws ProbeError */
export async function checkCloaking(
  target: Target,
  person: Seen,
  options: FetchOptions,
  ignoreWords: readonly string[],
): Promise<Look> {
  const engine = await fetchPage(target, { ...options, userAgent: ENGINE_USER_AGENT });
  if (REFUSALS.has(engine.status) && !REFUSALS.has(person.page.status)) {
    const message = `it refuses who says to be a search engine (HTTP ${engine.status})`;
    return { findings: ['engine-refused'], message, facts: { engineStatus: engine.status } };
  }
  const visitor = await fetchPage(target, { ...options, referer: ENGINE_REFERER });
  const home = hostOf(person.page);
  const facts = { engineStatus: engine.status, engineUrl: engine.url, visitorUrl: visitor.url };
  if (hostOf(engine) !== home) return { findings: ['engine-sent-elsewhere'], facts };
  if (hostOf(visitor) !== home) return { findings: ['visitor-sent-elsewhere'], facts };
  for (const page of [engine, visitor]) {
    const look = await compare(target, person, page, options, ignoreWords);
    if (look !== undefined) return { ...look, facts: { ...facts, ...look.facts } };
  }
  return { findings: [], facts };
}

async function compare(
  target: Target,
  person: Seen,
  page: Page,
  options: FetchOptions,
  ignoreWords: readonly string[],
): Promise<Look | undefined> {
  const seen = await readPage(page.text, page.url);
  const known = [...spamWordsOf(person.facts), ...ignoreWords].map(fold);
  const spam = scoreSpam(seen.spam, new Set(known));
  if (spam.tooMuch) {
    return { findings: ['engine-sees-spam'], facts: { spamWords: spam.words.join(', ') } };
  }
  const share = differs(person, seen);
  if (share === undefined || share < OTHER_SHARE_MIN) return undefined;
  // A page may differ from itself from one look to the next.
  const again = await fetchPage(target, options);
  const natural = differs(person, await readPage(again.text, again.url)) ?? 1;
  if (share < natural + OTHER_MARGIN) return undefined;
  return { findings: ['engine-sees-other-page'], facts: { changedShare: Math.round(share * 100) / 100 } };
}

function differs(person: Seen, other: PageFacts): number | undefined {
  return missingShare(learn(newPageModel(), person.facts, person.page.url, 1), other);
}

function hostOf({ url }: Page): string {
  return (URL.parse(url)?.host ?? '').replace(/^www\./, '');
}

/** A question that has no answer says nothing about cloaking. */
export function cloakingUnknown(error: ProbeError): Look {
  return { findings: ['engine-refused'], message: error.message, facts: {} };
}
