/** What each role may, side by side, in words. */
import { useText, useWords } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { roleLabel } from '../../shell/role-label.ts';
import '../../styles/administration.css';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import type { Roles } from './people-api.ts';
import { messages } from './people-messages.ts';
import { permissionGroups, permissionWords, type PermissionGroup } from './permission-words.ts';
import { personRoles, rolePurpose } from './role-words.ts';
import { permissionsOf, useRoles } from './use-roles.ts';

const shownRoles = [...personRoles, 'api'] as const;

function Matrix({ group, roles }: { readonly group: PermissionGroup; readonly roles: Roles }) {
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  return (
    <section className="vg-card">
      <h2>{words(group.label)}</h2>
      {/* It scrolls in a narrow window: the keyboard must reach it. */}
      <div
        className="vg-table-place vg-roles"
        role="region"
        aria-label={text('roles.caption', { group: words(group.label) })}
        tabIndex={0}
      >
        <table className="vg-table">
          <caption className="vg-sr">{text('roles.caption', { group: words(group.label) })}</caption>
          <thead>
            <tr>
              <th scope="col">{text('roles.permission')}</th>
              {shownRoles.map((role) => (
                <th key={role} scope="col" className="vg-role-cell">
                  {t(roleLabel[role])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {group.has.map((permission) => (
              <tr key={permission}>
                <th scope="row">{words(permissionWords[permission])}</th>
                {shownRoles.map((role) => {
                  const may = permissionsOf(roles, role).includes(permission);
                  return (
                    <td key={role} className="vg-role-cell" data-may={may}>
                      <span aria-hidden="true">{may ? '✓' : '·'}</span>
                      <span className="vg-sr">{text(may ? 'roles.yes' : 'roles.no')}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export default function RolesPage() {
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const roles = useRoles();
  return (
    <Page
      title={text('roles.title')}
      back={{ to: '/administration/people', label: text('people.title') }}
      layout="scroll"
    >
      <section className="vg-card">
        <p>{text('roles.lead')}</p>
        <dl className="vg-role-purposes">
          {shownRoles.map((role) => (
            <div key={role}>
              <dt>{t(roleLabel[role])}</dt>
              <dd>{words(rolePurpose[role])}</dd>
            </div>
          ))}
        </dl>
      </section>
      <QueryView query={roles}>
        {(data) => permissionGroups.map((group) => <Matrix key={group.key} group={group} roles={data} />)}
      </QueryView>
    </Page>
  );
}
