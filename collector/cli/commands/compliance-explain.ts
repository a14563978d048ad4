/** `vonggac compliance explain`: why a control stands as it does, evidence by evidence, what fails first. */
import type { ExplainView } from '../../api/contract-compliance-assessment.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { complianceExplain } from '../operations/compliance-assessment.ts';
import { printable, printableJson } from '../printable.ts';
import type { AssessFlags } from './compliance-assess.ts';

type Found = ExplainView['findings'][number];

const FINDINGS_SHOWN = 50;
/** So many are asked for, so that hosts of which the same is said can be told in one line. */
const FINDINGS_ASKED = 10_000;
const NAMES_SHOWN = 3;

const when = (iso: string): string => localTime(Date.parse(iso));

export async function explainCommand(
  context: CommandContext,
  control: string,
  systemId: number,
  { at, day, result, limit, json }: AssessFlags,
): Promise<void> {
  const asked = json === true ? (limit ?? FINDINGS_SHOWN) : FINDINGS_ASKED;
  const query = { systemId, control: control.toUpperCase(), atMs: at, day, result, limit: asked };
  const view = await call(context, complianceExplain, query);
  if (json === true) return context.print(printableJson(view));
  // Whoever asks for one result wants to see the hosts.
  describeControl(view, { most: limit ?? FINDINGS_SHOWN, isFolded: result === undefined }, context);
}

interface Shown {
  /** Lines of findings in all. */
  most: number;
  /** Hosts of which the same is said, other than that they fail, stand in one line. */
  isFolded: boolean;
}

function describeControl(
  view: ExplainView,
  { most, isFolded }: Shown,
  { m, print, language }: CommandContext,
): void {
  const t = m.complianceAssess;
  print(printable(`${view.id}  ${view.title[language]}`));
  print(t.standing(printable(view.systemName), view.level, t.statuses[view.status], when(view.at)));
  if (view.reason !== null) print(printable(view.reason.text[language]));
  if (view.until !== null) print(t.until(when(view.until)));
  print('');
  print(printable(view.requirement[language]));
  print(t.clause(printable(view.clause ?? '-'), view.confidence));
  if (view.attestation !== null)
    print(`${t.attestation}: ${printable(view.attestation.reason.text[language])}`);
  let left = most;
  let isCut = view.next !== null;
  view.evidence.forEach(({ kind, query, status, counts }, index) => {
    print('');
    print(`${t.evidence} ${kind}: ${t.statuses[status]} (${t.counts(counts)})`);
    print(printable(`  ${query[language]}`));
    const groups = groupsOf(
      view.findings.filter(({ evidence }) => evidence === index),
      isFolded,
    );
    for (const group of groups.slice(0, left)) print(printable(`  ${findingLine(group, { m, language })}`));
    if (groups.length > left) isCut = true;
    left = Math.max(0, left - groups.length);
  });
  if (isCut) print(t.more);
  print('');
  print(`${t.remedy}: ${printable(view.remedy[language])}`);
}

/** What fails stands alone; hosts of which the same is said otherwise stand together. In the order of the first of each. */
function groupsOf(findings: readonly Found[], isFolded: boolean): Found[][] {
  const groups = new Map<string, Found[]>();
  findings.forEach((finding, index) => {
    const { about, result, reason, excepted } = finding;
    const isAlone = !isFolded || about !== 'host' || (result === 'not-met' && excepted === null);
    const key = isAlone ? String(index) : `${result} ${excepted?.until ?? ''} ${reason.text.en}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  });
  return [...groups.values()];
}

function findingLine(group: readonly Found[], { m, language }: Pick<CommandContext, 'm' | 'language'>) {
  const t = m.complianceAssess;
  const [first] = group;
  if (first === undefined) return '';
  const said = first.reason.text[language];
  // A reason often says itself what was seen.
  const seen = first.observed === '' || said.includes(first.observed) ? '' : ` [${first.observed}]`;
  const end = first.excepted === null ? '' : ` (${t.until(when(first.excepted.until))})`;
  const result = t.statuses[first.excepted === null ? first.result : 'excepted'];
  if (group.length === 1)
    return `${result}  ${first.hostname ?? t.about[first.about]}  ${when(first.at)}  ${said}${seen}${end}`;
  const names = group.slice(0, NAMES_SHOWN).map(({ hostname }) => hostname ?? '');
  const more = group.length > names.length ? ', ...' : '';
  return `${result}  ${t.hostsAlike(group.length)} (${names.join(', ')}${more})  ${said}${end}`;
}
