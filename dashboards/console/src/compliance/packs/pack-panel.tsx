/** One inspection pack: how far it is, then how to take it along and how to check it, and letting it go. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { ApiError } from '../../api/http.ts';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useJob, type Job } from '../../jobs/job-api.ts';
import { JobProgress } from '../../jobs/job-progress.tsx';
import { navigate } from '../../router/router.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { dayText } from '../../format/day.ts';
import { download } from '../../ui/download.ts';
import { Facts } from '../../ui/facts.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { keptUntil, packFile, packsApi, resultOf } from './packs-api.ts';
import { messages } from './packs-messages.ts';

function Verify({ name }: { readonly name: string }) {
  const text = useText(messages);
  return (
    <Section title={text('packs.verify')}>
      <p className="vg-hint">{text('packs.verifyText')}</p>
      <pre className="vg-pre">{`npx vonggac inspection-pack verify ${name}\ncd ${name} && sha256sum -c MANIFEST.sha256`}</pre>
    </Section>
  );
}

function Built({ job }: { readonly job: Job }) {
  const text = useText(messages);
  const { number } = useI18n();
  const size = useFileSize();
  const client = useQueryClient();
  const action = useAction();
  const [dropping, setDropping] = useState(false);
  const [gone, setGone] = useState(keptUntil(job) < Date.now());
  const result = resultOf(job.result);
  if (result === undefined) return null;
  const fetchPack = async () => {
    try {
      await download(packFile(job.id), `${result.name}.zip`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      setGone(true);
    }
    return undefined;
  };
  return (
    <>
      {gone ? (
        <p className="vg-warn">{text('packs.gone')}</p>
      ) : (
        <p className="vg-buttons">
          <Button
            type="primary"
            loading={action.busy}
            data-testid="pack-fetch"
            onClick={() => void action.run(fetchPack)}
          >
            {text('packs.fetch')}
          </Button>
          <Button aria-haspopup="dialog" data-testid="pack-drop" onClick={() => setDropping(true)}>
            {text('packs.drop')}
          </Button>
        </p>
      )}
      <Facts
        facts={[
          [text('packs.files'), number(result.files)],
          [text('packs.sizeFull'), size(result.bytes)],
          [
            text('packs.manifest'),
            <span key="hash" className="vg-hash">
              {result.manifestSha256}
            </span>,
          ],
          gone
            ? null
            : [text('packs.kept'), <AbsoluteTime key="until" iso={new Date(keptUntil(job)).toISOString()} />],
        ]}
      />
      <Verify name={result.name} />
      {dropping ? (
        <FormDialog
          title={text('packs.drop')}
          submitLabel={text('packs.drop')}
          danger
          testId="pack-drop-form"
          onSubmit={async () => {
            await packsApi.drop(job.id);
            setGone(true);
            await client.invalidateQueries({ queryKey: ['packs'] });
            return { text: text('packs.dropped') };
          }}
          onClose={() => setDropping(false)}
        >
          <p>{text('packs.dropText')}</p>
        </FormDialog>
      ) : null}
    </>
  );
}

/** What was asked for, of the job's own words. */
function asOfOf(params: unknown): string | null {
  return typeof params === 'object' && params !== null && 'asOf' in params && typeof params.asOf === 'string'
    ? params.asOf
    : null;
}

export function PackPanel({ id, closeTo }: { readonly id: string; readonly closeTo: string }) {
  const text = useText(messages);
  const job = useJob(id);
  const asOf = asOfOf(job.data?.params);
  const name = resultOf(job.data?.result)?.name;
  return (
    <SidePanel
      label={text('packs.name')}
      title={name === undefined ? text('packs.name') : <LineText value={name} />}
      openKey={id}
      testId="pack-panel"
      onClose={() => navigate(closeTo)}
    >
      {job.data === undefined ? null : (
        <Facts
          facts={[
            asOf === null ? null : [text('packs.asOf'), dayText(asOf)],
            [text('packs.by'), <LineText key="by" value={job.data.requestedBy} />],
            [text('packs.when'), <AbsoluteTime key="at" iso={job.data.requestedAt} />],
          ]}
        />
      )}
      <JobProgress id={id}>{(done) => <Built job={done} />}</JobProgress>
    </SidePanel>
  );
}
