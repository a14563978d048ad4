/** A roster as the form of its dialog and back; pure. */
import { hoursForm, hoursOf, type HoursForm } from '../notify/hours.ts';
import type { NewRoster, Person, Roster } from './oncall-api.ts';

/** Keys are the form's own, for rows that come and go. */
export type PersonForm = {
  readonly key: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
};
export type LayerForm = {
  readonly key: string;
  readonly startOn: string;
  readonly handOver: string;
  readonly everyDays: string;
  readonly hours: HoursForm;
  readonly people: readonly PersonForm[];
};
export type RosterForm = {
  readonly name: string;
  readonly agencyId: string;
  readonly timeZone: string;
  readonly layers: readonly LayerForm[];
};

let made = 0;
const newKey = (): string => String((made += 1));

export const personForm = (person?: Person): PersonForm => ({
  key: newKey(),
  name: person?.name ?? '',
  phone: person?.phone ?? '',
  email: person?.email ?? '',
});

export const layerForm = (today: string, layer?: Roster['settings']['layers'][number]): LayerForm => ({
  key: newKey(),
  startOn: layer?.startOn ?? today,
  handOver: layer?.handOver ?? '08:00',
  everyDays: String(layer?.everyDays ?? 7),
  hours: hoursForm(layer?.hours ?? 'always'),
  people: layer === undefined ? [personForm()] : layer.people.map(personForm),
});

/** @param today the legal day, for a new layer */
export function rosterForm(roster: Roster | undefined, today: string): RosterForm {
  return {
    name: roster?.name ?? '',
    agencyId: roster === undefined ? '' : String(roster.agencyId),
    timeZone: roster?.settings.timeZone ?? 'Asia/Ho_Chi_Minh',
    layers:
      roster === undefined
        ? [layerForm(today)]
        : roster.settings.layers.map((layer) => layerForm(today, layer)),
  };
}

export function personOf({ name, phone, email }: Omit<PersonForm, 'key'>): Person {
  return {
    name: name.trim(),
    ...(phone.trim() === '' ? {} : { phone: phone.trim() }),
    ...(email.trim() === '' ? {} : { email: email.trim() }),
  };
}

/** Replacements stay as they are. */
export function rosterOf(form: RosterForm, roster: Roster | undefined): NewRoster {
  return {
    name: form.name.trim(),
    agencyId: Number(form.agencyId),
    settings: {
      timeZone: form.timeZone,
      layers: form.layers.map(({ startOn, handOver, everyDays, hours, people }) => ({
        startOn,
        handOver,
        everyDays: Number(everyDays),
        hours: hoursOf(hours),
        people: people.map(personOf),
      })),
      overrides: roster?.settings.overrides ?? [],
    },
  };
}

/** Everybody who is in a roster, each once. */
export function peopleOf({ settings }: Roster): readonly Person[] {
  const all = [
    ...settings.layers.flatMap(({ people }) => people),
    ...settings.overrides.map(({ person }) => person),
  ];
  return [...new Map(all.map((person) => [JSON.stringify(person), person])).values()];
}
