/** People as rows. */
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { Link } from '../../router/router.tsx';
import { roleLabel } from '../../shell/role-label.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import type { Person } from './people-api.ts';
import { messages } from './people-messages.ts';
import { personState } from './person-words.ts';

type Props = {
  readonly people: readonly Person[];
  readonly agencyOf: (person: Person) => string;
  readonly addressOf: (person: Person) => string;
  readonly currentKey: string | null;
};

export function PeopleTable({ people, agencyOf, addressOf, currentKey }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const columns: readonly Column<Person>[] = [
    {
      key: 'name',
      label: text('people.name'),
      cell: (person) => (
        <>
          <Link to={addressOf(person)} className="vg-row-link">
            <LineText value={person.displayName ?? person.username} />
          </Link>
          {person.displayName === null ? null : (
            <div className="vg-hint">
              <LineText value={person.username} />
            </div>
          )}
        </>
      ),
    },
    {
      key: 'role',
      label: text('people.role'),
      width: '180px',
      cell: ({ role }) => t(roleLabel[role]),
    },
    {
      key: 'agency',
      label: text('people.agency'),
      needs: 'medium',
      cell: (person) => <LineText value={agencyOf(person)} />,
    },
    {
      key: 'state',
      label: text('people.state'),
      width: '210px',
      needs: 'narrow',
      cell: ({ state }) => <Badge tone={personState[state][1]}>{text(personState[state][0])}</Badge>,
    },
    {
      key: 'factor',
      label: text('people.factor'),
      width: '130px',
      needs: 'wide',
      cell: ({ hasSecondFactor, external }) =>
        external === null
          ? text(hasSecondFactor ? 'people.hasFactor' : 'people.noFactor')
          : text('people.provider'),
    },
    {
      key: 'last',
      label: text('people.lastLogin'),
      width: '150px',
      needs: 'medium',
      cell: ({ lastLoginAt }) =>
        lastLoginAt === null ? text('people.never') : <RelativeTime iso={lastLoginAt} />,
    },
    {
      key: 'ends',
      label: text('people.ends'),
      width: '150px',
      needs: 'wide',
      cell: ({ endsAt }) => (endsAt === null ? '—' : <AbsoluteTime iso={endsAt} />),
    },
  ];
  return (
    <DataTable
      caption={text('people.caption')}
      columns={columns}
      rows={people}
      keyOf={({ username }) => username}
      addressOf={addressOf}
      currentKey={currentKey}
      testId="person-row"
      dataOf={({ username, state }) => ({ 'data-username': username, 'data-state': state })}
    />
  );
}
