/** A host in one view: what needs a look, what it is, who answers for it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Facts } from '../ui/facts.tsx';
import { SelectField } from '../ui/form-fields.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { AlertList } from './host-alerts.tsx';
import { messages } from './host-messages.ts';
import type { HostTabProps } from './host-page.tsx';
import { AgentState, Level, roleLabel, Skew } from './host-parts.tsx';
import { scoreOf } from './host-rows.ts';
import { hostAddress } from './host-table.tsx';
import { readHostFacts, readPosture, readSilences, setRole } from './hosts-api.ts';
import type { Role } from './hosts-types.ts';
import { messages as hostsMessages } from './hosts-messages.ts';
import { SilenceTable } from './silence-table.tsx';

const roles: readonly Role[] = ['workstation', 'server', 'domain-controller', 'key-server'];

function RoleField({ agentId, role }: { readonly agentId: string; readonly role: Role | null }) {
  const text = useText(messages);
  const hostsText = useText(hostsMessages);
  const client = useQueryClient();
  const action = useAction();
  const set = async (next: Role | null) => {
    await setRole(agentId, next);
    await client.invalidateQueries({ queryKey: ['hosts', 'facts'] });
  };
  return (
    <SelectField<Role | 'none'>
      label={hostsText('hosts.role')}
      hint={text('host.roleHint')}
      value={role ?? 'none'}
      disabled={action.busy}
      testId="host-role"
      choices={[
        { value: 'none', label: text('host.roleBySystem') },
        ...roles.map((value) => ({ value, label: hostsText(roleLabel[value]) })),
      ]}
      onChange={(next) =>
        void action.run(async () => {
          await set(next === 'none' ? null : next);
          return { text: text('host.roleSet'), undo: () => set(role) };
        })
      }
    />
  );
}

export default function HostSummary({ agent }: HostTabProps) {
  const { t, number } = useI18n();
  const text = useText(messages);
  const hostsText = useText(hostsMessages);
  const mayWrite = useMay('agent:write');
  const mayEvents = useMay('event:read');
  const facts = useQuery({ queryKey: ['hosts', 'facts'], queryFn: ({ signal }) => readHostFacts(signal) });
  const silences = useQuery({
    queryKey: ['hosts', 'silences', agent.id],
    queryFn: ({ signal }) => readSilences(agent.id, signal),
  });
  const posture = useQuery({
    queryKey: ['hosts', 'posture', agent.id, ''],
    queryFn: ({ signal }) => readPosture(agent.id, undefined, signal),
    enabled: mayEvents,
  });
  const own = facts.data?.hosts.find(({ agentId }) => agentId === agent.id);
  const score = scoreOf(posture.data?.counts);
  const silent = (silences.data?.silences ?? []).filter(({ endedAt }) => endedAt === null);
  const found = own?.vulnerabilities ?? null;
  return (
    <div className="vg-body">
      <Stats>
        <Stat
          name={text('host.openAlerts')}
          value={own === undefined ? '–' : number(own.openAlerts)}
          tone={own?.worst === 'critical' || own?.worst === 'high' ? 'bad' : undefined}
          to={hostAddress(agent.id, 'alerts')}
        />
        <Stat
          name={text('host.findings')}
          value={found === null ? '–' : number(found.open)}
          tone={(found?.exploited ?? 0) > 0 ? 'bad' : undefined}
          hint={
            (found?.exploited ?? 0) > 0
              ? `${number(found?.exploited ?? 0)} ${text('host.exploited')}`
              : undefined
          }
          to={hostAddress(agent.id, 'vulnerabilities')}
        />
        <Stat
          name={text('host.score')}
          value={score === undefined ? '–' : `${number(score)}%`}
          to={hostAddress(agent.id, 'posture')}
        />
      </Stats>
      {silent.length === 0 ? null : (
        <section className="vg-card">
          <h2>{text('host.silences')}</h2>
          <SilenceTable rows={silent} ended={false} />
        </section>
      )}
      <div className="vg-columns">
        <section className="vg-card">
          <h2>{text('host.about')}</h2>
          <Facts
            facts={[
              [hostsText('hosts.os'), <LineText key="os" value={`${agent.osName} ${agent.osVersion}`} />],
              [text('host.platform'), <LineText key="p" value={`${agent.platform} ${agent.arch}`} />],
              [hostsText('hosts.agency'), <LineText key="a" value={agent.agencyName} />],
              [
                hostsText('hosts.system'),
                own === undefined || own.system === null ? (
                  <span key="s" className="vg-muted">
                    {text('host.noSystem')}
                  </span>
                ) : (
                  <span key="s">
                    <Level level={own.system.level} />
                    <LineText value={own.system.name} />
                  </span>
                ),
              ],
              [text('host.timeZone'), <LineText key="z" value={agent.timeZone} />],
              [text('host.machineId'), <LineText key="m" value={agent.machineId} />],
            ]}
          />
          {mayWrite && own !== undefined ? <RoleField agentId={agent.id} role={own.role} /> : null}
        </section>
        <section className="vg-card">
          <h2>{text('host.agent')}</h2>
          <Facts
            facts={[
              [hostsText('hosts.version'), <LineText key="v" value={agent.agentVersion} />],
              [
                hostsText('hosts.seen'),
                agent.lastSeenAt === null ? (
                  hostsText('hosts.never')
                ) : (
                  <RelativeTime key="l" iso={agent.lastSeenAt} />
                ),
              ],
              [t('column.skew'), <Skew key="k" skewMs={agent.clockSkewMs} />],
              [
                hostsText('hosts.group'),
                agent.group === null ? '—' : <LineText key="g" value={agent.group} />,
              ],
              [text('host.id'), <LineText key="i" value={agent.id} />],
              [text('host.enrolled'), <AbsoluteTime key="e" iso={agent.enrolledAt} />],
              agent.approvedBy === null
                ? null
                : [text('host.approvedBy'), <LineText key="b" value={agent.approvedBy} />],
              agent.revokedAt === null
                ? null
                : [text('host.revokedAt'), <AbsoluteTime key="r" iso={agent.revokedAt} />],
              agent.replacedAt === null
                ? null
                : [text('host.replacedAt'), <AbsoluteTime key="rp" iso={agent.replacedAt} />],
            ]}
          />
          {agent.others.length === 0 ? null : (
            <>
              <h3 className="vg-card-sub">{text('host.others')}</h3>
              <ul className="vg-plain-list">
                {agent.others.map((other) => (
                  <li key={other.id}>
                    <Link to={hostAddress(other.id)}>
                      <LineText value={other.hostname} />
                    </Link>{' '}
                    <AgentState state={other.state} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      </div>
      <section className="vg-card">
        <h2>{text('host.latest')}</h2>
        <AlertList agentId={agent.id} state="open" />
      </section>
    </div>
  );
}
