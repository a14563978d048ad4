/** Rings of a rollout: which hosts, how many of them have it, which went back. */
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Tone } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ShareBar } from '../../ui/stat.tsx';
import { outcomeLabel, outcomes, ringName, ringText } from './update-words.ts';
import type { RingTotals, Rollout } from './updates-api.ts';
import { messages } from './updates-messages.ts';

type Props = { readonly rollout: Rollout; readonly totals: readonly RingTotals[] };

/** `applied` of the server has those in it that held. */
const countOf = (ring: RingTotals, outcome: (typeof outcomes)[number]): number =>
  outcome === 'applied' ? ring.applied - ring.held : ring[outcome];

const shareTones = [
  ['held', 'good'],
  ['applied', 'info'],
  ['trying', 'warn'],
  ['failed', 'bad'],
  ['waiting', 'quiet'],
] as const satisfies readonly (readonly [(typeof outcomes)[number], Tone])[];

export function Rings({ rollout, totals }: Props) {
  const text = useText(messages);
  const { number } = useI18n();
  const rows = rollout.rings.map((ring, index) => ({ ring, index, total: totals[index] }));
  return (
    <DataTable
      caption={text('updates.rings')}
      rows={rows}
      keyOf={({ ring }) => ring.name}
      testId="ring-row"
      dataOf={({ index }) => ({ 'data-open': String(index <= rollout.ring) })}
      columns={[
        {
          key: 'ring',
          label: text('updates.ring'),
          cell: ({ ring, index }) => (
            <>
              <strong>{ringName(ring.name, text)}</strong>{' '}
              <span className="vg-muted">
                {index <= rollout.ring ? text('updates.ringOpen') : text('updates.ringLater')}
              </span>
            </>
          ),
        },
        {
          key: 'who',
          label: text('updates.who'),
          needs: 'medium',
          wrap: true,
          cell: ({ ring }) => ringText(ring, text),
        },
        {
          key: 'hosts',
          label: text('updates.ringHosts'),
          numeric: true,
          width: '80px',
          cell: ({ total }) => (total === undefined ? '—' : number(total.hosts)),
        },
        {
          key: 'progress',
          label: text('updates.progress'),
          width: '34%',
          wrap: true,
          cell: ({ ring, total }) =>
            total === undefined ? (
              '—'
            ) : (
              <>
                <ShareBar
                  label={text('updates.progressText', {
                    ring: ringName(ring.name, text),
                    applied: total.applied,
                    hosts: total.hosts,
                    failed: total.failed,
                  })}
                  parts={shareTones.map(([outcome, tone]) => ({
                    key: outcome,
                    tone,
                    value: countOf(total, outcome),
                  }))}
                />
                <span className="vg-muted">
                  {outcomes
                    .filter((outcome) => countOf(total, outcome) > 0)
                    .map((outcome) => `${text(outcomeLabel[outcome][0])} ${number(countOf(total, outcome))}`)
                    .join(' · ')}
                </span>
              </>
            ),
        },
      ]}
    />
  );
}
