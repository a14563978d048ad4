/** For whom the commands are: agency, group, how many hosts, for how long. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { AgencyField } from '../../api/agency-field.tsx';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { CheckField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { errorText } from '../../ui/notices.tsx';
import { useAction } from '../../ui/use-action.ts';
import { daysMax, makeCommands, usesMax, type MadeCommands } from './install-api.ts';
import { messages } from './install-messages.ts';
import { isLoopback } from './install-words.ts';

const nameMax = 256;
const first = {
  agencyId: '',
  group: '',
  uses: '10',
  days: '3',
  note: '',
  url: window.location.origin,
  approve: false,
};

type Props = { readonly onMade: (made: MadeCommands, url: string) => void };

export function InstallForm({ onMade }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const faultOf = useFaultOf(action.error);
  const draft = useDraft('hosts:install', first);
  const { agencyId, group, uses, days, note, approve } = draft.value;
  const url = draft.value.url.trim();
  const make = () =>
    action.run(
      async () => {
        const made = await makeCommands({
          url,
          uses: Number(uses),
          days: Number(days),
          approve,
          ...(agencyId === '' ? {} : { agencyId: Number(agencyId) }),
          ...(group.trim() === '' ? {} : { group: group.trim() }),
          ...(note.trim() === '' ? {} : { note: note.trim() }),
        });
        draft.drop();
        await client.invalidateQueries({ queryKey: ['administration', 'join-tokens'] });
        onMade(made, url);
        return undefined;
      },
      { quiet: true },
    );
  return (
    <form
      className="vg-form"
      data-testid="install-form"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <p className="vg-hint">{text('install.formText')}</p>
      <div className="vg-form-row">
        <AgencyField
          label={text('install.agency')}
          empty={text('install.own')}
          fault={faultOf('agencyId')}
          testId="install-agency"
          value={agencyId}
          onChange={(next) => draft.change({ agencyId: next })}
        />
        <TextField
          label={text('install.group')}
          hint={text('install.groupHint')}
          fault={faultOf('group')}
          testId="install-group"
          maxLength={nameMax}
          value={group}
          onChange={(next) => draft.change({ group: next })}
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('install.uses')}
          type="number"
          required
          min={1}
          max={usesMax}
          fault={faultOf('uses')}
          testId="install-uses"
          value={uses}
          onChange={(next) => draft.change({ uses: next })}
        />
        <TextField
          label={text('install.days')}
          type="number"
          required
          min={1}
          max={daysMax}
          fault={faultOf('days')}
          testId="install-days"
          value={days}
          onChange={(next) => draft.change({ days: next })}
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('install.url')}
          type="url"
          hint={isLoopback(url) ? text('install.urlHere') : text('install.urlHint')}
          fault={faultOf('url')}
          testId="install-url"
          maxLength={nameMax}
          required
          value={draft.value.url}
          onChange={(next) => draft.change({ url: next })}
        />
        <TextField
          label={text('install.note')}
          fault={faultOf('note')}
          maxLength={nameMax}
          value={note}
          onChange={(next) => draft.change({ note: next })}
        />
      </div>
      <CheckField
        label={text('install.approve')}
        checked={approve}
        onChange={(next) => draft.change({ approve: next })}
      />
      <div role="alert" className="vg-form-error">
        {action.error === null ? null : errorText(action.error, t)}
      </div>
      <div className="vg-form-actions">
        <Button type="primary" htmlType="submit" loading={action.busy} data-testid="install-make">
          {text('install.make')}
        </Button>
      </div>
    </form>
  );
}
