/** One kept hunt: run it, change it, have it run by itself, see how its runs went. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { huntRuns, type HuntRuns, type HuntSchedule, type SavedHunt } from './hunt-api.ts';
import { huntSearchQuery } from './hunt-address.ts';
import { DeleteHuntDialog, EditHuntDialog, ScheduleDialog, useUnschedule } from './kept-dialogs.tsx';
import { outcomeLabels, scheduleLabels } from './kept-labels.ts';
import { messages } from './kept-messages.ts';

const stateTones: Readonly<Record<HuntSchedule['state'], Tone>> = {
  well: 'good',
  failing: 'warn',
  stopped: 'bad',
};
const outcomeTones: Readonly<Record<HuntRuns['runs'][number]['outcome'], Tone>> = {
  done: 'good',
  failed: 'bad',
  stopped: 'warn',
};

export function ScheduleBadge({ schedule }: { readonly schedule: HuntSchedule | null }) {
  const text = useText(messages);
  if (schedule === null) return <span className="vg-muted">{text('kept.never')}</span>;
  const when =
    schedule.everyMinutes === null
      ? text('kept.daily', { at: schedule.dailyAt ?? '' })
      : text('kept.every', { n: schedule.everyMinutes });
  return (
    <span className="vg-menu-button">
      {schedule.enabled ? (
        <Badge tone={stateTones[schedule.state]}>{text(scheduleLabels[schedule.state])}</Badge>
      ) : (
        <Badge tone="quiet">{text('kept.paused')}</Badge>
      )}
      {when}
    </span>
  );
}

/** Where a hunt is run: over the last while that it looks back. */
function addressOf(hunt: SavedHunt): string {
  const from = new Date(Date.now() - hunt.spanSeconds * 1_000).toISOString();
  const time = { kind: 'between', from, to: null } as const;
  return href(
    '/events',
    huntSearchQuery(hunt.query === null ? { huntId: hunt.id, time } : { query: hunt.query, time }),
  );
}

function Runs({ hunt }: { readonly hunt: SavedHunt }) {
  const text = useText(messages);
  const runs = useQuery({
    queryKey: ['hunt', 'runs', hunt.id],
    queryFn: ({ signal }) => huntRuns(hunt.id, signal),
    staleTime: 10_000,
  });
  return (
    <Section title={text('kept.runs')}>
      <QueryView query={runs}>
        {(data) =>
          data.runs.length === 0 ? (
            <p className="vg-hint">{text('kept.noRuns')}</p>
          ) : (
            <ul className="vg-list-plain">
              {data.runs.map((run) => (
                <li key={run.id} data-testid="hunt-run">
                  <div className="vg-menu-button">
                    <Badge tone={outcomeTones[run.outcome]}>{text(outcomeLabels[run.outcome])}</Badge>
                    <AbsoluteTime iso={run.at} />
                    <span>{text('kept.runFound', { n: run.events, hosts: run.hosts })}</span>
                    {run.isCut ? <span className="vg-warn">{text('kept.runCut')}</span> : null}
                    {run.events === 0 ? null : (
                      <Link
                        to={href(
                          '/events',
                          huntSearchQuery({
                            ...(hunt.query === null ? { huntId: hunt.id } : { query: hunt.query }),
                            time: { kind: 'between', from: run.from, to: run.to },
                          }),
                        )}
                      >
                        {text('kept.runShow')}
                      </Link>
                    )}
                  </div>
                  {run.fault === null ? null : (
                    <p className="vg-hint">
                      <LineText value={run.fault} />
                    </p>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}

function Schedule({
  schedule,
  actions,
}: {
  readonly schedule: HuntSchedule;
  readonly actions: React.ReactNode;
}) {
  const { number } = useI18n();
  const text = useText(messages);
  return (
    <Section title={text('kept.schedule')} actions={actions}>
      <ScheduleBadge schedule={schedule} />
      <Facts
        facts={[
          schedule.nextAt === null
            ? null
            : [text('kept.next'), <RelativeTime key="next" iso={schedule.nextAt} />],
          [text('kept.owner'), <LineText key="owner" value={schedule.owner} />],
          [text('kept.threshold'), text('kept.thresholdN', { n: schedule.threshold })],
          [text('kept.covered'), <AbsoluteTime key="covered" iso={schedule.coveredAt} />],
          schedule.missed === 0 ? null : [text('kept.missed'), number(schedule.missed)],
          schedule.fault === null
            ? null
            : [text('kept.fault'), <LineText key="fault" value={schedule.fault} />],
        ]}
      />
    </Section>
  );
}

export function HuntPanel({ hunt, onClose }: { readonly hunt: SavedHunt; readonly onClose: () => void }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const maySave = useMay('hunt:save');
  const [asking, setAsking] = useState<'edit' | 'schedule' | 'delete' | null>(null);
  const unschedule = useUnschedule(hunt);
  const done = () => setAsking(null);
  return (
    <SidePanel
      label={text('kept.panel')}
      openKey={hunt.id}
      onClose={onClose}
      testId="hunt-panel"
      top={<ScheduleBadge schedule={hunt.schedule} />}
      title={<LineText value={hunt.name} />}
      actions={
        <>
          <Button
            size="small"
            type="primary"
            data-testid="hunt-open"
            onClick={() => navigate(addressOf(hunt))}
          >
            {text('kept.run')}
          </Button>
          {maySave ? (
            <>
              <Button
                size="small"
                aria-haspopup="dialog"
                onClick={() => setAsking('schedule')}
                data-testid="hunt-schedule"
              >
                {text(hunt.schedule === null ? 'kept.setSchedule' : 'kept.changeSchedule')}
              </Button>
              <Button size="small" aria-haspopup="dialog" onClick={() => setAsking('edit')}>
                {text('kept.edit')}
              </Button>
              <Button size="small" danger aria-haspopup="dialog" onClick={() => setAsking('delete')}>
                {text('kept.delete')}
              </Button>
            </>
          ) : null}
          {hunt.query === null ? null : (
            <Link to={href('/rules/new', { query: hunt.query, title: hunt.name })}>
              {text('kept.toRule')}
            </Link>
          )}
        </>
      }
    >
      {hunt.description === '' ? null : <BlockText value={hunt.description} />}
      <Section title={text(hunt.query === null ? 'kept.sigma' : 'kept.query')}>
        <BlockText value={hunt.query ?? hunt.sigma ?? ''} />
      </Section>
      {hunt.schedule === null ? null : (
        <Schedule
          schedule={hunt.schedule}
          actions={
            maySave ? (
              <button type="button" className="vg-link" onClick={unschedule}>
                {text('kept.endSchedule')}
              </button>
            ) : undefined
          }
        />
      )}
      {hunt.schedule === null ? null : <Runs hunt={hunt} />}
      <Facts
        facts={[
          [text('kept.looksBack'), text('kept.hoursN', { n: Math.round(hunt.spanSeconds / 3_600) })],
          [text('kept.by'), <LineText key="by" value={`${hunt.createdBy} · ${dateTime(hunt.createdAt)}`} />],
        ]}
      />
      {asking === 'edit' ? <EditHuntDialog hunt={hunt} onClose={done} /> : null}
      {asking === 'schedule' ? <ScheduleDialog hunt={hunt} onClose={done} /> : null}
      {asking === 'delete' ? <DeleteHuntDialog hunt={hunt} onClose={done} onDeleted={onClose} /> : null}
    </SidePanel>
  );
}
