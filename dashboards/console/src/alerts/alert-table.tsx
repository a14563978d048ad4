/** The dense list. Each row's title is a real link; the rest of the row follows it on a click. */
import { memo, useCallback, useEffect, useMemo, useRef, type MouseEvent } from 'react';
import type { Alert } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { Link, navigate } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import type { Selection } from '../ui/use-selection.ts';
import { messages } from './alert-messages.ts';
import { entityOf, kindLabel, stateLabel, titleOf } from './labels.ts';

type RowProps = {
  readonly alert: Alert;
  readonly to: string;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly fresh: boolean;
  readonly selected: boolean;
  /** Undefined: rows are not chosen here. */
  readonly onSelect: ((id: string, range: boolean) => void) | undefined;
};

/** The DOM id of a row's link, for moving focus by key. */
export function rowLinkId(alertId: string): string {
  return `alert-${alertId}`;
}

const AlertRow = memo(function AlertRow(props: RowProps) {
  const { alert, to, current, tabbable, fresh, selected, onSelect } = props;
  const text = useText(messages);
  const { t, number, language } = useI18n();
  const title = titleOf(alert, language);
  const entity = entityOf(alert);
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    const selecting = (window.getSelection()?.toString() ?? '') !== '';
    const inLink =
      event.target instanceof Element && event.target.closest('a, input, td.vg-c-select') !== null;
    if (!selecting && !inLink) navigate(to);
  };
  return (
    <tr
      data-testid="alert-row"
      data-alert-id={alert.id}
      data-rule-id={alert.ruleId}
      data-state={alert.state}
      data-severity={alert.severity}
      data-current={current}
      data-fresh={fresh}
      data-selected={selected ? 'true' : undefined}
      onClick={open}
    >
      {onSelect === undefined ? null : (
        <td className="vg-c-select">
          <input
            type="checkbox"
            id={`${rowLinkId(alert.id)}-select`}
            aria-label={t('table.select')}
            aria-labelledby={`${rowLinkId(alert.id)}-select ${rowLinkId(alert.id)}`}
            tabIndex={tabbable ? 0 : -1}
            checked={selected}
            onChange={() => undefined}
            onClick={(event) => onSelect(alert.id, event.shiftKey)}
          />
        </td>
      )}
      <td className="vg-c-severity">
        <SeverityLabel severity={alert.severity} />
      </td>
      <td className="vg-c-title" title={visibleString(alert.message)}>
        <Link
          to={to}
          id={rowLinkId(alert.id)}
          tabIndex={tabbable ? 0 : -1}
          aria-current={current ? 'true' : undefined}
          className="vg-row-link"
        >
          <LineText value={title} />
        </Link>
        {alert.kind === 'detection' || alert.kind === 'house' ? null : (
          <span className="vg-kind">
            {text(kindLabel[alert.kind])}
            {alert.hosts > 1 ? ` · ${text('triage.hosts', { n: alert.hosts })}` : ''}
          </span>
        )}
      </td>
      <td className="vg-c-entity" title={visibleString(entity)}>
        <LineText value={entity} />
      </td>
      <td className="vg-c-host">
        <LineText value={alert.hostname ?? '—'} />
      </td>
      <td className="vg-c-agency" title={visibleString(alert.agencyName)}>
        <LineText value={alert.agencyName} />
      </td>
      <td className="vg-c-count vg-num">
        <span key={alert.count} className="vg-bump">
          {number(alert.count)}
        </span>
      </td>
      <td className="vg-c-first vg-time">
        <RelativeTime iso={alert.firstSeen} />
      </td>
      <td className="vg-c-last vg-time">
        <RelativeTime iso={alert.lastSeen} />
      </td>
      <td className="vg-c-who">
        {alert.assignee === null ? <span className="vg-muted">—</span> : <LineText value={alert.assignee} />}
      </td>
      <td className="vg-c-state">
        <span className="vg-state" data-state={alert.state}>
          {t(stateLabel[alert.state])}
        </span>
        {alert.overdue ? (
          <span className="vg-late" title={text('triage.overdue')}>
            <span aria-hidden="true">!</span>
            <span className="vg-sr">{text('triage.overdue')}</span>
          </span>
        ) : null}
      </td>
    </tr>
  );
});

type Props = {
  readonly rows: readonly Alert[];
  readonly openId: string | null;
  readonly cursorId: string | null;
  readonly freshIds: ReadonlySet<string>;
  readonly addressOf: (alertId: string) => string;
  readonly selection: Selection | undefined;
};

export function AlertTable({ rows, openId, cursorId, freshIds, addressOf, selection }: Props) {
  const { t } = useI18n();
  const text = useText(messages);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const latest = useRef({ ids, selection });
  useEffect(() => {
    latest.current = { ids, selection };
  });
  // The same function each time, so that choosing one row draws one row.
  const select = useCallback((id: string, range: boolean) => {
    const known = latest.current;
    known.selection?.toggle(id, range ? known.ids : undefined);
  }, []);
  const tabbableId = rows.some((row) => row.id === cursorId) ? cursorId : (rows[0]?.id ?? null);
  return (
    <table className="vg-table vg-alert-table">
      <caption className="vg-sr">{t('alerts.caption')}</caption>
      <thead>
        <tr>
          {selection === undefined ? null : (
            <th scope="col" className="vg-c-select">
              <input
                type="checkbox"
                aria-label={t('table.selectAll')}
                checked={rows.length > 0 && ids.every((id) => selection.has(id))}
                onChange={() => selection.toggleAll(ids)}
              />
            </th>
          )}
          <th scope="col" className="vg-c-severity">
            <span>{t('column.severity')}</span>
          </th>
          <th scope="col" className="vg-c-title">
            {t('column.alert')}
          </th>
          <th scope="col" className="vg-c-entity">
            {t('column.entity')}
          </th>
          <th scope="col" className="vg-c-host">
            {t('column.host')}
          </th>
          <th scope="col" className="vg-c-agency">
            {t('column.agency')}
          </th>
          <th scope="col" className="vg-c-count vg-num">
            {t('column.count')}
          </th>
          <th scope="col" className="vg-c-first">
            {t('column.firstSeen')}
          </th>
          <th scope="col" className="vg-c-last">
            {t('column.lastSeen')}
          </th>
          <th scope="col" className="vg-c-who">
            {text('triage.assignee')}
          </th>
          <th scope="col" className="vg-c-state">
            {t('column.state')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((alert) => (
          <AlertRow
            key={alert.id}
            alert={alert}
            to={addressOf(alert.id)}
            current={alert.id === openId}
            tabbable={alert.id === tabbableId}
            fresh={freshIds.has(alert.id)}
            selected={selection?.has(alert.id) === true}
            onSelect={selection === undefined ? undefined : select}
          />
        ))}
      </tbody>
    </table>
  );
}
