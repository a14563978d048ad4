/** A job on its way: how far it is, with a way to end it; when it is over, its outcome or why there is none. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import type { ReactNode } from 'react';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { useNow } from '../ui/now.ts';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { cancelJob, useJob, type Job } from './job-api.ts';
import { messages } from './messages.ts';
import './jobs.css';

function Running({ job }: { readonly job: Job }) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const now = useNow();
  const seconds = Math.max(0, Math.round((now - Date.parse(job.startedAt ?? job.requestedAt)) / 1_000));
  const known = job.total > 1;
  const words = () => {
    if (job.cancelling) return text('job.cancelling');
    if (job.state === 'waiting') return text('job.waiting', { why: job.needsApproval.join(', ') });
    if (job.state === 'queued') return text('job.queued');
    return known
      ? text('job.progress', { done: job.done, total: job.total })
      : text('job.running', { n: seconds });
  };
  return (
    <div className="vg-job" role="status" data-testid="job-running">
      <progress
        aria-label={text('job.bar')}
        max={known ? job.total : undefined}
        value={known ? job.done : undefined}
      />
      <span>{words()}</span>
      <Button
        size="small"
        loading={action.busy}
        disabled={job.cancelling}
        data-testid="job-cancel"
        onClick={() =>
          void action.run(async () => {
            client.setQueryData(['jobs', job.id], await cancelJob(job.id));
            return undefined;
          })
        }
      >
        {text('job.cancel')}
      </Button>
    </div>
  );
}

type Props = {
  /** Null: nothing was asked for. */
  readonly id: string | null;
  readonly children: (job: Job) => ReactNode;
};

export function JobProgress({ id, children }: Props) {
  const text = useText(messages);
  const job = useJob(id);
  if (id === null) return null;
  if (job.error !== null) return <ErrorNotice error={job.error} onRetry={() => void job.refetch()} />;
  if (job.data === undefined) return <Loading />;
  switch (job.data.state) {
    case 'done':
      return children(job.data);
    case 'cancelled':
      return <p className="vg-hint">{text('job.cancelled')}</p>;
    case 'rejected':
      return <p className="vg-hint">{text('job.rejected', { why: job.data.decidedReason ?? '' })}</p>;
    case 'failed':
      return (
        <div className="vg-notice vg-notice-error" role="alert">
          <p>
            <LineText value={text('job.failed', { why: job.data.error ?? '' })} />
          </p>
        </div>
      );
    case 'waiting':
    case 'queued':
    case 'running':
      return <Running job={job.data} />;
  }
}
