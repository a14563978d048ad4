/** The frame of planning a change in a dialog. */
import type { ReactNode } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import type { ChangePlan } from './agencies-api.ts';
import { messages } from './changes-messages.ts';
import { ChangeLook } from './change-look.tsx';
import { usePlan } from './use-plan.ts';

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
  const { look, lookNow, submit, label, isDue, blocked } = usePlan(plan);
  return (
    <FormDialog
      title={title}
      wide
      submitLabel={label}
      danger={look !== null && isDue}
      disabled={blocked}
      testId={testId}
      before={look === null && plan !== null ? lookNow : undefined}
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
