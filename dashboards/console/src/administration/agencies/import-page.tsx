/** Takes a table of agencies in: what it would do, and each fault by line and column, before anything is written. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { faultVi } from '../../i18n/refusals.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { navigate } from '../../router/router.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Field } from '../../ui/form-fields.tsx';
import { errorText } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { useAction } from '../../ui/use-action.ts';
import { agenciesKey, importAgencies, type Imported } from './agencies-api.ts';
import { messages } from './agencies-messages.ts';

export default function ImportPage() {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const [file, setFile] = useState<File | null>(null);
  const [looked, setLooked] = useState<Imported | null>(null);
  const look = () =>
    void action.run(
      async () => {
        if (file !== null) setLooked(await importAgencies(file, true));
        return undefined;
      },
      { quiet: true },
    );
  const write = () =>
    void action.run(
      async () => {
        if (file === null) return undefined;
        const { created, changed } = await importAgencies(file, false);
        await client.invalidateQueries({ queryKey: agenciesKey });
        navigate('/administration/agencies');
        return { text: text('import.agencies.done', { created, changed }) };
      },
      { quiet: true },
    );
  const takes = looked === null || looked.faults.length > 0 ? 0 : looked.created + looked.changed;
  return (
    <Page
      title={text('import.agencies.title')}
      back={{ to: '/administration/agencies', label: text('agencies.title') }}
    >
      <form
        className="vg-card vg-form"
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <p className="vg-hint">{text('import.agencies.text')}</p>
        <Field label={text('import.agencies.file')} required>
          {(ids) => (
            <input
              {...ids}
              className="vg-input vg-input-file"
              type="file"
              accept=".csv,text/csv"
              required
              data-testid="agencies-file"
              onChange={(event) => {
                setFile(event.target.files?.[0] ?? null);
                setLooked(null);
                action.clear();
              }}
            />
          )}
        </Field>
        <div role="alert" className="vg-form-error">
          {action.error === null ? null : errorText(action.error, t)}
        </div>
        <div className="vg-form-actions">
          <Button
            htmlType="submit"
            disabled={file === null}
            loading={action.busy}
            data-testid="agencies-look"
          >
            {text('import.agencies.look')}
          </Button>
          {takes === 0 ? null : (
            <Button type="primary" loading={action.busy} onClick={write} data-testid="agencies-import">
              {text('import.agencies.do', { n: takes })}
            </Button>
          )}
        </div>
      </form>
      {looked === null ? null : <Looked looked={looked} takes={takes} />}
    </Page>
  );
}

function Looked({ looked, takes }: { readonly looked: Imported; readonly takes: number }) {
  const text = useText(messages);
  const { number, language } = useI18n();
  const faults = looked.faults.length + looked.moreFaults;
  return (
    <>
      <Stats>
        <Stat name={text('import.agencies.created')} value={number(looked.created)} />
        <Stat name={text('import.agencies.changed')} value={number(looked.changed)} />
        <Stat name={text('import.agencies.unchanged')} value={number(looked.unchanged)} />
        <Stat
          name={text('import.agencies.faults')}
          value={number(faults)}
          tone={faults === 0 ? undefined : 'bad'}
        />
      </Stats>
      <p role="status">
        {text(
          faults > 0
            ? 'import.agencies.faultText'
            : takes === 0
              ? 'import.agencies.nothing'
              : 'import.agencies.effect',
        )}
      </p>
      {faults === 0 ? null : (
        <section className="vg-card">
          <DataTable
            caption={text('import.agencies.faults')}
            rows={looked.faults}
            keyOf={({ line, column, message }) => `${line}:${column}:${message}`}
            testId="agencies-fault"
            columns={[
              {
                key: 'line',
                label: text('import.agencies.line'),
                width: '90px',
                numeric: true,
                cell: ({ line }) => number(line),
              },
              {
                key: 'column',
                label: text('import.agencies.column'),
                width: '90px',
                numeric: true,
                cell: ({ column }) => (column === 0 ? '—' : number(column)),
              },
              {
                key: 'why',
                label: text('import.agencies.why'),
                wrap: true,
                cell: (fault) => <LineText value={language === 'vi' ? faultVi(fault) : fault.message} />,
              },
            ]}
          />
          {looked.moreFaults === 0 ? null : (
            <p className="vg-hint">{text('import.agencies.more', { n: looked.moreFaults })}</p>
          )}
        </section>
      )}
    </>
  );
}
