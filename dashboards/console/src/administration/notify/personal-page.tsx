/** What one is told oneself, by mail: of what, and in which hours. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo } from 'react';
import { ApiError } from '../../api/http.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { LineText } from '../../text/safe-text.tsx';
import { CheckField, SelectField } from '../../ui/form-fields.tsx';
import { errorText } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useAction } from '../../ui/use-action.ts';
import { QuietFields } from './hours-fields.tsx';
import { quietForm, quietOf } from './hours.ts';
import { messages } from './message-messages.ts';
import { readPersonal, setPersonal, type Personal, type PersonalSettings } from './notify-api.ts';

const noRouting = { quiet: null, digestAt: [] };

function Form({ personal, etag }: { readonly personal: Personal; readonly etag: string | undefined }) {
  const { t } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const first = useMemo(
    () => ({
      about: personal.about,
      own: personal.routing !== null,
      quiet: quietForm(personal.routing ?? noRouting),
    }),
    [personal],
  );
  const draft = useDraft('notify:personal', first);
  const { value, change } = draft;
  const save = async (settings: PersonalSettings, ifMatch: string | undefined) => {
    await setPersonal(settings, ifMatch);
    await client.invalidateQueries({ queryKey: ['notify', 'personal'] });
  };
  const stale = action.error instanceof ApiError && action.error.status === 412;
  return (
    <form
      className="vg-form vg-card"
      data-testid="personal-form"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(
          async () => {
            const before = { about: personal.about, routing: personal.routing };
            await save({ about: value.about, routing: value.own ? quietOf(value.quiet) : null }, etag);
            draft.drop();
            return { text: text('mine.saved'), undo: () => save(before, undefined) };
          },
          { quiet: true },
        );
      }}
    >
      <SelectField
        label={text('mine.about')}
        value={value.about}
        onChange={(about) => change({ about })}
        choices={[
          { value: 'all', label: text('mine.all') },
          { value: 'mentions', label: text('mine.mentions') },
          { value: 'nothing', label: text('mine.nothing') },
        ]}
        testId="personal-about"
      />
      <CheckField
        label={text('mine.own')}
        hint={text('mine.ownHint')}
        checked={value.own}
        onChange={(own) => change({ own })}
      />
      {value.own ? <QuietFields value={value.quiet} onChange={(quiet) => change({ quiet })} /> : null}
      <div role="alert" className="vg-form-error">
        {action.error === null ? null : stale ? t('error.stale') : errorText(action.error, t)}
      </div>
      <div className="vg-form-actions">
        <Button type="primary" htmlType="submit" loading={action.busy} data-testid="personal-save">
          {text('mine.save')}
        </Button>
      </div>
    </form>
  );
}

export default function PersonalPage() {
  const text = useText(messages);
  const query = useQuery({
    queryKey: ['notify', 'personal'],
    queryFn: ({ signal }) => readPersonal(signal),
  });
  return (
    <Page title={text('mine.title')}>
      <p className="vg-hint vg-card-lead">{text('mine.text')}</p>
      <QueryView query={query}>
        {({ body, etag }) => (
          <>
            {body.email === null ? (
              <p className="vg-warn">{text('mine.noEmail')}</p>
            ) : (
              <p>
                {text('mine.email')}: <LineText value={body.email} />
                {body.isCarried ? <span className="vg-muted"> · {text('mine.carried')}</span> : null}
              </p>
            )}
            {body.isCarried ? null : <p className="vg-warn">{text('mine.notCarried')}</p>}
            <Form personal={body} etag={etag} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
