/** What lists and pages of hosts show of one: state, clock, level, role, alerts, vulnerabilities, configuration. */
import type { LabelKey } from '../i18n/translate.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { SeverityIcon } from '../ui/severity.tsx';
import { skewMsNotable } from './host-rows.ts';
import type { Agent, HostFacts, PostureCounts, Role } from './hosts-types.ts';
import { messages } from './hosts-messages.ts';

export const agentStateLabel: Readonly<Record<Agent['state'], LabelKey>> = {
  online: 'agentState.online',
  offline: 'agentState.offline',
  pending: 'agentState.pending',
  revoked: 'agentState.revoked',
  replaced: 'agentState.replaced',
};

export const roleLabel: Readonly<Record<Role, LabelOf<typeof messages>>> = {
  workstation: 'hostRole.workstation',
  server: 'hostRole.server',
  'domain-controller': 'hostRole.domainController',
  'key-server': 'hostRole.keyServer',
};

export function AgentState({ state }: { readonly state: Agent['state'] }) {
  const { t } = useI18n();
  return (
    <span className="vg-agent-state" data-state={state}>
      {t(agentStateLabel[state])}
    </span>
  );
}

export function Skew({ skewMs }: { readonly skewMs: number | null }) {
  const { signedSeconds } = useI18n();
  const text = useText(messages);
  if (skewMs === null) return '—';
  const notable = Math.abs(skewMs) >= skewMsNotable;
  return (
    <span className={notable ? 'vg-warn' : undefined} title={notable ? text('hosts.skewWarn') : undefined}>
      {notable ? '⚠ ' : ''}
      {signedSeconds(skewMs)}
    </span>
  );
}

export function Level({ level }: { readonly level: number | null }) {
  const text = useText(messages);
  if (level === null) return null;
  return (
    <span className="vg-level" data-level={level}>
      {text('hosts.level', { n: level })}
    </span>
  );
}

export function OpenAlerts({ facts }: { readonly facts: HostFacts | undefined }) {
  const { number } = useI18n();
  if (facts === undefined || facts.worst === null) return <span className="vg-muted">0</span>;
  return (
    <span className="vg-severity" data-severity={facts.worst}>
      <SeverityIcon severity={facts.worst} />
      {number(facts.openAlerts)}
    </span>
  );
}

export function Findings({ facts }: { readonly facts: HostFacts | undefined }) {
  const { number } = useI18n();
  const text = useText(messages);
  const known = facts?.vulnerabilities ?? null;
  if (known === null) {
    return (
      <span className="vg-muted" title={text('hosts.notTold')}>
        —
      </span>
    );
  }
  return (
    <>
      {known.exploited > 0 ? (
        <span className="vg-host-exploited">{text('hosts.exploitedN', { n: known.exploited })} · </span>
      ) : null}
      {number(known.open)}
    </>
  );
}

const goodMin = 90;
const fairMin = 70;

/** The share of checks that pass, as a number and a bar. */
export function Score({
  score,
  checks,
}: {
  readonly score: number | undefined;
  readonly checks: PostureCounts | undefined;
}) {
  const text = useText(messages);
  if (score === undefined || checks === undefined) return <span className="vg-muted">—</span>;
  const title = text('hosts.scoreTitle', {
    pass: checks.pass,
    fail: checks.fail,
    open: checks['not-assessed'],
  });
  return (
    <span
      className="vg-score"
      title={title}
      data-tone={score >= goodMin ? 'good' : score >= fairMin ? 'warn' : 'bad'}
    >
      <span className="vg-score-bar" aria-hidden="true">
        <span style={{ width: `${score}%` }} />
      </span>
      {score}%
    </span>
  );
}
