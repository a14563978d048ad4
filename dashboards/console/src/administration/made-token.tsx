/** A join token that was just made: shown this once, with the commands that use it. */
import Button from 'antd/es/button';
import { InstallCommands } from '../hosts/install/install-commands.tsx';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import type { MadeJoinToken } from './administration-api.ts';
import { messages } from './administration-messages.ts';

export function MadeToken({ made, onClose }: { readonly made: MadeJoinToken; readonly onClose: () => void }) {
  const text = useText(messages);
  return (
    <Dialog title={text('joinTokens.madeTitle')} onClose={null} wide>
      <div className="vg-form">
        <p>{text('joinTokens.madeText')}</p>
        <InstallCommands token={made.token} />
        <p className="vg-hint">
          {text('joinTokens.otherWays')} <Link to="/hosts/install">{text('joinTokens.install')}</Link>
        </p>
        <p className="vg-hint">
          {text('joinTokens.until')} <AbsoluteTime iso={made.expiresAt} />
        </p>
        <div className="vg-form-actions">
          <Button type="primary" onClick={onClose} data-testid="made-token-close">
            {text('joinTokens.kept')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
