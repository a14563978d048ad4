/** A told story as lines of text: what happened, which alerts came, the case and why each alert belongs to it. */
import type { Alert } from '../../api/contract-alerts.ts';
import type { ChainReason, ChainView } from '../../api/contract-chains.ts';
import type { LoadedStory } from '../../../rules/stories/index.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { printable } from '../printable.ts';
import { holdsTrue, isMet, type JudgedStory } from './judge-story.ts';

type Words = Pick<CommandContext, 'm' | 'language'>;

const titleOf = ({ title, titleVi }: Alert, { language }: Words): string =>
  printable(language === 'vi' ? (titleVi ?? title) : title);

export function printTimeline({ story }: LoadedStory, { m, language }: Words): string[] {
  const wide = Math.max(...Object.values(story.hosts).map(({ name }) => name.length));
  return [
    m.story.timeline,
    ...story.steps.map(({ at, on, technique, what, what_vi }) =>
      m.story.step(
        at,
        (story.hosts[on]?.name ?? on).padEnd(wide),
        technique.padEnd(9),
        language === 'vi' ? what_vi : what,
      ),
    ),
  ];
}

export function printJudged({ story }: LoadedStory, judged: JudgedStory, words: Words): string[] {
  const { m, language } = words;
  const { expected, loud, more, proposal, caseFaults } = judged;
  const alerts = expected.map((one) => {
    const mark = isMet(one)
      ? m.story.found
      : one.rows.length === 0
        ? m.story.missing
        : m.story.twice(one.rows.length, one.times);
    const [row] = one.rows;
    const told = row === undefined ? '' : `  ${m.severities[row.severity]}: ${titleOf(row, words)}`;
    return `  ${mark} ${one.host}  ${one.rule}${told}`;
  });
  const others = [
    ...(loud.length === 0 ? [] : [m.story.loud, ...loud.map(({ rule }) => `  ${rule}`)]),
    ...(more.length === 0
      ? []
      : [m.story.more, ...more.map((alert) => `  ${alert.hostname ?? ''}  ${titleOf(alert, words)}`)]),
  ];
  return [
    m.story.alerts,
    ...alerts,
    ...others,
    m.story.theCase,
    ...(proposal === undefined ? [m.story.noCase] : printChain(proposal, words)),
    ...caseFaults.map((fault) => `  ! ${printable(m.story.fault(fault))}`),
    m.story.verdict,
    `  ${language === 'vi' ? story.case.verdict_vi : story.case.verdict}`,
    holdsTrue(judged) ? m.story.holds(story.name) : m.story.fails(story.name),
  ];
}

/** The explanation of a case: its alerts in their order, each with what ties it to one before. */
export function printChain(chain: ChainView, words: Words): string[] {
  const { m } = words;
  const byId = new Map(chain.members.map(({ alert }) => [alert.id, alert]));
  const said = (reasons: readonly ChainReason[]): string =>
    printable(reasons.map(({ kind, label, user }) => m.story.reasons[kind](user ?? label)).join('; '));
  const members = chain.members.flatMap(({ alert, link }) => {
    const line = `  ${localTime(Date.parse(alert.firstSeen)).slice(0, 19)}  ${alert.hostname ?? ''}  ${m.severities[alert.severity]}: ${titleOf(alert, words)}`;
    const other = link === null ? undefined : byId.get(link.to);
    if (link === null || other === undefined) return [line, `      ${m.story.begins}`];
    const before = m.story.before(titleOf(other, words), other.hostname ?? '', link.gapSeconds);
    return [line, `      ${m.story.because} ${said(link.reasons)} ${before}`];
  });
  const leads = chain.leads.map(
    ({ fromHost, toHost, reasons }) => `${m.story.lead(fromHost, toHost)}: ${said(reasons)}`,
  );
  const left = chain.leftOut.map(
    ({ alert, why }) => `  ${alert.hostname ?? ''}  ${titleOf(alert, words)}: ${m.story.why[why]}`,
  );
  return [
    m.story.caseHead(m.severities[chain.severity], chain.members.length, chain.hosts),
    m.story.tactics(chain.tactics),
    ...leads,
    ...members,
    ...(left.length === 0 ? [] : [m.story.leftOut, ...left]),
  ];
}
