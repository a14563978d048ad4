/**
 * Keeps the queue short: folds what other rows say and weighs hosts anew, in one transaction. Invariants: nothing is
 * closed and nothing is lost, an alert that is folded stands below the row it is folded into; done twice it changes nothing.
 */
import { AlertDesk } from '../../alert/alert-desk.ts';
import { foldOf, type AlertDraft } from '../../alert/alert-draft.ts';
import { DIGEST_GROUP, riskSubject } from '../../alert/alert-keys.ts';
import { ALERT_POLICY, type AlertPolicy } from '../../alert/alert-policy.ts';
import { arrangeQueue, weigh, type Arrangement } from '../../alert/arrange-queue.ts';
import { addValue } from '../../alert/distinct-values.ts';
import { DIGEST_RULE, digestRule, riskRule } from '../../alert/house-rules.ts';
import { inThousandths } from '../../alert/risk.ts';
import { scoreSeverity, severityRank, type SeverityWhy } from '../../alert/severity-score.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { Guard } from '../projection.ts';
import { readGroups } from '../read-desk.ts';
import { writeDesk } from '../write-desk.ts';
import { copyProofs, fold, sumMembers, unfoldHigh, type MemberSum } from './fold-rows.ts';
import { inParts, readQueue, type Queue, type StandingRow } from './read-queue.ts';

const ALWAYS = (): Promise<void> => Promise.resolve();

/** @returns ids of the alerts that changed; empty when the queue is as it should be */
export async function arrangeOpenQueue(
  db: RegistryDb,
  options: { nowMs: number; policy?: AlertPolicy | undefined },
  guard?: Guard,
): Promise<string[]> {
  const { nowMs, policy = ALERT_POLICY } = options;
  return db.transaction().execute(async (trx) => {
    await guard?.(trx);
    const changed = new Set(await unfoldHigh(trx, DIGEST_GROUP, nowMs));
    const queue = await readQueue(trx);
    const arranged = arrangeQueue(queue, policy);
    await writeWeights(trx, queue);
    const desk = await openDesk(trx, queue, arranged);
    const rows = new Map(queue.rows.map((row) => [row.id, row]));
    const folds: { into: AlertDraft; rows: StandingRow[] }[] = [];
    const hostDrafts = new Map<string, AlertDraft>();
    for (const host of arranged.hosts) {
      const members = host.members.flatMap(({ id }) => rows.get(id) ?? []);
      const draft = hostDraft(desk, host, members);
      if (draft === undefined) continue;
      hostDrafts.set(host.agentId, draft);
      judgeAnew(draft, host.why);
      if (members.length > 0) folds.push({ into: draft, rows: members });
    }
    const quiet = arranged.digest.rows.flatMap(({ id }) => rows.get(id) ?? []);
    const quietHosts = arranged.digest.agentIds.flatMap((agentId) => hostDrafts.get(agentId) ?? []);
    if (quiet.length > 0 || quietHosts.length > 0) {
      const digest = digestDraft(desk);
      for (const draft of quietHosts)
        Object.assign(draft, { fleetId: digest.id, fold: foldOf(digest, draft) });
      for (const { title, detections } of quiet) addValue(digest.values, 'rule', title, detections);
      digest.changed = true;
      folds.push({ into: digest, rows: quiet });
    }
    for (const { into, rows: members } of folds) {
      for (const id of await fold(trx, into, members, nowMs)) changed.add(id);
    }
    await settle(trx, desk, folds, quietHosts);
    for (const id of await writeDesk(trx, desk, nowMs, ALWAYS)) changed.add(id);
    for (const { into, rows: members } of folds) await copyProofs(trx, into.id, members);
    return [...changed];
  });
}

async function openDesk(trx: RegistryTransaction, queue: Queue, arranged: Arrangement): Promise<AlertDesk> {
  const desk = new AlertDesk(queue.rootAgencyId);
  const keys = arranged.hosts.map(
    ({ agentId, agencyId }) => riskSubject('host', agentId, agencyId, {}).groupKey,
  );
  for (const part of inParts([...keys, DIGEST_GROUP])) await readGroups(trx, desk, part);
  return desk;
}

function hostDraft(
  desk: AlertDesk,
  { agentId, agencyId, rowId, why }: Arrangement['hosts'][number],
  members: readonly StandingRow[],
): AlertDraft | undefined {
  const { groupKey } = riskSubject('host', agentId, agencyId, {});
  const known = desk.groups.get(groupKey)?.open.find(({ id }) => id === rowId);
  const [first] = members;
  if (known !== undefined || first === undefined) return known;
  const entity = { 'host.name': first.hostname ?? agentId };
  const rule = riskRule('host');
  const draft = desk.open({ kind: 'risk', groupKey, rule, entity, agencyId, fleetKey: null }, why);
  const { hostname } = first;
  return Object.assign(draft, { agentId, hostname, hosts: 1, firstMs: first.firstMs, lastMs: first.lastMs });
}

function digestDraft(desk: AlertDesk): AlertDraft {
  const known = desk.groups.get(DIGEST_GROUP)?.open[0];
  if (known !== undefined) return known;
  const rule = digestRule();
  const why = scoreSeverity({ rule: rule.severity, systemLevel: null, system: null, role: null });
  return desk.open(
    {
      kind: 'digest',
      groupKey: DIGEST_GROUP,
      rule,
      entity: { 'rule.id': DIGEST_RULE },
      agencyId: desk.rootAgencyId,
      fleetKey: null,
    },
    why,
  );
}

/** Rows of hosts follow what is known now: what proves to be common lowers them again. */
function judgeAnew(draft: AlertDraft, why: SeverityWhy): void {
  if (draft.risk === why.score && draft.severity === why.severity) return;
  if (severityRank(why.severity) > severityRank(draft.severity)) draft.raised = true;
  const message = why.parts.map(({ value, points }) => `${value}: ${points}`).join('; ');
  Object.assign(draft, { risk: why.score, severity: why.severity, why, message, changed: true });
}

/** Counts and times of rows that gather others are those of what is folded into them. */
async function settle(
  trx: RegistryTransaction,
  desk: AlertDesk,
  folds: readonly { into: AlertDraft; rows: readonly StandingRow[] }[],
  quietHosts: readonly AlertDraft[],
): Promise<void> {
  const drafts = [...desk.groups.values()]
    .flatMap(({ open }) => open)
    // What goes into the digest is counted before the digest.
    .toSorted((a, b) => Number(a.kind === 'digest') - Number(b.kind === 'digest'));
  const sums = await sumMembers(
    trx,
    drafts.map(({ id }) => id),
  );
  for (const draft of drafts) {
    const members = folds.find(({ into }) => into === draft)?.rows ?? [];
    if (draft.kind === 'risk') {
      for (const { title, detections } of members) addValue(draft.values, 'rule', title, detections);
    }
    for (const { systemId, systemLevel } of members) {
      if ((systemLevel ?? 0) > (draft.systemLevel ?? 0)) Object.assign(draft, { systemId, systemLevel });
    }
    count(draft, sums.get(draft.id), draft.kind === 'digest' ? quietHosts : []);
  }
}

/** @param unwritten folded into it, and not in the database yet as such */
function count(draft: AlertDraft, sum: MemberSum | undefined, unwritten: readonly AlertDraft[]): void {
  const all = [...unwritten, ...(sum === undefined ? [] : [sum])];
  if (all.length === 0) return;
  const total = all.reduce((added, one) => added + one.detections, 0);
  const agents = (sum?.agents ?? 0) + unwritten.length;
  const counted = {
    detections: Math.max(draft.detections, total),
    hosts: draft.kind === 'risk' ? 1 : Math.max(draft.hosts, agents, sum?.hosts ?? 0),
    firstMs: Math.min(...all.map(({ firstMs }) => firstMs), draft.firstMs === 0 ? Infinity : draft.firstMs),
    lastMs: Math.max(draft.lastMs, ...all.map(({ lastMs }) => lastMs)),
  };
  const { detections, hosts, firstMs, lastMs } = draft;
  const isSame =
    counted.detections === detections &&
    counted.hosts === hosts &&
    counted.firstMs === firstMs &&
    counted.lastMs === lastMs;
  if (!isSame) Object.assign(draft, counted, { changed: true });
}

/** The judge adds risk up with the same weights. */
async function writeWeights(trx: RegistryTransaction, { parts, subjects, hostsWith }: Queue): Promise<void> {
  for (const [agentId, own] of parts) {
    for (const part of own) {
      const { weight } = weigh(part, hostsWith);
      if (weight === part.weight) continue;
      await trx
        .updateTable('risk_part')
        .set({ weight_milli: inThousandths(weight) })
        .where('subject', '=', subjects.get(agentId) ?? '')
        .where('rule_id', '=', part.ruleId)
        .execute();
    }
  }
}
