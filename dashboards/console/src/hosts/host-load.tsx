/** How busy a host is and was, with what the agent itself takes of it. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useQueryState } from '../router/use-query.ts';
import { api } from '../session/session-store.ts';
import type { ApiEvent } from '../api/types.ts';
import { Chips } from '../ui/chips.tsx';
import { useFileSize } from '../ui/file-size.ts';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { TimeChart } from '../ui/time-chart.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { loadPoints, type LoadPoint } from './host-load-points.ts';
import type { HostTabProps } from './host-page.tsx';
import { readLoad } from './hosts-api.ts';
import { messages } from './load-messages.ts';

const statusCommand = 'npx vonggac-agent status';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const mib = 1_048_576;
const pageMax = 1_000;
/** A month of hourly words, and what the agent says besides. */
const pagesMax = 3;
const spans = ['1', '7', '30'] as const;
const spanLabel = { '1': 'load.span.1', '7': 'load.span.7', '30': 'load.span.30' } as const;

async function toldOver(agentId: string, days: number, signal: AbortSignal): Promise<readonly ApiEvent[]> {
  const from = new Date(Date.now() - days * dayMs).toISOString();
  const found: ApiEvent[] = [];
  let after: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const read = await api.events(
      {
        agentId,
        channel: 'agent',
        action: 'agent_scan_completed',
        from,
        limit: pageMax,
        ...(after === undefined ? {} : { after }),
      },
      signal,
    );
    found.push(...read.events);
    if (read.next === null) break;
    after = read.next;
  }
  return found;
}

function Now({ agentId }: { readonly agentId: string }) {
  const { number } = useI18n();
  const text = useText(messages);
  const size = useFileSize();
  const query = useQuery({
    queryKey: ['hosts', 'load', agentId],
    queryFn: ({ signal }) => readLoad(agentId, signal),
    refetchInterval: 60_000,
  });
  return (
    <QueryView query={query}>
      {({ load }) =>
        load === null ? (
          <EmptyState title={text('load.none')}>
            <p>{text('load.noneText')}</p>
          </EmptyState>
        ) : (
          <Stats>
            <Stat
              name={text('load.cpu')}
              value={load.cpuPercent === null ? '–' : `${number(load.cpuPercent)} %`}
              hint={
                load.cpuPercentMax === null
                  ? undefined
                  : text('load.cpuHint', { max: number(load.cpuPercentMax) })
              }
              testId="load-cpu"
            />
            <Stat
              name={text('load.memory')}
              value={size(load.memoryUsedMb * mib)}
              hint={text('load.ofTotal', { total: size(load.memoryTotalMb * mib) })}
            />
            <Stat
              name={text('load.disk')}
              value={size(load.diskUsedMb * mib)}
              hint={text('load.ofTotal', { total: size(load.diskTotalMb * mib) })}
            />
            <Stat
              name={text('load.told')}
              value={<RelativeTime iso={load.at} />}
              hint={text('load.over', { n: Math.round(load.overSeconds / 60) })}
            />
          </Stats>
        )
      }
    </QueryView>
  );
}

function Over({ points }: { readonly points: readonly LoadPoint[] }) {
  const { number } = useI18n();
  const text = useText(messages);
  const of = (name: keyof LoadPoint) => points.map((point) => point[name]);
  return (
    <TimeChart
      label={text('load.chartLabel')}
      times={points.map(({ atMs }) => atMs)}
      series={[
        { key: 'cpu', label: text('load.cpu'), tone: 'accent', values: of('cpuPercent') },
        { key: 'max', label: text('load.cpuMax'), tone: 'high', values: of('cpuPercentMax') },
        { key: 'memory', label: text('load.memory'), tone: 'low', values: of('memoryPercent') },
        { key: 'disk', label: text('load.disk'), tone: 'quiet', values: of('diskPercent') },
      ]}
      shape="lines"
      height={180}
      stepMs={hourMs}
      format={(value) => `${number(value)} %`}
      testId="load-chart"
    />
  );
}

function Own({ points }: { readonly points: readonly LoadPoint[] }) {
  const { number } = useI18n();
  const text = useText(messages);
  const size = useFileSize();
  const told = points.filter(({ agentCpuPercent }) => agentCpuPercent !== null);
  const last = told.at(-1);
  return (
    <section className="vg-card">
      <h2>{text('load.own')}</h2>
      {last === undefined ? (
        <p className="vg-hint">
          {text('load.ownNone')} <code>{statusCommand}</code>
        </p>
      ) : (
        <>
          <p className="vg-hint vg-card-lead">{text('load.ownText')}</p>
          <Stats>
            <Stat name={text('load.ownCpu')} value={`${number(last.agentCpuPercent ?? 0)} %`} />
            <Stat
              name={text('load.ownMemory')}
              value={last.agentMemoryMb === null ? '–' : size(last.agentMemoryMb * mib)}
            />
          </Stats>
          <TimeChart
            label={text('load.ownCpu')}
            times={told.map(({ atMs }) => atMs)}
            series={[
              {
                key: 'own',
                label: text('load.ownCpu'),
                tone: 'accent',
                values: told.map(({ agentCpuPercent }) => agentCpuPercent),
              },
            ]}
            shape="lines"
            stepMs={hourMs}
            testId="load-own-chart"
          />
        </>
      )}
    </section>
  );
}

export default function HostLoad({ agent }: HostTabProps) {
  const text = useText(messages);
  const state = useQueryState();
  const span = state.oneOf('span', spans) ?? '7';
  const told = useQuery({
    queryKey: ['hosts', 'load-over', agent.id, span],
    queryFn: async ({ signal }) => loadPoints(await toldOver(agent.id, Number(span), signal)),
    staleTime: 60_000,
  });
  return (
    <div className="vg-body">
      <Now agentId={agent.id} />
      <section className="vg-card">
        <div className="vg-section-head">
          <h2>{text('load.chart')}</h2>
          <Chips
            label={text('load.span')}
            chips={spans.map((value) => ({ value, label: text(spanLabel[value]) }))}
            chosen={[span]}
            onToggle={(value) => state.set({ span: value })}
          />
        </div>
        <QueryView query={told}>
          {(points) =>
            points.length === 0 ? <p className="vg-hint">{text('load.empty')}</p> : <Over points={points} />
          }
        </QueryView>
      </section>
      {told.data === undefined || told.data.length === 0 ? null : <Own points={told.data} />}
    </div>
  );
}
