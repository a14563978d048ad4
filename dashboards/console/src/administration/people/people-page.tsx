/** The people of one's part of the tree: found by name, role, agency and state; each opened beside the list. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useRef, useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { href } from '../../router/location.ts';
import { Link, navigate, useLocation } from '../../router/router.tsx';
import { Icon } from '../../shell/icons.tsx';
import { useMay, useMe } from '../../shell/me.ts';
import { roleLabel } from '../../shell/role-label.ts';
import '../../styles/administration.css';
import { visibleString } from '../../text/visible-text.ts';
import { Chips } from '../../ui/chips.tsx';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { invitationLink, peopleKey, readPeople, type Invitation, type Person } from './people-api.ts';
import { messages } from './people-messages.ts';
import { PeopleTable } from './people-table.tsx';
import { PersonPanel } from './person-panel.tsx';
import { findPeople, type PeopleFilters } from './find-people.ts';
import { personState, personStates } from './person-words.ts';
import { PolicyDialog } from './policy-dialog.tsx';
import { personRoles } from './role-words.ts';

type Made = { readonly username: string; readonly invitation: Invitation };
const nobody: readonly Person[] = [];

export default function PeoplePage() {
  const text = useText(messages);
  const { t, language, dateTime } = useI18n();
  const { search } = useLocation();
  const { seesEverything } = useMe();
  const mayWrite = useMay('user:write');
  const maySeeRoles = useMay('role:read');
  const input = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState<'invite' | 'policy' | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const agencies = useAgencies();
  const query = useQuery({
    queryKey: peopleKey,
    queryFn: ({ signal }) => readPeople(signal),
    staleTime: 10_000,
  });
  const value = (name: string) => (search.get(name) ?? '').slice(0, 128);
  // In the query: user names have dots, and a path that ends like a file's is one to the server.
  const openName = value('person') === '' ? null : value('person');
  const filters: PeopleFilters = {
    text: value('text'),
    role: value('role'),
    agency: value('agency'),
    state: value('state'),
  };
  const people = query.data?.users ?? nobody;
  const found = useMemo(
    () =>
      findPeople(people, filters).toSorted((a, b) =>
        (a.displayName ?? a.username).localeCompare(b.displayName ?? b.username, language),
      ),
    // The filters are made anew with each drawing; their values count.
    [people, filters.text, filters.role, filters.agency, filters.state, language],
  );
  const agencyNames = useMemo(() => new Map(agencies.map(({ id, name }) => [id, name])), [agencies]);
  const nameOf = (person: Person) => agencyNames.get(person.agencyId) ?? String(person.agencyId);
  const addressOf = (person: string | null) => href('/administration/people', { ...filters, person });
  const change = (next: Partial<PeopleFilters>) =>
    navigate(href('/administration/people', { ...filters, ...next, person: openName }), { replace: true });
  const open = people.find(({ username }) => username === openName);
  const current = useListKeys({
    keys: found.map(({ username }) => username),
    openKey: openName,
    addressOf,
    onSearch: () => input.current?.focus(),
  });
  const used = new Set(people.map(({ agencyId }) => agencyId));
  const counts = new Map(
    personStates.map((state) => [state, people.filter((one) => one.state === state).length]),
  );
  return (
    <Page
      title={text('people.title')}
      layout="plain"
      summary={
        query.data === undefined ? undefined : text('people.summary', { n: counts.get('active') ?? 0 })
      }
      actions={
        <>
          {maySeeRoles ? <Link to="/administration/roles">{text('people.roles')}</Link> : null}
          {seesEverything ? <Link to="/administration/groups">{text('people.groups')}</Link> : null}
          {mayWrite && seesEverything ? (
            <Button
              aria-haspopup="dialog"
              onClick={() => setAsking('policy')}
              data-testid="people-policy-open"
            >
              {text('people.policy')}
            </Button>
          ) : null}
          {mayWrite ? (
            <Button
              type="primary"
              icon={<Icon name="plus" />}
              data-testid="people-invite"
              aria-haspopup="dialog"
              onClick={() => setAsking('invite')}
            >
              {text('people.invite')}
            </Button>
          ) : null}
        </>
      }
      toolbar={
        <>
          <SearchBox
            label={text('people.find')}
            value={filters.text}
            inputRef={input}
            testId="people-search"
            onChange={(next) => change({ text: next })}
          />
          <Chips
            label={text('people.state')}
            chips={personStates
              .filter((state) => (counts.get(state) ?? 0) > 0 || filters.state === state)
              .map((state) => ({
                value: state,
                label: text(personState[state][0]),
                count: counts.get(state) ?? 0,
              }))}
            chosen={personStates.filter((state) => state === filters.state)}
            onToggle={(state) => change({ state: filters.state === state ? '' : state })}
          />
          <FilterSelect
            label={text('people.role')}
            all={text('people.anyRole')}
            value={filters.role}
            options={personRoles.map((role) => ({ value: role, label: t(roleLabel[role]) }))}
            onChange={(role) => change({ role })}
          />
          <FilterSelect
            label={text('people.agency')}
            all={text('people.anyAgency')}
            value={filters.agency}
            options={agencies
              .filter(({ id }) => used.has(id))
              .map(({ id, name }) => ({ value: String(id), label: visibleString(name, 80) }))}
            onChange={(agency) => change({ agency })}
          />
        </>
      }
    >
      <Split
        list={
          <QueryView query={query}>
            {() =>
              found.length === 0 ? (
                <EmptyState title={text('people.none')}>
                  <Link to="/administration/people">{text('people.clear')}</Link>
                </EmptyState>
              ) : (
                <PeopleTable
                  people={found}
                  agencyOf={nameOf}
                  addressOf={({ username }) => addressOf(username)}
                  currentKey={current}
                />
              )
            }
          </QueryView>
        }
        panel={
          open === undefined ? null : (
            <PersonPanel
              key={open.username}
              person={open}
              agencyName={nameOf(open)}
              onLink={(invitation) => setMade({ username: open.username, invitation })}
              onClose={() => navigate(addressOf(null))}
            />
          )
        }
      />
      {asking === 'invite' ? <InviteDialog onMade={setMade} onClose={() => setAsking(null)} /> : null}
      {asking === 'policy' ? <PolicyDialog people={people} onClose={() => setAsking(null)} /> : null}
      {made === null ? null : (
        <ShownOnce
          title={text('people.linkTitle', { name: made.username })}
          secret={invitationLink(made.invitation)}
          copyLabel={text('people.copyLink')}
          testId="invitation-link"
          onClose={() => setMade(null)}
        >
          <p>{text('people.linkText', { time: dateTime(made.invitation.expiresAt) })}</p>
        </ShownOnce>
      )}
    </Page>
  );
}
