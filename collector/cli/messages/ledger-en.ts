/** What `vonggac ledger` says, in English. The Vietnamese part has the same shape. */
import type { LedgerBy } from '../../api/contract-ledger.ts';

const by: Record<LedgerBy, string> = { channel: 'Channel', hour: 'Hour', agent: 'Host', agency: 'Agency' };

/** By code; one that is not here is shown as it is. */
const reasons: Readonly<Record<string, string>> = {
  'spool-full': 'spool full',
  'spool-age': 'too old for the spool',
  'spool-corrupt': 'damaged in the spool',
  'spool-lost': 'lost with a damaged spool, number unknown to the agent',
  unsendable: 'too large to send',
  'not-retained': 'stored before the collector was restored from an older copy',
  'put-back': 'waiting on a host that was put back to an older state',
  unattributed: 'channel no longer readable',
};

export const ledgerEn = {
  locale: 'en',
  by,
  total: 'All',
  columns: {
    produced: 'Read',
    limited: 'Limited',
    spooled: 'Spooled',
    sent: 'Arrived',
    stored: 'Stored',
    rejected: 'Rejected',
    duplicate: 'Again',
    dropped: 'Dropped',
    uncounted: 'Uncounted',
    waiting: 'Waiting',
    untold: 'Ahead',
    named: 'Lost',
    missing: 'Difference',
  },
  reasons,
  balanced: 'The ledger balances: everything that was read is stored, waiting, or lost with a name.',
  notBalanced: (count: number) =>
    `The ledger does not balance in ${count} ${count === 1 ? 'place' : 'places'}.`,
  unbalanced: (cell: { host: string; channel: string; hour: string; difference: number }) =>
    `${cell.host}, ${cell.channel}, hour of ${cell.hour}: ${
      cell.difference > 0
        ? `${cell.difference} read and neither stored nor named as lost`
        : `${-cell.difference} stored more than were read`
    }`,
  gap: (gap: { host: string; lane: number; afterSeq: number; toSeq: number; missing: number }) =>
    `${gap.host}, lane ${gap.lane}, sequences ${gap.afterSeq + 1} to ${gap.toSeq}: ${
      gap.missing > 0 ? `${gap.missing} are missing` : `${-gap.missing} are stored more than once`
    }`,
  unknownLoss: (host: string, hour: string) =>
    `${host}: the spool was lost at ${hour}, with an unknown number of records in it`,
  more: (count: number) => `and ${count} more; --json shows all`,
  summary: (s: {
    unbalancedHours: number;
    sequenceGaps: number;
    declaredLosses: number;
    silentAgents: number;
    silentSites: number;
  }) =>
    [
      s.unbalancedHours + s.sequenceGaps === 0
        ? 'balanced'
        : `NOT balanced in ${s.unbalancedHours + s.sequenceGaps} places ("vonggac ledger --check")`,
      `${s.declaredLosses.toLocaleString('en')} declared lost in 24 hours`,
      `silent: ${s.silentAgents} hosts, ${s.silentSites} sites`,
    ].join('; '),
};
export type LedgerMessages = typeof ledgerEn;

export const ledgerHelpEn = {
  ledger: 'what became of every record: read, limited, spooled, stored, waiting, lost',
  ledgerAgent: 'one agent only: its id, or the first characters of it',
  ledgerAgency: 'one agency only',
  ledgerFrom:
    'first hour, e.g. 2026-11-25 or 2026-11-25T08:00+07:00 (default: yesterday; with --check: ever)',
  ledgerTo: 'end, as --from (default: now)',
  ledgerBy: 'sums over',
  ledgerCheck: 'say only what does not balance, and exit with 1 when anything does not',
};
