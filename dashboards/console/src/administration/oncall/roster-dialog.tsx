/** The form of a roster: layers of people who take turns, the last fitting one counts. Replacements are made beside it. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AgencyField } from '../../api/agency-field.tsx';
import { useAgencies } from '../../api/agencies.ts';
import { dayOf } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { HoursFields } from '../notify/hours-fields.tsx';
import { saveRoster, type Roster } from './oncall-api.ts';
import { messages } from './oncall-messages.ts';
import {
  layerForm,
  personForm,
  rosterForm,
  rosterOf,
  type LayerForm,
  type PersonForm,
} from './roster-form.ts';

const layersMax = 5;
const zones = ['Asia/Ho_Chi_Minh', 'Asia/Bangkok', 'Asia/Tokyo', 'Europe/Berlin', 'UTC'];

function PersonRow({
  person,
  onChange,
  onDrop,
}: {
  readonly person: PersonForm;
  readonly onChange: (next: PersonForm) => void;
  readonly onDrop: (() => void) | undefined;
}) {
  const text = useText(messages);
  return (
    <div className="vg-form-row vg-person-row">
      <TextField
        label={text('roster.personName')}
        required
        maxLength={120}
        value={person.name}
        onChange={(name) => onChange({ ...person, name })}
        testId="roster-person"
      />
      <TextField
        label={text('roster.phone')}
        maxLength={21}
        required={person.email.trim() === ''}
        value={person.phone}
        onChange={(phone) => onChange({ ...person, phone })}
        testId="roster-phone"
      />
      <TextField
        label={text('roster.email')}
        type="email"
        maxLength={254}
        required={person.phone.trim() === ''}
        value={person.email}
        onChange={(email) => onChange({ ...person, email })}
      />
      {onDrop === undefined ? null : (
        <button
          type="button"
          className="vg-link"
          aria-label={text('roster.dropPerson', { name: visibleString(person.name, 60) })}
          onClick={onDrop}
        >
          {text('roster.dropOverride')}
        </button>
      )}
    </div>
  );
}

function Layer({
  layer,
  number,
  onChange,
  onDrop,
}: {
  readonly layer: LayerForm;
  readonly number: number;
  readonly onChange: (next: LayerForm) => void;
  readonly onDrop: (() => void) | undefined;
}) {
  const text = useText(messages);
  const { people } = layer;
  const put = (key: string, next: PersonForm | undefined) =>
    onChange({
      ...layer,
      people: people.flatMap((one) => (one.key === key ? (next === undefined ? [] : [next]) : [one])),
    });
  return (
    <fieldset className="vg-form-set">
      <legend>{text('roster.layer', { n: number })}</legend>
      <div className="vg-form-row">
        <TextField
          label={text('roster.start')}
          type="date"
          required
          value={layer.startOn}
          onChange={(startOn) => onChange({ ...layer, startOn })}
          testId="roster-start"
        />
        <TextField
          label={text('roster.handOver')}
          type="time"
          required
          value={layer.handOver}
          onChange={(handOver) => onChange({ ...layer, handOver })}
        />
        <TextField
          label={text('roster.every')}
          type="number"
          min={1}
          max={28}
          required
          value={layer.everyDays}
          onChange={(everyDays) => onChange({ ...layer, everyDays })}
        />
      </div>
      <HoursFields
        label={text('roster.hours')}
        value={layer.hours}
        onChange={(hours) => onChange({ ...layer, hours })}
      />
      <p className="vg-hint">
        {text('roster.people')}. {text('roster.reach')}
      </p>
      {people.map((person) => (
        <PersonRow
          key={person.key}
          person={person}
          onChange={(next) => put(person.key, next)}
          onDrop={people.length > 1 ? () => put(person.key, undefined) : undefined}
        />
      ))}
      <div className="vg-menu-button">
        <button
          type="button"
          className="vg-link"
          data-testid="roster-add-person"
          onClick={() => onChange({ ...layer, people: [...people, personForm()] })}
        >
          {text('roster.addPerson')}
        </button>
        {onDrop === undefined ? null : (
          <button type="button" className="vg-link" onClick={onDrop}>
            {text('roster.dropLayer')}
          </button>
        )}
      </div>
    </fieldset>
  );
}

type Props = {
  readonly roster?: Roster;
  readonly etag?: string | undefined;
  readonly onSaved: (roster: Roster) => void;
  readonly onClose: () => void;
};

export function RosterDialog({ roster, etag, onSaved, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const agencies = useAgencies();
  const first = useMemo(() => {
    const form = rosterForm(roster, dayOf(Date.now()));
    const only = agencies.length === 1 ? String(agencies[0]?.id ?? '') : '';
    return form.agencyId === '' ? { ...form, agencyId: only } : form;
  }, [agencies, roster]);
  const draft = useDraft(`roster:${roster?.id ?? 'new'}`, first);
  const { value: form, change } = draft;
  return (
    <FormDialog
      title={
        roster === undefined
          ? text('roster.add')
          : text('roster.editTitle', { name: visibleString(roster.name, 80) })
      }
      submitLabel={text('roster.save')}
      wide
      testId="roster-form"
      onSubmit={async () => {
        const saved = await saveRoster(roster?.id ?? null, rosterOf(form, roster), etag);
        await client.invalidateQueries({ queryKey: ['oncall'] });
        onSaved(saved);
        return {
          text: text('roster.saved'),
          ...(roster === undefined
            ? {}
            : {
                undo: async () => {
                  await saveRoster(roster.id, rosterOf(rosterForm(roster, ''), roster));
                  await client.invalidateQueries({ queryKey: ['oncall'] });
                },
              }),
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <Head form={form} change={change} error={error} />
          <p className="vg-hint">{text('roster.layersText')}</p>
          {form.layers.map((layer, index) => (
            <Layer
              key={layer.key}
              layer={layer}
              number={index + 1}
              onChange={(next) =>
                change({ layers: form.layers.map((one) => (one.key === layer.key ? next : one)) })
              }
              onDrop={
                form.layers.length > 1
                  ? () => change({ layers: form.layers.filter(({ key }) => key !== layer.key) })
                  : undefined
              }
            />
          ))}
          {form.layers.length < layersMax ? (
            <button
              type="button"
              className="vg-button vg-at-start"
              onClick={() => change({ layers: [...form.layers, layerForm(dayOf(Date.now()))] })}
            >
              {text('roster.addLayer')}
            </button>
          ) : null}
        </>
      )}
    </FormDialog>
  );
}

function Head({
  form,
  change,
  error,
}: {
  readonly form: ReturnType<typeof rosterForm>;
  readonly change: (next: Partial<ReturnType<typeof rosterForm>>) => void;
  readonly error: unknown;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <div className="vg-form-row">
      <TextField
        label={text('roster.name')}
        required
        autoFocus
        maxLength={100}
        value={form.name}
        onChange={(name) => change({ name })}
        fault={faultOf('name')}
        testId="roster-name"
      />
      <AgencyField
        label={text('roster.agency')}
        hint={text('roster.agencyHint')}
        required
        value={form.agencyId}
        onChange={(agencyId) => change({ agencyId })}
        testId="roster-agency"
      />
      <SelectField
        label={text('roster.zone')}
        value={form.timeZone}
        onChange={(timeZone) => change({ timeZone })}
        choices={[...new Set([form.timeZone, ...zones])].map((zone) => ({ value: zone, label: zone }))}
      />
    </div>
  );
}
