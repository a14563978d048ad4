/** Asks once more before a rollout is started, held back or ended: what it means, and why. */
import { useText } from '../../i18n/use-text.ts';
import type { LabelOf } from '../../i18n/messages.ts';
import { useDraft } from '../../session/drafts.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextArea } from '../../ui/form-fields.tsx';
import { actLabel } from './update-words.ts';
import { useUpdateActs, type Rollout, type RolloutAct } from './updates-api.ts';
import { messages } from './updates-messages.ts';

type Label = LabelOf<typeof messages>;

const reasonMax = 1_000;
const noReason = { reason: '' };

const done: Readonly<Record<RolloutAct, Label>> = {
  start: 'updates.done.start',
  pause: 'updates.done.pause',
  resume: 'updates.done.resume',
  halt: 'updates.done.halt',
  end: 'updates.done.end',
};
const about: Readonly<Record<Exclude<RolloutAct, 'start'>, Label>> = {
  pause: 'updates.about.pause',
  resume: 'updates.about.resume',
  halt: 'updates.about.halt',
  end: 'updates.about.end',
};

type Props = { readonly rollout: Rollout; readonly act: RolloutAct; readonly onClose: () => void };

export function ActDialog({ rollout, act, onClose }: Props) {
  const text = useText(messages);
  const acts = useUpdateActs();
  const draft = useDraft(`updates:${rollout.id}:${act}`, noReason);
  return (
    <FormDialog
      title={`${text(actLabel[act])}: ${rollout.version}`}
      submitLabel={text(actLabel[act])}
      danger={act === 'halt'}
      testId="rollout-act"
      onSubmit={async () => {
        await acts.act(rollout.id, act, draft.value.reason);
        return { text: text(done[act]) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p>{act === 'start' ? text('updates.about.start', { version: rollout.version }) : text(about[act])}</p>
      <TextArea
        label={text('updates.reason')}
        rows={2}
        maxLength={reasonMax}
        testId="rollout-reason"
        value={draft.value.reason}
        onChange={(reason) => draft.change({ reason })}
      />
    </FormDialog>
  );
}
