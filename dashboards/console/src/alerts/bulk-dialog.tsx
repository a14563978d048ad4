/** One act on many alerts: what it would do is looked at first; then it runs as a job that can be undone. */
import { useEffect, useState } from 'react';
import Button from 'antd/es/button';
import type { AlertVerdict } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { errorText } from '../ui/notices.tsx';
import { serverFilter, type AlertFilters } from './alert-filters.ts';
import { messages } from './alert-messages.ts';
import { lookAtBulk, startBulk, type BulkBody, type BulkLook } from './alerts-api.ts';
import { verdictLabel } from './labels.ts';

const acts = ['acknowledge', 'begin', 'close', 'assign', 'free', 'tag'] as const;
type Act = (typeof acts)[number];
const actLabel: Readonly<Record<Act, LabelOf<typeof messages>>> = {
  acknowledge: 'triage.act.acknowledge',
  begin: 'triage.act.begin',
  close: 'triage.act.close',
  assign: 'triage.act.assign',
  free: 'triage.act.free',
  tag: 'triage.act.tag',
};
const closings = ['true-positive', 'benign', 'false-positive'] as const satisfies readonly AlertVerdict[];

type Form = {
  readonly act: Act;
  readonly verdict: (typeof closings)[number];
  readonly tag: string;
  readonly reason: string;
};
const first: Form = { act: 'acknowledge', verdict: 'benign', tag: '', reason: '' };

/** Which alerts: chosen ones, or whatever the filter finds. */
export type BulkTarget =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'filter'; readonly filters: AlertFilters; readonly count: number };

function bodyOf(target: BulkTarget, form: Form, username: string): BulkBody {
  const act: Readonly<Record<Act, BulkBody['act']>> = {
    acknowledge: { state: 'acknowledged' },
    begin: { state: 'in-progress' },
    close: { state: 'closed', verdict: form.verdict },
    assign: { assignee: username },
    free: { assignee: null },
    tag: { addTags: [form.tag.trim()] },
  };
  return {
    ...(target.kind === 'ids' ? { ids: [...target.ids] } : { filter: serverFilter(target.filters) }),
    act: act[form.act],
    reason: form.reason.trim(),
  };
}

function Look({ look }: { readonly look: BulkLook }) {
  const { number } = useI18n();
  const text = useText(messages);
  const skipped = Object.entries(look.skipped);
  return (
    <div className="vg-look" role="status" data-testid="bulk-look">
      <p>
        <strong>{text('triage.lookChanges', { n: look.changes })}</strong>{' '}
        <span className="vg-muted">{text('triage.lookTotal', { n: look.total })}</span>
      </p>
      {skipped.length === 0 ? null : (
        <p>
          {text('triage.lookSkipped')}:{' '}
          {skipped.map(([why, n], index) => (
            <span key={why}>
              {index > 0 ? ', ' : ''}
              <LineText value={why} /> {number(n)}
            </span>
          ))}
        </p>
      )}
      {look.needsApproval.length === 0 ? null : (
        <p className="vg-warn">
          {text('triage.lookSecond')}: <LineText value={look.needsApproval.join(', ')} />
        </p>
      )}
    </div>
  );
}

type Props = {
  readonly target: BulkTarget;
  readonly onStarted: (jobId: string) => void;
  readonly onClose: () => void;
};

export default function BulkDialog({ target, onStarted, onClose }: Props) {
  const { t } = useI18n();
  const text = useText(messages);
  const { username } = useMe();
  const { value: form, change, drop } = useDraft<Form>('alerts:bulk', first);
  const [look, setLook] = useState<BulkLook | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [looking, setLooking] = useState(false);
  const ready = form.reason.trim() !== '' && (form.act !== 'tag' || form.tag.trim() !== '');
  const shown = JSON.stringify([form.act, form.verdict, form.tag, target]);
  // What was looked at is no longer what would be done.
  useEffect(() => setLook(null), [shown]);
  const see = async () => {
    setLooking(true);
    setFault(null);
    try {
      setLook(await lookAtBulk(bodyOf(target, form, username)));
    } catch (error) {
      setFault(error);
    } finally {
      setLooking(false);
    }
  };
  return (
    <FormDialog
      title={text('triage.bulk')}
      submitLabel={text('triage.run')}
      danger={form.act === 'close'}
      disabled={!ready || look === null || look.changes === 0}
      testId="bulk-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const job = await startBulk(bodyOf(target, form, username));
        onStarted(job.id);
        return undefined;
      }}
    >
      <p className="vg-strong">
        {target.kind === 'ids'
          ? text('triage.bulkSome', { n: target.ids.length })
          : text('triage.bulkAll', { n: target.count })}
      </p>
      <div className="vg-form-row">
        <SelectField
          label={text('triage.act')}
          value={form.act}
          onChange={(act) => change({ act })}
          choices={acts.map((act) => ({ value: act, label: text(actLabel[act]) }))}
          testId="bulk-act"
        />
        {form.act === 'close' ? (
          <SelectField
            label={t('close.verdict')}
            value={form.verdict}
            onChange={(verdict) => change({ verdict })}
            choices={closings.map((verdict) => ({ value: verdict, label: text(verdictLabel[verdict]) }))}
          />
        ) : null}
        {form.act === 'tag' ? (
          <TextField
            label={text('triage.facet.tag')}
            value={form.tag}
            maxLength={64}
            required
            onChange={(tag) => change({ tag })}
          />
        ) : null}
      </div>
      <TextArea
        label={text('triage.reason')}
        value={form.reason}
        rows={2}
        maxLength={4_096}
        required
        testId="bulk-reason"
        onChange={(reason) => change({ reason })}
      />
      <div>
        <Button onClick={() => void see()} loading={looking} disabled={!ready} data-testid="bulk-preview">
          {text('triage.look')}
        </Button>
      </div>
      {fault === null ? null : (
        <div role="alert" className="vg-form-error">
          {errorText(fault, t)}
        </div>
      )}
      {look === null ? null : <Look look={look} />}
    </FormDialog>
  );
}
