/** What is chosen and what may be done with it, and how far the last act on many is. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { undoJob, type Job } from '../jobs/job-api.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useAction } from '../ui/use-action.ts';
import type { Selection } from '../ui/use-selection.ts';
import type { AlertFilters } from './alert-filters.ts';
import { messages } from './alert-messages.ts';
import { useFacets } from './alerts-api.ts';
import type { BulkTarget } from './bulk-dialog.tsx';

const BulkDialog = lazy(() => import('./bulk-dialog.tsx'));

function Done({
  job,
  onHide,
  onUndo,
}: {
  readonly job: Job;
  readonly onHide: () => void;
  readonly onUndo: (id: string) => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['alerts'] });
    void client.invalidateQueries({ queryKey: ['alert-facets'] });
    void client.invalidateQueries({ queryKey: ['overview'] });
  }, [client, job.id]);
  const undoes = job.undoOf !== null;
  return (
    <>
      <span data-testid="bulk-done">{text('triage.jobDone', { changed: job.changed })}</span>
      {undoes || job.undoUntil === null ? null : (
        <Button
          size="small"
          loading={action.busy}
          data-testid="bulk-undo"
          onClick={() =>
            void action.run(async () => {
              onUndo((await undoJob(job.id)).id);
              return { text: text('triage.jobUndoing') };
            })
          }
        >
          {text('triage.jobUndo')}
        </Button>
      )}
      <Button size="small" onClick={onHide}>
        {text('triage.jobHide')}
      </Button>
    </>
  );
}

type Props = {
  readonly selection: Selection;
  readonly filters: AlertFilters;
  /** Opened by key. */
  readonly open: BulkTarget | null;
  readonly onOpen: (target: BulkTarget | null) => void;
};

export function BulkBar({ selection, filters, open, onOpen }: Props) {
  const text = useText(messages);
  const { data } = useFacets(filters);
  const [jobId, setJobId] = useState<string | null>(null);
  const chosen = selection.keys.size;
  const total = data?.total ?? 0;
  return (
    <>
      {chosen === 0 && jobId === null ? null : (
        <div className="vg-bulk-bar" data-testid="bulk-bar">
          {chosen === 0 ? null : (
            <>
              <strong>{text('triage.selected', { n: chosen })}</strong>
              <Button
                type="primary"
                data-testid="bulk-open"
                aria-haspopup="dialog"
                onClick={() => onOpen({ kind: 'ids', ids: [...selection.keys] })}
              >
                {text('triage.bulkDo')} <kbd>b</kbd>
              </Button>
              {total > chosen ? (
                <Button
                  data-testid="bulk-all"
                  aria-haspopup="dialog"
                  onClick={() => onOpen({ kind: 'filter', filters, count: total })}
                >
                  {text('triage.allMatching', { n: total })}
                </Button>
              ) : null}
              <Button onClick={selection.clear}>{text('triage.unselect')}</Button>
            </>
          )}
          {jobId === null ? null : (
            <JobProgress id={jobId}>
              {(job) => <Done job={job} onHide={() => setJobId(null)} onUndo={setJobId} />}
            </JobProgress>
          )}
        </div>
      )}
      {open === null ? null : (
        <Suspense fallback={null}>
          <BulkDialog
            target={open}
            onClose={() => onOpen(null)}
            onStarted={(id) => {
              setJobId(id);
              selection.clear();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
