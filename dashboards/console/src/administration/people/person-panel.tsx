/** One person: who they are, what they may do, and what an administrator does about it. */
import type { ReactNode } from 'react';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { Link } from '../../router/router.tsx';
import { useMay, useMe } from '../../shell/me.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import type { Invitation, Person } from './people-api.ts';
import { messages } from './people-messages.ts';
import { PermissionList } from './permission-list.tsx';
import { PersonActs } from './person-acts.tsx';
import { personState } from './person-words.ts';
import { rolePurpose } from './role-words.ts';
import { permissionsOf, useRoles } from './use-roles.ts';

type Props = {
  readonly person: Person;
  readonly agencyName: string;
  readonly onLink: (invitation: Invitation) => void;
  readonly onClose: () => void;
};

export function PersonPanel({ person, agencyName, onLink, onClose }: Props) {
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const mayWrite = useMay('user:write');
  const maySeeRoles = useMay('role:read');
  const isSelf = useMe().username === person.username;
  const roles = useRoles();
  const time = (iso: string | null, none: ReactNode) => (iso === null ? none : <AbsoluteTime iso={iso} />);
  return (
    <SidePanel
      label={text('people.panel')}
      openKey={person.username}
      testId="person-panel"
      onClose={onClose}
      top={<Badge tone={personState[person.state][1]}>{text(personState[person.state][0])}</Badge>}
      title={<LineText value={person.displayName ?? person.username} />}
      actions={mayWrite && !isSelf ? <PersonActs person={person} onLink={onLink} /> : undefined}
    >
      {isSelf ? (
        <div className="vg-effect">
          <p>{text('people.self')}</p>
          <p>
            <Link to="/account">{text('people.toAccount')}</Link>
          </p>
        </div>
      ) : null}
      <Facts
        facts={[
          [text('people.username'), <LineText key="u" value={person.username} />],
          [text('people.email'), person.email === null ? null : <LineText key="e" value={person.email} />],
          [text('people.role'), t(roleLabel[person.role])],
          [text('people.agency'), <LineText key="a" value={agencyName} />],
          [
            text('people.factor'),
            person.external === null
              ? text(person.hasSecondFactor ? 'people.hasFactor' : 'people.noFactor')
              : text('people.provider'),
          ],
          [text('people.lastLogin'), time(person.lastLoginAt, text('people.never'))],
          [text('people.ends'), time(person.endsAt, text('people.noEnd'))],
          [text('people.created'), time(person.createdAt, null)],
        ]}
      />
      {maySeeRoles ? (
        <Section title={text('people.mayDo')}>
          <p className="vg-hint">{words(rolePurpose[person.role])}</p>
          <QueryView query={roles}>
            {(data) => <PermissionList allowed={permissionsOf(data, person.role)} />}
          </QueryView>
        </Section>
      ) : null}
    </SidePanel>
  );
}
