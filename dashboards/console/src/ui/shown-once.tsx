/** A secret that the server tells once: shown until the person says that they have it. */
import Button from 'antd/es/button';
import type { ReactNode } from 'react';
import { useText } from '../i18n/use-text.ts';
import { CopyButton } from './copy-button.tsx';
import { messages } from './copy-messages.ts';
import { Dialog } from './dialog.tsx';

type Props = {
  readonly title: string;
  readonly secret: string;
  readonly copyLabel: string;
  readonly testId: string;
  readonly onClose: () => void;
  /** What it is for, and until when. */
  readonly children: ReactNode;
};

export function ShownOnce({ title, secret, copyLabel, testId, onClose, children }: Props) {
  const text = useText(messages);
  return (
    <Dialog title={title} onClose={null} wide>
      <div className="vg-form">
        {children}
        <pre className="vg-pre" data-testid={testId}>
          {secret}
        </pre>
        <p className="vg-hint">{text('copy.once')}</p>
        <div className="vg-form-actions">
          <CopyButton value={secret} label={copyLabel} />
          <Button type="primary" onClick={onClose} data-testid={`${testId}-close`}>
            {text('copy.kept')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
