/** Long work on the server: what waits for a second person, what runs, what may be taken back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import type { z } from 'zod';
import type { jobListSchema } from '../../../../collector/api/contract-jobs.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { navigate, useLocation } from '../router/router.tsx';
import { http } from '../session/session-store.ts';
import { useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { undoJob } from './job-api.ts';
import { messages } from './jobs-messages.ts';

type Job = z.infer<typeof jobListSchema>['jobs'][number];

const states = ['waiting', 'queued', 'running', 'done', 'failed', 'cancelled', 'rejected'] as const;
const stateLabel: Readonly<Record<Job['state'], LabelOf<typeof messages>>> = {
  waiting: 'jobs.waiting',
  queued: 'jobs.queued',
  running: 'jobs.running',
  done: 'jobs.done',
  failed: 'jobs.failed',
  cancelled: 'jobs.cancelled',
  rejected: 'jobs.rejected',
};
const tones: Readonly<Record<Job['state'], Tone>> = {
  waiting: 'warn',
  queued: 'quiet',
  running: 'info',
  done: 'good',
  failed: 'bad',
  cancelled: 'quiet',
  rejected: 'quiet',
};

function Acts({ job }: { readonly job: Job }) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const { username } = useMe();
  const run = (work: () => Promise<unknown>, said: string) =>
    void action.run(async () => {
      await work();
      await client.invalidateQueries({ queryKey: ['jobs'] });
      await client.invalidateQueries({ queryKey: ['overview'] });
      return { text: said };
    });
  const decide = (verb: 'approve' | 'reject') => () =>
    http.change<unknown>('POST', `/jobs/${encodeURIComponent(job.id)}/${verb}`, {});
  if (job.state === 'waiting') {
    const own = job.requestedBy === `user:${username}`;
    return (
      <span className="vg-chips">
        {own ? (
          <span className="vg-hint">{text('jobs.own')}</span>
        ) : (
          <Button
            size="small"
            type="primary"
            loading={action.busy}
            data-testid="job-approve"
            onClick={() => run(decide('approve'), text('jobs.approved'))}
          >
            {text('jobs.approve')}
          </Button>
        )}
        <Button
          size="small"
          disabled={action.busy}
          data-testid="job-reject"
          onClick={() => run(decide('reject'), text('jobs.refused'))}
        >
          {text('jobs.reject')}
        </Button>
      </span>
    );
  }
  if (job.state !== 'done' || job.undoUntil === null || job.undoneBy !== null) return null;
  return (
    <Button
      size="small"
      loading={action.busy}
      data-testid="job-undo"
      onClick={() => run(() => undoJob(job.id), text('jobs.undoing'))}
    >
      {text('jobs.undo')}
    </Button>
  );
}

export default function JobsPage() {
  const { number } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const state = states.find((known) => known === search.get('state'));
  const jobs = useQuery({
    queryKey: ['jobs', 'list', state],
    queryFn: ({ signal }) =>
      http.read<{ readonly jobs: readonly Job[] }>(
        `/jobs?limit=200${state === undefined ? '' : `&state=${state}`}`,
        signal,
      ),
    refetchInterval: 10_000,
  });
  return (
    <Page
      title={text('jobs.title')}
      layout="list"
      toolbar={
        <Chips
          label={text('jobs.state')}
          chips={states.map((value) => ({ value, label: text(stateLabel[value]) }))}
          chosen={state === undefined ? [] : [state]}
          onToggle={(value) =>
            navigate(href('/jobs', { state: value === state ? '' : value }), { replace: true })
          }
        />
      }
    >
      <QueryView query={jobs}>
        {({ jobs: rows }) =>
          rows.length === 0 ? (
            <EmptyState title={text('jobs.none')} />
          ) : (
            <DataTable<Job>
              caption={text('jobs.caption')}
              testId="job-row"
              rows={rows}
              keyOf={(job) => job.id}
              columns={[
                {
                  key: 'state',
                  label: text('jobs.state'),
                  width: '130px',
                  cell: (job) => <Badge tone={tones[job.state]}>{text(stateLabel[job.state])}</Badge>,
                },
                { key: 'kind', label: text('jobs.kind'), cell: (job) => <LineText value={job.kind} /> },
                {
                  key: 'reason',
                  label: text('jobs.reason'),
                  wrap: true,
                  cell: (job) => <LineText value={job.error ?? job.reason} />,
                },
                {
                  key: 'by',
                  label: text('jobs.by'),
                  needs: 'medium',
                  cell: (job) => <LineText value={job.requestedBy} />,
                },
                {
                  key: 'at',
                  label: text('jobs.at'),
                  needs: 'narrow',
                  cell: (job) => <RelativeTime iso={job.requestedAt} />,
                },
                {
                  key: 'progress',
                  label: text('jobs.progress'),
                  numeric: true,
                  cell: (job) => `${number(job.done)}/${number(job.total)}`,
                },
                { key: 'acts', label: text('jobs.acts'), cell: (job) => <Acts job={job} /> },
              ]}
            />
          )
        }
      </QueryView>
    </Page>
  );
}
