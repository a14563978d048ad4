/** Changes as a table. */
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import type { Change } from './integrity-change.ts';
import { kindLabel } from './integrity-labels.ts';
import { messages } from './integrity-messages.ts';

type Props = {
  readonly rows: readonly Change[];
  readonly addressOf: (eventId: string) => string;
  readonly currentKey: string | null;
  readonly withHost: boolean;
};

export function ChangeTable({ rows, addressOf, currentKey, withHost }: Props) {
  const text = useText(messages);
  const columns: readonly Column<Change>[] = [
    {
      key: 'when',
      label: text('integrity.when'),
      width: '158px',
      needs: 'narrow',
      cell: ({ event }) => (
        <span className="vg-time">
          <AbsoluteTime iso={event.time} />
        </span>
      ),
    },
    {
      key: 'what',
      label: text('integrity.what'),
      width: '156px',
      cell: ({ kind }) => <Badge tone={kindLabel[kind][1]}>{text(kindLabel[kind][0])}</Badge>,
    },
    {
      key: 'path',
      label: text('integrity.path'),
      cell: ({ path, event }) => (
        <Link to={addressOf(event.id)} className="vg-row-link" title={visibleString(path)}>
          <LineText value={path} />
        </Link>
      ),
    },
    {
      key: 'properties',
      label: text('integrity.property'),
      needs: 'wide',
      cell: ({ properties }) => <LineText value={properties.join(', ')} />,
    },
    ...(withHost
      ? [
          {
            key: 'host',
            label: text('integrity.host'),
            needs: 'narrow' as const,
            cell: ({ event }: Change) => <LineText value={event.hostname} />,
          },
        ]
      : []),
    {
      key: 'who',
      label: text('integrity.who'),
      needs: 'medium',
      cell: ({ package: name, person, process }) => {
        const said = [name, person, process].filter((part) => part !== '').join(' · ');
        return said === '' ? <span className="vg-muted">—</span> : <LineText value={said} />;
      },
    },
  ];
  return (
    <DataTable
      caption={text('integrity.caption')}
      columns={columns}
      rows={rows}
      keyOf={({ event }) => event.id}
      addressOf={({ event }) => addressOf(event.id)}
      currentKey={currentKey}
      testId="integrity-row"
      dataOf={({ kind, cause }) => ({ 'data-kind': kind, 'data-cause': cause })}
    />
  );
}
