/** Runs a rule over stored events as a job: progress with a way to stop, then counts, a chart by day and what it found. */
import { useInfiniteQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { huntEvents } from '../hunt/hunt-api.ts';
import { dayLengthMs, dayMs } from '../format/day.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { LineText } from '../text/safe-text.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { ErrorNotice, errorText } from '../ui/notices.tsx';
import { More } from '../ui/query-view.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { TimeChart } from '../ui/time-chart.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { messages } from './editor-messages.ts';
import { startBackTest, type BackTest } from './rules-api.ts';

const spans = [1, 7, 30, 90] as const;

/** Events that the text matches, newest first, page by page. */
function Hits({ rule, result }: { readonly rule: string; readonly result: BackTest }) {
  const { t } = useI18n();
  const text = useText(messages);
  const hits = useInfiniteQuery({
    queryKey: ['rules', 'hits', rule, result.fromMs, result.toMs],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      huntEvents(
        {
          sigma: rule,
          from: new Date(result.fromMs).toISOString(),
          to: new Date(result.toMs).toISOString(),
          limit: 50,
          ...(pageParam === undefined ? {} : { after: pageParam }),
        },
        signal,
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (hits.error !== null) return <ErrorNotice error={hits.error} onRetry={() => void hits.refetch()} />;
  const rows = hits.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      <DataTable
        caption={text('history.examples')}
        rows={rows}
        keyOf={(row) => row.id}
        testId="back-test-hit"
        columns={[
          {
            key: 'time',
            label: t('column.time'),
            width: '160px',
            cell: (row) => <AbsoluteTime iso={row.time} />,
          },
          {
            key: 'host',
            label: t('column.host'),
            width: '140px',
            cell: (row) => <LineText value={row.hostname} />,
          },
          { key: 'message', label: t('column.message'), cell: (row) => <LineText value={row.message} /> },
        ]}
      />
      <More query={hits} />
    </>
  );
}

function Result({ result, rule }: { readonly result: BackTest; readonly rule: string | null }) {
  const { number, dateTime } = useI18n();
  const text = useText(messages);
  const [listing, setListing] = useState(false);
  return (
    <div className="vg-back-test" data-testid="back-test-result">
      <Stats>
        <Stat name={text('history.matches')} value={number(result.matches)} />
        <Stat name={text('history.hosts')} value={number(result.hosts)} />
        <Stat name={text('history.alerts')} value={number(result.alerts)} />
        <Stat name={text('history.perDay')} value={number(result.alertsPerDay)} />
      </Stats>
      {result.held === 0 ? null : <p className="vg-hint">{text('history.held', { n: result.held })}</p>}
      {result.isWhole ? null : (
        <p className="vg-warn">
          {text('history.partial', { at: dateTime(new Date(result.reachedMs).toISOString()) })}
        </p>
      )}
      {result.matches === 0 ? (
        <p className="vg-hint">{text('history.none')}</p>
      ) : (
        <>
          <TimeChart
            label={text('history.chart')}
            times={result.days.map(({ day }) => dayMs(day))}
            series={[
              {
                key: 'matches',
                label: text('history.matches'),
                tone: 'accent',
                values: result.days.map(({ matches }) => matches),
              },
              {
                key: 'alerts',
                label: text('history.alerts'),
                tone: 'high',
                values: result.days.map(({ matches, alerts }) => Math.min(matches, alerts)),
              },
            ]}
            shape="bars"
            stepMs={dayLengthMs}
            height={110}
            testId="back-test-chart"
          />
          <h3>{text('history.top')}</h3>
          <ul className="vg-list-plain">
            {result.topHosts.map(({ hostname, matches }) => (
              <li key={hostname} className="vg-counted">
                <LineText value={hostname} />
                <span className="vg-num">{number(matches)}</span>
              </li>
            ))}
          </ul>
          <h3>{text('history.examples')}</h3>
          {listing && rule !== null ? (
            <Hits rule={rule} result={result} />
          ) : (
            <>
              <ul className="vg-list-plain">
                {result.examples.map((example) => (
                  <li key={example.eventId}>
                    <div className="vg-hint">
                      {dateTime(new Date(example.timeMs).toISOString())} ·{' '}
                      <LineText value={example.hostname} />
                    </div>
                    <code className="vg-one-line">
                      <LineText value={example.message} />
                    </code>
                  </li>
                ))}
              </ul>
              {rule === null ? null : (
                <button
                  type="button"
                  className="vg-link"
                  data-testid="back-test-hits"
                  onClick={() => setListing(true)}
                >
                  {text('history.hits')}
                </button>
              )}
            </>
          )}
        </>
      )}
    </div>
  );
}

type Props = {
  /** Of the rule, or anything for a text that is not kept. */
  readonly ruleId: string;
  readonly rule: string;
  /** A correlation's events are not those of its text. */
  readonly isCorrelation: boolean;
  readonly disabled: boolean;
};

export function BackTestTool({ ruleId, rule, isCorrelation, disabled }: Props) {
  const { t } = useI18n();
  const text = useText(messages);
  const action = useAction();
  const [days, setDays] = useState<number>(7);
  const [job, setJob] = useState<{ readonly id: string; readonly rule: string } | null>(null);
  const run = () =>
    void action.run(
      async () => {
        const { id } = await startBackTest(ruleId, { days, text: rule });
        setJob({ id, rule });
        return undefined;
      },
      { quiet: true },
    );
  return (
    <div className="vg-form">
      <p className="vg-hint">{text('history.hint')}</p>
      <div className="vg-menu-button">
        <FilterSelect
          labelled
          label={text('history.days')}
          value={String(days)}
          options={spans.map((span) => ({ value: String(span), label: text('history.day', { n: span }) }))}
          onChange={(value) => setDays(Number(value) || 7)}
        />
        <Button
          type="primary"
          loading={action.busy}
          disabled={disabled}
          onClick={run}
          data-testid="back-test-run"
        >
          {text(job === null ? 'history.run' : 'history.again')}
        </Button>
      </div>
      {action.error === null ? null : (
        <div className="vg-form-error" role="alert">
          {errorText(action.error, t)}
        </div>
      )}
      <JobProgress id={job?.id ?? null}>
        {({ result }) => (
          // What a job of this kind ends with (BackTest of the collector).
          <Result result={result as BackTest} rule={isCorrelation ? null : (job?.rule ?? null)} />
        )}
      </JobProgress>
    </div>
  );
}
