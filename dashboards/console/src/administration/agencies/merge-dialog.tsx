/** Plans that an agency goes into another on a day. */
import { dayOf } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { CheckField, SelectField } from '../../ui/form-fields.tsx';
import type { Agency, ChangePlan } from './agencies-api.ts';
import { withBelow } from './agency-tree.ts';
import { messages } from './changes-messages.ts';
import { DayAndReason, PlanDialog } from './plan-dialog.tsx';

type Props = {
  readonly agency: Agency;
  readonly agencies: readonly Agency[];
  readonly onClose: () => void;
};

export function MergeDialog({ agency, agencies, onClose }: Props) {
  const text = useText(messages);
  const draft = useDraft(`administration:merge:${agency.id}`, {
    into: '',
    on: dayOf(Date.now()),
    twins: false,
    reason: '',
  });
  const { into, on, twins, reason } = draft.value;
  const own = withBelow(agencies, agency.id);
  const plan: ChangePlan | null =
    into === '' || on === '' || reason.trim() === ''
      ? null
      : {
          kind: 'merge',
          on,
          sources: [agency.id],
          into: { agencyId: Number(into) },
          twins: twins ? 'merge' : 'refuse',
          reason: reason.trim(),
        };
  return (
    <PlanDialog
      title={text('plan.mergeTitle', { name: visibleString(agency.name, 80) })}
      plan={plan}
      testId="merge-agency"
      onDone={draft.drop}
      onClose={onClose}
    >
      <SelectField
        label={text('plan.into')}
        required
        empty="—"
        testId="merge-into"
        value={into}
        choices={agencies
          .filter(({ id, endedOn }) => endedOn === null && !own.has(id))
          .map(({ id, name }) => ({ value: String(id), label: visibleString(name, 120) }))}
        onChange={(next) => draft.change({ into: next })}
      />
      <DayAndReason on={on} reason={reason} change={draft.change} />
      <CheckField
        label={text('plan.twins')}
        checked={twins}
        onChange={(next) => draft.change({ twins: next })}
      />
    </PlanDialog>
  );
}
