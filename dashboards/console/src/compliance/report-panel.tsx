/** One report: its text in the page, files, what does not fit, lock, correction with its differences, signature and proof of sending. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { DocumentView } from '../documents/document-view.tsx';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { download } from '../ui/download.ts';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { DaysLeft } from './deadlines-page.tsx';
import { AmendDialog, LockDialog, reportFormats, SentDialog } from './report-dialogs.tsx';
import { messages } from './report-messages.ts';
import {
  channelWords,
  kindWords,
  stateTone,
  stateWords,
  stepWords,
  verdictTone,
  verdictWords,
} from './report-words.ts';
import { reportFile, reportsApi, type ReportDetail } from './reports-api.ts';
import { SignedDialog } from './signed-dialog.tsx';

type Open = 'lock' | 'amend' | 'sent' | 'signed' | 'read' | null;

function Acts({ report, onOpen }: { readonly report: ReportDetail; readonly onOpen: (open: Open) => void }) {
  const text = useText(messages);
  const may = useMay('report:write');
  const action = useAction();
  const over = report.deadlines.some((deadline) => deadline.step === 'lock' && deadline.daysLeft < 0);
  return (
    <>
      <Button
        type={report.state === 'draft' ? 'primary' : 'default'}
        data-testid="report-read"
        aria-haspopup="dialog"
        onClick={() => onOpen('read')}
      >
        {text('report.read')}
      </Button>
      {reportFormats.map((format) => (
        <Button
          key={format}
          disabled={action.busy}
          data-testid={`report-${format}`}
          onClick={() =>
            void action.run(async () => {
              await download(reportFile(report.id, format), `${report.kind}-${report.period}.${format}`);
              return undefined;
            })
          }
        >
          {format.toUpperCase()}
        </Button>
      ))}
      {may && report.state === 'draft' ? (
        <Button
          disabled={!over}
          title={over ? undefined : text('report.tooEarly')}
          data-testid="report-lock"
          aria-haspopup="dialog"
          onClick={() => onOpen('lock')}
        >
          {text('report.lock')}
        </Button>
      ) : null}
      {may && (report.state === 'locked' || report.state === 'sent') ? (
        <>
          <Button aria-haspopup="dialog" data-testid="report-signed-open" onClick={() => onOpen('signed')}>
            {text('report.verify')}
          </Button>
          {report.state === 'locked' ? (
            <Button
              type="primary"
              data-testid="report-sent"
              aria-haspopup="dialog"
              onClick={() => onOpen('sent')}
            >
              {text('report.markSent')}
            </Button>
          ) : null}
          <Button aria-haspopup="dialog" onClick={() => onOpen('amend')}>
            {text('report.amend')}
          </Button>
        </>
      ) : null}
    </>
  );
}

function Signed({ report }: { readonly report: ReportDetail }) {
  const text = useText(messages);
  const words = useWords();
  const { signed } = report;
  if (signed === null) return <p className="vg-hint">{text('report.noSigned')}</p>;
  return (
    <>
      <Badge tone={verdictTone[signed.verdict]}>{words(verdictWords[signed.verdict])}</Badge>
      <ul className="vg-plain-list">
        {signed.signatures.map((signature, index) => (
          // Signatures stand in the order of the file.
          // oxlint-disable-next-line no-array-index-key
          <li key={index}>
            <span>
              {signature.signer === null ? (
                text('report.noSigner')
              ) : (
                <>
                  <LineText value={signature.signer.name} />{' '}
                  <span className="vg-hint">
                    <LineText value={signature.signer.issuer} />
                    {signature.signer.signedAt === null ? null : (
                      <>
                        {' · '}
                        <AbsoluteTime iso={signature.signer.signedAt} />
                      </>
                    )}
                  </span>
                </>
              )}
            </span>
            <Badge tone={signature.state === 'holds' ? 'good' : 'bad'}>
              {signature.state === 'holds' ? text('report.holds') : text('report.holdsNot')}
            </Badge>
          </li>
        ))}
      </ul>
      {signed.changes.map((change) => (
        <p key={change} className="vg-warn">
          <LineText value={change} />
        </p>
      ))}
      <div className="vg-hash">{text('report.hash', { hash: signed.sha256 })}</div>
    </>
  );
}

function Body({ report }: { readonly report: ReportDetail }) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const history = useQuery({
    queryKey: ['reports', 'history', report.id],
    queryFn: ({ signal }) => reportsApi.history(report.id, signal),
  });
  return (
    <>
      <Facts
        facts={[
          [text('report.of'), <LineText key="of" value={report.systemName ?? report.agencyName} />],
          [text('report.revision'), report.revision],
          report.amends === null
            ? null
            : [
                text('report.amends'),
                <Link key="amends" to={pathOf('compliance', 'reports', report.amends)}>
                  {text('report.before')}
                </Link>,
              ],
          report.lockedAt === null
            ? null
            : [
                text('report.lockedAt'),
                <>
                  <AbsoluteTime iso={report.lockedAt} /> · <LineText value={report.lockedBy ?? ''} />
                </>,
              ],
          report.sha256 === null
            ? null
            : [
                text('report.digest'),
                <span key="hash" className="vg-hash">
                  {report.sha256}
                </span>,
              ],
        ]}
      />
      {report.state === 'sent' ? null : (
        <Section title={text('report.deadlines')}>
          <ul className="vg-plain-list">
            {report.deadlines.map((deadline) => (
              <li key={deadline.step}>
                <span>
                  {words(stepWords[deadline.step])} · {dayText(deadline.on)}{' '}
                  <span className="vg-hint">
                    {text('report.workDay', { day: dayText(deadline.workDay), n: deadline.workDaysLeft })}
                  </span>
                </span>
                <DaysLeft days={deadline.daysLeft} />
              </li>
            ))}
          </ul>
          {report.toConfirm.length === 0 ? null : <p className="vg-warn">{text('report.doubt')}</p>}
        </Section>
      )}
      {report.findings.length === 0 ? null : (
        <Section title={text('report.findings', { n: report.findings.length })}>
          <ul className="vg-plain-list">
            {report.findings.map((finding) => (
              <li key={finding.en}>
                <span>{finding[language]}</span>
                <Badge tone={finding.severity === 'error' ? 'bad' : 'warn'}>
                  {finding.severity === 'error' ? text('report.error') : text('report.warning')}
                </Badge>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {report.late.length === 0 ? null : (
        <Section title={text('report.late', { n: report.late.length })}>
          <p>
            <LineText value={report.late.map(({ name }) => name).join(' · ')} />
          </p>
        </Section>
      )}
      {report.amendment === null ? null : (
        <Section
          title={text('report.differences', {
            n: report.amendment.differences.length + report.amendment.more,
          })}
        >
          <p>
            <LineText value={report.amendment.reason} />
          </p>
          <table className="vg-table vg-differences">
            <thead>
              <tr>
                <th scope="col">{text('report.where')}</th>
                <th scope="col">{text('report.was')}</th>
                <th scope="col">{text('report.is')}</th>
              </tr>
            </thead>
            <tbody>
              {report.amendment.differences.slice(0, 200).map((one) => (
                <tr key={`${one.where}:${one.before}:${one.after}`}>
                  <td className="vg-wrap">
                    <LineText value={one.where} />
                  </td>
                  <td className="vg-wrap">
                    <LineText value={one.before} />
                  </td>
                  <td className="vg-wrap">
                    <LineText value={one.after} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      {report.state === 'draft' ? null : (
        <Section title={text('report.signature')}>
          <Signed report={report} />
        </Section>
      )}
      {report.sent === null ? null : (
        <Section title={text('report.proof')}>
          <Facts
            facts={[
              [text('report.number'), <LineText key="number" value={report.sent.number} />],
              [text('report.on'), dayText(report.sent.on)],
              [text('report.channel'), words(channelWords[report.sent.channel])],
              [
                text('report.file'),
                <span key="hash" className="vg-hash">
                  {report.sent.sha256}
                </span>,
              ],
            ]}
          />
        </Section>
      )}
      <Section title={text('report.history')}>
        <QueryView query={history}>
          {({ history: acts }) => (
            <ol className="vg-note-list">
              {acts.map((act) => (
                <li key={act.version}>
                  <AbsoluteTime iso={act.at} /> · <LineText value={act.action} /> ·{' '}
                  <LineText value={act.actor} />
                  {act.reason === null ? null : (
                    <span className="vg-hint">
                      {' '}
                      <LineText value={act.reason} />
                    </span>
                  )}
                </li>
              ))}
            </ol>
          )}
        </QueryView>
      </Section>
    </>
  );
}

export function ReportPanel({ id, closeTo }: { readonly id: string; readonly closeTo: string }) {
  const text = useText(messages);
  const words = useWords();
  const [open, setOpen] = useState<Open>(null);
  const one = useQuery({
    queryKey: ['reports', 'one', id],
    queryFn: ({ signal }) => reportsApi.one(id, signal),
  });
  const report = one.data?.body;
  const etag = one.data?.etag;
  const close = () => setOpen(null);
  return (
    <SidePanel
      label={text('report.one')}
      title={
        report === undefined ? text('report.one') : `${words(kindWords[report.kind])} · ${report.period}`
      }
      top={
        report === undefined ? undefined : (
          <Badge tone={stateTone[report.state]}>{words(stateWords[report.state])}</Badge>
        )
      }
      actions={report === undefined ? undefined : <Acts report={report} onOpen={setOpen} />}
      openKey={id}
      testId="report-panel"
      onClose={() => navigate(closeTo)}
    >
      <QueryView query={one}>{({ body }) => <Body report={body} />}</QueryView>
      {report !== undefined && open === 'lock' ? (
        <LockDialog report={report} etag={etag} onClose={close} />
      ) : null}
      {report !== undefined && open === 'amend' ? (
        <AmendDialog report={report} etag={etag} onClose={close} />
      ) : null}
      {report !== undefined && open === 'signed' ? (
        <SignedDialog report={report} etag={etag} onClose={close} />
      ) : null}
      {report !== undefined && open === 'sent' ? (
        <SentDialog report={report} etag={etag} onClose={close} />
      ) : null}
      {report !== undefined && open === 'read' ? (
        <Dialog title={`${words(kindWords[report.kind])} · ${report.period}`} wide onClose={close}>
          <DocumentView path={reportFile(id, 'blocks')} queryKey={['reports', 'file', id, report.version]} />
        </Dialog>
      ) : null}
    </SidePanel>
  );
}
