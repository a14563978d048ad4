/** The loss ledger: the sum over a span, its hours as a chart, its lines by channel, host, agency or hour, and what was lost. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useQueryState } from '../../router/use-query.ts';
import '../operating.css';
import '../../styles/explore.css';
import { LineText } from '../../text/safe-text.tsx';
import type { ChartTone } from '../../ui/chart-data.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { CheckField } from '../../ui/form-fields.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { BalanceView, partLabel, termLabel } from './balance-view.tsx';
import { balanceOf, parts, type Part } from './balance.ts';
import { readLedger, type By, type Line, type Report } from './ledger-api.ts';
import { messages } from './ledger-messages.ts';
import { Places, Reasons } from './loss-lists.tsx';

const hourMs = 3_600_000;
const spans = { '24h': 24, '7d': 168, '30d': 720 } as const;
const spanNames = ['24h', '7d', '30d'] as const;
const bys = ['channel', 'hour', 'agent', 'agency'] as const;
const spanLabel = { '24h': 'ledger.span.24h', '7d': 'ledger.span.7d', '30d': 'ledger.span.30d' } as const;
const byLabel = {
  channel: 'ledger.by.channel',
  hour: 'ledger.by.hour',
  agent: 'ledger.by.agent',
  agency: 'ledger.by.agency',
} as const;
const tones: Readonly<Record<Part | 'uncounted', ChartTone>> = {
  uncounted: 'quiet',
  stored: 'accent',
  waiting: 'medium',
  lost: 'high',
  missing: 'critical',
};

function HourChart({
  report,
  onSpan,
}: {
  readonly report: Report;
  readonly onSpan: (from: number, to: number) => void;
}) {
  const text = useText(messages);
  const byHour = new Map(
    report.lines.map((line) => [
      Math.floor(Date.parse(line.key) / hourMs),
      { ...balanceOf(line), uncounted: line.uncounted },
    ]),
  );
  const first = Math.min(...byHour.keys());
  const last = Math.max(...byHour.keys());
  const hours = Array.from({ length: last - first + 1 }, (_none, index) => first + index);
  const shown = ([...parts, 'uncounted'] as const).filter(
    (part) => part === 'stored' || [...byHour.values()].some((cell) => cell[part] > 0),
  );
  return (
    <TimeChart
      label={text('ledger.chart')}
      times={hours.map((hour) => hour * hourMs)}
      series={shown.map((part) => ({
        key: part,
        label: text(part === 'uncounted' ? termLabel.uncounted : partLabel[part]),
        tone: tones[part],
        values: hours.map((hour) => Math.max(0, byHour.get(hour)?.[part] ?? 0)),
      }))}
      shape="bars"
      stack
      stepMs={hourMs}
      onSpan={({ fromMs, toMs }) => onSpan(fromMs, toMs)}
      testId="ledger-chart"
    />
  );
}

/** What nothing was read of, and nothing stored, is no line. */
const hasAny = (line: Line): boolean =>
  line.produced !== 0 || parts.some((part) => balanceOf(line)[part] !== 0) || line.uncounted !== 0;
const nameOf = (line: Line): string => (line.label === '' ? line.key : line.label);

export default function LedgerPage() {
  const { number, dateTime } = useI18n();
  const text = useText(messages);
  const state = useQueryState();
  const agencies = useAgencies();
  const [losing, setLosing] = useState(false);
  const span = state.oneOf('span', spanNames) ?? '24h';
  const own = state.get('from') !== '' && state.get('to') !== '';
  const by: By = state.oneOf('by', bys) ?? 'channel';
  const agentId = state.get('agentId');
  const agencyId = state.get('agencyId');
  const where = { agentId, agencyId };
  const spanOf = () => {
    if (own) return { from: state.get('from'), to: state.get('to') };
    return { from: new Date(Date.now() - spans[span] * hourMs).toISOString() };
  };
  const key = own ? `${state.get('from')} ${state.get('to')}` : span;
  const report = useQuery({
    queryKey: ['administration', 'ledger', by, key, agentId, agencyId],
    queryFn: ({ signal }) => readLedger({ by, ...spanOf(), ...where }, signal),
    refetchInterval: 30_000,
  });
  const hours = useQuery({
    queryKey: ['administration', 'ledger', 'hour', key, agentId, agencyId],
    queryFn: ({ signal }) => readLedger({ by: 'hour', ...spanOf(), ...where }, signal),
    refetchInterval: 60_000,
  });
  const hostname =
    agentId === ''
      ? ''
      : ((report.data?.by === 'agent'
          ? report.data.lines.find((line) => line.key === agentId)?.label
          : undefined) ?? state.get('host'));
  const linkOf = (line: Line): string => {
    const path = '/administration/ledger';
    switch (by) {
      case 'agent':
        return state.to(path, { by: 'channel', agentId: line.key, host: line.label });
      case 'agency':
        return state.to(path, { by: 'agent', agencyId: line.key });
      case 'hour':
        return state.to(path, {
          by: 'channel',
          from: line.key,
          to: new Date(Date.parse(line.key) + hourMs - 1).toISOString(),
        });
      case 'channel':
        return state.to(path, { by: 'agent' });
    }
  };
  const columns: readonly Column<Line>[] = [
    {
      key: 'key',
      label: text(byLabel[by]),
      cell: (line) =>
        by === 'channel' ? (
          <LineText value={nameOf(line)} />
        ) : (
          <Link to={linkOf(line)} className="vg-row-link">
            {by === 'hour' ? dateTime(line.key) : <LineText value={nameOf(line)} />}
          </Link>
        ),
    },
    { key: 'produced', label: text('ledger.produced'), numeric: true, cell: (line) => number(line.produced) },
    ...parts.map((part): Column<Line> => ({
      key: part,
      label: text(partLabel[part]),
      numeric: true,
      ...(part === 'waiting' ? { needs: 'narrow' as const } : {}),
      cell: (line) => {
        const value = balanceOf(line)[part];
        return (
          <span className={value !== 0 && (part === 'lost' || part === 'missing') ? 'vg-warn' : undefined}>
            {number(value)}
          </span>
        );
      },
    })),
  ];
  const uncounted: Column<Line> = {
    key: 'uncounted',
    label: text(termLabel.uncounted),
    numeric: true,
    needs: 'medium',
    cell: (line) => number(line.uncounted),
  };
  const isLosing = (line: Line) => {
    const { lost, missing } = balanceOf(line);
    return lost !== 0 || missing !== 0;
  };
  const chosen = own || agentId !== '' || agencyId !== '';
  return (
    <Page
      title={text('ledger.title')}
      toolbar={
        <>
          <FilterSelect
            labelled
            label={text('ledger.span')}
            value={own ? 'own' : span}
            options={[
              ...spanNames.map((value) => ({ value, label: text(spanLabel[value]) })),
              ...(own
                ? [
                    {
                      value: 'own',
                      label: `${dateTime(state.get('from'))} – ${dateTime(state.get('to'))}`,
                    },
                  ]
                : []),
            ]}
            onChange={(value) => (value === 'own' ? undefined : state.set({ span: value, from: '', to: '' }))}
            testId="ledger-span"
          />
          <FilterSelect
            labelled
            label={text('ledger.by')}
            value={by}
            options={bys.map((value) => ({ value, label: text(byLabel[value]) }))}
            onChange={(value) => state.set({ by: value })}
            testId="ledger-by"
          />
          <FilterSelect
            labelled
            label={text('ledger.agency')}
            all={text('ledger.allAgencies')}
            value={agencyId}
            options={agencies.map(({ id, name }) => ({ value: String(id), label: name }))}
            onChange={(value) => state.set({ agencyId: value })}
            testId="ledger-agency"
          />
          {agentId === '' ? null : (
            <FilterSelect
              labelled
              label={text('ledger.host')}
              all={text('ledger.allHosts')}
              value={agentId}
              options={[{ value: agentId, label: hostname === '' ? agentId.slice(0, 8) : hostname }]}
              onChange={(value) => state.set({ agentId: value, host: '' })}
              testId="ledger-host"
            />
          )}
          {chosen ? (
            <button
              type="button"
              className="vg-link"
              onClick={() => state.set({ from: '', to: '', agentId: '', host: '', agencyId: '' })}
            >
              {text('ledger.reset')}
            </button>
          ) : null}
          {agentId === '' ? null : (
            <Link to={pathOf('hosts', agentId, 'channels')}>{text('ledger.openHost')}</Link>
          )}
        </>
      }
    >
      <QueryView query={report}>
        {(data) => {
          const all = data.lines.filter(hasAny);
          if (all.length === 0 && data.gaps.length === 0) {
            return (
              <EmptyState title={text('ledger.none')}>
                <p>{text('ledger.noneText')}</p>
                <Link to="/hosts">{text('ledger.toHosts')}</Link>
              </EmptyState>
            );
          }
          const rows = losing ? all.filter(isLosing) : all;
          return (
            <>
              <BalanceView report={data} />
              <Places report={data} />
              {hours.data === undefined || !hours.data.lines.some(hasAny) ? null : (
                <section className="vg-card">
                  <h2>{text('ledger.chart')}</h2>
                  <HourChart
                    report={hours.data}
                    onSpan={(fromMs, toMs) =>
                      state.set({
                        from: new Date(fromMs).toISOString(),
                        to: new Date(toMs - 1).toISOString(),
                      })
                    }
                  />
                </section>
              )}
              <section className="vg-card">
                <div className="vg-section-head">
                  <h2>{text('ledger.lines')}</h2>
                  <CheckField label={text('ledger.only')} checked={losing} onChange={setLosing} />
                </div>
                {rows.length === 0 ? (
                  <p className="vg-hint">{text('ledger.noLosses')}</p>
                ) : (
                  <DataTable
                    caption={text('ledger.lines')}
                    columns={data.total.uncounted === 0 ? columns : [...columns, uncounted]}
                    rows={rows}
                    keyOf={(line) => line.key}
                    addressOf={by === 'channel' ? undefined : linkOf}
                    testId="ledger-line"
                    dataOf={(line) => ({ 'data-produced': String(line.produced) })}
                  />
                )}
              </section>
              <Reasons report={data} />
            </>
          );
        }}
      </QueryView>
    </Page>
  );
}
