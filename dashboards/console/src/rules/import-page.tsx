/** Takes rules in from a file: what it would come to and what is refused, where and why; then a job that does it. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { FileField } from '../ui/file-field.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { SelectField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { useAction } from '../ui/use-action.ts';
import '../styles/explore.css';
import './rules.css';
import { messages } from './editor-messages.ts';
import { messages as ruleMessages } from './messages.ts';
import { ruleStates } from './rule-filters.ts';
import { stateWords } from './rule-labels.ts';
import {
  previewImport,
  startImport,
  type ImportFault,
  type ImportReport,
  type ImportState,
} from './rules-api.ts';

const shownMax = 200;
/** As the collector takes it. */
const archiveBytesMax = 64 * 1_048_576;

function Faults({ title, faults }: { readonly title: string; readonly faults: readonly ImportFault[] }) {
  const text = useText(messages);
  const { language } = useI18n();
  if (faults.length === 0) return null;
  return (
    <section className="vg-card">
      <h2>{`${title} (${faults.length})`}</h2>
      <DataTable
        caption={title}
        rows={faults.slice(0, shownMax)}
        keyOf={(fault) => `${fault.place}:${fault.line}:${fault.message}`}
        testId="import-fault"
        columns={[
          {
            key: 'place',
            label: text('import.place'),
            wrap: true,
            cell: ({ place }) => <LineText value={place} />,
          },
          { key: 'line', label: text('import.line'), width: '80px', numeric: true, cell: ({ line }) => line },
          {
            key: 'reason',
            label: text('import.reason'),
            wrap: true,
            cell: ({ message, vi = message }) => <LineText value={language === 'vi' ? vi : message} />,
          },
        ]}
      />
    </section>
  );
}

function Counted({
  title,
  counts,
}: {
  readonly title: string;
  readonly counts: readonly (readonly [string, number])[];
}) {
  const { number } = useI18n();
  return (
    <section className="vg-card">
      <h2>{title}</h2>
      <ul className="vg-list-plain">
        {counts.map(([name, count]) => (
          <li key={name} className="vg-counted">
            <LineText value={name} />
            <span className="vg-num">{number(count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Report({ report }: { readonly report: ImportReport }) {
  const { number } = useI18n();
  const text = useText(messages);
  const ruleText = useText(ruleMessages);
  const states = Object.entries(report.byState).map(([name, count]) => {
    const state = ruleStates.find((known) => known === name);
    return [state === undefined ? name : ruleText(stateWords[state]), count] as const;
  });
  const sources = Object.entries(report.byLogsource)
    .map(
      ([name, count]) =>
        [
          name
            .split('/')
            .filter((part) => part !== '')
            .join(' / ') || '—',
          count,
        ] as const,
    )
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 15);
  return (
    <div className="vg-import-report" data-testid="import-report">
      <Stats>
        <Stat name={text('import.documents')} value={number(report.documents)} />
        <Stat name={text('import.new')} value={number(report.new)} />
        <Stat name={text('import.updated')} value={number(report.updated)} />
        <Stat name={text('import.unchanged')} value={number(report.unchanged)} />
        <Stat name={text('import.kept')} value={number(report.kept)} />
        <Stat
          name={text('import.refused')}
          value={number(report.unsupported.length)}
          tone={report.unsupported.length === 0 ? undefined : 'warn'}
        />
      </Stats>
      {report.unsupported.length + report.duplicates.length === 0 ? (
        <p className="vg-hint">{text('import.allTaken')}</p>
      ) : null}
      <Faults title={text('import.refused')} faults={report.unsupported} />
      <Faults title={text('import.duplicates')} faults={report.duplicates} />
      <div className="vg-columns">
        <Counted title={text('import.byState')} counts={states} />
        <Counted title={text('import.byLogsource')} counts={sources} />
      </div>
    </div>
  );
}

export default function ImportPage() {
  const { t } = useI18n();
  const text = useText(messages);
  const ruleText = useText(ruleMessages);
  const action = useAction();
  const [file, setFile] = useState<File | null>(null);
  const [state, setState] = useState<ImportState>('auto');
  const [report, setReport] = useState<ImportReport | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const reset = () => {
    setReport(null);
    setJobId(null);
    action.clear();
  };
  const look = () =>
    void action.run(
      async () => {
        if (file !== null) setReport(await previewImport(file, state));
        return undefined;
      },
      { quiet: true },
    );
  const go = () =>
    void action.run(
      async () => {
        if (file !== null) setJobId((await startImport(file, state)).job.id);
        return undefined;
      },
      { quiet: true },
    );
  const takes = report === null ? 0 : report.new + report.updated + report.kept;
  return (
    <Page title={text('import.title')} back={{ to: '/rules', label: ruleText('rules.title') }}>
      <form
        className="vg-card vg-form"
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <p className="vg-hint">{text('import.text')}</p>
        <div className="vg-form-row">
          <FileField
            label={text('import.file')}
            accept=".yml,.yaml,.zip,.tgz,.gz"
            bytesMax={archiveBytesMax}
            testId="import-file"
            onFile={(chosen) => {
              setFile(chosen);
              reset();
            }}
          />
          <SelectField<ImportState>
            label={text('import.state')}
            value={state}
            onChange={(next) => {
              setState(next);
              reset();
            }}
            choices={[
              { value: 'auto', label: text('import.auto') },
              { value: 'draft', label: text('import.draft') },
              { value: 'test', label: text('import.test') },
            ]}
          />
        </div>
        <div className="vg-menu-button">
          <Button
            htmlType="submit"
            disabled={file === null || jobId !== null}
            loading={action.busy && report === null}
            type={report === null ? 'primary' : 'default'}
            data-testid="import-look"
          >
            {text('import.look')}
          </Button>
          {report === null ? null : (
            <Button
              type="primary"
              disabled={takes === 0 || jobId !== null}
              loading={action.busy}
              onClick={go}
              data-testid="import-go"
            >
              {text('import.go', { n: takes })}
            </Button>
          )}
        </div>
        {action.error === null ? null : (
          <div className="vg-form-error" role="alert">
            {errorText(action.error, t)}
          </div>
        )}
        <JobProgress id={jobId}>
          {({ result }) => {
            // What a job of this kind ends with.
            const done = result as ImportReport;
            return (
              <p role="status" data-testid="import-done">
                {text('import.done', { new: done.new, updated: done.updated })}{' '}
                <Link to="/rules?origin=import">{text('import.toList')}</Link>
              </p>
            );
          }}
        </JobProgress>
      </form>
      {report === null ? null : <Report report={report} />}
    </Page>
  );
}
