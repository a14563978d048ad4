/**
 * What of a long queue is said by another row: a host's findings by its host's, the low and the common by one digest.
 * Pure. Invariants: what somebody has taken up stays where it is; nothing high goes into the digest; the answer depends on
 * the rows and not on what was arranged before.
 */
import { RISK_RULES } from './alert-keys.ts';
import type { AlertKind } from './alert-draft.ts';
import type { AlertPolicy } from './alert-policy.ts';
import { rarity, riskRanking, riskScore, type RiskPart } from './risk.ts';
import { severityOfScore, severityRank, type SeverityPart, type SeverityWhy } from './severity-score.ts';

/** An open alert that is folded into none. */
export interface QueueRow {
  id: string;
  kind: AlertKind;
  ruleId: string;
  title: string;
  /** Null when it is about several hosts. */
  agentId: string | null;
  agencyId: number;
  hosts: number;
  risk: number;
  why: SeverityWhy;
  untouched: boolean;
}

export interface QueueFacts {
  /** The newest ones. */
  rows: readonly QueueRow[];
  /** How many there are in all. */
  total: number;
  /** Of hosts that rows are about, by agent. */
  parts: ReadonlyMap<string, readonly RiskPart[]>;
  /** On how many hosts a rule found something lately. */
  hostsWith: ReadonlyMap<string, number>;
  /** Folded into the host's row before: the worst of them, by agent. */
  worstFolded: ReadonlyMap<string, Pick<QueueRow, 'ruleId' | 'risk' | 'why'>>;
  rootAgencyId: number;
}

export interface Arrangement {
  /** Rows of hosts, those that are there and new ones, with what they are worth now. */
  hosts: {
    agentId: string;
    agencyId: number;
    rowId: string | undefined;
    why: SeverityWhy;
    members: QueueRow[];
  }[];
  /** What goes into the digest; hosts' rows by their agent. */
  digest: { rows: QueueRow[]; agentIds: string[] };
}

/** A host's findings are one row when its risk raised one and so many others stand beside it. */
const HOST_ROWS_MIN = 3;
/** So many rules that many hosts share are one row. */
const COMMON_MIN = 3;
/** Of hosts from which a finding says less. */
const SHARED_HOSTS = 3;
const SHARED_POINTS = -20;
/** Of hosts among which the role of one and the level of its system say nothing of all. */
const MANY_HOSTS = 50;
/** Ranks: up to low, and from high on. */
const LOW = 1;
const HIGH = 3;

export function arrangeQueue(facts: QueueFacts, policy: AlertPolicy): Arrangement {
  const isLong = facts.total > policy.queueRowsMin;
  const hosts = hostRows(facts, policy, isLong);
  const folded = new Set(hosts.flatMap(({ members }) => members));
  const standing = facts.rows.filter((row) => !folded.has(row) && row.untouched && row.kind !== 'digest');
  const ofHosts = new Map(hosts.flatMap((host) => (host.rowId === undefined ? [] : [[host.rowId, host]])));
  const candidates = [
    ...standing.map((row) => ({ row, agentId: undefined, why: ofHosts.get(row.id)?.why ?? commonWhy(row) })),
    ...hosts
      .filter(({ rowId }) => rowId === undefined)
      .map(({ agentId, why }) => ({ row: undefined, agentId, why })),
  ];
  const isQuiet = ({ why }: { why: SeverityWhy }): boolean => severityRank(why.severity) <= LOW;
  // What many hosts have, and hosts that had nothing else.
  const common = candidates.filter(
    (one) => isQuiet(one) && (one.row?.kind === 'fleet' || ofHosts.has(one.row?.id ?? '')),
  );
  const commonMin = facts.rows.some(({ kind }) => kind === 'digest') ? 1 : COMMON_MIN;
  const alwaysQuiet = common.length >= commonMin ? common : [];
  const quiet = new Set(isLong ? candidates.filter((one) => isQuiet(one)) : alwaysQuiet);
  // Still more than anybody looks through: the least of what is not high.
  const left = candidates
    .filter((one) => !quiet.has(one) && severityRank(one.why.severity) < HIGH)
    .toSorted(
      (a, b) =>
        a.why.score - b.why.score ||
        ((a.row?.id ?? a.agentId ?? '') < (b.row?.id ?? b.agentId ?? '') ? -1 : 1),
    );
  const elsewhere = facts.total - folded.size - standing.length;
  let over = candidates.length - quiet.size + elsewhere - policy.queueRowsMax;
  for (const one of left) {
    if (over <= 0) break;
    quiet.add(one);
    over -= 1;
  }
  const chosen = [...quiet];
  return {
    hosts,
    digest: {
      rows: chosen.flatMap(({ row }) => row ?? []),
      agentIds: chosen.flatMap(({ agentId }) => agentId ?? []),
    },
  };
}

function hostRows(facts: QueueFacts, policy: AlertPolicy, isLong: boolean): Arrangement['hosts'] {
  const byHost = new Map<string, QueueRow[]>();
  for (const row of facts.rows) {
    if (!row.untouched || row.agentId === null || (row.kind !== 'detection' && row.kind !== 'risk')) continue;
    byHost.set(row.agentId, [...(byHost.get(row.agentId) ?? []), row]);
  }
  const hosts: Arrangement['hosts'] = [];
  for (const [agentId, rows] of byHost) {
    const own = rows.find(({ kind, ruleId }) => kind === 'risk' && ruleId === RISK_RULES.host);
    const members = rows.filter((row) => row !== own);
    const [first] = rows;
    if (first === undefined) continue;
    const isOne =
      own === undefined ? isLong && members.length >= 2 : members.length >= (isLong ? 1 : HOST_ROWS_MIN);
    if (own === undefined && !isOne) continue;
    const taken = isOne ? members : [];
    const why = hostWhy(agentId, taken, facts, policy);
    hosts.push({ agentId, agencyId: first.agencyId, rowId: own?.id, why, members: taken });
  }
  return hosts;
}

/** The most rules that a row names. */
const RULES_NAMED_MAX = 10;

/** The sum of what its rules are worth, or the worst of them, whichever is more serious. */
function hostWhy(
  agentId: string,
  members: readonly QueueRow[],
  facts: QueueFacts,
  policy: AlertPolicy,
): SeverityWhy {
  const parts = (facts.parts.get(agentId) ?? []).map((part) => weigh(part, facts.hostsWith));
  const sum = Math.round(riskScore(parts, policy.riskHalfLifeMs));
  const ranking = riskRanking(parts, policy.riskHalfLifeMs).slice(0, RULES_NAMED_MAX);
  const adding: SeverityWhy = {
    parts: ranking.map(({ ruleId, title, points }): SeverityPart => ({
      part: 'rule',
      value: title.slice(0, 200),
      points,
      ruleId,
    })),
    score: sum,
    severity: severityOfRisk(sum, policy),
  };
  const found = facts.worstFolded.get(agentId);
  const worst = [
    ...members.filter(({ kind }) => kind === 'detection'),
    ...(found === undefined ? [] : [found]),
  ]
    .map((row) => shared(row.why, facts.hostsWith.get(row.ruleId) ?? 1))
    .reduce<SeverityWhy | undefined>(
      (most, why) => (most === undefined || why.score > most.score ? why : most),
      undefined,
    );
  return worst !== undefined && severityRank(worst.severity) > severityRank(adding.severity) ? worst : adding;
}

/** A part with what is known now of how many hosts have it. */
export function weigh(part: RiskPart, hostsWith: ReadonlyMap<string, number>): RiskPart {
  return { ...part, weight: rarity(hostsWith.get(part.ruleId) ?? 1) };
}

export function severityOfRisk(score: number, policy: AlertPolicy): SeverityWhy['severity'] {
  if (score >= policy.riskCritical) return 'critical';
  if (score >= policy.riskMin) return 'high';
  return score >= policy.riskMin * 0.4 ? 'medium' : 'low';
}

/** What several hosts have weighs less, by one band. */
function shared(why: SeverityWhy, hosts: number): SeverityWhy {
  if (hosts < SHARED_HOSTS) return why;
  const part: SeverityPart = { part: 'prevalence', value: String(hosts), points: SHARED_POINTS };
  const score = Math.max(0, why.score + SHARED_POINTS);
  return { parts: [...why.parts, part], score, severity: severityOfScore(score) };
}

/** What many hosts have is by that no more than low, unless its rule is high; of very many the role of one says nothing. */
function commonWhy(row: QueueRow): SeverityWhy {
  if (row.kind !== 'fleet') return row.why;
  const ofRule = row.why.parts.filter(({ part }) => part === 'rule' || part === 'indicator');
  const score = ofRule.reduce((sum, { points }) => sum + points, 0);
  const own: SeverityWhy =
    row.hosts >= MANY_HOSTS ? { parts: ofRule, score, severity: severityOfScore(score) } : row.why;
  return severityRank(own.severity) >= HIGH ? own : shared(own, SHARED_HOSTS);
}
