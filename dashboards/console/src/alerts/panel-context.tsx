/** What stands around an alert: the host and what happened on it, alerts that are like it, how such ones were closed, cases. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState, type ReactNode } from 'react';
import type { Query } from '../api/http.ts';
import type { Alert, AlertDetail } from '../api/types.ts';
import { searchQuery } from '../events/event-search.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { alertPath, href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Chips } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SeverityIcon } from '../ui/severity.tsx';
import { Section } from '../ui/side-panel.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { messages } from './alert-messages.ts';
import {
  eventsShownMax,
  joinCase,
  useAlertCases,
  useAlertsLike,
  useEventsAround,
  useHost,
  useVerdicts,
} from './alerts-api.ts';
import { stateLabel, titleOf, verdictLabel } from './labels.ts';

const spans = ['5', '15', '60'] as const;
type SpanMinutes = (typeof spans)[number];
const likeMax = 6;

function Host({ agentId, level }: { readonly agentId: string; readonly level: number | null }) {
  const text = useText(messages);
  const { t } = useI18n();
  const host = useHost(agentId, useMay('agent:read'));
  return (
    <Section title={text('triage.host')}>
      <QueryView query={host}>
        {(data) => (
          <Facts
            facts={[
              [
                t('column.host'),
                <Link key="host" to={pathOf('hosts', data.id)}>
                  <LineText value={data.hostname} />
                </Link>,
              ],
              [text('triage.hostOs'), <LineText key="os" value={`${data.osName} ${data.osVersion}`} />],
              [t('column.agency'), <LineText key="agency" value={data.agencyName} />],
              level === null ? null : [text('triage.system'), text('triage.level', { n: level })],
              data.group === null
                ? null
                : [text('triage.hostGroup'), <LineText key="group" value={data.group} />],
              data.lastSeenAt === null
                ? null
                : [text('triage.hostSeen'), <RelativeTime key="seen" iso={data.lastSeenAt} />],
            ]}
          />
        )}
      </QueryView>
    </Section>
  );
}

function Timeline({ detail, agentId }: { readonly detail: AlertDetail; readonly agentId: string }) {
  const text = useText(messages);
  const [minutes, setMinutes] = useState<SpanMinutes>('5');
  const at = detail.detections[0]?.time ?? detail.lastSeen;
  const [from, to] = useMemo(() => {
    const ms = Number(minutes) * 60_000;
    return [new Date(Date.parse(at) - ms).toISOString(), new Date(Date.parse(at) + ms).toISOString()];
  }, [at, minutes]);
  const events = useEventsAround(agentId, from, to);
  const proofs = useMemo(() => new Set(detail.detections.map(({ eventId }) => eventId)), [detail]);
  return (
    <Section
      title={text('triage.timeline')}
      actions={
        <Link to={href('/events', searchQuery({ agentId, time: { kind: 'between', from, to } }))}>
          {text('triage.allEvents')}
        </Link>
      }
    >
      <Chips
        label={text('triage.around')}
        chips={spans.map((value) => ({ value, label: text('triage.minutes', { n: Number(value) }) }))}
        chosen={[minutes]}
        onToggle={setMinutes}
      />
      <QueryView query={events}>
        {(page) => (
          <>
            {page.events.length === 0 ? <p className="vg-muted">{text('triage.noEvents')}</p> : null}
            {page.next === null ? null : (
              <p className="vg-hint">{text('triage.cutEvents', { n: eventsShownMax })}</p>
            )}
            <ol
              className="vg-around"
              data-testid="alert-timeline"
              aria-label={text('triage.timeline')}
              // It scrolls: the keyboard must reach it.
              tabIndex={0}
            >
              {page.events.toReversed().map((event) => (
                <li key={event.id} data-matched={proofs.has(event.id)}>
                  <AbsoluteTime iso={event.time} />
                  <span className="vg-around-channel">
                    <LineText value={event.channel} />
                  </span>
                  <LineText value={event.message.slice(0, 400)} />
                  {proofs.has(event.id) ? <span className="vg-kind">{text('triage.matched')}</span> : null}
                </li>
              ))}
            </ol>
          </>
        )}
      </QueryView>
    </Section>
  );
}

function AlertLine({ alert, children }: { readonly alert: Alert; readonly children?: ReactNode }) {
  const { t, language } = useI18n();
  return (
    <li>
      <SeverityIcon severity={alert.severity} />
      <Link to={alertPath(alert.id)}>
        <LineText value={titleOf(alert, language)} />
      </Link>
      <span className="vg-muted">
        {children ?? (
          <>
            {t(stateLabel[alert.state])} · <RelativeTime iso={alert.lastSeen} />
          </>
        )}
      </span>
    </li>
  );
}

function Like({
  title,
  name,
  query,
  self,
}: {
  readonly title: string;
  readonly name: string;
  readonly query: Query | null;
  readonly self: string;
}) {
  const text = useText(messages);
  const found = useAlertsLike(name, query);
  if (query === null) return null;
  return (
    <Section title={title}>
      <QueryView query={found}>
        {({ alerts }) => {
          const others = alerts.filter(({ id }) => id !== self).slice(0, likeMax);
          return others.length === 0 ? (
            <p className="vg-muted">{text('triage.noneAlike')}</p>
          ) : (
            <ul className="vg-like">
              {others.map((alert) => (
                <AlertLine key={alert.id} alert={alert}>
                  {alert.verdict === null ? undefined : (
                    <>
                      {text(verdictLabel[alert.verdict])} · <RelativeTime iso={alert.updatedAt} />
                    </>
                  )}
                </AlertLine>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Section>
  );
}

/** How alerts of the rule were judged, in numbers. */
function Verdicts({ ruleId }: { readonly ruleId: string }) {
  const { number } = useI18n();
  const text = useText(messages);
  const { data } = useVerdicts(ruleId);
  const values = data?.facets['verdict'] ?? [];
  if (values.length === 0) return null;
  return (
    <p className="vg-verdicts">
      {values.map(({ value, count }) => {
        const label = Object.entries(verdictLabel).find(([verdict]) => verdict === value)?.[1];
        return (
          <Link
            key={value}
            to={href('/alerts', { state: 'closed', rule: ruleId, verdict: value, view: 'plain' })}
          >
            {label === undefined ? value : text(label)} {number(count)}
          </Link>
        );
      })}
    </p>
  );
}

function Cases({ id }: { readonly id: string }) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const mayWrite = useMay('case:write');
  const cases = useAlertCases(id, useMay('case:read'));
  const { data } = cases;
  if (data === undefined || (data.in === null && data.hints.length === 0)) return null;
  return (
    <Section title={data.in === null ? text('triage.caseHint') : text('triage.caseIn')}>
      <ul className="vg-like">
        {data.in === null ? (
          data.hints.map((hint) => (
            <li key={hint.number}>
              <SeverityIcon severity={hint.severity} />
              <Link to={pathOf('cases', hint.number)}>{hint.number}</Link>
              {mayWrite ? (
                <Button
                  size="small"
                  loading={action.busy}
                  onClick={() =>
                    void action.run(async () => {
                      await joinCase(hint.number, id);
                      await client.invalidateQueries({ queryKey: ['alert', id] });
                      return { text: text('triage.caseJoined', { number: hint.number }) };
                    })
                  }
                >
                  {text('triage.caseJoin')}
                </Button>
              ) : null}
            </li>
          ))
        ) : (
          <li>
            <Link to={pathOf('cases', data.in.number)}>{data.in.number}</Link>
          </li>
        )}
      </ul>
    </Section>
  );
}

export default function PanelContext({ detail }: { readonly detail: AlertDetail }) {
  const { t } = useI18n();
  const text = useText(messages);
  const seesIndicators = useMay('indicator:read');
  const { agentId, userName, ruleId, id } = detail;
  const address = Object.entries(detail.entity).find(([field]) => /(?:\.ip|\.domain)$/u.test(field))?.[1];
  const like = (query: Query): Query => ({ ...query, folded: 'show', sort: 'last-seen', limit: likeMax + 1 });
  return (
    <>
      <Cases id={id} />
      {agentId === null ? null : <Host agentId={agentId} level={detail.systemLevel} />}
      {address !== undefined && seesIndicators ? (
        <p>
          <Link to={href('/indicators', { q: address })}>
            {text('triage.sightings')}: <LineText value={address} />
          </Link>
        </p>
      ) : null}
      {agentId === null ? null : <Timeline detail={detail} agentId={agentId} />}
      <Like
        title={text('triage.sameHost')}
        name="host"
        self={id}
        query={agentId === null ? null : like({ agentId })}
      />
      <Like
        title={text('triage.sameUser')}
        name="user"
        self={id}
        query={userName === null ? null : like({ user: userName })}
      />
      <Like title={text('triage.sameRule')} name="rule" self={id} query={like({ ruleId, state: 'open' })} />
      <Verdicts ruleId={ruleId} />
      <Like
        title={text('triage.closedAlike')}
        name="closed"
        self={id}
        query={{ ...like({ ruleId, state: 'closed' }), sort: 'updated' }}
      />
      {detail.earlier.length === 0 ? null : (
        <Section title={text('triage.earlier')}>
          <ul className="vg-like">
            {detail.earlier.map((one) => (
              <li key={one.id}>
                <Link to={alertPath(one.id)}>
                  <AbsoluteTime iso={one.lastSeen} />
                </Link>
                <span className="vg-muted">
                  {one.verdict === null ? t(stateLabel[one.state]) : text(verdictLabel[one.verdict])}
                  {one.stateReason === null ? null : (
                    <>
                      {' · '}
                      <LineText value={one.stateReason} />
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
