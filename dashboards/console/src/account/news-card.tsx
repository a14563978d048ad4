/** What one is told oneself by mail, and when. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { ApiError } from '../api/http.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { SelectField, TextField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { severityLabel } from '../ui/severity.tsx';
import { useAction } from '../ui/use-action.ts';
import { readNews, setNews, type News } from './account-api.ts';
import { messages } from './account-messages.ts';
import { digestHolds, draftOf, quietHolds, settingsOf, type NewsDraft } from './news-form.ts';

const newsKey = ['account', 'news'] as const;
const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const;
const abouts = ['all', 'mentions', 'nothing'] as const;
const aboutLabel = {
  all: 'account.about.all',
  mentions: 'account.about.mentions',
  nothing: 'account.about.nothing',
} as const;

export function NewsCard() {
  const text = useText(messages);
  const query = useQuery({
    queryKey: newsKey,
    queryFn: ({ signal }) => readNews(signal),
    staleTime: 30_000,
  });
  return (
    <section className="vg-card vg-account-card">
      <h2>{text('account.news')}</h2>
      <QueryView query={query}>
        {(news) => (
          <>
            <p className="vg-hint">
              {news.email === null
                ? text('account.noEmail')
                : text('account.newsText', { email: visibleString(news.email, 120) })}
            </p>
            {news.email !== null && !news.isCarried ? (
              <p className="vg-hint">{text('account.noCarrier')}</p>
            ) : null}
            <NewsForm key={news.version} news={news} />
          </>
        )}
      </QueryView>
    </section>
  );
}

function NewsForm({ news }: { readonly news: News }) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const draft = useDraft('account:news', draftOf(news));
  const { value } = draft;
  const holds = value.when === 'channel' || (quietHolds(value) && digestHolds(value));
  const take = (saved: News) => client.setQueryData(newsKey, saved);
  const submit = () =>
    action.run(
      async () => {
        take(await setNews(settingsOf(value, news.routing?.quiet?.window.days), news.version));
        draft.drop();
        const before = { about: news.about, routing: news.routing };
        return { text: text('account.newsSaved'), undo: async () => take(await setNews(before, null)) };
      },
      { quiet: true },
    );
  const stale = action.error instanceof ApiError && action.error.status === 412;
  return (
    <form
      className="vg-form"
      data-testid="news-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <SelectField
        label={text('account.about')}
        value={value.about}
        testId="news-about"
        choices={abouts.map((about) => ({ value: about, label: text(aboutLabel[about]) }))}
        onChange={(about) => draft.change({ about })}
      />
      {value.about === 'nothing' ? null : <Hours value={value} onChange={draft.change} />}
      <div role="alert" className="vg-form-error">
        {action.error === null ? null : stale ? t('error.stale') : errorText(action.error, t)}
      </div>
      <div>
        <Button
          type="primary"
          htmlType="submit"
          disabled={!draft.dirty || !holds}
          loading={action.busy}
          data-testid="news-save"
        >
          {text('account.save')}
        </Button>
      </div>
    </form>
  );
}

function Hours(props: { readonly value: NewsDraft; readonly onChange: (next: Partial<NewsDraft>) => void }) {
  const { value, onChange } = props;
  const text = useText(messages);
  const { t } = useI18n();
  return (
    <>
      <SelectField
        label={text('account.when')}
        value={value.when}
        choices={[
          { value: 'channel', label: text('account.whenChannel') },
          { value: 'own', label: text('account.whenOwn') },
        ]}
        onChange={(when) => onChange({ when })}
      />
      {value.when === 'channel' ? null : (
        <>
          <fieldset className="vg-plain-fieldset">
            <legend>{text('account.quiet')}</legend>
            <div className="vg-form-row">
              <TextField
                label={text('account.quietFrom')}
                type="time"
                value={value.quietFrom}
                onChange={(quietFrom) => onChange({ quietFrom })}
              />
              <TextField
                label={text('account.quietTo')}
                type="time"
                value={value.quietTo}
                fault={quietHolds(value) ? undefined : text('account.quietWrong')}
                onChange={(quietTo) => onChange({ quietTo })}
              />
              <SelectField
                label={text('account.quietMin')}
                value={value.quietMin}
                choices={severities.map((one) => ({ value: one, label: t(severityLabel[one]) }))}
                onChange={(quietMin) => onChange({ quietMin })}
              />
            </div>
            <p className="vg-hint">{text('account.quietHint')}</p>
          </fieldset>
          <TextField
            label={text('account.digest')}
            hint={text('account.digestHint')}
            fault={digestHolds(value) ? undefined : text('account.digestWrong')}
            value={value.digest}
            onChange={(digest) => onChange({ digest })}
          />
        </>
      )}
    </>
  );
}
