/** Commands to many hosts: how far each batch is, decided, stopped and taken back here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { useMay, useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { useNow } from '../ui/now.ts';
import { RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import type { Decision } from './response-dialogs.tsx';
import { isOwn, JobStateBadge } from './response-parts.tsx';
import { cancelJob, readBulkJobs, undoJob } from './responses-api.ts';
import type { Job } from './responses-types.ts';
import { messages } from './responses-messages.ts';

const shownMax = 10;
const noReason = { reason: '' };

function UndoDialog({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft(`response:undo:${job.id}`, noReason);
  const submit = async () => {
    await undoJob(job.id, draft.value.reason.trim());
    await client.invalidateQueries({ queryKey: ['hosts', 'responses'] });
    return { text: text('responses.jobUndone') };
  };
  return (
    <FormDialog
      title={text('responses.jobUndoTitle')}
      submitLabel={text('responses.jobUndo')}
      disabled={draft.value.reason.trim() === ''}
      testId="undo-batch"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      <TextArea
        label={text('responses.reason')}
        required
        maxLength={1_000}
        value={draft.value.reason}
        onChange={(reason) => draft.change({ reason })}
      />
    </FormDialog>
  );
}

export function BatchList({ onDecide }: { readonly onDecide: (decision: Decision) => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const me = useMe();
  const now = useNow();
  const action = useAction();
  const mayApprove = useMay('response:approve');
  const mayRequest = useMay('response:request');
  const [undoing, setUndoing] = useState<Job | null>(null);
  const { data } = useQuery({
    queryKey: ['hosts', 'responses', 'jobs'],
    queryFn: ({ signal }) => readBulkJobs(signal),
    refetchInterval: 5_000,
  });
  const jobs = (data?.jobs ?? []).slice(0, shownMax);
  if (jobs.length === 0) return null;
  const cancel = (job: Job) =>
    action.run(async () => {
      await cancelJob(job.id);
      await client.invalidateQueries({ queryKey: ['hosts', 'responses'] });
      return { text: text('responses.jobCancelled') };
    });
  const acts = (job: Job) => {
    const own = isOwn(job.requestedBy, me.username);
    const decide = (decision: 'approve' | 'reject') =>
      onDecide({
        kind: 'job',
        id: job.id,
        decision,
        what: text('responses.jobHosts', { done: 0, total: job.total }),
      });
    const undoable =
      job.state === 'done' &&
      job.undoneBy === null &&
      job.undoUntil !== null &&
      Date.parse(job.undoUntil) > now;
    return (
      <span className="vg-row-acts">
        {job.state === 'waiting' && mayApprove && !own ? (
          <Button size="small" type="primary" aria-haspopup="dialog" onClick={() => decide('approve')}>
            {text('responses.approve')}
          </Button>
        ) : null}
        {job.state === 'waiting' && mayApprove ? (
          <Button size="small" aria-haspopup="dialog" onClick={() => decide('reject')}>
            {text(own ? 'responses.withdraw' : 'responses.reject')}
          </Button>
        ) : null}
        {(job.state === 'running' || job.state === 'queued') && mayRequest ? (
          <Button size="small" disabled={action.busy} onClick={() => void cancel(job)}>
            {text('responses.jobCancel')}
          </Button>
        ) : null}
        {undoable && mayRequest ? (
          <Button size="small" aria-haspopup="dialog" onClick={() => setUndoing(job)}>
            {text('responses.jobUndo')}
          </Button>
        ) : null}
      </span>
    );
  };
  const columns: readonly Column<Job>[] = [
    {
      key: 'state',
      label: text('responses.state'),
      width: '136px',
      cell: ({ state }) => <JobStateBadge state={state} />,
    },
    {
      key: 'hosts',
      label: text('responses.host'),
      cell: (job) => (
        <Link to={href('/hosts/responses', { job: job.id })}>
          {text('responses.jobHosts', { done: job.done, total: job.total })}
        </Link>
      ),
    },
    {
      key: 'reason',
      label: text('responses.reason'),
      needs: 'medium',
      cell: ({ reason, error }) => <LineText value={error ?? reason} />,
    },
    {
      key: 'by',
      label: text('responses.by'),
      needs: 'wide',
      width: '120px',
      cell: ({ requestedBy }) => <LineText value={requestedBy} />,
    },
    {
      key: 'at',
      label: text('responses.at'),
      width: '120px',
      needs: 'narrow',
      cell: ({ requestedAt }) => (
        <span className="vg-time">
          <RelativeTime iso={requestedAt} />
        </span>
      ),
    },
    { key: 'acts', label: '', width: '170px', cell: acts },
  ];
  return (
    <section className="vg-list-part">
      <h2>{text('responses.bulk')}</h2>
      <DataTable
        caption={text('responses.bulk')}
        columns={columns}
        rows={jobs}
        keyOf={({ id }) => id}
        testId="batch-row"
      />
      {undoing === null ? null : <UndoDialog job={undoing} onClose={() => setUndoing(null)} />}
    </section>
  );
}
