/** Whose rights another list of groups would change at their next signing in. */
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { GroupsEffect } from './groups-api.ts';
import { messages } from './groups-messages.ts';

type Right = GroupsEffect['changes'][number]['before'];

type Props = { readonly effect: GroupsEffect; readonly agencyName: (id: number) => string };

export function GroupsLook({ effect, agencyName }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const said = (right: Right) =>
    right === null
      ? text('groups.noRole')
      : text('groups.right', {
          role: t(roleLabel[right.role]),
          agency: visibleString(agencyName(right.agencyId), 120),
        });
  return (
    <section aria-label={text('groups.effect')} role="status" data-testid="groups-effect">
      <h3>{text('groups.effect')}</h3>
      {effect.changes.length === 0 ? (
        <p>{text('groups.effectNone')}</p>
      ) : (
        <DataTable
          caption={text('groups.effect')}
          rows={effect.changes}
          keyOf={({ username }) => username}
          testId="groups-effect-row"
          columns={[
            {
              key: 'person',
              label: text('groups.person'),
              cell: ({ username, displayName }) => (
                <>
                  <LineText value={username} />
                  {displayName === null ? null : (
                    <div className="vg-hint">
                      <LineText value={displayName} />
                    </div>
                  )}
                </>
              ),
            },
            { key: 'before', label: text('groups.before'), wrap: true, cell: ({ before }) => said(before) },
            { key: 'after', label: text('groups.after'), wrap: true, cell: ({ after }) => said(after) },
          ]}
        />
      )}
      {effect.more === 0 ? null : <p className="vg-hint">{text('groups.effectMore', { n: effect.more })}</p>}
      {effect.same === 0 ? null : <p className="vg-hint">{text('groups.effectSame', { n: effect.same })}</p>}
      {effect.unknown === 0 ? null : (
        <p className="vg-hint">{text('groups.effectUnknown', { n: effect.unknown })}</p>
      )}
    </section>
  );
}
