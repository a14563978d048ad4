/** What the lines of sites carry by hour: a day at a glance, then each cap. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMay, useMe } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { HourBar } from './hour-bar.tsx';
import { messages } from './host-groups-messages.ts';
import { LineDialog } from './line-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { addLine, hoursOf, removeLine, useLines, type Line } from './sending-api.ts';
import { byHour, hourText, toKilobits } from './sending-units.ts';

type Asking = { readonly kind: 'add' } | { readonly kind: 'change' | 'remove'; readonly id: number };

export const siteKey = ({ agencyId, prefix }: Pick<Line, 'agencyId' | 'prefix'>): string =>
  agencyId === null ? `prefix:${prefix ?? ''}` : `agency:${agencyId}`;

export function LinesCard() {
  const text = useText(messages);
  const { number } = useI18n();
  const { seesEverything } = useMe();
  const may = useMay('bandwidth:write');
  const query = useLines();
  const agencies = useAgencies();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const lines = query.data?.caps ?? [];
  const open =
    asking === null || asking.kind === 'add' ? undefined : lines.find(({ id }) => id === asking.id);
  const siteName = ({ agencyId, prefix }: Line): string =>
    agencyId === null
      ? (prefix ?? '')
      : visibleString(agencies.find(({ id }) => id === agencyId)?.name ?? `#${agencyId}`, 120);
  const mayChange = ({ agencyId }: Line) => may && (agencyId !== null || seesEverything);
  /** First of its site: the day is drawn once. */
  const sites = Map.groupBy(lines, siteKey);
  const rows = [...sites.values()].flat();
  const columns: readonly Column<Line>[] = [
    { key: 'site', label: text('line.site'), wrap: true, cell: siteName },
    {
      key: 'hours',
      label: text('line.hours'),
      width: '130px',
      cell: ({ fromHour, toHour }) => `${hourText(fromHour)}–${hourText(toHour)}`,
    },
    {
      key: 'carries',
      label: text('line.kbps'),
      width: '120px',
      numeric: true,
      cell: ({ bytesPerSecond }) => number(toKilobits(bytesPerSecond)),
    },
    {
      key: 'zone',
      label: text('line.zone'),
      needs: 'wide',
      width: '170px',
      cell: ({ timeZone }) => timeZone,
    },
    {
      key: 'day',
      label: text('line.day'),
      needs: 'medium',
      width: '260px',
      cell: (line) => {
        const ofSite = sites.get(siteKey(line)) ?? [line];
        return ofSite[0] === line ? (
          <HourBar hours={byHour(ofSite)} label={text('line.dayLabel', { site: siteName(line) })} />
        ) : null;
      },
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '150px',
            cell: (line: Line) =>
              mayChange(line) ? (
                <span className="vg-buttons">
                  <Button
                    size="small"
                    aria-haspopup="dialog"
                    data-testid="line-change"
                    onClick={() => setAsking({ kind: 'change', id: line.id })}
                  >
                    {text('hostGroups.change')}
                  </Button>
                  <Button
                    size="small"
                    aria-haspopup="dialog"
                    data-testid="line-remove"
                    onClick={() => setAsking({ kind: 'remove', id: line.id })}
                  >
                    {text('hostGroups.remove')}
                  </Button>
                </span>
              ) : null,
          },
        ]
      : []),
  ];
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('line.title')}</h2>
        {may ? (
          <Button aria-haspopup="dialog" data-testid="line-add" onClick={() => setAsking({ kind: 'add' })}>
            {text('line.add')}
          </Button>
        ) : null}
      </div>
      <p className="vg-hint">{text('line.text')}</p>
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <p>{text('line.none')}</p>
          ) : (
            <DataTable
              caption={text('line.title')}
              columns={columns}
              rows={rows}
              keyOf={({ id }) => String(id)}
              testId="line-row"
            />
          )
        }
      </QueryView>
      {asking?.kind === 'add' ? <LineDialog line={null} lines={lines} onClose={close} /> : null}
      {open !== undefined && asking?.kind === 'change' ? (
        <LineDialog line={open} lines={lines} site={siteName(open)} onClose={close} />
      ) : null}
      {open !== undefined && asking?.kind === 'remove' ? (
        <RemoveDialog
          title={text('line.removeTitle', { site: siteName(open) })}
          effect={text('line.removeText')}
          done={text('line.removed')}
          testId="line-remove-form"
          remove={() => removeLine(open)}
          putBack={() => addLine({ agencyId: open.agencyId, prefix: open.prefix, ...hoursOf(open) })}
          onClose={close}
        />
      ) : null}
    </section>
  );
}
