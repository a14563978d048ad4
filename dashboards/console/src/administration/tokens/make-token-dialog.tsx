/** Makes a token for a machine: for what, in which agency, until when, and what it may, right by right. */
import { useQueryClient } from '@tanstack/react-query';
import { AgencyField } from '../../api/agency-field.tsx';
import type { Permission } from '../../api/types.ts';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/form-fields.tsx';
import { permissionGroups, permissionWords } from '../people/permission-words.ts';
import { permissionsOf, useRoles } from '../people/use-roles.ts';
import { apiTokensKey, makeApiToken, type MadeApiToken } from './tokens-api.ts';
import { messages } from './tokens-messages.ts';

type Draft = {
  readonly name: string;
  readonly agencyId: string;
  readonly days: string;
  readonly kind: 'look' | 'choose';
  readonly permissions: readonly Permission[];
};
const first: Draft = { name: '', agencyId: '', days: '90', kind: 'look', permissions: [] };
const daysMax = 3_650;
const changes = (permission: Permission): boolean => !permission.endsWith(':read');

type Props = { readonly onMade: (made: MadeApiToken) => void; readonly onClose: () => void };

export function MakeTokenDialog({ onMade, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('administration:api-token', first);
  const { name, agencyId, days, kind, permissions } = draft.value;
  const valid =
    name.trim() !== '' &&
    agencyId !== '' &&
    /^\d+$/u.test(days) &&
    Number(days) >= 1 &&
    Number(days) <= daysMax &&
    (kind === 'look' || permissions.length > 0);
  const submit = async () => {
    const made = await makeApiToken({
      role: 'api',
      name: name.trim(),
      agencyId: Number(agencyId),
      days: Number(days),
      ...(kind === 'look' ? {} : { permissions: [...permissions] }),
    });
    await client.invalidateQueries({ queryKey: apiTokensKey });
    onMade(made);
    return { text: text('apiTokens.made') };
  };
  return (
    <FormDialog
      title={text('apiTokens.makeTitle')}
      submitLabel={text('apiTokens.make')}
      disabled={!valid}
      wide
      testId="make-api-token"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      <TextField
        label={text('apiTokens.name')}
        required
        autoFocus
        maxLength={128}
        autoComplete="off"
        testId="api-token-name"
        hint={text('apiTokens.nameHint')}
        value={name}
        onChange={(next) => draft.change({ name: next })}
      />
      <div className="vg-form-row">
        <AgencyField
          label={text('apiTokens.agency')}
          required
          testId="api-token-agency"
          value={agencyId}
          onChange={(next) => draft.change({ agencyId: next })}
        />
        <TextField
          label={text('apiTokens.days')}
          type="number"
          min={1}
          max={daysMax}
          required
          value={days}
          onChange={(next) => draft.change({ days: next })}
        />
      </div>
      <SelectField
        label={text('apiTokens.rights')}
        testId="api-token-kind"
        value={kind}
        choices={[
          { value: 'look', label: text('apiTokens.lookAll') },
          { value: 'choose', label: text('apiTokens.choose') },
        ]}
        onChange={(next) => draft.change({ kind: next })}
      />
      {kind === 'choose' ? (
        <Rights chosen={permissions} onChange={(next) => draft.change({ permissions: next })} />
      ) : null}
    </FormDialog>
  );
}

function Rights(props: {
  readonly chosen: readonly Permission[];
  readonly onChange: (chosen: readonly Permission[]) => void;
}) {
  const { chosen, onChange } = props;
  const text = useText(messages);
  const words = useWords();
  const { data } = useRoles();
  const may = permissionsOf(data, 'api');
  return (
    <>
      <p role="status" className={chosen.some(changes) ? 'vg-effect' : 'vg-hint'}>
        {text('apiTokens.chosen', { n: chosen.length })}
        {chosen.some(changes) ? `. ${text('apiTokens.warn')}` : ''}
      </p>
      <div className="vg-rights">
        {permissionGroups
          .map((group) => ({ ...group, has: group.has.filter((one) => may.includes(one)) }))
          .filter(({ has }) => has.length > 0)
          .map(({ key, label, has }) => (
            <fieldset key={key} className="vg-plain-fieldset">
              <legend>{words(label)}</legend>
              {has.map((permission) => (
                <CheckField
                  key={permission}
                  label={
                    <>
                      {words(permissionWords[permission])}
                      {changes(permission) ? (
                        <span className="vg-hint"> · {text('apiTokens.writes')}</span>
                      ) : null}
                    </>
                  }
                  testId={`right-${permission}`}
                  checked={chosen.includes(permission)}
                  onChange={(on) =>
                    onChange(on ? [...chosen, permission] : chosen.filter((one) => one !== permission))
                  }
                />
              ))}
            </fieldset>
          ))}
      </div>
    </>
  );
}
