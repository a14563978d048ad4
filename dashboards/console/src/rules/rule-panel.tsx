/** One rule beside the list: what it looks for, what it did, where it is decided otherwise, its versions, its text. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense, useState } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { Icon } from '../shell/icons.tsx';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { useCopy } from '../ui/use-copy.ts';
import { messages } from './messages.ts';
import { ActivateDialog, StateDialog } from './rule-acts.tsx';
import { kindWords, originWords, severityOf, stateTones, stateWords } from './rule-labels.ts';
import { RuleMeaning } from './rule-meaning.tsx';
import { RuleScopes } from './rule-scopes.tsx';
import { RuleVersions } from './rule-versions.tsx';
import { checkRule, readRule, ruleStats, type RuleDetail } from './rules-api.ts';

const ScopeDialog = lazy(() => import('./scope-dialog.tsx'));

function Recent({ ruleId }: { readonly ruleId: string }) {
  const { number } = useI18n();
  const text = useText(messages);
  const stats = useQuery({
    queryKey: ['rules', 'report', 'stats'],
    queryFn: ({ signal }) => ruleStats('stats', signal),
    staleTime: 5 * 60_000,
  });
  const stat = stats.data?.rules.find(({ id }) => id === ruleId);
  if (stat === undefined) return null;
  const percent = stat.falseShare === null ? null : `${number(Math.round(stat.falseShare * 100))}%`;
  return (
    <Section title={text('rules.recent')}>
      <Facts
        facts={[
          [
            text('rules.fact.matches'),
            <>
              {number(stat.matches)}
              {stat.matches > 0 ? null : (
                <span className="vg-muted">
                  {' '}
                  · {text(stat.hasData ? 'rules.neverMatched' : 'rules.noData')}
                </span>
              )}
            </>,
          ],
          stat.lastMatchAt === null
            ? null
            : [text('rules.fact.last'), <RelativeTime key="last" iso={stat.lastMatchAt} />],
          [
            text('rules.fact.alerts'),
            <>
              {number(stat.alerts)}
              {stat.throttled === 0 ? null : (
                <span className="vg-warn"> · {text('rules.throttled', { n: stat.throttled })}</span>
              )}
            </>,
          ],
          [text('rules.fact.closed'), number(stat.closed)],
          percent === null ? null : [text('rules.fact.false'), percent],
        ]}
      />
    </Section>
  );
}

function Meaning({ text: written }: { readonly text: string }) {
  const { language } = useI18n();
  const text = useText(messages);
  const check = useQuery({
    queryKey: ['rules', 'check', written, language],
    queryFn: ({ signal }) => checkRule(written, [], language, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (check.data !== undefined && check.data.meaning === null) return null;
  return (
    <Section title={text('rules.meaning')}>
      <QueryView query={check}>
        {({ meaning }) => (meaning === null ? null : <RuleMeaning meaning={meaning} />)}
      </QueryView>
    </Section>
  );
}

function Actions({ rule, onState }: { readonly rule: RuleDetail; readonly onState: () => void }) {
  const text = useText(messages);
  const mayWrite = useMay('rule:write');
  const mayHunt = useMay('hunt:run');
  const mayAsk = useMay('exception:request');
  return (
    <>
      {mayWrite ? (
        <Button
          size="small"
          type="primary"
          data-testid="rule-change-state"
          aria-haspopup="dialog"
          onClick={onState}
        >
          {text('rules.changeState')}
        </Button>
      ) : null}
      <Button
        size="small"
        icon={<Icon name="edit" />}
        data-testid="rule-edit"
        onClick={() => navigate(pathOf('rules', rule.id, 'edit'))}
      >
        {text(mayWrite ? 'rules.edit' : 'rules.open')}
      </Button>
      {mayHunt ? (
        <Button size="small" onClick={() => navigate(`${pathOf('rules', rule.id, 'edit')}?tool=history`)}>
          {text('rules.backTest')}
        </Button>
      ) : null}
      <Link to={href('/alerts', { rule: rule.id, state: 'all' })}>{text('rules.alertsOf')}</Link>
      {mayHunt && (rule.state === 'on' || rule.state === 'test') && rule.kind === 'rule' ? (
        <Link to={href('/events', { rule: rule.id })}>{text('rules.eventsOf')}</Link>
      ) : null}
      {mayAsk ? (
        <Link to={href('/exceptions', { new: '1', rule: rule.id })}>{text('rules.except')}</Link>
      ) : null}
    </>
  );
}

function FactsOf({ rule }: { readonly rule: RuleDetail }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  return (
    <Section title={text('rules.facts')}>
      <Facts
        facts={[
          [text('rules.fact.id'), <LineText key="id" value={rule.id} />],
          [text('rules.filter.origin'), text(originWords[rule.origin])],
          [text('rules.fact.place'), <LineText key="place" value={rule.place} />],
          rule.author === null
            ? null
            : [text('rules.fact.author'), <LineText key="author" value={rule.author} />],
          rule.license === null
            ? null
            : [text('rules.fact.license'), <LineText key="license" value={rule.license} />],
          [text('rules.fact.since'), <AbsoluteTime key="since" iso={rule.stateSince} />],
          [
            text('rules.fact.changed'),
            text('rules.fact.byAt', { by: visibleString(rule.updatedBy), at: dateTime(rule.updatedAt) }),
          ],
        ]}
      />
    </Section>
  );
}

type Props = { readonly ruleId: string; readonly onClose: () => void };

export function RulePanel({ ruleId, onClose }: Props) {
  const { language } = useI18n();
  const text = useText(messages);
  const [asking, setAsking] = useState<'state' | 'scope' | number | null>(null);
  const query = useQuery({
    queryKey: ['rules', 'one', ruleId],
    queryFn: ({ signal }) => readRule(ruleId, signal),
    staleTime: 10_000,
  });
  const rule = query.data?.body;
  const etag = query.data?.etag;
  const copy = useCopy();
  return (
    <SidePanel
      label={text('rules.panel')}
      openKey={ruleId}
      onClose={onClose}
      testId="rule-panel"
      top={
        rule === undefined ? undefined : (
          <span className="vg-menu-button">
            <SeverityLabel severity={severityOf(rule.level)} />
            <Badge tone={stateTones[rule.state]}>{text(stateWords[rule.state])}</Badge>
            <span className="vg-muted">{text(kindWords[rule.kind])}</span>
          </span>
        )
      }
      title={rule === undefined ? '' : <LineText value={titleOf(rule, language)} />}
      actions={rule === undefined ? undefined : <Actions rule={rule} onState={() => setAsking('state')} />}
    >
      <QueryView query={query}>
        {({ body }) => (
          <>
            <Meaning text={body.text} />
            <Recent ruleId={body.id} />
            <RuleScopes rule={body} onAdd={() => setAsking('scope')} />
            <RuleVersions rule={body} onActivate={setAsking} />
            <FactsOf rule={body} />
            <Section
              title={text('rules.text')}
              actions={
                <button
                  type="button"
                  className="vg-link"
                  onClick={() => void copy(body.text, text('rules.copied'))}
                >
                  {text('rules.copy')}
                </button>
              }
            >
              <BlockText value={body.text} />
            </Section>
          </>
        )}
      </QueryView>
      {rule !== undefined && asking === 'state' ? (
        <StateDialog rule={rule} etag={etag} onClose={() => setAsking(null)} />
      ) : null}
      {rule !== undefined && typeof asking === 'number' ? (
        <ActivateDialog rule={rule} etag={etag} version={asking} onClose={() => setAsking(null)} />
      ) : null}
      {asking === 'scope' ? (
        <Suspense fallback={null}>
          <ScopeDialog ruleId={ruleId} onClose={() => setAsking(null)} />
        </Suspense>
      ) : null}
    </SidePanel>
  );
}
