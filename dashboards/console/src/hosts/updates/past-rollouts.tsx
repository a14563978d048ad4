/** Rollouts that are over. */
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { LineText } from '../../text/safe-text.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { whoText } from './update-words.ts';
import type { Rollout } from './updates-api.ts';
import { messages } from './updates-messages.ts';

export function PastRollouts({ rollouts }: { readonly rollouts: readonly Rollout[] }) {
  const text = useText(messages);
  const { dateTime } = useI18n();
  if (rollouts.length === 0) return null;
  const byAt = (actor: string, iso: string) =>
    text('updates.byAt', { who: whoText(actor, text), time: dateTime(iso) });
  return (
    <section className="vg-card">
      <h2>{text('updates.past')}</h2>
      <DataTable
        caption={text('updates.pastCaption')}
        rows={rollouts}
        keyOf={({ id }) => id}
        testId="past-rollout"
        columns={[
          { key: 'version', label: text('updates.version'), width: '110px', cell: ({ version }) => version },
          {
            key: 'reached',
            label: text('updates.reached'),
            width: '120px',
            numeric: true,
            cell: ({ ring, rings }) => `${ring + 1}/${rings.length}`,
          },
          {
            key: 'planned',
            label: text('updates.planned'),
            needs: 'wide',
            wrap: true,
            cell: ({ plannedBy, plannedAt }) => byAt(plannedBy, plannedAt),
          },
          {
            key: 'started',
            label: text('updates.started'),
            needs: 'medium',
            wrap: true,
            cell: ({ startedBy, startedAt }) =>
              startedBy === null || startedAt === null
                ? text('updates.notStarted')
                : byAt(startedBy, startedAt),
          },
          {
            key: 'ended',
            label: text('updates.ended'),
            wrap: true,
            cell: ({ changedBy, changedAt }) => byAt(changedBy, changedAt),
          },
          {
            key: 'reason',
            label: text('updates.reason'),
            needs: 'medium',
            wrap: true,
            cell: ({ reason, stateReason }) => {
              const said = [reason, stateReason].filter((one) => one !== '').join('; ');
              return said === '' ? '—' : <LineText value={said} />;
            },
          },
        ]}
      />
    </section>
  );
}
