/** The events that were found: time, host, what is chosen as columns, message; a row opens into its fields. */
import { Fragment, memo, useState } from 'react';
import type { ApiEvent } from '../api/types.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { LineText } from '../text/safe-text.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { HuntEvent, type EventActs } from './hunt-event.tsx';
import { valueOf } from './event-value.ts';
import { messages } from './messages.ts';

type RowProps = {
  readonly event: ApiEvent;
  readonly open: boolean;
  readonly acts: EventActs;
  readonly onToggle: (id: string) => void;
};

const HuntRow = memo(function HuntRow({ event, open, acts, onToggle }: RowProps) {
  const { t } = useI18n();
  const text = useText(messages);
  return (
    <Fragment>
      <tr
        data-testid="event-row"
        data-event-id={event.id}
        data-open={open}
        onClick={() => {
          if ((window.getSelection()?.toString() ?? '') === '') onToggle(event.id);
        }}
      >
        <td className="vg-c-time vg-time">
          <button
            type="button"
            className="vg-expand"
            aria-expanded={open}
            aria-label={text(open ? 'hunt.hide' : 'hunt.show')}
            onClick={(click) => {
              click.stopPropagation();
              onToggle(event.id);
            }}
          >
            {open ? '▾' : '▸'}
          </button>
          <AbsoluteTime iso={event.time} />
        </td>
        <td className="vg-c-host">
          <LineText value={event.hostname} />
        </td>
        {acts.columns.map((name) => (
          <td key={name}>
            <LineText value={valueOf(event, name)} />
          </td>
        ))}
        <td className="vg-c-message">
          {event.ruleIds.length > 0 ? (
            <span className="vg-hit" title={t('events.hits', { n: event.ruleIds.length })}>
              <span aria-hidden="true">◆</span>
              <span className="vg-sr">{t('events.hits', { n: event.ruleIds.length })}</span>
            </span>
          ) : null}
          <LineText value={event.message} />
        </td>
      </tr>
      {open ? (
        <tr className="vg-event-open">
          <td colSpan={3 + acts.columns.length}>
            <HuntEvent event={event} acts={acts} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
});

export function HuntTable({ rows, acts }: { readonly rows: readonly ApiEvent[]; readonly acts: EventActs }) {
  const { t } = useI18n();
  const text = useText(messages);
  const [openIds, setOpenIds] = useState<ReadonlySet<string>>(new Set());
  const [toggle] = useState(
    () => (id: string) =>
      setOpenIds((known) => {
        const next = new Set(known);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
  );
  return (
    <table className="vg-table vg-event-table">
      <caption className="vg-sr">{text('hunt.results')}</caption>
      <thead>
        <tr>
          <th scope="col" className="vg-c-time">
            {t('column.time')}
          </th>
          <th scope="col" className="vg-c-host">
            {t('column.host')}
          </th>
          {acts.columns.map((name) => (
            <th key={name} scope="col">
              <LineText value={name} />
              <button
                type="button"
                className="vg-column-off"
                aria-label={`${text('hunt.columnOff')}: ${name}`}
                title={text('hunt.columnOff')}
                onClick={() => acts.onColumn(name)}
              >
                ×
              </button>
            </th>
          ))}
          <th scope="col">{t('column.message')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((event) => (
          <HuntRow key={event.id} event={event} open={openIds.has(event.id)} acts={acts} onToggle={toggle} />
        ))}
      </tbody>
    </table>
  );
}
