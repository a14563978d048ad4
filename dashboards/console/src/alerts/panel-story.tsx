/** What happened, why it matched, what proves it, what to do. */
import type { Alert, AlertDetail } from '../api/types.ts';
import { aroundTime, pivotField, searchQuery } from '../events/event-search.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { FieldList } from '../ui/field-list.tsx';
import { Section } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { tacticsOf } from './attack.ts';
import { adviceOf } from './advice.ts';
import { messages } from './alert-messages.ts';
import { entityEntries, entityLabel } from './labels.ts';
import { SeverityWhy } from './severity-why.tsx';

const eventsAroundMinutes = 15;

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

export function Entity({ alert }: { readonly alert: Alert }) {
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

export function Story({ detail }: { readonly detail: AlertDetail }) {
  const { t, language, number } = useI18n();
  const text = useText(messages);
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
      <SeverityWhy why={detail.severityWhy} />
      {detail.members === 0 ? null : (
        <p className="vg-gathers">
          {text('triage.members', { n: detail.members })}{' '}
          <Link to={href('/alerts', { fleet: detail.id, state: 'all' })}>{text('triage.membersShow')}</Link>
        </p>
      )}
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
      {detail.distinct.length === 0 ? null : (
        <Section title={text('triage.distinct')}>
          <dl className="vg-facts">
            {detail.distinct.map(({ field, distinct, atLeast, values }) => (
              <div key={field}>
                <dt>
                  <LineText value={field} />
                </dt>
                <dd>
                  {atLeast ? '≥ ' : ''}
                  {number(distinct)}:{' '}
                  <LineText
                    value={values
                      .slice(0, 5)
                      .map(({ value, count }) => `${value} (${count})`)
                      .join(', ')}
                  />
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
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
