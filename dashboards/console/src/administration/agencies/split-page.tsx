/** Plans that an agency is split on a day: its parts, what each takes, what becomes of the rest; looked at before it is done. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo } from 'react';
import { dayOf } from '../../format/day.ts';
import { readAgents } from '../../hosts/hosts-api.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { navigate } from '../../router/router.tsx';
import { useDraft } from '../../session/drafts.ts';
import type { PageProps } from '../../shell/area.ts';
import { useMay } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { SelectField } from '../../ui/form-fields.tsx';
import { errorText } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useAction } from '../../ui/use-action.ts';
import { peopleKey, readPeople } from '../people/people-api.ts';
import '../operating.css';
import { agenciesKey, readAgency, readSystems, type AgencyDetail } from './agencies-api.ts';
import { ChangeLook } from './change-look.tsx';
import { DayAndReason } from './plan-dialog.tsx';
import { give, keyOf, splitForm, splitPlan } from './split-form.ts';
import { messages } from './split-messages.ts';
import { SplitParts } from './split-parts.tsx';
import { SplitThings, type Thing } from './split-things.tsx';
import { useAgencyTree } from './use-agency-tree.ts';
import { usePlan } from './use-plan.ts';

const addressOf = (id: string) => pathOf('administration', 'agencies', id);

export default function SplitPage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const text = useText(messages);
  const query = useQuery({
    queryKey: [...agenciesKey, 'one', id],
    queryFn: ({ signal }) => readAgency(id, signal),
    staleTime: 10_000,
  });
  const name = query.data?.body.name ?? '';
  return (
    <Page
      title={text('split.title', { name: visibleString(name, 120) })}
      back={{ to: addressOf(id), label: text('split.back') }}
    >
      <QueryView query={query}>{({ body }) => <Planner key={body.id} agency={body} />}</QueryView>
    </Page>
  );
}

function useThings(agency: AgencyDetail) {
  const text = useText(messages);
  const maySeePeople = useMay('user:read');
  const tree = useAgencyTree('', false);
  const hosts = useQuery({ queryKey: ['agents'], queryFn: ({ signal }) => readAgents(signal) });
  const systems = useQuery({
    queryKey: [...agenciesKey, 'systems'],
    queryFn: ({ signal }) => readSystems(signal),
  });
  const people = useQuery({
    queryKey: peopleKey,
    enabled: maySeePeople,
    queryFn: ({ signal }) => readPeople(signal),
  });
  const own = <Of extends { readonly agencyId: number }>(list: readonly Of[] | undefined) =>
    (list ?? []).filter(({ agencyId }) => agencyId === agency.id);
  const below: readonly Thing[] = tree.agencies
    .filter(({ parentId, endedOn }) => parentId === agency.id && endedOn === null)
    .map(({ id, name, shortName }) => ({ key: keyOf('agency', id), label: name, hint: shortName }));
  const hostThings: readonly Thing[] = own(hosts.data?.agents)
    .filter(({ state }) => state !== 'revoked' && state !== 'replaced')
    .map((host) => ({
      key: keyOf('host', host.id),
      label: host.hostname,
      hint: host.group ?? '',
    }));
  const systemThings: readonly Thing[] = (systems.data?.systems ?? [])
    .filter(({ agencyId, operatorId }) => agencyId === agency.id || operatorId === agency.id)
    .map((system) => ({
      key: keyOf('system', system.id),
      label: system.name,
      hint:
        system.agencyId === agency.id
          ? (system.code ?? '')
          : text('split.operated', { name: visibleString(system.agencyName, 120) }),
    }));
  const personThings: readonly Thing[] = own(people.data?.users).map(({ username, displayName }) => ({
    key: keyOf('person', username),
    label: username,
    hint: displayName ?? '',
  }));
  return {
    agencies: tree.agencies,
    lists: [
      ['split.agencies', 'split-agencies', below],
      ['split.hosts', 'split-hosts', hostThings],
      ['split.systems', 'split-systems', systemThings],
      ['split.people', 'split-people', personThings],
    ] as const,
  };
}

function Planner({ agency }: { readonly agency: AgencyDetail }) {
  const text = useText(messages);
  const { t } = useI18n();
  const action = useAction();
  const first = useMemo(() => splitForm(dayOf(Date.now()), agency.kind), [agency.kind]);
  const draft = useDraft(`administration:split:${agency.id}`, first);
  const { value: form, change } = draft;
  const { agencies, lists } = useThings(agency);
  const nameOf = (index: number): string => {
    const part = form.parts[index];
    const named = agencies.find(({ id }) => String(id) === part?.agencyId)?.name ?? part?.name.trim() ?? '';
    return named === '' ? text('split.partUnnamed', { n: index + 1 }) : visibleString(named, 120);
  };
  const names = form.parts.map((_, index) => nameOf(index));
  const choices = form.parts.map(({ key }, index) => ({ value: key, label: names[index] ?? key }));
  const plan = splitPlan(agency.id, form);
  const { look, lookNow, submit, label, isDue, blocked } = usePlan(plan);
  const submitNow = () =>
    void action.run(
      async () => {
        if (look === null) {
          await lookNow();
          return undefined;
        }
        const done = await submit();
        draft.drop();
        navigate('/administration/agency-changes');
        return done;
      },
      { quiet: true },
    );
  return (
    <form
      className="vg-split-page"
      data-testid="split-form"
      onSubmit={(event) => {
        event.preventDefault();
        submitNow();
      }}
    >
      <p className="vg-hint">{text('split.text')}</p>
      <section className="vg-card vg-form">
        <h2>{text('split.when')}</h2>
        <DayAndReason on={form.on} reason={form.reason} change={change} />
      </section>
      <section className="vg-card vg-form">
        <h2>{text('split.parts')}</h2>
        <SplitParts
          form={form}
          kind={agency.kind}
          agencies={agencies.filter(({ id, endedOn }) => endedOn === null && id !== agency.id)}
          onChange={change}
        />
      </section>
      <section className="vg-card">
        <h2>{text('split.things')}</h2>
        <p className="vg-hint">{text('split.thingsText')}</p>
        {lists.map(([title, testId, things]) => (
          <SplitThings
            key={testId}
            title={text(title)}
            testId={testId}
            things={things}
            parts={choices}
            given={form.given}
            onGive={(keys, part) => change({ given: give(form.given, keys, part) })}
          />
        ))}
      </section>
      <section className="vg-card vg-form">
        <h2>{text('split.restTitle')}</h2>
        <div className="vg-form-row">
          <SelectField
            label={text('split.rest')}
            value={form.rest}
            choices={[
              { value: 'stays', label: text('split.stays') },
              ...choices.map(({ value, label: name }) => ({ value, label: text('split.restTo', { name }) })),
            ]}
            onChange={(rest) => change({ rest })}
            testId="split-rest"
          />
          {form.rest === 'stays' ? null : (
            <SelectField
              label={text('split.history')}
              value={form.history === '' ? 'none' : form.history}
              choices={[{ value: 'none', label: text('split.historyNone') }, ...choices]}
              onChange={(history) => change({ history: history === 'none' ? '' : history })}
              testId="split-history"
            />
          )}
        </div>
      </section>
      {look === null ? null : (
        <section className="vg-card">
          <ChangeLook look={look} partNames={names} />
        </section>
      )}
      <div role="alert" className="vg-form-error">
        {action.error === null ? null : errorText(action.error, t)}
      </div>
      <div className="vg-form-actions">
        {plan === null ? <span className="vg-hint">{text('split.missing')}</span> : null}
        <Button
          type="primary"
          htmlType="submit"
          danger={look !== null && isDue}
          disabled={blocked}
          loading={action.busy}
          data-testid="split-submit"
        >
          {label}
        </Button>
      </div>
    </form>
  );
}
