/** Silences as a table: who, since when, and why that counts as silence. */
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { useNow } from '../ui/now.ts';
import { AbsoluteTime } from '../ui/times.tsx';
import { hostAddress } from './host-table.tsx';
import type { Silence } from './hosts-types.ts';
import { messages } from './watch-messages.ts';

type Label = LabelOf<typeof messages>;
const kindLabel: Readonly<Record<Silence['kind'], Label>> = {
  agent: 'silences.agent',
  site: 'silences.site',
  channel: 'silences.channel',
};
const whyLabel: Readonly<Record<Silence['kind'], Label>> = {
  agent: 'silences.whyAgent',
  site: 'silences.whySite',
  channel: 'silences.whyChannel',
};

const hourMs = 3_600_000;

function Lasted({ from, to }: { readonly from: string; readonly to: string | null }) {
  const text = useText(messages);
  const now = useNow();
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from);
  if (ms < hourMs) return text('silences.minutes', { n: Math.max(1, Math.round(ms / 60_000)) });
  if (ms < 48 * hourMs) return text('silences.hours', { n: Math.round(ms / hourMs) });
  return text('silences.days', { n: Math.round(ms / (24 * hourMs)) });
}

function Subject({ silence }: { readonly silence: Silence }) {
  const { agentId, hostname, channel, network } = silence;
  return (
    <>
      {agentId === null ? null : (
        <Link to={hostAddress(agentId, 'channels')}>
          <LineText value={hostname ?? agentId} />
        </Link>
      )}
      {channel === null ? null : (
        <>
          {' · '}
          <LineText value={channel} />
        </>
      )}
      {network === null ? null : <LineText value={network} />}
    </>
  );
}

export function SilenceTable({
  rows,
  ended,
}: {
  readonly rows: readonly Silence[];
  readonly ended: boolean;
}) {
  const text = useText(messages);
  const columns: readonly Column<Silence>[] = [
    {
      key: 'kind',
      label: text('silences.kind'),
      width: '112px',
      cell: ({ kind }) => <Badge tone={ended ? 'good' : 'bad'}>{text(kindLabel[kind])}</Badge>,
    },
    { key: 'subject', label: text('silences.subject'), cell: (silence) => <Subject silence={silence} /> },
    {
      key: 'agency',
      label: text('silences.agency'),
      needs: 'medium',
      cell: ({ agencyName }) => <LineText value={agencyName} />,
    },
    { key: 'since', label: text('silences.since'), cell: ({ sinceAt }) => <AbsoluteTime iso={sinceAt} /> },
    {
      key: 'lasted',
      label: text('silences.lasted'),
      width: '100px',
      cell: ({ sinceAt, endedAt }) => <Lasted from={sinceAt} to={endedAt} />,
    },
    ended
      ? {
          key: 'ended',
          label: text('silences.endedAt'),
          needs: 'medium',
          cell: ({ endedAt }) => (endedAt === null ? '—' : <AbsoluteTime iso={endedAt} />),
        }
      : {
          key: 'why',
          label: text('silences.why'),
          needs: 'medium',
          wrap: true,
          cell: ({ kind }) => <span className="vg-hint">{text(whyLabel[kind])}</span>,
        },
  ];
  return (
    <DataTable
      caption={text('silences.caption')}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      testId="silence-row"
    />
  );
}
