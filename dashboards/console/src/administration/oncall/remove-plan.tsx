/** Removing a roster or an escalation, said before and undone after. */
import { useQueryClient } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { messages } from './oncall-messages.ts';

type Props = {
  readonly name: string;
  readonly explanation: string;
  readonly remove: () => Promise<unknown>;
  /** Makes it again as it was. */
  readonly restore: () => Promise<unknown>;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
};

export function RemovePlanDialog({ name, explanation, remove, restore, onRemoved, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ['oncall'] });
  return (
    <FormDialog
      title={text('roster.removeTitle', { name: visibleString(name, 80) })}
      submitLabel={text('roster.remove')}
      danger
      testId="plan-remove-form"
      onSubmit={async () => {
        await remove();
        onRemoved();
        await changed();
        return {
          text: text('roster.removed'),
          undone: text('roster.restored'),
          undo: async () => {
            await restore();
            await changed();
          },
        };
      }}
      onClose={onClose}
    >
      <p>{explanation}</p>
    </FormDialog>
  );
}
