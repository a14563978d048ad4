/** Takes a limit away, and can put it back. */
import { useQueryClient } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { messages } from './host-groups-messages.ts';
import { sendingKey } from './sending-api.ts';

type Props = {
  readonly title: string;
  readonly effect: string;
  readonly done: string;
  readonly testId: string;
  readonly remove: () => Promise<unknown>;
  readonly putBack: () => Promise<unknown>;
  readonly onClose: () => void;
};

export function RemoveDialog({ title, effect, done, testId, remove, putBack, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: sendingKey });
  return (
    <FormDialog
      title={title}
      submitLabel={text('hostGroups.remove')}
      danger
      testId={testId}
      onSubmit={async () => {
        await remove();
        await refresh();
        return {
          text: done,
          undo: async () => {
            await putBack();
            await refresh();
          },
        };
      }}
      onClose={onClose}
    >
      <p>{effect}</p>
    </FormDialog>
  );
}
