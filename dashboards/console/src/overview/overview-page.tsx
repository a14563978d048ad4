/** Is anything burning, is anything silent, what is due: in five seconds. What is fine is quiet; each number leads to what it counts. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useMay } from '../shell/me.ts';
import '../styles/overview.css';
import { Loading } from '../ui/notices.tsx';
import { useNow } from '../ui/now.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { AgenciesCard, OpenCard, TrendCard } from './alert-cards.tsx';
import { Card } from './card.tsx';
import { dueSoon, type Due } from './deadlines.ts';
import { ClocksCard, DeadlinesCard } from './due-cards.tsx';
import { IngestCard, SilentCard } from './health-cards.tsx';
import {
  deadlineDays,
  useClocks,
  useDossierDeadlines,
  useDueReports,
  useFigures,
  useLedger,
  useMyAlerts,
  useMyCases,
  useWatch,
  type Watch,
} from './overview-api.ts';
import { messages } from './overview-messages.ts';
import { MineCard, useWaits, WaitsCard, type Waits } from './work-cards.tsx';

function BurningStat({ watch }: { readonly watch: Watch | undefined }) {
  const { number } = useI18n();
  const text = useText(messages);
  const serious = (watch?.open ?? []).filter(
    ({ severity }) => severity === 'critical' || severity === 'high',
  );
  const sum = (of: (row: Watch['open'][number]) => number) => serious.reduce((all, row) => all + of(row), 0);
  const open = sum((row) => row.open);
  return (
    <Stat
      name={text('watch.serious')}
      value={watch === undefined ? '–' : number(open)}
      to="/alerts?severity=critical,high"
      tone={open > 0 ? 'bad' : undefined}
      hint={
        open === 0
          ? text('watch.quietHint')
          : text('watch.seriousHint', { free: sum((row) => row.free), overdue: sum((row) => row.overdue) })
      }
      testId="stat-serious"
    />
  );
}

function SilentStat({ watch }: { readonly watch: Watch | undefined }) {
  const { number } = useI18n();
  const text = useText(messages);
  const { data } = useFigures();
  const silent = watch === undefined ? 0 : watch.silent.agents + watch.silent.sites + watch.silent.channels;
  return (
    <Stat
      name={text('watch.silentHosts')}
      value={watch === undefined ? '–' : number(silent)}
      to="/hosts/silent"
      tone={silent > 0 ? 'warn' : undefined}
      hint={
        data === undefined
          ? undefined
          : text('watch.onlineHint', { online: data.agentsOnline, total: data.agentsTotal })
      }
      testId="stat-silent"
    />
  );
}

function ClockStat() {
  const { number, relative } = useI18n();
  const text = useText(messages);
  const now = useNow();
  const { data } = useClocks();
  const dues = (data?.cases ?? []).flatMap(({ clockDueAt }) => (clockDueAt === null ? [] : [clockDueAt]));
  const next = dues.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
  const late = next !== undefined && Date.parse(next) < now;
  return (
    <Stat
      name={text('watch.clocks')}
      value={data === undefined ? '–' : number(data.cases.length)}
      to="/cases?clock=running"
      tone={late ? 'bad' : next === undefined ? undefined : 'warn'}
      hint={
        next === undefined ? text('watch.clockNone') : text('watch.clockNext', { time: relative(next, now) })
      }
      testId="stat-clocks"
    />
  );
}

function DueStat({ due, known }: { readonly due: readonly Due[]; readonly known: boolean }) {
  const { number } = useI18n();
  const text = useText(messages);
  const late = due.filter(({ daysLeft }) => daysLeft < 0).length;
  return (
    <Stat
      name={text('watch.due', { n: deadlineDays })}
      value={known ? number(due.length) : '–'}
      to="/compliance"
      tone={late > 0 ? 'bad' : undefined}
      hint={late > 0 ? text('watch.dueLate', { n: late }) : text('watch.dueFine')}
      testId="stat-due"
    />
  );
}

function WaitStat({ waits }: { readonly waits: Waits }) {
  const { number } = useI18n();
  const text = useText(messages);
  return (
    <Stat
      name={text('watch.approve')}
      value={number(waits.total)}
      to={waits.rows[0]?.to}
      tone={waits.total > 0 ? 'info' : undefined}
      hint={waits.rows[0]?.name ?? text('watch.approveNone')}
      testId="stat-waits"
    />
  );
}

function MineStat() {
  const { number } = useI18n();
  const text = useText(messages);
  const alerts = useMyAlerts().data?.total ?? 0;
  const cases = useMyCases().data?.total ?? 0;
  return (
    <Stat
      name={text('watch.mine')}
      value={number(alerts + cases)}
      to={alerts > 0 || cases === 0 ? '/alerts?assignee=me' : '/cases?assignee=me'}
      tone={alerts + cases > 0 ? 'info' : undefined}
      hint={text('watch.mineHint', { alerts, cases })}
      testId="stat-mine"
    />
  );
}

type CardName = readonly [title: LabelOf<typeof messages>, testId: string];
const watchCards: readonly CardName[] = [
  ['watch.open', 'overview-open'],
  ['watch.trend', 'overview-trend'],
  ['watch.agencies', 'overview-agencies'],
];
const clockCards: readonly CardName[] = [['watch.clockList', 'overview-clocks']];
const deadlineCards: readonly CardName[] = [['watch.deadlines', 'overview-deadlines']];
const silentCards: readonly CardName[] = [['watch.silent', 'overview-silent']];
const ingestCards: readonly CardName[] = [['watch.ingest', 'overview-ingest']];

/** Until the answer is there its cards stand in their places, so that nothing jumps. */
function Part<Data>({
  query,
  cards,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  readonly cards: readonly CardName[];
  readonly children: (data: Data) => ReactNode;
}) {
  const text = useText(messages);
  if (!query.isPending || query.error !== null) return <QueryView query={query}>{children}</QueryView>;
  return cards.map(([title, testId]) => (
    <Card key={testId} title={text(title)} testId={testId}>
      <Loading />
    </Card>
  ));
}

export default function OverviewPage() {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const watch = useWatch();
  const figures = useFigures();
  const clocks = useClocks();
  const dossiers = useDossierDeadlines();
  const reports = useDueReports();
  const ledger = useLedger();
  const waits = useWaits();
  const works = useMay('alert:write');
  const seesCases = useMay('case:read');
  const seesSystems = useMay('system:read');
  const due = dueSoon(dossiers.data, reports.data, deadlineDays);
  return (
    <Page
      title={text('watch.title')}
      summary={watch.data === undefined ? undefined : text('watch.asOf', { time: dateTime(watch.data.at) })}
    >
      <Stats>
        <BurningStat watch={watch.data} />
        <SilentStat watch={watch.data} />
        {seesCases ? <ClockStat /> : null}
        {seesSystems ? <DueStat due={due} known={dossiers.data !== undefined} /> : null}
        {waits.any ? <WaitStat waits={waits} /> : null}
        {works ? <MineStat /> : null}
      </Stats>
      <div className="vg-watch">
        <Part query={watch} cards={watchCards}>
          {(data) => (
            <>
              <OpenCard watch={data} />
              <TrendCard watch={data} />
              <AgenciesCard watch={data} />
            </>
          )}
        </Part>
        {seesCases ? (
          <Part query={clocks} cards={clockCards}>
            {(data) => <ClocksCard clocks={data} />}
          </Part>
        ) : null}
        {seesSystems ? (
          <Part query={dossiers} cards={deadlineCards}>
            {() => <DeadlinesCard due={due} />}
          </Part>
        ) : null}
        {waits.any ? <WaitsCard waits={waits} /> : null}
        {works ? <MineCard /> : null}
        {watch.data === undefined && watch.error !== null ? null : (
          <Part query={watch} cards={silentCards}>
            {(data) => <SilentCard watch={data} figures={figures.data} />}
          </Part>
        )}
        <Part query={figures} cards={ingestCards}>
          {(data) => <IngestCard figures={data} ledger={ledger.data} />}
        </Part>
      </div>
    </Page>
  );
}
