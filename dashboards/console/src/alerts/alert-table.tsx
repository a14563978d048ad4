/** The dense list. Each row's title is a real link; the rest of the row follows it on a click. */
import { memo, type MouseEvent } from 'react';
import type { Alert } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link, navigate } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { entityOf, stateLabel, titleOf } from './labels.ts';

type RowProps = {
  readonly alert: Alert;
  readonly to: string;
  readonly current: boolean;
  readonly tabbable: boolean;
  readonly fresh: boolean;
};

/** The DOM id of a row's link, for moving focus by key. */
export function rowLinkId(alertId: string): string {
  return `alert-${alertId}`;
}

const AlertRow = memo(function AlertRow({ alert, to, current, tabbable, fresh }: RowProps) {
  const { t, number, language } = useI18n();
  const title = titleOf(alert, language);
  const entity = entityOf(alert);
  const open = (event: MouseEvent<HTMLTableRowElement>) => {
    const selecting = (window.getSelection()?.toString() ?? '') !== '';
    const inLink = event.target instanceof Element && event.target.closest('a') !== null;
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
      onClick={open}
    >
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
      <td className="vg-c-state">
        <span className="vg-state" data-state={alert.state}>
          {t(stateLabel[alert.state])}
        </span>
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
};

export function AlertTable({ rows, openId, cursorId, freshIds, addressOf }: Props) {
  const { t } = useI18n();
  const tabbableId = rows.some((row) => row.id === cursorId) ? cursorId : (rows[0]?.id ?? null);
  return (
    <table className="vg-table vg-alert-table">
      <caption className="vg-sr">{t('alerts.caption')}</caption>
      <thead>
        <tr>
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
          />
        ))}
      </tbody>
    </table>
  );
}
