/** Makes the first join token; it is shown here and nowhere again. */
import Button from 'antd/es/button';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { CheckField, SelectField, TextField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { daysMax, makeCommands, usesMax, type MadeCommands } from '../hosts/install/install-api.ts';
import type { Agency } from './welcome-api.ts';
import { messages } from './welcome-messages.ts';

const first = { agencyId: '', uses: '10', days: '7', approve: false };

type Props = { readonly agencies: readonly Agency[]; readonly onMade: (made: MadeCommands) => void };

export function TokenStep({ agencies, onMade }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const draft = useDraft('welcome:token', first);
  const action = useAction();
  const agencyId = draft.value.agencyId === '' ? String(agencies[0]?.id ?? '') : draft.value.agencyId;
  const make = () =>
    action.run(
      async () => {
        onMade(
          await makeCommands({
            url: window.location.origin,
            agencyId: Number(agencyId),
            uses: Number(draft.value.uses),
            days: Number(draft.value.days),
            approve: draft.value.approve,
          }),
        );
        draft.drop();
        return undefined;
      },
      { quiet: true },
    );
  return (
    <form
      className="vg-form"
      data-testid="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <p>{text('welcome.tokenText')}</p>
      <div className="vg-form-row">
        <SelectField
          label={text('welcome.tokenAgency')}
          value={agencyId}
          onChange={(value) => draft.change({ agencyId: value })}
          choices={agencies.map(({ id, name }) => ({ value: String(id), label: visibleString(name, 120) }))}
        />
        <TextField
          label={text('welcome.tokenUses')}
          type="number"
          min={1}
          max={usesMax}
          required
          value={draft.value.uses}
          onChange={(uses) => draft.change({ uses })}
        />
        <TextField
          label={text('welcome.tokenDays')}
          type="number"
          min={1}
          max={daysMax}
          required
          value={draft.value.days}
          onChange={(days) => draft.change({ days })}
        />
      </div>
      <CheckField
        label={text('welcome.tokenApprove')}
        checked={draft.value.approve}
        onChange={(approve) => draft.change({ approve })}
      />
      {action.error === null ? null : (
        <div role="alert" className="vg-form-error">
          {errorText(action.error, t)}
        </div>
      )}
      <div>
        <Button type="primary" htmlType="submit" loading={action.busy} data-testid="token-make">
          {text('welcome.tokenMake')}
        </Button>
      </div>
    </form>
  );
}
