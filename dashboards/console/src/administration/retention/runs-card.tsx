/** Runs that delete what is past its time: a look before, the deed, and what earlier ones did. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useEffect, useState } from 'react';
import { dayText } from '../../format/day.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMay, useMe } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField } from '../../ui/form-fields.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { beginRun, readRun, type Retention, type RunState } from './retention-api.ts';
import { messages } from './retention-messages.ts';
import { runLabel } from './retention-words.ts';

const pollMs = 1_000;

function Outcome({ state }: { readonly state: RunState }) {
  const text = useText(messages);
  const { running, progress, last } = state;
  if (running && progress !== null) {
    return (
      <p role="status" data-testid="run-progress">
        {text('keep.progress', {
          done: progress.daysDone,
          days: progress.days,
          rows: progress.deleted.rows,
        })}
      </p>
    );
  }
  if (running || last === null) return null;
  if (last.kind === 'failed') {
    return (
      <p className="vg-warn" role="status">
        {text('keep.failed')}: <LineText value={last.message} />
      </p>
    );
  }
  const { deleted, kept, held, daysDropped } = last.progress;
  return (
    <div role="status" data-testid="run-outcome">
      <p>
        {text(last.isDryRun ? 'keep.would' : 'keep.did', {
          rows: deleted.rows,
          dropped: daysDropped,
          kept: kept.rows,
          held: held.rows,
        })}
      </p>
      {last.isClockHeldBack ? (
        <p className="vg-warn">{text('keep.clockHeld', { day: dayText(last.today) })}</p>
      ) : null}
    </div>
  );
}

function RunDialog({
  onBegun,
  onClose,
}: {
  readonly onBegun: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const [sure, setSure] = useState(false);
  const [trustClock, setTrustClock] = useState(false);
  return (
    <FormDialog
      title={text('keep.runTitle')}
      submitLabel={text('keep.runNow')}
      danger
      disabled={!sure}
      testId="run-form"
      onSubmit={async () => {
        await beginRun({ dryRun: false, trustClock });
        await onBegun();
        return { text: text('keep.begun') };
      }}
      onClose={onClose}
    >
      <p>{text('keep.runText')}</p>
      <CheckField label={text('keep.sure')} checked={sure} onChange={setSure} testId="run-sure" />
      <CheckField
        label={text('keep.trustClock')}
        hint={text('keep.trustHint')}
        checked={trustClock}
        onChange={setTrustClock}
      />
    </FormDialog>
  );
}

export function RunsCard({ runs }: { readonly runs: Retention['runs'] }) {
  const { number } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const mayWrite = useMay('retention:write') && useMe().seesEverything;
  const action = useAction();
  const [opening, setOpening] = useState(false);
  const run = useQuery({
    queryKey: ['retention-run'],
    queryFn: ({ signal }) => readRun(signal),
    refetchInterval: ({ state }) => (state.data?.running === true ? pollMs : 30_000),
  });
  const running = run.data?.running === true;
  // What it did is in the list when it has ended.
  useEffect(() => {
    if (!running) void client.invalidateQueries({ queryKey: ['retention'] });
  }, [client, running]);
  const begun = () => client.invalidateQueries({ queryKey: ['retention-run'] });
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('keep.runs')}</h2>
        {mayWrite ? (
          <div className="vg-buttons">
            <Button
              loading={action.busy || running}
              data-testid="run-dry"
              onClick={() =>
                void action.run(async () => {
                  await beginRun({ dryRun: true });
                  await begun();
                  return undefined;
                })
              }
            >
              {text('keep.dryRun')}
            </Button>
            <Button
              aria-haspopup="dialog"
              danger
              disabled={running}
              onClick={() => setOpening(true)}
              data-testid="run-now"
            >
              {text('keep.runNow')}
            </Button>
          </div>
        ) : null}
      </div>
      <p className="vg-hint vg-card-lead">{text('keep.runsText')}</p>
      {run.data === undefined ? null : <Outcome state={run.data} />}
      {runs.length === 0 ? (
        <p className="vg-hint">{text('keep.noRuns')}</p>
      ) : (
        <DataTable
          caption={text('keep.runs')}
          rows={runs}
          keyOf={({ id }) => String(id)}
          testId="run-row"
          columns={[
            {
              key: 'started',
              label: text('keep.started'),
              width: '160px',
              cell: ({ startedAt }) => <AbsoluteTime iso={startedAt} />,
            },
            {
              key: 'state',
              label: text('keep.state'),
              width: '130px',
              cell: ({ state }) => (
                <Badge tone={state === 'failed' ? 'bad' : state === 'done' ? 'good' : 'info'}>
                  {text(runLabel[state])}
                </Badge>
              ),
            },
            {
              key: 'deleted',
              label: text('keep.deleted'),
              width: '110px',
              numeric: true,
              cell: ({ deletedRows }) => number(deletedRows),
            },
            {
              key: 'by',
              label: text('keep.by'),
              needs: 'medium',
              cell: ({ actor }) => <LineText value={actor} />,
            },
            {
              key: 'note',
              label: text('keep.note'),
              wrap: true,
              needs: 'narrow',
              cell: ({ message }) => <LineText value={message === '' ? '—' : message} />,
            },
          ]}
        />
      )}
      {opening ? <RunDialog onBegun={begun} onClose={() => setOpening(false)} /> : null}
    </section>
  );
}
