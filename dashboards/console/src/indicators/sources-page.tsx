/** Who says what is bad, with the defaults of what they say; and what is the house's own and never an indicator. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextField } from '../ui/form-fields.tsx';
import { EmptyState, errorText } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { useAction } from '../ui/use-action.ts';
import '../styles/explore.css';
import { allow, allowedList, disallow, putSource, sources, tlps, type Source } from './indicators-api.ts';
import { messages } from './messages.ts';

type TlpChoice = (typeof tlps)[number] | 'none';

function SourceDialog({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const first = useMemo(() => {
    const tlp: TlpChoice = source.tlp ?? 'none';
    return {
      confidence: source.confidence === null ? '' : String(source.confidence),
      days: source.validDays === null ? '' : String(source.validDays),
      tlp,
      description: source.description,
    };
  }, [source]);
  const draft = useDraft(`indicator-source:${source.name}`, first);
  const { value, change } = draft;
  return (
    <FormDialog
      title={text('ioc.sourceEdit')}
      submitLabel={text('ioc.save')}
      testId="indicator-source-form"
      onSubmit={async () => {
        await putSource(source.name, source.version, {
          confidence: value.confidence === '' ? null : Number(value.confidence),
          validDays: value.days === '' ? null : Number(value.days),
          tlp: value.tlp === 'none' ? null : value.tlp,
          description: value.description.trim(),
        });
        await client.invalidateQueries({ queryKey: ['indicators'] });
        return { text: text('ioc.sourceSaved') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint">{text('ioc.sourceText')}</p>
      <div className="vg-form-row">
        <TextField
          label={text('ioc.confidence')}
          type="number"
          min={0}
          max={100}
          value={value.confidence}
          onChange={(confidence) => change({ confidence })}
        />
        <TextField
          label={text('ioc.sourceDays')}
          type="number"
          min={1}
          max={3_660}
          value={value.days}
          onChange={(days) => change({ days })}
        />
        <SelectField<TlpChoice>
          label={text('ioc.tlp')}
          value={value.tlp}
          onChange={(tlp) => change({ tlp })}
          choices={[
            { value: 'none', label: '—' },
            ...tlps.map((tlp) => ({ value: tlp, label: `TLP:${tlp.toUpperCase()}` })),
          ]}
        />
      </div>
      <TextField
        label={text('ioc.description')}
        maxLength={500}
        value={value.description}
        onChange={(description) => change({ description })}
      />
    </FormDialog>
  );
}

const emptyAllowed = { value: '', reason: '' };

function AllowList() {
  const { t } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const mayWrite = useMay('indicator:write');
  const action = useAction();
  const draft = useDraft('indicator-allowed', emptyAllowed);
  const list = useQuery({
    queryKey: ['indicators', 'allowed'],
    queryFn: ({ signal }) => allowedList(signal),
    staleTime: 10_000,
  });
  const changed = () => client.invalidateQueries({ queryKey: ['indicators', 'allowed'] });
  const add = () =>
    void action.run(
      async () => {
        await allow(draft.value.value.trim(), draft.value.reason.trim());
        draft.drop();
        await changed();
        return { text: text('ioc.allowedSaved') };
      },
      { quiet: true },
    );
  return (
    <section className="vg-card">
      <h2>{text('ioc.allowed')}</h2>
      <p className="vg-hint">{text('ioc.allowedText')}</p>
      {mayWrite ? (
        <form
          className="vg-form"
          data-testid="indicator-allow-form"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <div className="vg-form-row">
            <TextField
              label={text('ioc.value')}
              required
              maxLength={253}
              value={draft.value.value}
              onChange={(value) => draft.change({ value })}
            />
            <TextField
              label={text('ioc.reason')}
              required
              maxLength={500}
              value={draft.value.reason}
              onChange={(reason) => draft.change({ reason })}
            />
          </div>
          <div>
            <Button htmlType="submit" loading={action.busy}>
              {text('ioc.allow')}
            </Button>
          </div>
          {action.error === null ? null : (
            <div className="vg-form-error" role="alert">
              {errorText(action.error, t)}
            </div>
          )}
        </form>
      ) : null}
      <QueryView query={list}>
        {({ allowed }) =>
          allowed.length === 0 ? (
            <p className="vg-hint">{text('ioc.noAllowed')}</p>
          ) : (
            <ul className="vg-list-plain">
              {allowed.map((one) => (
                <li key={one.id} className="vg-counted" data-testid="indicator-allowed">
                  <span>
                    <b>
                      <LineText value={one.value} />
                    </b>{' '}
                    <span className="vg-hint">
                      <LineText value={one.reason} />
                    </span>
                  </span>
                  {mayWrite ? (
                    <button
                      type="button"
                      className="vg-link"
                      onClick={() =>
                        void action.run(async () => {
                          await disallow(one.id);
                          await changed();
                          return {
                            text: text('ioc.disallowed'),
                            undo: async () => {
                              await allow(one.value, one.reason);
                              await changed();
                            },
                          };
                        })
                      }
                    >
                      {text('ioc.disallow')}
                    </button>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </section>
  );
}

export default function SourcesPage() {
  const { number } = useI18n();
  const text = useText(messages);
  const mayWrite = useMay('indicator:write');
  const [editing, setEditing] = useState<Source | null>(null);
  const list = useQuery({
    queryKey: ['indicators', 'sources'],
    queryFn: ({ signal }) => sources(signal),
    staleTime: 10_000,
  });
  return (
    <Page title={text('ioc.sources')} back={{ to: '/indicators', label: text('ioc.title') }}>
      <section className="vg-card">
        <h2>{text('ioc.sourceName')}</h2>
        <QueryView query={list}>
          {(data) =>
            data.sources.length === 0 ? (
              <EmptyState title={text('ioc.noSources')} />
            ) : (
              <DataTable
                caption={text('ioc.sources')}
                rows={data.sources}
                keyOf={({ name }) => name}
                testId="indicator-source"
                columns={[
                  {
                    key: 'name',
                    label: text('ioc.sourceName'),
                    cell: ({ name }) => (
                      <Link to={href('/indicators', { source: name })}>
                        <LineText value={name} />
                      </Link>
                    ),
                  },
                  {
                    key: 'count',
                    label: text('ioc.sourceCount'),
                    numeric: true,
                    cell: ({ indicators }) => number(indicators),
                  },
                  {
                    key: 'retired',
                    label: text('ioc.sourceRetired'),
                    numeric: true,
                    cell: ({ retired }) => number(retired),
                  },
                  {
                    key: 'confidence',
                    label: text('ioc.confidence'),
                    numeric: true,
                    cell: ({ confidence }) => confidence ?? '—',
                  },
                  {
                    key: 'days',
                    label: text('ioc.sourceDays'),
                    numeric: true,
                    cell: ({ validDays }) => validDays ?? '—',
                  },
                  {
                    key: 'edit',
                    label: '',
                    width: '120px',
                    cell: (source) =>
                      mayWrite ? (
                        <button
                          type="button"
                          className="vg-link"
                          aria-haspopup="dialog"
                          onClick={() => setEditing(source)}
                        >
                          {text('ioc.sourceEdit')}
                        </button>
                      ) : null,
                  },
                ]}
              />
            )
          }
        </QueryView>
      </section>
      <AllowList />
      {editing === null ? null : <SourceDialog source={editing} onClose={() => setEditing(null)} />}
    </Page>
  );
}
