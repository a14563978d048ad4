/** A token that was just made: shown this once, with the commands that use it. */
import Button from 'antd/es/button';
import { useText } from '../i18n/use-text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import type { MadeJoinToken } from './administration-api.ts';
import { messages } from './administration-messages.ts';

export function MadeToken({ made, onClose }: { readonly made: MadeJoinToken; readonly onClose: () => void }) {
  const text = useText(messages);
  const action = useAction();
  const commands = [
    `vonggac-agent enrol --url ${window.location.origin} --token ${made.token}`,
    'vonggac-agent run',
  ].join('\n');
  return (
    <Dialog title={text('joinTokens.madeTitle')} onClose={null} wide>
      <p>{text('joinTokens.madeText')}</p>
      <pre className="vg-pre" data-testid="made-token">
        {commands}
      </pre>
      <p className="vg-hint">
        {text('joinTokens.until')} <AbsoluteTime iso={made.expiresAt} />
      </p>
      <div className="vg-form-actions">
        <Button
          onClick={() =>
            void action.run(async () => {
              await navigator.clipboard.writeText(commands);
              return { text: text('joinTokens.copied') };
            })
          }
        >
          {text('joinTokens.copy')}
        </Button>
        <Button type="primary" onClick={onClose} data-testid="made-token-close">
          {text('joinTokens.kept')}
        </Button>
      </div>
    </Dialog>
  );
}
