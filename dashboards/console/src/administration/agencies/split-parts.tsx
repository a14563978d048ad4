/** The parts of a split: agencies that are there, or new ones; each may take hosts by their names. */
import { useText } from '../../i18n/use-text.ts';
import { visibleString } from '../../text/visible-text.ts';
import { SelectField, TextField } from '../../ui/form-fields.tsx';
import type { Agency, AgencyKind } from './agencies-api.ts';
import { messages as agencyMessages } from './agencies-messages.ts';
import { agencyKinds, kindLabel } from './agency-words.ts';
import { partsMax, withoutPart, withPart, type PartForm, type SplitForm } from './split-form.ts';
import { messages } from './split-messages.ts';

type Props = {
  readonly form: SplitForm;
  readonly kind: AgencyKind;
  /** That may take something over. */
  readonly agencies: readonly Agency[];
  readonly onChange: (next: Partial<SplitForm>) => void;
};

export function SplitParts({ form, kind, agencies, onChange }: Props) {
  const text = useText(messages);
  return (
    <>
      {form.parts.map((part, index) => (
        <Part
          key={part.key}
          part={part}
          number={index + 1}
          agencies={agencies}
          onChange={(next) =>
            onChange({
              parts: form.parts.map((one) => (one.key === part.key ? { ...one, ...next } : one)),
            })
          }
          onDrop={form.parts.length > 1 ? () => onChange(withoutPart(form, part.key)) : undefined}
        />
      ))}
      {form.parts.length < partsMax ? (
        <button
          type="button"
          className="vg-button vg-at-start"
          data-testid="split-add-part"
          onClick={() => onChange(withPart(form, kind))}
        >
          {text('split.addPart')}
        </button>
      ) : null}
    </>
  );
}

function Part({
  part,
  number,
  agencies,
  onChange,
  onDrop,
}: {
  readonly part: PartForm;
  readonly number: number;
  readonly agencies: readonly Agency[];
  readonly onChange: (next: Partial<PartForm>) => void;
  readonly onDrop: (() => void) | undefined;
}) {
  const text = useText(messages);
  const agencyText = useText(agencyMessages);
  return (
    <fieldset className="vg-form-set">
      <legend>{text('split.part', { n: number })}</legend>
      <div className="vg-form-row">
        <SelectField
          label={text('split.into')}
          value={part.agencyId === '' ? 'new' : part.agencyId}
          choices={[
            { value: 'new', label: text('split.new') },
            ...agencies.map(({ id, name }) => ({ value: String(id), label: visibleString(name, 120) })),
          ]}
          onChange={(to) => onChange({ agencyId: to === 'new' ? '' : to })}
          testId="split-into"
        />
        {part.agencyId === '' ? (
          <>
            <TextField
              label={text('split.name')}
              required
              maxLength={256}
              value={part.name}
              onChange={(name) => onChange({ name })}
              testId="split-name"
            />
            <TextField
              label={text('split.shortName')}
              maxLength={64}
              value={part.shortName}
              onChange={(shortName) => onChange({ shortName })}
            />
            <SelectField
              label={text('split.kind')}
              value={part.kind}
              choices={agencyKinds.map((one) => ({ value: one, label: agencyText(kindLabel[one]) }))}
              onChange={(next) => onChange({ kind: next })}
            />
          </>
        ) : null}
      </div>
      <TextField
        label={text('split.hostnames')}
        hint={text('split.hostnamesHint')}
        maxLength={4_096}
        value={part.hostnames}
        onChange={(hostnames) => onChange({ hostnames })}
        testId="split-hostnames"
      />
      {onDrop === undefined ? null : (
        <button type="button" className="vg-link" onClick={onDrop} data-testid="split-drop-part">
          {text('split.dropPart')}
        </button>
      )}
    </fieldset>
  );
}
