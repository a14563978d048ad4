/** Approving baselines at the digests that one saw, with what became of each host, and taking an approval back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import {
  approveBaseline,
  baselinesKey,
  readApprovals,
  withdrawApproval,
  type BaselineApprovalView,
  type BaselineView,
} from './baselines-api.ts';
import { messages } from './integrity-messages.ts';

const noteMax = 500;
const noNote = { note: '' };

type Outcome = { readonly row: BaselineView; readonly refused: string | null };
type Approved = { readonly agentId: string; readonly id: string };

type ApproveProps = {
  /** As the person saw them. */
  readonly rows: readonly BaselineView[];
  readonly onClose: () => void;
  readonly onDone: () => void;
};

export function ApproveDialog({ rows, onClose, onDone }: ApproveProps) {
  const { t } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const draft = useDraft('baselines:approve', noNote);
  // What was seen stays what is approved, whatever the list says meanwhile.
  const [seen] = useState(rows);
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const isOver = outcomes.length === seen.length;
  const refresh = () => client.invalidateQueries({ queryKey: baselinesKey });
  const submit = () =>
    action.run(async () => {
      const approved: Approved[] = [];
      const told: Outcome[] = [];
      for (const row of seen) {
        let refused: string | null = null;
        try {
          const { id } = await approveBaseline(row.agentId, row.digest ?? '', draft.value.note.trim());
          approved.push({ agentId: row.agentId, id });
        } catch (error) {
          refused = errorText(error, t);
        }
        told.push({ row, refused });
        setOutcomes([...told]);
      }
      draft.drop();
      onDone();
      await refresh();
      if (approved.length === seen.length) onClose();
      if (approved.length === 0) return undefined;
      return {
        text: text('baselines.approved', { n: approved.length }),
        undone: text('baselines.withdrawn'),
        async undo() {
          for (const { agentId, id } of approved) await withdrawApproval(agentId, id);
          await refresh();
        },
      };
    });
  return (
    <Dialog title={text('baselines.approveTitle', { n: seen.length })} onClose={onClose} wide>
      <form
        className="vg-form"
        data-testid="approve-baselines"
        onSubmit={(event) => {
          event.preventDefault();
          if (isOver) onClose();
          else void submit();
        }}
      >
        <p>{text('baselines.approveText')}</p>
        <ul className="vg-baseline-hosts" aria-live="polite">
          {seen.map((row, at) => (
            <li key={row.agentId}>
              <strong>
                <LineText value={row.hostname} />
              </strong>{' '}
              <code>
                <LineText value={row.digest ?? '—'} />
              </code>
              <OutcomeText outcome={outcomes[at]} />
            </li>
          ))}
        </ul>
        {isOver ? null : (
          <TextField
            label={text('baselines.note')}
            value={draft.value.note}
            maxLength={noteMax}
            disabled={action.busy}
            testId="approve-note"
            onChange={(note) => draft.change({ note })}
          />
        )}
        <div className="vg-form-actions">
          {isOver ? null : <Button onClick={onClose}>{t('action.cancel')}</Button>}
          <Button
            type="primary"
            htmlType="submit"
            loading={action.busy}
            data-testid="approve-baselines-submit"
          >
            {isOver ? t('action.close') : text('baselines.approve')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function OutcomeText({ outcome }: { readonly outcome: Outcome | undefined }) {
  const text = useText(messages);
  if (outcome === undefined) return null;
  return (
    <span className={outcome.refused === null ? 'vg-muted' : 'vg-form-error'}>
      {outcome.refused === null ? text('baselines.isApproved') : visibleString(outcome.refused)}
    </span>
  );
}

type WithdrawProps = {
  readonly row: BaselineView;
  readonly approval: BaselineApprovalView;
  readonly onClose: () => void;
};

export function WithdrawDialog({ row, approval, onClose }: WithdrawProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const history = useQuery({
    queryKey: [...baselinesKey, 'of', row.agentId],
    queryFn: ({ signal }) => readApprovals(row.agentId, signal),
  });
  return (
    <FormDialog
      title={text('baselines.withdrawTitle', { host: visibleString(row.hostname) })}
      submitLabel={text('baselines.withdraw')}
      danger
      wide
      testId="withdraw-baseline"
      onSubmit={async () => {
        await withdrawApproval(row.agentId, approval.id);
        await client.invalidateQueries({ queryKey: baselinesKey });
        return { text: text('baselines.withdrawn') };
      }}
      onClose={onClose}
    >
      <p>{text('baselines.withdrawText')}</p>
      <QueryView query={history}>
        {({ approvals }) => (
          <ul className="vg-baseline-hosts" aria-label={text('baselines.history')}>
            {approvals.map((one) => (
              <li key={one.id}>
                <AbsoluteTime iso={one.approvedAt} /> · <LineText value={one.approvedBy} />{' '}
                <code>
                  <LineText value={one.digest} />
                </code>
                {one.note === '' ? null : <LineText value={one.note} />}
                {one.withdrawnBy === null ? null : (
                  <span className="vg-muted">
                    {text('baselines.withdrawnBy')} <LineText value={one.withdrawnBy} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </FormDialog>
  );
}
