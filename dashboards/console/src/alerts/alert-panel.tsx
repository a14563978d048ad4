/** The story of one alert: what happened, why it matched, what proves it, what to do. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Alert, AlertDetail } from '../api/types.ts';
import { aroundTime, pivotField, searchQuery } from '../events/event-search.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { Icon } from '../shell/icons.tsx';
import { useMayAct } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { FieldList } from '../ui/field-list.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { TagList } from '../ui/tag-list.tsx';
import { tacticsOf } from './attack.ts';
import { adviceOf } from './advice.ts';
import { entityEntries, entityLabel, stateLabel, titleOf } from './labels.ts';

const eventsAroundMinutes = 15;

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="vg-panel-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** An http(s) reference is a link that tells the other side nothing; anything else stays text. */
function Reference({ value }: { readonly value: string }) {
  const safe = /^https?:\/\//iu.test(value) && URL.canParse(value);
  return safe ? (
    <a href={value} target="_blank" rel="noopener noreferrer nofollow">
      <LineText value={value} />
    </a>
  ) : (
    <LineText value={value} />
  );
}

function Entity({ alert }: { readonly alert: Alert }) {
  const { t } = useI18n();
  // The host has a line of its own below.
  const entries = entityEntries(alert).filter(
    ([field, value]) => field !== 'host.name' || value !== alert.hostname,
  );
  if (entries.length === 0) return null;
  return (
    <dl className="vg-facts">
      {entries.map(([key, value]) => {
        const field = pivotField(key);
        const label = entityLabel[key];
        return (
          <div key={key}>
            <dt title={visibleString(key)}>{label === undefined ? <LineText value={key} /> : t(label)}</dt>
            <dd>
              {field === null ? (
                <LineText value={value} />
              ) : (
                <Link
                  to={href('/events', searchQuery({ [field]: value, time: { kind: 'range', range: '7d' } }))}
                  title={t('alert.pivot')}
                >
                  <LineText value={value} />
                </Link>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Story({ detail }: { readonly detail: AlertDetail }) {
  const { t, language } = useI18n();
  const description = language === 'vi' ? (detail.descriptionVi ?? detail.description) : detail.description;
  const own = language === 'vi' ? (detail.adviceVi ?? detail.advice) : detail.advice;
  const advice = adviceOf(tacticsOf(detail.tags), detail.severity);
  const around = (time: string) =>
    href(
      '/events',
      searchQuery({ agentId: detail.agentId ?? '', time: aroundTime(time, eventsAroundMinutes) }),
    );
  return (
    <>
      {description === '' ? null : <BlockText value={description} />}
      <Section title={t('alert.advice')}>
        {own === null ? (
          <ul className="vg-advice">
            {advice.map((key) => (
              <li key={key}>{t(key)}</li>
            ))}
          </ul>
        ) : (
          <BlockText value={own} />
        )}
      </Section>
      <Section title={t('alert.proof', { n: detail.detections.length })}>
        {detail.detections.length === 0 ? <p className="vg-hint">{t('alert.noProof')}</p> : null}
        <ol className="vg-proof">
          {detail.detections.map((detection) => (
            <li key={detection.id} data-testid="detection">
              <div className="vg-proof-head">
                <AbsoluteTime iso={detection.time} />
                <LineText value={detection.hostname} />
                <Link to={around(detection.time)}>{t('alert.around', { n: eventsAroundMinutes })}</Link>
              </div>
              <BlockText value={detection.message} />
              {Object.keys(detection.matched).length === 0 ? null : (
                <div className="vg-matched">
                  <span className="vg-matched-label">{t('alert.why')}</span>
                  <FieldList fields={detection.matched} />
                </div>
              )}
            </li>
          ))}
        </ol>
      </Section>
      {detail.falsePositives.length === 0 ? null : (
        <Section title={t('alert.falsePositives')}>
          <ul>
            {detail.falsePositives.map((text) => (
              <li key={text}>
                <LineText value={text} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {detail.references.length === 0 ? null : (
        <Section title={t('alert.references')}>
          <ul className="vg-references">
            {detail.references.map((text) => (
              <li key={text}>
                <Reference value={text} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

type Props = {
  readonly alertId: string;
  /** The row, shown until the story is read. */
  readonly known: Alert | undefined;
  /** Move focus into the panel (opened by key). */
  readonly takeFocus: boolean;
  readonly onClosePanel: () => void;
  readonly onAcknowledge: (alert: Alert) => void;
  readonly onCloseAlert: (alert: Alert) => void;
  readonly onReopen: (alert: Alert) => void;
};

export function AlertPanel(props: Props) {
  const { alertId, known, takeFocus } = props;
  const { t, language, number } = useI18n();
  const mayAct = useMayAct();
  const heading = useRef<HTMLHeadingElement>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['alert', alertId],
    queryFn: ({ signal }) => api.alert(alertId, signal),
  });
  const alert = data ?? known;

  useEffect(() => {
    if (takeFocus) heading.current?.focus();
  }, [alertId, takeFocus]);

  return (
    <aside
      className="vg-panel"
      aria-label={t('alert.panel')}
      data-testid="alert-panel"
      data-alert-id={alertId}
    >
      <header className="vg-panel-head">
        <div className="vg-panel-top">
          {alert === undefined ? <span /> : <SeverityLabel severity={alert.severity} />}
          {alert === undefined ? null : (
            <span className="vg-state" data-state={alert.state} data-testid="alert-panel-state">
              {t(stateLabel[alert.state])}
            </span>
          )}
          <button
            type="button"
            className="vg-icon-button"
            aria-label={t('action.close')}
            title={`${t('action.close')} (Esc)`}
            onClick={props.onClosePanel}
          >
            <Icon name="close" />
          </button>
        </div>
        <h2 ref={heading} tabIndex={-1}>
          {alert === undefined ? t('alert.panel') : <LineText value={titleOf(alert, language)} />}
        </h2>
        {alert === undefined || !mayAct ? null : (
          <div className="vg-panel-actions">
            {alert.state === 'new' ? (
              <Button
                type="primary"
                data-testid="alert-acknowledge"
                onClick={() => props.onAcknowledge(alert)}
              >
                {t('action.acknowledge')} <kbd>e</kbd>
              </Button>
            ) : null}
            {alert.state === 'closed' ? (
              <Button data-testid="alert-reopen" onClick={() => props.onReopen(alert)}>
                {t('action.reopen')} <kbd>r</kbd>
              </Button>
            ) : (
              <Button data-testid="alert-close" onClick={() => props.onCloseAlert(alert)}>
                {t('action.closeAlert')} <kbd>c</kbd>
              </Button>
            )}
          </div>
        )}
        {mayAct ? null : <p className="vg-hint">{t('alert.viewerOnly')}</p>}
      </header>
      <div className="vg-panel-body">
        {alert === undefined ? null : (
          <>
            <Entity alert={alert} />
            <dl className="vg-facts">
              <div>
                <dt>{t('column.host')}</dt>
                <dd>
                  {alert.agentId === null ? (
                    <LineText value={alert.hostname ?? '—'} />
                  ) : (
                    <Link
                      to={href('/events', searchQuery({ agentId: alert.agentId }))}
                      title={t('alert.pivot')}
                    >
                      <LineText value={alert.hostname ?? alert.agentId} />
                    </Link>
                  )}
                </dd>
              </div>
              <div>
                <dt>{t('column.agency')}</dt>
                <dd>
                  <LineText value={alert.agencyName} />
                </dd>
              </div>
              <div>
                <dt>{t('column.count')}</dt>
                <dd>{number(alert.count)}</dd>
              </div>
              <div>
                <dt>{t('column.firstSeen')}</dt>
                <dd>
                  <AbsoluteTime iso={alert.firstSeen} />
                </dd>
              </div>
              <div>
                <dt>{t('column.lastSeen')}</dt>
                <dd>
                  <AbsoluteTime iso={alert.lastSeen} /> (<RelativeTime iso={alert.lastSeen} />)
                </dd>
              </div>
              <div>
                <dt>{t('column.rule')}</dt>
                <dd>
                  <Link to={href('/rules', { q: alert.ruleId })}>
                    <LineText value={alert.ruleId} />
                  </Link>
                </dd>
              </div>
            </dl>
            <TagList tags={alert.tags} />
          </>
        )}
        {isPending ? <Loading /> : null}
        {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {data === undefined ? null : <Story key={data.id} detail={data} />}
      </div>
    </aside>
  );
}
