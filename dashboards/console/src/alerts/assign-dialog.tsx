/** Gives an alert to somebody: by user name; whoever the server does not know is refused there. */
import { useState } from 'react';
import type { Alert } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextField, useFaultOf } from '../ui/form-fields.tsx';
import { messages } from './alert-messages.ts';
import { titleOf } from './labels.ts';
import { usePeople } from './people.ts';

type Props = {
  readonly alert: Alert;
  readonly onAssign: (alert: Alert, assignee: string) => void;
  readonly onClose: () => void;
};

function Name({
  error,
  name,
  onName,
}: {
  readonly error: unknown;
  readonly name: string;
  readonly onName: (name: string) => void;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <TextField
      label={text('triage.assignName')}
      value={name}
      onChange={onName}
      required
      maxLength={256}
      fault={faultOf('assignee')}
      testId="assign-name"
    />
  );
}

export default function AssignDialog({ alert, onAssign, onClose }: Props) {
  const { language } = useI18n();
  const text = useText(messages);
  const [name, setName] = useState('');
  const people = usePeople();
  return (
    <FormDialog
      title={text('triage.assignTitle')}
      submitLabel={text('triage.assignSubmit')}
      disabled={name.trim() === ''}
      testId="assign-form"
      onClose={onClose}
      onSubmit={() => {
        onAssign(alert, name.trim());
        return Promise.resolve(undefined);
      }}
    >
      {(error: unknown) => (
        <>
          <p className="vg-strong">
            <LineText value={titleOf(alert, language)} />
          </p>
          <Name error={error} name={name} onName={setName} />
          {people.length === 0 ? null : (
            <div className="vg-chips">
              {people.map((username) => (
                <button
                  key={username}
                  type="button"
                  aria-pressed={name === username}
                  onClick={() => setName(username)}
                >
                  <LineText value={username} />
                </button>
              ))}
            </div>
          )}
        </>
      )}
    </FormDialog>
  );
}
