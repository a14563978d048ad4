/** Agencies as rows of a tree that is folded and unfolded; what a search found stands flat, with where it belongs. */
import { dayText } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { Link } from '../../router/router.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { messages } from './agencies-messages.ts';
import { pathTo, type TreeRow } from './agency-tree.ts';
import { kindLabel } from './agency-words.ts';
import type { Holding, useAgencyTree } from './use-agency-tree.ts';

const indentPx = 20;

type Props = {
  readonly tree: ReturnType<typeof useAgencyTree>;
  readonly rows: readonly TreeRow[];
  readonly filtered: boolean;
  readonly closed: ReadonlySet<number>;
  readonly onToggle: (id: number) => void;
  readonly addressOf: (id: string) => string;
  readonly currentKey: string | null;
};

function Count({ holding, id }: { readonly holding: Holding; readonly id: number }) {
  const text = useText(messages);
  const { number } = useI18n();
  const own = holding.own(id);
  const sum = holding.withBelow(id);
  return (
    <span title={own === sum ? undefined : text('agencies.ofThose', { n: own })}>
      {sum === 0 ? '—' : number(sum)}
    </span>
  );
}

export function AgencyTable(props: Props) {
  const { tree, rows, filtered, closed, onToggle, addressOf, currentKey } = props;
  const { agencies, hosts, systems } = tree;
  const text = useText(messages);
  const columns: readonly Column<TreeRow>[] = [
    {
      key: 'name',
      label: text('agencies.name'),
      cell: ({ agency, depth, children }) => {
        const name = visibleString(agency.name, 80);
        const isClosed = closed.has(agency.id);
        return (
          <div className="vg-tree-cell" style={{ paddingInlineStart: depth * indentPx }}>
            {children === 0 ? (
              <span className="vg-tree-gap" />
            ) : (
              <button
                type="button"
                className="vg-tree-fold"
                aria-expanded={!isClosed}
                aria-label={text(isClosed ? 'agencies.open' : 'agencies.shut', { name })}
                onClick={() => onToggle(agency.id)}
              >
                {isClosed ? '▸' : '▾'}
              </button>
            )}
            <div>
              <Link to={addressOf(String(agency.id))} className="vg-row-link">
                <LineText value={agency.name} />
              </Link>
              {filtered ? (
                <div className="vg-hint">
                  <LineText value={pathTo(agencies, agency.id).join(' › ')} />
                </div>
              ) : null}
            </div>
            {agency.endedOn === null ? null : (
              <Badge tone="quiet">{text('agencies.ended', { day: dayText(agency.endedOn) })}</Badge>
            )}
          </div>
        );
      },
    },
    {
      key: 'short',
      label: text('agency.shortName'),
      width: '150px',
      needs: 'wide',
      cell: ({ agency }) => (agency.shortName === '' ? '—' : <LineText value={agency.shortName} />),
    },
    {
      key: 'kind',
      label: text('agencies.kind'),
      width: '190px',
      needs: 'medium',
      cell: ({ agency }) => text(kindLabel[agency.kind]),
    },
    ...(hosts === undefined
      ? []
      : [
          {
            key: 'hosts',
            label: text('agencies.hosts'),
            width: '90px',
            numeric: true,
            cell: ({ agency }: TreeRow) => <Count holding={hosts} id={agency.id} />,
          },
        ]),
    ...(systems === undefined
      ? []
      : [
          {
            key: 'systems',
            label: text('agencies.systems'),
            width: '100px',
            numeric: true,
            needs: 'narrow' as const,
            cell: ({ agency }: TreeRow) => <Count holding={systems} id={agency.id} />,
          },
        ]),
  ];
  return (
    <DataTable
      caption={text('agencies.caption')}
      columns={columns}
      rows={rows}
      keyOf={({ agency }) => String(agency.id)}
      addressOf={({ agency }) => addressOf(String(agency.id))}
      currentKey={currentKey}
      testId="agency-row"
    />
  );
}
