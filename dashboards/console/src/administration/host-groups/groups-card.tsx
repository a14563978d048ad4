/** Groups, how many hosts each has, and when those are expected. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { href } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useDraft } from '../../session/drafts.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField } from '../../ui/form-fields.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { messages } from './host-groups-messages.ts';
import { sendingKey, setProfile, useGroups, type AgentGroup, type Profile } from './sending-api.ts';

/** As a list of choices has them: '' stands for the kind of host. */
const choices = ['kind', 'always', 'office'] as const;
type Choice = (typeof choices)[number];
const choiceOf = (profile: Profile): Choice => profile ?? 'kind';
const profileOf = (choice: Choice): Profile => (choice === 'kind' ? null : choice);
const label = {
  kind: 'hostGroups.expected.kind',
  always: 'hostGroups.expected.always',
  office: 'hostGroups.expected.office',
} as const satisfies Record<Choice, string>;

export function GroupsCard() {
  const text = useText(messages);
  const { number } = useI18n();
  const may = useMay('agent:write');
  const query = useGroups();
  const [changing, setChanging] = useState<AgentGroup | null>(null);
  const columns: readonly Column<AgentGroup>[] = [
    {
      key: 'group',
      label: text('hostGroups.group'),
      wrap: true,
      cell: ({ name }) => (
        <Link to={href('/hosts', { group: name })}>
          <LineText value={name} />
        </Link>
      ),
    },
    {
      key: 'hosts',
      label: text('hostGroups.hosts'),
      width: '90px',
      numeric: true,
      cell: ({ agents }) => number(agents),
    },
    {
      key: 'expected',
      label: text('hostGroups.expected'),
      wrap: true,
      cell: ({ profile }) => text(label[choiceOf(profile)]),
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '90px',
            cell: (group: AgentGroup) => (
              <Button
                size="small"
                aria-haspopup="dialog"
                data-testid="group-change"
                onClick={() => setChanging(group)}
              >
                {text('hostGroups.change')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  // As it was read last: a version that somebody else made meanwhile is the one to change.
  const open = query.data?.groups.find(({ name }) => name === changing?.name);
  return (
    <section className="vg-card">
      <h2>{text('hostGroups.groups')}</h2>
      <p className="vg-hint">
        {text('hostGroups.groupsText')}{' '}
        <Link to="/administration/calendars">{text('hostGroups.toCalendars')}</Link>
      </p>
      <QueryView query={query}>
        {({ groups }) =>
          groups.length === 0 ? (
            <p>
              {text('hostGroups.noGroups')} <span className="vg-hint">{text('hostGroups.noGroupsText')}</span>
            </p>
          ) : (
            <DataTable
              caption={text('hostGroups.groups')}
              columns={columns}
              rows={groups}
              keyOf={({ name }) => name}
              testId="group-row"
              dataOf={({ profile }) => ({ 'data-profile': choiceOf(profile) })}
            />
          )
        }
      </QueryView>
      {open === undefined ? null : <GroupDialog group={open} onClose={() => setChanging(null)} />}
    </section>
  );
}

function GroupDialog({ group, onClose }: { readonly group: AgentGroup; readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft<{ choice: Choice }>(`host-groups:${group.name}`, {
    choice: choiceOf(group.profile),
  });
  const refresh = () => client.invalidateQueries({ queryKey: sendingKey });
  return (
    <FormDialog
      title={text('hostGroups.changeTitle', { group: visibleString(group.name, 80) })}
      submitLabel={text('hostGroups.save')}
      testId="group-form"
      onSubmit={async () => {
        const changed = await setProfile(group, profileOf(draft.value.choice));
        await refresh();
        return {
          text: text('hostGroups.saved'),
          undo: async () => {
            await setProfile(changed, group.profile);
            await refresh();
          },
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <SelectField
        label={text('hostGroups.expected')}
        hint={text('hostGroups.expectedHint')}
        value={draft.value.choice}
        choices={choices.map((choice) => ({ value: choice, label: text(label[choice]) }))}
        onChange={(choice) => draft.change({ choice })}
        testId="group-expected"
      />
    </FormDialog>
  );
}
