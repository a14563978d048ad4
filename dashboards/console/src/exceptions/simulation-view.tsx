/** What an exception would have hidden over 30 days: warnings first, then by day, rule and host, with examples. */
import { dayLengthMs, dayMs } from '../format/day.ts';
import type { Job } from '../jobs/job-api.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { TimeChart } from '../ui/time-chart.tsx';
import type { Simulation } from './exceptions-api.ts';
import { warningLabels } from './exception-words.ts';
import { messages } from './messages.ts';

const listMax = 8;
const warningTones: Readonly<Record<Simulation['warnings'][number]['code'], Tone>> = {
  share: 'warn',
  'true-positive': 'bad',
  severe: 'bad',
  agencies: 'warn',
  truncated: 'info',
  nothing: 'warn',
};

function Counted({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}) {
  if (rows.length === 0) return null;
  return (
    <div>
      <h4>{title}</h4>
      <ul className="vg-list-plain">
        {rows.slice(0, listMax).map(([name, count]) => (
          <li key={name} className="vg-counted">
            <LineText value={name} />
            <span className="vg-num">{count}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function SimulationView({ job }: { readonly job: Job }) {
  const { number, dateTime } = useI18n();
  const text = useText(messages);
  // What a job of this kind ends with.
  const result = job.result as Simulation;
  return (
    <div className="vg-simulation" data-testid="exception-simulation">
      {result.warnings.map(({ code, value, ruleId }) => (
        <p key={`${code}:${ruleId ?? ''}`} data-testid="exception-warning">
          <Badge tone={warningTones[code]}>
            {text(warningLabels[code], {
              n: code === 'share' ? Math.round(value) : value,
              rule: visibleString(ruleId ?? '', 80),
            })}
          </Badge>
        </p>
      ))}
      <Stats>
        <Stat name={text('except.sim.hidden')} value={number(result.hidden)} />
        <Stat name={text('except.sim.alerts')} value={number(result.alerts)} />
        <Stat name={text('except.sim.open')} value={number(result.openAlerts)} />
        <Stat name={text('except.sim.examined')} value={number(result.examined)} />
      </Stats>
      {result.days.length === 0 ? null : (
        <TimeChart
          label={text('except.sim.chart')}
          times={result.days.map(({ day }) => dayMs(day))}
          series={[
            {
              key: 'hidden',
              label: text('except.sim.hidden'),
              tone: 'accent',
              values: result.days.map(({ hidden }) => hidden),
            },
          ]}
          shape="bars"
          stepMs={dayLengthMs}
          height={110}
        />
      )}
      <div className="vg-columns">
        <Counted
          title={text('except.sim.rules')}
          rows={result.rules.map(({ ruleId, hidden, all }) => [
            ruleId,
            all === null ? number(hidden) : text('except.sim.of', { n: hidden, all }),
          ])}
        />
        <Counted
          title={text('except.sim.hosts')}
          rows={result.hosts.map(({ hostname, hidden }) => [hostname, number(hidden)])}
        />
        <Counted
          title={text('except.sim.others')}
          rows={result.otherRules.map(({ ruleId, events }) => [ruleId, number(events)])}
        />
      </div>
      {result.examples.length === 0 ? null : (
        <>
          <h4>{text('except.sim.examples')}</h4>
          <ul className="vg-list-plain">
            {result.examples.slice(0, listMax).map((example) => (
              <li key={`${example.eventId}:${example.ruleId}`}>
                <span className="vg-hint">
                  {dateTime(new Date(example.timeMs).toISOString())} · <LineText value={example.hostname} />
                </span>
                <code className="vg-one-line">
                  <LineText value={example.message} />
                </code>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
