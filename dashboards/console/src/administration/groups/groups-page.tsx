/** What groups of the identity provider give here: written in order, looked at with whom it changes, then saved. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { useMay, useMe } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { Facts } from '../../ui/facts.tsx';
import { EmptyState, errorText } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useAction } from '../../ui/use-action.ts';
import '../operating.css';
import { peopleKey } from '../people/people-api.ts';
import { GroupRows } from './group-rows.tsx';
import { groupsOf, rowsOf } from './group-form.ts';
import {
  groupsKey,
  lookAtGroups,
  readGroups,
  setGroups,
  type GroupList,
  type GroupsEffect,
} from './groups-api.ts';
import { GroupsLook } from './groups-look.tsx';
import { messages } from './groups-messages.ts';
import { TryClaims } from './try-claims.tsx';

export default function GroupsPage() {
  const text = useText(messages);
  const { seesEverything } = useMe();
  const query = useQuery({
    queryKey: groupsKey,
    enabled: seesEverything,
    queryFn: ({ signal }) => readGroups(signal),
  });
  return (
    <Page title={text('groups.title')}>
      {seesEverything ? (
        <QueryView query={query}>{({ body, etag }) => <Groups list={body} etag={etag} />}</QueryView>
      ) : (
        <EmptyState title={text('groups.title')}>
          <p>{text('groups.notAll')}</p>
        </EmptyState>
      )}
    </Page>
  );
}

function Groups({ list, etag }: { readonly list: GroupList; readonly etag: string | undefined }) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const mayWrite = useMay('user:write');
  const agencies = useAgencies();
  const action = useAction();
  const first = useMemo(() => ({ rows: rowsOf(list.groups) }), [list.groups]);
  const draft = useDraft('oidc:groups', first);
  const { rows } = draft.value;
  const groups = groupsOf(rows);
  const key = JSON.stringify(groups);
  const isDirty = draft.dirty && key !== JSON.stringify(groupsOf(first.rows));
  const [seen, setSeen] = useState<{ readonly of: string; readonly effect: GroupsEffect } | null>(null);
  const effect = seen?.of === key ? seen.effect : null;
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: groupsKey });
    await client.invalidateQueries({ queryKey: peopleKey });
  };
  const agencyName = (id: number) => agencies.find((one) => one.id === id)?.name ?? String(id);
  const go = () =>
    void action.run(
      async () => {
        if (groups === null) return undefined;
        if (effect === null) {
          setSeen({ of: key, effect: await lookAtGroups(groups) });
          return undefined;
        }
        await setGroups(groups, etag);
        draft.drop();
        await refresh();
        return {
          text: text('groups.saved'),
          undo: async () => {
            await setGroups(list.groups);
            await refresh();
          },
        };
      },
      { quiet: true },
    );
  return (
    <>
      <p className="vg-hint">{text('groups.text')}</p>
      <Provider list={list} />
      <section className="vg-card vg-form">
        <h2>{text('groups.list')}</h2>
        <GroupRows
          rows={rows}
          agencies={agencies}
          disabled={!mayWrite}
          onChange={(next) => draft.change({ rows: next })}
        />
        {isDirty && groups === null ? <p className="vg-hint">{text('groups.incomplete')}</p> : null}
        {effect === null ? null : <GroupsLook effect={effect} agencyName={agencyName} />}
        <div role="alert" className="vg-form-error">
          {action.error === null ? null : errorText(action.error, t)}
        </div>
        {isDirty ? (
          <div className="vg-form-actions">
            <Button onClick={draft.drop} data-testid="groups-drop-changes">
              {text('groups.dropChanges')}
            </Button>
            <Button
              type="primary"
              danger={effect !== null && effect.changes.length > 0}
              disabled={groups === null}
              loading={action.busy}
              onClick={go}
              data-testid="groups-go"
            >
              {text(effect === null ? 'groups.look' : 'groups.save')}
            </Button>
          </div>
        ) : null}
      </section>
      <TryClaims
        groups={groups}
        groupsClaim={list.provider?.groupsClaim ?? 'groups'}
        agencyName={agencyName}
      />
    </>
  );
}

function Provider({ list: { provider } }: { readonly list: GroupList }) {
  const text = useText(messages);
  return (
    <section className="vg-card">
      <h2>{text('groups.provider')}</h2>
      {provider === null ? (
        <p className="vg-warn">{text('groups.noProvider')}</p>
      ) : (
        <Facts
          facts={[
            [text('groups.name'), visibleString(provider.name, 60)],
            [text('groups.issuer'), visibleString(provider.issuer, 300)],
            [text('groups.claim'), visibleString(provider.groupsClaim, 256)],
            [
              text('groups.unmapped'),
              text(provider.unmapped === 'pending' ? 'groups.unmappedPending' : 'groups.unmappedRefuse'),
            ],
          ]}
        />
      )}
    </section>
  );
}
