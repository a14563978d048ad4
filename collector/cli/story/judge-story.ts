/** What came of a story against what it says must come: alerts that are missing or twice, rules that were loud, the one case. */
import type { Alert } from '../../api/contract-alerts.ts';
import type { CaseProposals } from '../../api/contract-chains.ts';
import type { LoadedStory } from '../../../rules/stories/index.ts';

type Proposal = CaseProposals['proposals'][number];

export type CaseFault =
  | { fault: 'none' }
  | { fault: 'several'; cases: number }
  | { fault: 'foreign'; hosts: string[] }
  | { fault: 'host-missing'; host: string }
  | { fault: 'alert-missing'; rule: string; host: string }
  | { fault: 'tactics'; wanted: string[]; found: string[] }
  | { fault: 'lead-missing'; from: string; to: string; by: string };

export interface JudgedStory {
  name: string;
  /** In the order of the story, each with its rows. */
  expected: { rule: string; host: string; times: number; rows: Alert[] }[];
  /** Rules that must find nothing, and did. */
  loud: { rule: string; rows: Alert[] }[];
  /** Alerts of its hosts that it does not speak of. */
  more: Alert[];
  proposal: Proposal | undefined;
  caseFaults: CaseFault[];
}

export interface StoryOutcome {
  alerts: readonly Alert[];
  proposals: readonly Proposal[];
}

/** Found as often as it should be. */
export const isMet = ({ times, rows }: JudgedStory['expected'][number]): boolean => rows.length === times;

export function holdsTrue({ expected, loud, caseFaults }: JudgedStory): boolean {
  return expected.every((one) => isMet(one)) && loud.length === 0 && caseFaults.length === 0;
}

/** @param agents ids of the story's hosts, by role */
export function judgeStory(
  { story, ruleIds }: LoadedStory,
  agents: ReadonlyMap<string, string>,
  outcome: StoryOutcome,
): JudgedStory {
  const ids = new Set(agents.values());
  const own = outcome.alerts.filter(({ agentId, kind }) => kind === 'detection' && ids.has(agentId ?? ''));
  const rowsOf = (rule: string, role?: string): Alert[] =>
    own.filter(
      ({ ruleId, agentId }) =>
        ruleId === ruleIds.get(rule) && (role === undefined || agentId === agents.get(role)),
    );
  const expected = story.alerts.map(({ rule, on, times }) => ({
    rule,
    host: story.hosts[on]?.name ?? on,
    times,
    rows: rowsOf(rule, on),
  }));
  const spoken = new Set(expected.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const loud = story.quiet.flatMap((rule) => {
    const rows = rowsOf(rule);
    return rows.length === 0 ? [] : [{ rule, rows }];
  });
  const touched = outcome.proposals.filter(({ members }) =>
    members.some(({ alert }) => ids.has(alert.agentId ?? '')),
  );
  const [proposal] = touched;
  return {
    name: story.name,
    expected,
    loud,
    more: own.filter(({ id }) => !spoken.has(id)),
    proposal,
    caseFaults: faultsOf({ story, agents, expected, touched }),
  };
}

function faultsOf(known: {
  story: LoadedStory['story'];
  agents: ReadonlyMap<string, string>;
  expected: JudgedStory['expected'];
  touched: readonly Proposal[];
}): CaseFault[] {
  const { story, agents, expected, touched } = known;
  const [proposal] = touched;
  if (proposal === undefined) return [{ fault: 'none' }];
  const faults: CaseFault[] = [];
  if (touched.length > 1) faults.push({ fault: 'several', cases: touched.length });
  const ids = new Set(agents.values());
  const foreign = proposal.members.filter(({ alert }) => !ids.has(alert.agentId ?? ''));
  if (foreign.length > 0) {
    const hosts = new Set(foreign.map(({ alert }) => alert.hostname ?? alert.title));
    faults.push({ fault: 'foreign', hosts: [...hosts] });
  }
  const name = (role: string): string => story.hosts[role]?.name ?? role;
  for (const role of story.case.hosts)
    if (!proposal.hosts.includes(name(role))) faults.push({ fault: 'host-missing', host: name(role) });
  const members = new Set(proposal.members.map(({ alert }) => alert.id));
  for (const { rule, host, rows } of expected)
    if (rows.some(({ id }) => !members.has(id))) faults.push({ fault: 'alert-missing', rule, host });
  if (!inOrder(story.case.tactics, proposal.tactics))
    faults.push({ fault: 'tactics', wanted: story.case.tactics, found: proposal.tactics });
  for (const { from, to, by } of story.case.leads) {
    const isThere = proposal.leads.some(
      ({ fromHost, toHost, reasons }) =>
        fromHost === name(from) && toHost === name(to) && reasons.some(({ kind }) => kind === by),
    );
    if (!isThere) faults.push({ fault: 'lead-missing', from: name(from), to: name(to), by });
  }
  return faults;
}

function inOrder(wanted: readonly string[], found: readonly string[]): boolean {
  let at = 0;
  for (const one of found) if (one === wanted[at]) at += 1;
  return at === wanted.length;
}
