/** One document to the centre: what is in it, each attempt to deliver it, and what a person may do about it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import { useDraft } from '../../session/drafts.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { download } from '../../ui/download.ts';
import { Facts } from '../../ui/facts.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.ts';
import { contentOf, exchangeApi, receiptOf, type DocumentDetail } from './exchange-api.ts';
import { messages } from './exchange-messages.ts';
import { causeWords, outcomeTone, outcomeWords, stateTone, stateWords } from './exchange-words.ts';

const noteCharsMax = 1_000;

/** States from which the server takes an act. */
const mayRetry = new Set<DocumentDetail['state']>(['waiting', 'refused', 'failed', 'cancelled']);
const mayCarry = new Set<DocumentDetail['state']>(['waiting', 'refused', 'failed']);

function Acts({ document }: { readonly document: DocumentDetail }) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const may = useMay('exchange:write');
  const mayRead = useMay('personal:read');
  const [open, setOpen] = useState<'cancel' | 'carried' | null>(null);
  const note = useDraft(`exchange:carried:${document.id}`, { note: '' });
  const renew = () => client.invalidateQueries({ queryKey: ['exchange'] });
  const save = (path: string, name: string) =>
    void action.run(async () => {
      await download(path, name);
      return undefined;
    });
  const answered = document.tried.some(({ answerSha256 }) => answerSha256 !== null);
  return (
    <>
      {may && mayRetry.has(document.state) && document.hasDocument ? (
        <Button
          type="primary"
          loading={action.busy}
          data-testid="exchange-retry"
          onClick={() =>
            void action.run(async () => {
              await exchangeApi.retry(document.id);
              await renew();
              return { text: text('exchange.retried') };
            })
          }
        >
          {text('exchange.retry')}
        </Button>
      ) : null}
      {may && mayCarry.has(document.state) ? (
        <Button aria-haspopup="dialog" data-testid="exchange-carried" onClick={() => setOpen('carried')}>
          {text('exchange.carried')}
        </Button>
      ) : null}
      {document.hasDocument && mayRead ? (
        <Button
          disabled={action.busy}
          data-testid="exchange-content"
          onClick={() => save(contentOf(document.id), document.file)}
        >
          {text('exchange.saveFile')}
        </Button>
      ) : null}
      {answered ? (
        <Button
          disabled={action.busy}
          onClick={() => save(receiptOf(document.id), `${document.file}.receipt`)}
        >
          {text('exchange.receipt')}
        </Button>
      ) : null}
      {may && document.state === 'waiting' ? (
        <Button aria-haspopup="dialog" data-testid="exchange-cancel" onClick={() => setOpen('cancel')}>
          {text('exchange.cancel')}
        </Button>
      ) : null}
      {open === 'cancel' ? (
        <FormDialog
          title={text('exchange.cancel')}
          submitLabel={text('exchange.cancel')}
          danger
          testId="exchange-cancel-form"
          onSubmit={async () => {
            await exchangeApi.cancel(document.id);
            await renew();
            return {
              text: text('exchange.cancelled'),
              undo: async () => {
                await exchangeApi.retry(document.id);
                await renew();
              },
            };
          }}
          onClose={() => setOpen(null)}
        >
          <p>{text('exchange.cancelText')}</p>
        </FormDialog>
      ) : null}
      {open === 'carried' ? (
        <FormDialog
          title={text('exchange.carried')}
          submitLabel={text('exchange.carried')}
          testId="exchange-carried-form"
          disabled={note.value.note.trim() === ''}
          onDone={note.drop}
          onSubmit={async () => {
            await exchangeApi.carried(document.id, note.value.note.trim());
            await renew();
            return { text: text('exchange.carriedDone') };
          }}
          onClose={() => setOpen(null)}
        >
          <p>{text('exchange.carriedText')}</p>
          <TextField
            label={text('exchange.carriedNote')}
            required
            maxLength={noteCharsMax}
            testId="exchange-carried-note"
            value={note.value.note}
            onChange={(next) => note.change({ note: next })}
          />
        </FormDialog>
      ) : null}
    </>
  );
}

function Body({ document }: { readonly document: DocumentDetail }) {
  const text = useText(messages);
  const words = useWords();
  const { number } = useI18n();
  const size = useFileSize();
  return (
    <>
      {document.problem === null ? null : (
        <p className="vg-warn">
          <LineText value={document.problem} />
        </p>
      )}
      {document.hasDocument ? null : <p className="vg-hint">{text('exchange.gone')}</p>}
      <Facts
        facts={[
          [
            text('exchange.link'),
            <Link key="link" to={pathOf('compliance', 'exchange', 'links', String(document.linkId))}>
              <LineText value={document.link} />
            </Link>,
          ],
          [
            text('exchange.span'),
            <span key="span">
              <AbsoluteTime iso={document.from} /> – <AbsoluteTime iso={document.to} />
            </span>,
          ],
          [text('exchange.cause'), words(causeWords[document.cause])],
          document.reportId === null
            ? null
            : [
                '',
                <Link key="report" to={pathOf('compliance', 'reports', document.reportId)}>
                  {text('exchange.reportOpen')}
                </Link>,
              ],
          [text('exchange.by'), <LineText key="by" value={document.createdBy} />],
          [text('exchange.created'), <AbsoluteTime key="at" iso={document.createdAt} />],
          [text('exchange.machines'), number(document.machines)],
          [text('exchange.size'), size(document.bytes)],
          [text('exchange.signed'), document.isSigned ? '✓' : text('exchange.unsigned')],
          document.nextAt === null
            ? null
            : [text('exchange.next'), <AbsoluteTime key="next" iso={document.nextAt} />],
          document.endedAt === null
            ? null
            : [text('exchange.ended'), <AbsoluteTime key="ended" iso={document.endedAt} />],
          [
            'SHA-256',
            <span key="hash" className="vg-hash">
              {document.sha256}
            </span>,
          ],
        ]}
      />
      <Section title={text('exchange.attempts', { n: document.tried.length })}>
        {document.tried.length === 0 ? (
          <p className="vg-hint">{text('exchange.noAnswer')}</p>
        ) : (
          <DataTable
            caption={text('exchange.attempts', { n: document.tried.length })}
            rows={document.tried}
            keyOf={({ at }) => at}
            testId="exchange-attempt"
            columns={[
              { key: 'at', label: text('exchange.when'), cell: ({ at }) => <AbsoluteTime iso={at} /> },
              {
                key: 'outcome',
                label: text('exchange.outcome'),
                cell: ({ outcome }) =>
                  outcome === null ? (
                    <Badge tone="info">{words(stateWords.sending)}</Badge>
                  ) : (
                    <Badge tone={outcomeTone[outcome]}>{words(outcomeWords[outcome])}</Badge>
                  ),
              },
              {
                key: 'status',
                label: text('exchange.status'),
                width: '64px',
                numeric: true,
                cell: ({ status }) => status ?? '—',
              },
              {
                key: 'fault',
                label: text('exchange.fault'),
                wrap: true,
                cell: ({ fault }) => (fault === null ? '—' : <LineText value={fault} />),
              },
            ]}
          />
        )}
      </Section>
    </>
  );
}

export function DocumentPanel({ id, closeTo }: { readonly id: string; readonly closeTo: string }) {
  const text = useText(messages);
  const words = useWords();
  const one = useQuery({
    queryKey: ['exchange', 'document', id],
    queryFn: ({ signal }) => exchangeApi.document(id, signal),
    refetchInterval: ({ state }) =>
      state.data?.state === 'sending' || state.data?.state === 'waiting' ? 5_000 : false,
  });
  const document = one.data;
  return (
    <SidePanel
      label={text('exchange.document')}
      title={document === undefined ? text('exchange.document') : <LineText value={document.file} />}
      top={
        document === undefined ? undefined : (
          <Badge tone={stateTone[document.state]}>{words(stateWords[document.state])}</Badge>
        )
      }
      actions={document === undefined ? undefined : <Acts document={document} />}
      openKey={id}
      testId="exchange-document-panel"
      onClose={() => navigate(closeTo)}
    >
      <QueryView query={one}>{(found) => <Body document={found} />}</QueryView>
    </SidePanel>
  );
}
