/** Takes a file of indicators in: what it would come to and what is refused, where and why; then a job that does it. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { LineText } from '../text/safe-text.tsx';
import { FileField } from '../ui/file-field.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { TextField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { useSending } from '../ui/use-sending.ts';
import { useAction } from '../ui/use-action.ts';
import '../styles/explore.css';
import { importIndicators, type ImportAnswer } from './indicators-api.ts';
import { countLabels } from './indicator-labels.ts';
import { messages } from './messages.ts';

const countNames = ['added', 'updated', 'unchanged', 'expired', 'retired'] as const;

type Remark = { readonly place: string; readonly value: string; readonly message: string };

function Remarks({
  title,
  remarks,
  count,
}: {
  readonly title: string;
  readonly remarks: readonly Remark[];
  readonly count: number;
}) {
  const { number } = useI18n();
  const text = useText(messages);
  if (count === 0) return null;
  return (
    <section className="vg-card">
      <h2>{`${title} (${number(count)})`}</h2>
      <DataTable
        caption={title}
        rows={remarks}
        keyOf={({ place, value, message }) => `${place}:${value}:${message}`}
        testId="indicator-refusal"
        columns={[
          {
            key: 'place',
            label: text('ioc.place'),
            width: '160px',
            cell: ({ place }) => <LineText value={place} />,
          },
          { key: 'value', label: text('ioc.value'), cell: ({ value }) => <LineText value={value} /> },
          {
            key: 'why',
            label: text('ioc.why'),
            wrap: true,
            cell: ({ message }) => <LineText value={message} />,
          },
        ]}
      />
    </section>
  );
}

function Report({ answer }: { readonly answer: ImportAnswer }) {
  const { number } = useI18n();
  const text = useText(messages);
  const { report, counts } = answer;
  return (
    <>
      <Stats>
        <Stat name={text('ioc.count.indicators')} value={number(report.indicators)} />
        {counts === null
          ? null
          : countNames.map((name) => (
              <Stat key={name} name={text(countLabels[name])} value={number(counts[name])} />
            ))}
        <Stat
          name={text('ioc.count.refused')}
          value={number(report.refused)}
          tone={report.refused === 0 ? undefined : 'warn'}
        />
      </Stats>
      <Remarks title={text('ioc.refusals')} remarks={report.refusals} count={report.refused} />
      <Remarks title={text('ioc.warnings')} remarks={report.warnings} count={report.warned} />
    </>
  );
}

/** As the collector takes it. */
const fileBytesMax = 64 * 1_048_576;

export default function ImportPage() {
  const { sending, send: sendFile } = useSending();
  const { t } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState('import');
  const [confidence, setConfidence] = useState('50');
  const [days, setDays] = useState('90');
  const [looked, setLooked] = useState<ImportAnswer | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const reset = () => {
    setLooked(null);
    setJobId(null);
    action.clear();
  };
  const send = (dryRun: boolean) =>
    void action.run(
      async () => {
        if (file === null) return undefined;
        const answer = await sendFile(file, (onProgress) =>
          importIndicators(file, { source: source.trim(), confidence, days, dryRun }, onProgress),
        );
        if (dryRun) setLooked(answer);
        else {
          setJobId(answer.job?.id ?? null);
          await client.invalidateQueries({ queryKey: ['indicators'] });
        }
        return undefined;
      },
      { quiet: true },
    );
  const takes = (looked?.counts?.added ?? 0) + (looked?.counts?.updated ?? 0);
  const field = (set: (value: string) => void) => (value: string) => {
    set(value);
    reset();
  };
  return (
    <Page title={text('ioc.importTitle')} back={{ to: '/indicators', label: text('ioc.title') }}>
      <form
        className="vg-card vg-form"
        onSubmit={(event) => {
          event.preventDefault();
          send(true);
        }}
      >
        <p className="vg-hint">{text('ioc.importText')}</p>
        <FileField
          label={text('ioc.file')}
          accept=".csv,.txt,.json"
          bytesMax={fileBytesMax}
          sending={sending}
          testId="indicator-file"
          onFile={(chosen) => {
            setFile(chosen);
            reset();
          }}
        />
        <div className="vg-form-row">
          <TextField
            label={text('ioc.source')}
            hint={text('ioc.sourceHint')}
            required
            maxLength={120}
            value={source}
            onChange={field(setSource)}
          />
          <TextField
            label={text('ioc.confidence')}
            type="number"
            min={0}
            max={100}
            value={confidence}
            onChange={field(setConfidence)}
          />
          <TextField
            label={text('ioc.days')}
            hint={text('ioc.daysHint')}
            type="number"
            min={1}
            max={3_660}
            value={days}
            onChange={field(setDays)}
          />
        </div>
        <div className="vg-menu-button">
          <Button
            htmlType="submit"
            type={looked === null ? 'primary' : 'default'}
            disabled={file === null || jobId !== null}
            loading={action.busy && looked === null}
            data-testid="indicator-look"
          >
            {text('ioc.look')}
          </Button>
          {looked === null ? null : (
            <Button
              type="primary"
              disabled={takes === 0 || jobId !== null}
              loading={action.busy}
              onClick={() => send(false)}
              data-testid="indicator-go"
            >
              {text('ioc.go', { n: takes })}
            </Button>
          )}
        </div>
        {action.error === null ? null : (
          <div className="vg-form-error" role="alert">
            {errorText(action.error, t)}
          </div>
        )}
        <JobProgress id={jobId}>
          {(job) => <p role="status">{text('ioc.importDone', { n: job.changed })}</p>}
        </JobProgress>
      </form>
      {looked === null ? null : <Report answer={looked} />}
    </Page>
  );
}
