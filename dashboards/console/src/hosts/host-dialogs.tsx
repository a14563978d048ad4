/** What is done to hosts as such: move them to another agency or group, cut them off for good. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, SelectField, TextArea, TextField, useFaultOf } from '../ui/form-fields.tsx';
import type { Done } from '../ui/use-action.ts';
import { moveAgents, readAgencies, revokeAgents } from './hosts-api.ts';
import type { AgentActs } from './hosts-types.ts';
import { messages } from './hosts-messages.ts';
import { refreshHosts } from './use-hosts.ts';

export type HostsText = ReturnType<typeof useText<typeof messages>>;

/** What to say of an act on many, where some may have been refused. */
export function toldOf(acts: AgentActs, done: string, text: HostsText): Done {
  const [first] = acts.refused;
  if (first === undefined) return { text: done };
  return {
    text: text('hosts.refusedSome', {
      text: done,
      n: acts.refused.length,
      why: visibleString(first.message),
    }),
  };
}

type Props = { readonly ids: readonly string[]; readonly onClose: () => void; readonly onDone?: () => void };

const noMove = { agencyId: '', group: '', out: false };
const noReason = { reason: '' };

export function MoveDialog({ ids, onClose, onDone }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('hosts:move', noMove);
  const { agencyId, group, out } = draft.value;
  const agencies = useQuery({
    queryKey: ['hosts', 'agencies'],
    queryFn: ({ signal }) => readAgencies(signal),
    staleTime: 60_000,
  });
  const submit = async () => {
    const acts = await moveAgents(ids, {
      ...(agencyId === '' ? {} : { agencyId: Number(agencyId) }),
      ...(out ? { group: '' } : group.trim() === '' ? {} : { group: group.trim() }),
    });
    await refreshHosts(client);
    return toldOf(acts, text('hosts.moved', { n: acts.changed.length }), text);
  };
  return (
    <FormDialog
      title={text('hosts.moveTitle', { n: ids.length })}
      submitLabel={text('hosts.moveSubmit')}
      disabled={agencyId === '' && group.trim() === '' && !out}
      testId="move-hosts"
      onSubmit={submit}
      onDone={() => {
        draft.drop();
        onDone?.();
      }}
      onClose={onClose}
    >
      {(error) => (
        <MoveFields
          error={error}
          agencies={(agencies.data?.agencies ?? []).map(({ id, name }) => ({
            value: String(id),
            label: visibleString(name),
          }))}
          value={draft.value}
          onChange={draft.change}
        />
      )}
    </FormDialog>
  );
}

function MoveFields(props: {
  readonly error: unknown;
  readonly agencies: readonly { readonly value: string; readonly label: string }[];
  readonly value: typeof noMove;
  readonly onChange: (next: Partial<typeof noMove>) => void;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(props.error);
  const { agencyId, group, out } = props.value;
  return (
    <>
      <SelectField
        label={text('hosts.moveAgency')}
        value={agencyId}
        onChange={(next) => props.onChange({ agencyId: next })}
        choices={props.agencies}
        empty={text('hosts.moveStay')}
        fault={faultOf('agencyId')}
      />
      <TextField
        label={text('hosts.moveGroup')}
        hint={text('hosts.moveGroupHint')}
        value={group}
        maxLength={256}
        disabled={out}
        onChange={(next) => props.onChange({ group: next })}
        fault={faultOf('group')}
      />
      <CheckField
        label={text('hosts.moveOut')}
        checked={out}
        onChange={(next) => props.onChange({ out: next })}
      />
    </>
  );
}

export function RevokeDialog({ ids, onClose, onDone }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('hosts:revoke', noReason);
  const submit = async () => {
    const acts = await revokeAgents(ids, draft.value.reason.trim());
    await refreshHosts(client);
    return toldOf(acts, text('hosts.revoked', { n: acts.changed.length }), text);
  };
  return (
    <FormDialog
      title={text('hosts.revokeTitle', { n: ids.length })}
      submitLabel={text('hosts.revoke')}
      danger
      disabled={draft.value.reason.trim() === ''}
      testId="revoke-hosts"
      onSubmit={submit}
      onDone={() => {
        draft.drop();
        onDone?.();
      }}
      onClose={onClose}
    >
      <p>{text('hosts.revokeText')}</p>
      <TextArea
        label={text('hosts.reason')}
        required
        value={draft.value.reason}
        maxLength={4_000}
        onChange={(reason) => draft.change({ reason })}
      />
    </FormDialog>
  );
}
