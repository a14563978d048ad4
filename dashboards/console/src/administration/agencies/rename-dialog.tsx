/** Plans that an agency has another name from a day on; before that day it keeps the old one. */
import { dayOf } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { TextField } from '../../ui/form-fields.tsx';
import type { Agency, ChangePlan } from './agencies-api.ts';
import { messages } from './changes-messages.ts';
import { DayAndReason, PlanDialog } from './plan-dialog.tsx';

export function RenameDialog({ agency, onClose }: { readonly agency: Agency; readonly onClose: () => void }) {
  const text = useText(messages);
  const draft = useDraft(`administration:rename:${agency.id}`, {
    name: agency.name,
    shortName: agency.shortName,
    on: dayOf(Date.now()),
    reason: '',
  });
  const { name, shortName, on, reason } = draft.value;
  const plan: ChangePlan | null =
    name.trim() === '' || name.trim() === agency.name || on === '' || reason.trim() === ''
      ? null
      : {
          kind: 'rename',
          on,
          agencyId: agency.id,
          name: name.trim(),
          shortName: shortName.trim(),
          reason: reason.trim(),
        };
  return (
    <PlanDialog
      title={text('plan.renameTitle', { name: visibleString(agency.name, 80) })}
      plan={plan}
      testId="rename-agency"
      onDone={draft.drop}
      onClose={onClose}
    >
      <div className="vg-form-row">
        <TextField
          label={text('plan.newName')}
          required
          autoFocus
          maxLength={256}
          testId="rename-name"
          value={name}
          onChange={(next) => draft.change({ name: next })}
        />
        <TextField
          label={text('plan.newShort')}
          maxLength={64}
          value={shortName}
          onChange={(next) => draft.change({ shortName: next })}
        />
      </div>
      <DayAndReason on={on} reason={reason} change={draft.change} />
    </PlanDialog>
  );
}
