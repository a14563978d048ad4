/** Why records were lost, and the places where the ledger does not balance. */
import type { LabelOf } from '../../i18n/messages.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { termLabel } from './balance-view.tsx';
import { reasonsOf } from './balance.ts';
import type { Report } from './ledger-api.ts';
import { messages } from './ledger-messages.ts';

/** By code; one that is not here is shown as it is. */
const reasonLabel: Readonly<Partial<Record<string, LabelOf<typeof messages>>>> = {
  'spool-full': 'ledgerReason.spool-full',
  'spool-age': 'ledgerReason.spool-age',
  'spool-corrupt': 'ledgerReason.spool-corrupt',
  'spool-lost': 'ledgerReason.spool-lost',
  unsendable: 'ledgerReason.unsendable',
  'not-retained': 'ledgerReason.not-retained',
  'put-back': 'ledgerReason.put-back',
  unattributed: 'ledgerReason.unattributed',
};
const kinds = ['limited', 'dropped', 'named'] as const;

export function Reasons({ report }: { readonly report: Report }) {
  const { number } = useI18n();
  const text = useText(messages);
  const rows = kinds.flatMap((kind) => reasonsOf(report.reasons[kind]).map((row) => ({ kind, ...row })));
  const words = (kind: (typeof kinds)[number], reason: string) => {
    const known = reasonLabel[reason];
    if (known !== undefined) return text(known);
    const shown = visibleString(reason, 80);
    return kind === 'limited' ? text('ledger.limitOf', { name: shown }) : shown;
  };
  return (
    <section className="vg-card">
      <h2>{text('ledger.reasons')}</h2>
      {rows.length === 0 ? (
        <p className="vg-hint">{text('ledger.noReasons')}</p>
      ) : (
        <DataTable
          caption={text('ledger.reasons')}
          rows={rows}
          keyOf={({ kind, reason }) => `${kind} ${reason}`}
          testId="ledger-reason"
          columns={[
            {
              key: 'reason',
              label: text('ledger.reason'),
              wrap: true,
              cell: (row) => words(row.kind, row.reason),
            },
            {
              key: 'kind',
              label: text('ledger.kind'),
              width: '140px',
              cell: (row) => text(termLabel[row.kind]),
            },
            {
              key: 'count',
              label: text('ledger.number'),
              width: '120px',
              numeric: true,
              cell: (row) => number(row.count),
            },
          ]}
        />
      )}
    </section>
  );
}

export function Places({ report }: { readonly report: Report }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const { unbalanced, gaps, unknownLosses } = report;
  if (unbalanced.length + gaps.length + unknownLosses.length === 0) return null;
  const host = (agentId: string, hostname: string) => (
    <Link to={pathOf('hosts', agentId, 'channels')}>
      <LineText value={hostname} />
    </Link>
  );
  return (
    <section className="vg-card" data-testid="ledger-places">
      <h2>{text('ledger.places')}</h2>
      <p className="vg-hint vg-card-lead">{text('ledger.placesText')}</p>
      <ul className="vg-places">
        {unbalanced.map(({ agentId, hostname, channel, hour, difference, lane }) => (
          <li key={`${agentId} ${channel} ${hour} ${lane}`}>
            {host(agentId, hostname)} · <LineText value={channel} /> · {text('ledger.placeHour')}{' '}
            {dateTime(hour)}:{' '}
            {difference > 0
              ? text('ledger.read', { n: difference })
              : text('ledger.more', { n: -difference })}
          </li>
        ))}
        {gaps.map(({ agentId, hostname, epoch, lane, afterSeq, toSeq, missing }) => (
          <li key={`${agentId} ${epoch} ${lane} ${afterSeq}`}>
            {host(agentId, hostname)} ·{' '}
            {missing > 0
              ? text('ledger.gap', { lane: String(lane), from: afterSeq + 1, to: toSeq, n: missing })
              : text('ledger.twice', { lane: String(lane), from: afterSeq + 1, to: toSeq, n: -missing })}
          </li>
        ))}
        {unknownLosses.map(({ agentId, hostname, hour }) => (
          <li key={`${agentId} ${hour}`}>
            {host(agentId, hostname)} · <AbsoluteTime iso={hour} />: {text('ledger.unknownLoss')}
          </li>
        ))}
      </ul>
    </section>
  );
}
