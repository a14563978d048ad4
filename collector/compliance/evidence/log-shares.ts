/** How complete the records of some kinds of log are, host by host: the share that has each field that is asked for. */
import type { LogField, LogFieldCount, LogKind } from '../../store/assess-store.ts';
import { periodBefore, type Period } from '../iso-period.ts';
import type { AssessedSystem, Finding, GatherScope, Moment } from './evidence-kind.ts';
import type { EvidenceSources } from './evidence-sources.ts';
import { perHost } from './host-findings.ts';

export interface SharesAsked {
  logs: readonly LogKind[];
  fields: readonly LogField[];
  /** Percent of the records. */
  share: number;
  within: Period;
}

export type ShareReason = 'whole' | 'fields-missing' | 'no-such-log';

export interface Shares {
  /** A key of what is asked -> by agent. */
  counts: ReadonlyMap<string, ReadonlyMap<string, LogFieldCount>>;
  /** Hosts whose interfaces are in the inventory: their addresses are known for each of their records. */
  withInterfaces: ReadonlySet<string>;
}

/** Inventories are told in full at least so often, and hosts may be off for a while. */
const INTERFACES_MS = 62 * 86_400_000;

/** The newest records of a host are looked at, so many. */
const SAMPLE = 500;

const keyOf = ({ logs, fields, within }: SharesAsked): string => JSON.stringify([logs, fields, within.iso]);

export const SHARE_REASONS = {
  whole: {
    vi: '{total} bản ghi mới nhất có đủ trường (ít nhất {share} %)',
    en: 'The newest {total} records have all fields ({share} % at least)',
  },
  'fields-missing': {
    vi: 'Trong {total} bản ghi mới nhất, trường chưa đủ: {fields:field}',
    en: 'Of the newest {total} records too few have: {fields:field}',
  },
  'no-such-log': {
    vi: 'Trong {within} máy không gửi nhật ký loại {logs:log}',
    en: 'Within {within} the host sent no log of {logs:log}',
  },
} as const satisfies Record<ShareReason, { vi: string; en: string }>;

export async function gatherShares(
  sources: Pick<EvidenceSources, 'logs' | 'fleet'>,
  params: readonly SharesAsked[],
  { atMs, hosts }: Pick<GatherScope<never>, 'atMs' | 'hosts'>,
): Promise<Shares> {
  const agentIds = hosts.map(({ id }) => id);
  const shares = new Map<string, ReadonlyMap<string, LogFieldCount>>();
  for (const asked of params) {
    if (shares.has(keyOf(asked))) continue;
    const counts = await sources.logs.logFields({
      agentIds,
      kinds: asked.logs,
      fields: asked.fields,
      sample: SAMPLE,
      fromMs: periodBefore(atMs, asked.within),
      atMs,
    });
    shares.set(keyOf(asked), new Map(counts.map((count) => [count.agentId, count])));
  }
  const asksMac = params.some(({ fields }) => fields.includes('mac'));
  const told = asksMac
    ? await sources.fleet.standing({
        agentIds,
        categories: ['network-interface'],
        fromMs: atMs - INTERFACES_MS,
        atMs,
      })
    : [];
  const withInterfaces = told.filter(({ state, items }) => state === 'complete' && items > 0);
  return { counts: shares, withInterfaces: new Set(withInterfaces.map(({ agentId }) => agentId)) };
}

/** @param silent what a host without any such record is: a demand of its own, or nothing to judge by */
export function judgeShares(
  asked: SharesAsked,
  shares: Shares,
  system: AssessedSystem,
  moment: Moment,
  silent: 'not-met' | 'not-assessed',
): Finding<ShareReason>[] {
  const byAgent = shares.counts.get(keyOf(asked));
  const { fields, share, logs, within } = asked;
  return perHost<ShareReason>(system, moment, ({ id, enrolledMs }) => {
    const count = byAgent?.get(id);
    if (count === undefined) {
      const isNew = enrolledMs > periodBefore(moment.atMs, within);
      const args = { logs: logs.join(', '), within: within.iso };
      return {
        result: isNew ? 'not-assessed' : silent,
        reason: { code: 'no-such-log', args },
        atMs: moment.atMs,
      };
    }
    const { total, having, lastMs } = count;
    const short = fields.flatMap((field, at) => {
      if (field === 'mac' && shares.withInterfaces.has(id)) return [];
      const percent = Math.floor((100 * (having[at] ?? 0)) / total);
      return (having[at] ?? 0) * 100 >= share * total ? [] : [`${field} ${percent} %`];
    });
    return short.length === 0
      ? { result: 'met', reason: { code: 'whole', args: { total, share } }, atMs: lastMs }
      : {
          result: 'not-met',
          reason: { code: 'fields-missing', args: { total, fields: short.join(', ') } },
          atMs: lastMs,
        };
  });
}
