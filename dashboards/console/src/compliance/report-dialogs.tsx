/** Forms of reports: a new one, how it would look, its lock, its correction, the proof that it was sent. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../api/http.ts';
import { DocumentView } from '../documents/document-view.tsx';
import { dayOf } from '../format/day.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { download } from '../ui/download.ts';
import { FileHash } from '../ui/file-hash.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { useAction } from '../ui/use-action.ts';
import { complianceApi } from './compliance-api.ts';
import { messages } from './report-messages.ts';
import { channels, channelWords, kindWords, periodExample, reportKinds } from './report-words.ts';
import { previewFile, reportsApi, type NewReport, type ReportDetail, type SentBody } from './reports-api.ts';

export const reportFormats = ['docx', 'pdf', 'xlsx', 'json'] as const;

export function PreviewDialog({
  report,
  onClose,
}: {
  readonly report: NewReport;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const words = useWords();
  const action = useAction();
  return (
    <Dialog title={`${words(kindWords[report.kind])} · ${report.period}`} wide onClose={onClose}>
      <p className="vg-buttons">
        {reportFormats.map((format) => (
          <button
            key={format}
            type="button"
            className="vg-link"
            disabled={action.busy}
            onClick={() =>
              void action.run(async () => {
                await download(previewFile(report, format), `${report.kind}-${report.period}.${format}`);
                return undefined;
              })
            }
          >
            {text('report.downloadAs', { format: format.toUpperCase() })}
          </button>
        ))}
      </p>
      <DocumentView path={previewFile(report, 'blocks')} queryKey={['reports', 'preview', report]} />
    </Dialog>
  );
}

const noReport = { kind: 'mau-08' as (typeof reportKinds)[number], period: '', agencyId: '', systemId: '' };

/** There is such a report already: the way to it. */
function ExistingReport({ error }: { readonly error: unknown }) {
  const text = useText(messages);
  if (!(error instanceof ApiError) || error.reason !== 'report-exists' || error.about === undefined)
    return null;
  return (
    <p>
      <Link to={pathOf('compliance', 'reports', error.about)} data-testid="report-existing">
        {text('report.openExisting')}
      </Link>
    </p>
  );
}

export function NewReportDialog({
  onClose,
  onPreview,
}: {
  readonly onClose: () => void;
  readonly onPreview: (report: NewReport) => void;
}) {
  const text = useText(messages);
  const words = useWords();
  const client = useQueryClient();
  const systems = useQuery({
    queryKey: ['compliance', 'systems'],
    queryFn: ({ signal }) => complianceApi.systems(signal),
    staleTime: 60_000,
  });
  const agencies = [...new Map(systems.data?.systems.map((one) => [one.agencyId, one.agencyName]))];
  const { value, change, drop } = useDraft('report:new', noReport);
  const wanted = (): NewReport => ({
    kind: value.kind,
    period: value.period.trim() === '' ? periodExample[value.kind] : value.period.trim(),
    ...(value.agencyId === '' ? {} : { agencyId: Number(value.agencyId) }),
    ...(value.systemId === '' ? {} : { systemId: Number(value.systemId) }),
  });
  return (
    <FormDialog
      title={text('report.new')}
      submitLabel={text('report.begin')}
      testId="report-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const made = await reportsApi.create(wanted());
        await client.invalidateQueries({ queryKey: ['reports'] });
        window.setTimeout(() => navigate(pathOf('compliance', 'reports', made.id)), 0);
        return { text: text('report.begun') };
      }}
    >
      {(error) => (
        <>
          <div className="vg-form-row">
            <SelectField
              label={text('report.kind')}
              value={value.kind}
              testId="report-kind"
              choices={reportKinds.map((one) => ({ value: one, label: words(kindWords[one]) }))}
              onChange={(kind) => change({ kind, period: '' })}
            />
            <TextField
              label={text('report.period')}
              hint={text('report.periodHint', { example: periodExample[value.kind] })}
              required
              maxLength={7}
              value={value.period === '' ? periodExample[value.kind] : value.period}
              onChange={(period) => change({ period })}
            />
          </div>
          <div className="vg-form-row">
            <SelectField
              label={text('report.agency')}
              empty={text('report.ownAgency')}
              value={value.agencyId}
              choices={agencies.map(([id, name]) => ({ value: String(id), label: name }))}
              onChange={(agencyId) => change({ agencyId })}
            />
            <SelectField
              label={text('report.system')}
              empty={text('report.allSystems')}
              value={value.systemId}
              choices={(systems.data?.systems ?? []).map((one) => ({
                value: String(one.id),
                label: one.name,
              }))}
              onChange={(systemId) => change({ systemId })}
            />
          </div>
          <p>
            <button
              type="button"
              className="vg-link"
              onClick={() => {
                onPreview(wanted());
                onClose();
              }}
            >
              {text('report.previewOnly')}
            </button>
          </p>
          <ExistingReport error={error} />
        </>
      )}
    </FormDialog>
  );
}

type ActProps = {
  readonly report: ReportDetail;
  readonly etag: string | undefined;
  readonly onClose: () => void;
};
const noReason = { reason: '' };

export function LockDialog({ report, etag, onClose }: ActProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const { value, change, drop } = useDraft(`report:${report.id}:lock`, noReason);
  const errors = report.findings.filter((finding) => finding.severity === 'error').length;
  return (
    <FormDialog
      title={text('report.lock')}
      submitLabel={text('report.lock')}
      testId="report-lock-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await reportsApi.lock(report.id, value.reason.trim() === '' ? undefined : value.reason.trim(), etag);
        await client.invalidateQueries({ queryKey: ['reports'] });
        return { text: text('report.lockedDone') };
      }}
    >
      <p>{text('report.lockHint')}</p>
      {errors === 0 ? null : (
        <TextArea
          label={text('report.acceptFindings', { n: errors })}
          required
          maxLength={2_000}
          value={value.reason}
          onChange={(reason) => change({ reason })}
        />
      )}
    </FormDialog>
  );
}

export function AmendDialog({ report, etag, onClose }: ActProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const { value, change, drop } = useDraft(`report:${report.id}:amend`, noReason);
  return (
    <FormDialog
      title={text('report.amend')}
      submitLabel={text('report.amend')}
      testId="report-amend-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const made = await reportsApi.amend(report.id, value.reason.trim(), etag);
        await client.invalidateQueries({ queryKey: ['reports'] });
        window.setTimeout(() => navigate(pathOf('compliance', 'reports', made.id)), 0);
        return { text: text('report.amended') };
      }}
    >
      <p>{text('report.amendHint')}</p>
      <TextArea
        label={text('report.reason')}
        required
        maxLength={2_000}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}

export function SentDialog({ report, etag, onClose }: ActProps) {
  const text = useText(messages);
  const words = useWords();
  const client = useQueryClient();
  const first = useMemo(
    () => ({
      number: '',
      on: dayOf(Date.now()),
      channel: 'document-system' as SentBody['channel'],
      sha256: report.signed?.sha256 ?? report.pdf?.sha256 ?? '',
      note: '',
    }),
    [report.pdf, report.signed],
  );
  const { value, change, drop } = useDraft(`report:${report.id}:sent`, first);
  return (
    <FormDialog
      title={text('report.markSent')}
      submitLabel={text('report.save')}
      testId="report-sent-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await reportsApi.sent(
          report.id,
          {
            number: value.number.trim(),
            on: value.on,
            channel: value.channel,
            sha256: value.sha256,
            note: value.note.trim(),
          },
          etag,
        );
        await client.invalidateQueries({ queryKey: ['reports'] });
        return { text: text('report.sentDone') };
      }}
    >
      <div className="vg-form-row">
        <TextField
          label={text('report.number')}
          required
          maxLength={60}
          value={value.number}
          onChange={(number) => change({ number })}
        />
        <TextField
          label={text('report.on')}
          type="date"
          required
          value={value.on}
          onChange={(on) => change({ on })}
        />
        <SelectField
          label={text('report.channel')}
          value={value.channel}
          choices={channels.map((one) => ({ value: one, label: words(channelWords[one]) }))}
          onChange={(channel) => change({ channel })}
        />
      </div>
      <FileHash required value={value.sha256} onChange={(sha256) => change({ sha256 })} />
      <TextArea
        label={text('report.note')}
        rows={2}
        maxLength={2_000}
        value={value.note}
        onChange={(note) => change({ note })}
      />
    </FormDialog>
  );
}
