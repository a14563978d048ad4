/** The form of a split, and the plan that it makes: pure. A thing goes to the part that it was given to; what nobody was given goes with the rest. */
import type { z } from 'zod';
import type { AgencyView } from '../../../../../collector/api/contract-agencies.ts';
import type { changeBodySchema } from '../../../../../collector/api/contract-agency-changes.ts';

type AgencyKind = AgencyView['kind'];
type ChangePlan = z.input<typeof changeBodySchema>;

export type SplitThing = 'agency' | 'host' | 'system' | 'person';

export type PartForm = {
  /** Stays while the form is open. */
  readonly key: string;
  /** Empty: a new agency, described below. */
  readonly agencyId: string;
  readonly name: string;
  readonly shortName: string;
  readonly kind: AgencyKind;
  /** Names of hosts that it takes, with `*` and `?`, parted by spaces, commas or lines. */
  readonly hostnames: string;
};

export type SplitForm = {
  readonly on: string;
  readonly reason: string;
  readonly parts: readonly PartForm[];
  /** Which part has a thing, by `kind:id`. */
  readonly given: Readonly<Record<string, string>>;
  /** Key of a part, or `stays`. */
  readonly rest: string;
  /** Key of a part; empty: nobody but who stands above. */
  readonly history: string;
};

export const partsMax = 20;

export const partForm = (key: string, kind: AgencyKind): PartForm => ({
  key,
  agencyId: '',
  name: '',
  shortName: '',
  kind,
  hostnames: '',
});

export const splitForm = (on: string, kind: AgencyKind): SplitForm => ({
  on,
  reason: '',
  parts: [partForm('1', kind)],
  given: {},
  rest: 'stays',
  history: '',
});

export const keyOf = (thing: SplitThing, id: string | number): string => `${thing}:${id}`;

/** Another part under a key that none has. */
export function withPart(form: SplitForm, kind: AgencyKind): SplitForm {
  const next = Math.max(0, ...form.parts.map(({ key }) => Number(key))) + 1;
  return { ...form, parts: [...form.parts, partForm(String(next), kind)] };
}

/** Without a part: what it was given goes with the rest. */
export function withoutPart(form: SplitForm, key: string): SplitForm {
  return {
    ...form,
    parts: form.parts.filter((part) => part.key !== key),
    given: Object.fromEntries(Object.entries(form.given).filter(([, to]) => to !== key)),
    rest: form.rest === key ? 'stays' : form.rest,
    history: form.history === key ? '' : form.history,
  };
}

/** @param part empty: with the rest */
export function give(
  given: SplitForm['given'],
  keys: readonly string[],
  part: string,
): Readonly<Record<string, string>> {
  const taken = new Set(keys);
  const others = Object.entries(given).filter(([key]) => !taken.has(key));
  return Object.fromEntries(part === '' ? others : [...others, ...keys.map((key) => [key, part] as const)]);
}

const globsOf = (text: string): string[] => [...new Set(text.split(/[\s,;]+/u).filter((one) => one !== ''))];

/** Null while something is missing. */
export function splitPlan(source: number, form: SplitForm): ChangePlan | null {
  const { on, reason, parts, given, rest, history } = form;
  const isOpen = ({ agencyId, name }: PartForm) => agencyId === '' && name.trim() === '';
  if (on === '' || reason.trim() === '' || parts.length === 0 || parts.some(isOpen)) return null;
  const place = (key: string) => parts.findIndex((part) => part.key === key);
  const isEnding = rest !== 'stays';
  return {
    kind: 'split',
    on,
    source,
    reason: reason.trim(),
    rest: isEnding ? place(rest) : 'stays',
    history: isEnding && history !== '' ? place(history) : null,
    parts: parts.map((part) => {
      const taken = (thing: SplitThing): string[] =>
        Object.entries(given)
          .filter(([key, to]) => to === part.key && key.startsWith(`${thing}:`))
          .map(([key]) => key.slice(thing.length + 1));
      const [agencyIds, systemIds] = [taken('agency').map(Number), taken('system').map(Number)];
      const [agentIds, usernames] = [taken('host'), taken('person')];
      const hostnames = globsOf(part.hostnames);
      return {
        into:
          part.agencyId === ''
            ? { name: part.name.trim(), shortName: part.shortName.trim(), kind: part.kind }
            : { agencyId: Number(part.agencyId) },
        takes: {
          ...(agencyIds.length === 0 ? {} : { agencyIds }),
          ...(hostnames.length === 0 ? {} : { hosts: { hostnames } }),
          ...(agentIds.length === 0 ? {} : { agentIds }),
          ...(systemIds.length === 0 ? {} : { systemIds }),
          ...(usernames.length === 0 ? {} : { usernames }),
        },
      };
    }),
  };
}
