/** How the watch post itself is doing: each thing it needs, what is so, and what to do where it is not well. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { Link } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import '../operating.css';
import { readSystemHealth, type Finding, type SystemHealth } from './health-api.ts';
import { messages } from './health-messages.ts';
import { findingText, levelLabel, levelTone, nameLabel, placeOf, todoText } from './health-words.ts';
import { ProbesCard } from './probes-card.tsx';

const rank = { fail: 0, warn: 1, unknown: 2, ok: 3 } as const;

function Numbers({ health }: { readonly health: SystemHealth }) {
  const { number } = useI18n();
  const text = useText(messages);
  const size = useFileSize();
  const { machine } = health;
  if (machine === null) return <p className="vg-hint vg-card-lead">{text('health.partOnly')}</p>;
  const lag = Math.max(0, machine.storedBatch - machine.projectedBatch);
  return (
    <Stats>
      <Stat
        name={text('health.version')}
        value={<LineText value={health.version} />}
        hint={
          <>
            {text('health.since')} <RelativeTime iso={machine.startedAt} />
          </>
        }
      />
      <Stat
        name={text('health.rate')}
        value={number(Math.round(machine.eventsPerSecond * 10) / 10)}
        to="/administration/ledger"
      />
      <Stat name={text('health.lag')} value={number(lag)} />
      <Stat
        name={text('health.rules')}
        value={number(machine.rulesLoaded)}
        to="/rules"
        hint={machine.rulesRejected === 0 ? undefined : text('health.rejected', { n: machine.rulesRejected })}
      />
      <Stat name={text('health.disk')} value={size(machine.diskFreeBytes)} to="/administration/retention" />
      <Stat name={text('health.certificate')} value={<RelativeTime iso={machine.certificateEndsAt} />} />
      <Stat
        name={text('health.backup')}
        value={
          machine.lastBackupAt === null ? (
            text('health.noBackup')
          ) : (
            <RelativeTime iso={machine.lastBackupAt} />
          )
        }
        tone={machine.lastBackupAt === null ? 'warn' : undefined}
      />
    </Stats>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const text = useText(messages);
  const columns: readonly Column<Finding>[] = [
    {
      key: 'what',
      label: text('health.what'),
      wrap: true,
      cell: ({ name, level }) => {
        const to = placeOf[name];
        return (
          <>
            <div>
              {to === undefined ? text(nameLabel[name]) : <Link to={to}>{text(nameLabel[name])}</Link>}
            </div>
            <Badge tone={levelTone[level]}>{text(levelLabel[level])}</Badge>
          </>
        );
      },
    },
    {
      key: 'finding',
      label: text('health.finding'),
      wrap: true,
      cell: (finding) => {
        const todo = todoText(finding, text);
        return (
          <>
            {findingText(finding, text)}
            {todo === undefined ? null : (
              <div className="vg-todo">
                <b>{text('health.todo')}:</b> {todo}
              </div>
            )}
          </>
        );
      },
    },
  ];
  return (
    <section className="vg-card">
      <h2>{text('health.caption')}</h2>
      <DataTable
        caption={text('health.caption')}
        columns={columns}
        rows={findings.toSorted((a, b) => rank[a.level] - rank[b.level])}
        keyOf={({ name }) => name}
        testId="health-row"
        dataOf={({ name, level }) => ({ 'data-name': name, 'data-level': level })}
      />
    </section>
  );
}

function Summary({ health }: { readonly health: SystemHealth }) {
  const text = useText(messages);
  const of = (level: Finding['level']) => health.findings.filter((one) => one.level === level).length;
  const [bad, look] = [of('fail'), of('warn')];
  return (
    <>
      {bad > 0 ? <Badge tone="bad">{text('health.bad', { n: bad })}</Badge> : null}
      {look > 0 ? <Badge tone="warn">{text('health.look', { n: look })}</Badge> : null}
      {bad + look === 0 ? <Badge tone="good">{text('health.well')}</Badge> : null}{' '}
      <span className="vg-muted">
        {text('health.at')} <AbsoluteTime iso={health.at} />
      </span>
    </>
  );
}

export default function HealthPage() {
  const text = useText(messages);
  const mayProbes = useMay('event:read');
  const query = useQuery({
    queryKey: ['administration', 'health'],
    queryFn: ({ signal }) => readSystemHealth(signal),
    refetchInterval: 15_000,
  });
  return (
    <Page
      title={text('health.title')}
      summary={query.data === undefined ? undefined : <Summary health={query.data} />}
    >
      <QueryView query={query}>
        {(health) => (
          <>
            <Numbers health={health} />
            <Findings findings={health.findings} />
          </>
        )}
      </QueryView>
      {mayProbes ? <ProbesCard /> : null}
    </Page>
  );
}
