/** What is known of an incident, in groups; what nobody knows yet stays empty. Only what was changed is sent. */
import { useMemo } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, SelectField, TextArea, TextField, useFaultOf } from '../ui/form-fields.tsx';
import { isoOf, localTime } from '../format/local-time.ts';
import { casesApi, type Incident, type IncidentFacts } from './cases-api.ts';
import {
  certainties,
  certaintyWords,
  consequences,
  consequenceWords,
  factGroups,
  factWords,
  isCountFact,
  isFlagFact,
  isLineFact,
  isTimeFact,
  olderClasses,
  olderClassWords,
  type FactName,
} from './incident-words.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

type FieldProps = {
  readonly name: FactName;
  readonly facts: IncidentFacts;
  readonly fault: string | undefined;
  readonly change: (next: Partial<IncidentFacts>) => void;
};

function FactField({ name, facts, fault, change }: FieldProps) {
  const text = useText(messages);
  const words = useWords();
  const label = words(factWords[name]);
  const testId = `fact-${name}`;
  if (isTimeFact(name)) {
    return (
      <TextField
        label={label}
        type="datetime-local"
        fault={fault}
        testId={testId}
        value={localTime(facts[name])}
        onChange={(value) => change({ [name]: isoOf(value) })}
      />
    );
  }
  if (isFlagFact(name)) {
    return (
      <CheckField
        label={label}
        checked={facts[name]}
        testId={testId}
        onChange={(on) => change({ [name]: on })}
      />
    );
  }
  if (isCountFact(name)) {
    const value = facts[name];
    return (
      <TextField
        label={label}
        type="number"
        min={0}
        fault={fault}
        value={value === null ? '' : String(value)}
        onChange={(next) => change({ [name]: next === '' ? null : Number(next) })}
      />
    );
  }
  if (name === 'consequences') {
    return (
      <fieldset className="vg-choices">
        <legend>{label}</legend>
        {consequences.map((one) => (
          <CheckField
            key={one}
            label={words(consequenceWords[one])}
            checked={facts.consequences.includes(one)}
            onChange={(on) =>
              change({
                consequences: on
                  ? [...facts.consequences, one]
                  : facts.consequences.filter((known) => known !== one),
              })
            }
          />
        ))}
      </fieldset>
    );
  }
  if (name === 'serious') {
    return (
      <SelectField
        label={label}
        empty={text('cases.byRules')}
        value={facts.serious === null ? '' : facts.serious ? 'yes' : 'no'}
        choices={[
          { value: 'rules', label: text('cases.byRulesAgain') },
          { value: 'yes', label: text('cases.yes') },
          { value: 'no', label: text('cases.no') },
        ]}
        onChange={(value) => change({ serious: value === 'rules' ? null : value === 'yes' })}
      />
    );
  }
  if (name === 'causeCertainty') {
    return (
      <SelectField
        label={label}
        value={facts.causeCertainty}
        choices={certainties.map((one) => ({ value: one, label: words(certaintyWords[one]) }))}
        onChange={(causeCertainty) => change({ causeCertainty })}
      />
    );
  }
  if (name === 'olderClass') {
    return (
      <SelectField
        label={label}
        empty={text('cases.olderByClass')}
        value={facts.olderClass ?? ''}
        choices={olderClasses.map((one) => ({ value: one, label: words(olderClassWords[one]) }))}
        onChange={(olderClass) => change({ olderClass })}
      />
    );
  }
  if (isLineFact(name)) {
    return (
      <TextField
        label={label}
        fault={fault}
        maxLength={300}
        value={facts[name]}
        onChange={(value) => change({ [name]: value })}
      />
    );
  }
  return (
    <TextArea
      label={label}
      fault={fault}
      rows={2}
      maxLength={4_096}
      testId={testId}
      value={facts[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );
}

type Props = {
  readonly number: string;
  readonly incident: Incident;
  readonly etag: string | undefined;
  readonly onClose: () => void;
};

/** What differs from what was read. */
function changed(before: IncidentFacts, after: IncidentFacts): Partial<IncidentFacts> {
  return Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as FactName]),
    ),
  );
}

export function IncidentForm({ number, incident, etag, onClose }: Props) {
  const text = useText(messages);
  const words = useWords();
  const faultOf = useFaultOf(null);
  const { refresh } = useCaseAct();
  const first = useMemo(() => ({ ...incident.facts }), [incident.facts]);
  const { value, change, drop } = useDraft(`case:${number}:incident`, first);
  return (
    <FormDialog
      title={text('cases.incidentTitle', { number })}
      submitLabel={text('cases.save')}
      testId="incident-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const patch = changed(incident.facts, value);
        if (Object.keys(patch).length > 0) await casesApi.patchIncident(number, patch, etag);
        await refresh();
        return { text: text('cases.incidentSaved') };
      }}
    >
      {factGroups.map((group, index) => (
        <details key={group.key} open={index < 2} className="vg-fact-group">
          <summary>{words(group.label)}</summary>
          <div className="vg-fact-fields">
            {group.facts.map((name) => (
              <FactField key={name} name={name} facts={value} fault={faultOf(name)} change={change} />
            ))}
          </div>
        </details>
      ))}
    </FormDialog>
  );
}
