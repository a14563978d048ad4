/** Whether a page looks as it should: by itself (what defacers and spammers write), and against what was learned of it. */
import type { Facts, Finding, Look } from './finding.ts';
import type { Page } from './fetch-page.ts';
import { spelled } from './fold-text.ts';
import type { PageFacts, Reference } from './page-facts.ts';
import { foreignShare, missingShare, titleKey } from './page-model.ts';
import type { PageModel } from './page-model.ts';
import { fold, scoreSpam } from './spam-score.ts';
import { findDefacedWords } from './spam-words.ts';

export interface PageRules {
  contains?: string | undefined;
  changeMax: number;
  /** Hosts that are right. */
  hosts: readonly string[];
  ignoreWords: readonly string[];
}

const HIDDEN_LINKS_MAX = 2;
const FOREIGN_SHARE_MAX = 0.2;
const GROWN_FACTOR = 3;
const GROWN_CHARS_MIN = 5_000;
const SHOWN_MAX = 10;
/** Of a signature that stands in a long text among others, an article may speak. */
const SHORT_PAGE_CHARS = 4_000;

/** @param model what was learned; undefined while it is being learned. */
export function judgePage(
  page: Page,
  facts: PageFacts,
  model: PageModel | undefined,
  rules: PageRules,
): Look {
  if (page.unreadable) return { findings: ['page-unreadable'], facts: {} };
  const found = [
    judgeDefaced(facts),
    judgeSpam(facts, model, rules),
    judgeHidden(facts, model, rules),
    judgeText(facts, rules),
    ...(model === undefined ? [] : judgeChange(page, facts, model, rules)),
  ].filter((one) => one !== undefined);
  return {
    findings: found.map(({ finding }) => finding),
    facts: Object.assign({ ...pageFactsOf(page, facts) }, ...found.map(({ facts: more }) => more)) as Facts,
  };
}

interface Found {
  finding: Finding;
  facts: Facts;
}

function found(finding: Finding, facts: Facts = {}): Found {
  return { finding, facts };
}

function pageFactsOf(page: Page, facts: PageFacts): Facts {
  const elsewhere = facts.references.filter(({ own }) => !own);
  const hostsOf = (kind: Reference['kind']): number =>
    new Set(elsewhere.filter((one) => one.kind === kind).map(({ host }) => host)).size;
  return {
    title: facts.title,
    bytes: page.bytes,
    cut: page.cut || facts.tooDeep,
    linkHosts: hostsOf('link'),
    scriptHosts: hostsOf('script'),
    frameHosts: hostsOf('frame'),
  };
}

function judgeDefaced(facts: PageFacts): Found | undefined {
  const inTitle = findDefacedWords(facts.title);
  const inText = facts.textLength <= SHORT_PAGE_CHARS ? findDefacedWords(facts.blocks.join('\n')) : [];
  const words = [...new Set([...inTitle, ...inText])];
  return words.length === 0 ? undefined : found('defaced', { defacedWords: list(words) });
}

function judgeSpam(facts: PageFacts, model: PageModel | undefined, rules: PageRules): Found | undefined {
  // What stood there while the page was learned is known: an article, or what an administrator has accepted.
  const known = new Set([...rules.ignoreWords, ...(model?.words ?? [])].map(fold));
  const { score, tooMuch, words, mostlyLinks } = scoreSpam(facts.spam, known);
  if (!tooMuch) return undefined;
  return found(mostlyLinks ? 'spam-links' : 'spam-words', { spamScore: score, spamWords: list(words) });
}

function judgeHidden(facts: PageFacts, model: PageModel | undefined, rules: PageRules): Found | undefined {
  const hidden = facts.references.filter((one) => one.kind === 'link' && one.hidden && !one.own);
  const known = new Set([...(model?.hosts.link ?? []), ...rules.hosts]);
  const hosts = [...new Set(hidden.map(({ host }) => host))].filter((host) => !known.has(host));
  return hosts.length > HIDDEN_LINKS_MAX
    ? found('hidden-links', { hiddenLinkHosts: list(hosts) })
    : undefined;
}

function judgeText(facts: PageFacts, { contains }: PageRules): Found | undefined {
  if (contains === undefined) return undefined;
  const all = spelled(`${facts.title}\n${facts.blocks.join('\n')}`);
  return all.includes(spelled(contains).trim())
    ? undefined
    : found('text-missing', { missingText: contains });
}

function judgeChange(
  page: Page,
  facts: PageFacts,
  model: PageModel,
  rules: PageRules,
): (Found | undefined)[] {
  const share = missingShare(model, facts);
  const replaced = share !== undefined && share > rules.changeMax;
  const shown = share === undefined ? {} : { changedShare: Math.round(share * 100) / 100 };
  const foreign = foreignShare(facts);
  const host = URL.parse(page.url)?.host ?? '';
  const grownTo = Math.max(model.textLengthMax * GROWN_FACTOR, GROWN_CHARS_MIN);
  return [
    replaced ? found('page-replaced', shown) : undefined,
    model.titles.includes(titleKey(facts.title))
      ? undefined
      : found('title-changed', { previousTitle: model.titles[0] ?? '' }),
    facts.textLength > grownTo ? found('page-grown', { textLength: facts.textLength }) : undefined,
    newHosts('script-host-new', 'script', facts, model, rules),
    newHosts('frame-host-new', 'frame', facts, model, rules),
    newHosts('form-host-new', 'form', facts, model, rules),
    newHosts('moved-elsewhere', 'refresh', facts, model, rules) ??
      (host === model.finalHost ? undefined : found('moved-elsewhere', { newHosts: host })),
    facts.obfuscatedScripts > model.obfuscatedMax ? found('obfuscated-script') : undefined,
    foreign > Math.max(FOREIGN_SHARE_MAX, model.foreignShareMax + FOREIGN_SHARE_MAX)
      ? found('foreign-writing', { foreignShare: Math.round(foreign * 100) / 100 })
      : undefined,
  ];
}

function newHosts(
  finding: Finding,
  kind: 'script' | 'frame' | 'form' | 'refresh',
  facts: PageFacts,
  model: PageModel,
  rules: PageRules,
): Found | undefined {
  const known = new Set([...model.hosts[kind], ...rules.hosts]);
  const hosts = facts.references
    .filter((one) => one.kind === kind && !one.own && one.host !== '' && !known.has(one.host))
    .map(({ host }) => host);
  return hosts.length === 0 ? undefined : found(finding, { newHosts: list([...new Set(hosts)]) });
}

function list(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN_MAX).join(', ');
  return words.length > SHOWN_MAX ? `${shown}, ... (${words.length})` : shown;
}
