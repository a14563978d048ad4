/** How many machines an agency says it has. */
import { useQueryClient } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { installedKey, setCount, type InstalledAgency } from './installed-api.ts';
import { messages } from './installed-messages.ts';

const machinesMax = 1_000_000;

type Props = { readonly agency: InstalledAgency; readonly onClose: () => void };

export function CountDialog({ agency, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const { agencyId, agencyName, counted } = agency;
  const before = { machines: String(counted?.machines ?? ''), source: counted?.source ?? '' };
  const draft = useDraft(`installed:count:${agencyId}`, before);
  const { machines, source } = draft.value;
  const save = async (next: typeof before) => {
    await setCount({
      agencyId,
      machines: next.machines.trim() === '' ? null : Number(next.machines),
      source: next.source.trim(),
    });
    await client.invalidateQueries({ queryKey: installedKey });
  };
  return (
    <FormDialog
      title={text('installed.countTitle', { agency: visibleString(agencyName, 120) })}
      submitLabel={text('installed.countSave')}
      testId="count-form"
      onSubmit={async () => {
        await save({ machines, source });
        return { text: text('installed.countSaved'), undo: () => save(before) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => <Fields value={draft.value} change={draft.change} error={error} />}
    </FormDialog>
  );
}

type FieldsProps = {
  readonly value: { readonly machines: string; readonly source: string };
  readonly change: (next: Partial<FieldsProps['value']>) => void;
  readonly error: unknown;
};

function Fields({ value, change, error }: FieldsProps) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <>
      <p className="vg-hint">{text('installed.countText')}</p>
      <TextField
        label={text('installed.countMachines')}
        type="number"
        min={0}
        max={machinesMax}
        fault={faultOf('machines')}
        testId="count-machines"
        value={value.machines}
        onChange={(machines) => change({ machines })}
      />
      <TextField
        label={text('installed.countSource')}
        hint={text('installed.countSourceHint')}
        maxLength={256}
        fault={faultOf('source')}
        testId="count-source"
        value={value.source}
        onChange={(source) => change({ source })}
      />
    </>
  );
}
