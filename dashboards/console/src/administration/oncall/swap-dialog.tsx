/** Somebody takes a turn for another, and may get one of theirs in exchange: replacements, which the roster itself outlives. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { isoOf, localTime } from '../../format/local-time.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField, TextField } from '../../ui/form-fields.tsx';
import { readRoster, saveRoster, type Person, type Roster, type Turn } from './oncall-api.ts';
import { messages } from './oncall-messages.ts';
import { peopleOf, personOf } from './roster-form.ts';

type Override = Roster['settings']['overrides'][number];

const bodyOf = ({ name, agencyId, settings }: Roster, overrides: readonly Override[]) => ({
  name,
  agencyId,
  settings: { ...settings, overrides: [...overrides] },
});
const isSame = (a: Override, b: Override) => JSON.stringify(a) === JSON.stringify(b);

/** Writes replacements down, and takes them out again. */
export function useOverrides(): {
  readonly add: (roster: Roster, etag: string | undefined, added: readonly Override[]) => Promise<void>;
  readonly drop: (rosterId: number, dropped: readonly Override[]) => Promise<void>;
} {
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: ['oncall'] });
  return {
    async add(roster, etag, added) {
      await saveRoster(roster.id, bodyOf(roster, [...roster.settings.overrides, ...added]), etag);
      await changed();
    },
    async drop(rosterId, dropped) {
      const { body, etag } = await readRoster(String(rosterId));
      const left = body.settings.overrides.filter((one) => !dropped.some((gone) => isSame(one, gone)));
      await saveRoster(rosterId, bodyOf(body, left), etag);
      await changed();
    },
  };
}

type Props = {
  readonly roster: Roster;
  readonly etag: string | undefined;
  readonly turn: Turn;
  readonly turns: readonly Turn[];
  readonly onClose: () => void;
};

export function SwapDialog({ roster, etag, turn, turns, onClose }: Props) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const overrides = useOverrides();
  const people = peopleOf(roster);
  const first = useMemo(
    () => ({
      from: localTime(turn.from),
      to: localTime(turn.to),
      who: '',
      name: '',
      phone: '',
      email: '',
      back: '',
    }),
    [turn],
  );
  const draft = useDraft(`roster:${roster.id}:swap:${turn.from}`, first);
  const { value: form, change } = draft;
  const known = people[Number(form.who)];
  const person: Person | undefined = form.who === '' || form.who === 'other' ? undefined : known;
  const theirs = turns.filter((one) => person !== undefined && one.person?.name === person.name);
  return (
    <FormDialog
      title={text('roster.swapTitle')}
      submitLabel={text('roster.swap')}
      disabled={form.who === ''}
      testId="swap-form"
      onSubmit={async () => {
        const taken = { from: isoOf(form.from) ?? turn.from, to: isoOf(form.to) ?? turn.to };
        const back = theirs.find(({ from }) => from === form.back);
        const added: Override[] = [
          { ...taken, person: person ?? personOf(form) },
          ...(back === undefined || turn.person === null
            ? []
            : [{ from: back.from, to: back.to, person: turn.person }]),
        ];
        await overrides.add(roster, etag, added);
        return { text: text('roster.swapped'), undo: () => overrides.drop(roster.id, added) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint">{text('roster.swapText')}</p>
      <div className="vg-form-row">
        <TextField
          label={text('roster.from')}
          type="datetime-local"
          required
          value={form.from}
          onChange={(from) => change({ from })}
        />
        <TextField
          label={text('roster.to')}
          type="datetime-local"
          required
          value={form.to}
          onChange={(to) => change({ to })}
        />
      </div>
      <SelectField
        label={text('roster.person')}
        required
        empty="—"
        value={form.who}
        onChange={(who) => change({ who, back: '' })}
        testId="swap-person"
        choices={[
          ...people
            .map((one, index) => ({ value: String(index), label: visibleString(one.name, 120) }))
            .filter(({ value }) => people[Number(value)]?.name !== turn.person?.name),
          { value: 'other', label: text('roster.other') },
        ]}
      />
      {form.who === 'other' ? (
        <div className="vg-form-row">
          <TextField
            label={text('roster.personName')}
            required
            maxLength={120}
            value={form.name}
            onChange={(name) => change({ name })}
          />
          <TextField
            label={text('roster.phone')}
            required={form.email.trim() === ''}
            value={form.phone}
            onChange={(phone) => change({ phone })}
          />
          <TextField
            label={text('roster.email')}
            type="email"
            required={form.phone.trim() === ''}
            value={form.email}
            onChange={(email) => change({ email })}
          />
        </div>
      ) : null}
      {theirs.length === 0 || turn.person === null ? null : (
        <SelectField
          label={text('roster.back')}
          value={form.back}
          empty={text('roster.noBack')}
          onChange={(back) => change({ back })}
          choices={theirs.map(({ from, to }) => ({
            value: from,
            label: `${dateTime(from)} – ${dateTime(to)}`,
          }))}
        />
      )}
    </FormDialog>
  );
}
