/** The frame of planning a change: what it would do is looked at first, then it is planned, or applied where its day has come. */
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { dayOf, dayText } from '../../format/day.ts';
import { refreshHosts } from '../../hosts/use-hosts.ts';
import { useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import {
  agenciesKey,
  cancelChange,
  lookAtChange,
  planChange,
  reverseChange,
  type AgencyChange,
  type ChangePlan,
  type ChangePreview,
} from './agencies-api.ts';
import { messages } from './changes-messages.ts';
import { ChangeLook } from './change-look.tsx';

type Props = {
  readonly title: string;
  /** Null while the form is not filled in. */
  readonly plan: ChangePlan | null;
  readonly testId: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function PlanDialog({ title, plan, testId, onDone, onClose, children }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const [seen, setSeen] = useState<{ readonly of: string; readonly look: ChangePreview } | null>(null);
  const key = JSON.stringify(plan);
  const look = seen?.of === key ? seen.look : null;
  const isDue = plan !== null && plan.on <= dayOf(Date.now());
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: agenciesKey });
    await refreshHosts(client);
  };
  const takeBack = async ({ id, state }: AgencyChange) => {
    if (state === 'planned') await cancelChange(id);
    else await reverseChange(id, false);
    await refresh();
  };
  const submit = async () => {
    if (plan === null) return undefined;
    const change = await planChange(plan);
    await refresh();
    const isApplied = change.state === 'applied';
    return {
      text: isApplied ? text('plan.appliedNow') : text('plan.planned', { day: dayText(change.on) }),
      undo: () => takeBack(change),
      undone: text(isApplied ? 'plan.taken' : 'plan.called'),
    };
  };
  return (
    <FormDialog
      title={title}
      wide
      submitLabel={look === null ? text('plan.look') : text(isDue ? 'plan.doNow' : 'plan.do')}
      danger={look !== null && isDue}
      disabled={plan === null || (look !== null && look.conflicts.length > 0)}
      testId={testId}
      before={
        look === null && plan !== null
          ? async () => setSeen({ of: key, look: await lookAtChange(plan) })
          : undefined
      }
      onSubmit={submit}
      onDone={onDone}
      onClose={onClose}
    >
      {children}
      {look === null ? null : <ChangeLook look={look} />}
    </FormDialog>
  );
}

/** When, and by what: every plan says so. */
export function DayAndReason({
  on,
  reason,
  change,
}: {
  readonly on: string;
  readonly reason: string;
  readonly change: (next: { readonly on?: string; readonly reason?: string }) => void;
}) {
  const text = useText(messages);
  return (
    <div className="vg-form-row">
      <TextField
        label={text('plan.on')}
        type="date"
        required
        hint={text('plan.onHint')}
        value={on}
        onChange={(next) => change({ on: next })}
      />
      <TextField
        label={text('plan.reason')}
        required
        maxLength={4_096}
        testId="plan-reason"
        value={reason}
        onChange={(next) => change({ reason: next })}
      />
    </div>
  );
}
