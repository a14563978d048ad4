/** Notices and reports of an incident: looked at, had as files, locked so that they do not change any more. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DocumentView } from '../documents/document-view.tsx';
import { useText, useWords } from '../i18n/use-text.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { download } from '../ui/download.ts';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { doubtfulNotices, noticeKinds, noticeWords } from './case-words.ts';
import { casesApi, noticePath, type CaseDetail, type Notice } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';
import { useMissing } from './use-missing.ts';

const formats = ['docx', 'pdf', 'xlsx'] as const;
type Which = { readonly kind: Notice['kind'] } | { readonly noticeId: number };

function Files({ detail, which }: { readonly detail: CaseDetail; readonly which: Which }) {
  const act = useCaseAct();
  return formats.map((format) => (
    <button
      key={format}
      type="button"
      className="vg-link"
      disabled={act.busy}
      onClick={() =>
        void act.run(async () => {
          await download(noticePath(detail.number, which, format), `${detail.number}.${format}`);
          return undefined;
        })
      }
    >
      {format.toUpperCase()}
    </button>
  ));
}

export function Notices({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const missingName = useMissing();
  const may = useMay('case:write') && detail.state !== 'closed';
  const act = useCaseAct();
  const [shown, setShown] = useState<Which | null>(null);
  const locked = useQuery({
    queryKey: ['cases', 'notices', detail.number],
    queryFn: ({ signal }) => casesApi.notices(detail.number, signal),
  });
  return (
    <section className="vg-card">
      <h2>{text('cases.notices')}</h2>
      <ul className="vg-plain-list">
        {noticeKinds.map((kind) => (
          <li key={kind} data-testid="notice-kind">
            <span>
              {words(noticeWords[kind])}{' '}
              {doubtfulNotices.has(kind) ? <Badge tone="warn">{text('cases.toConfirm')}</Badge> : null}
            </span>
            <span className="vg-buttons">
              <button
                type="button"
                className="vg-link"
                aria-haspopup="dialog"
                onClick={() => setShown({ kind })}
              >
                {text('cases.preview')}
              </button>
              <Files detail={detail} which={{ kind }} />
              {may ? (
                <button
                  type="button"
                  className="vg-link"
                  data-testid={`notice-lock-${kind}`}
                  onClick={() =>
                    void act.run(async () => {
                      await casesApi.lockNotice(detail.number, kind);
                      return { text: text('cases.noticeLocked') };
                    })
                  }
                >
                  {text('cases.lock')}
                </button>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      <QueryView query={locked}>
        {({ notices }) =>
          notices.length === 0 ? (
            <p className="vg-hint">{text('cases.noNotices')}</p>
          ) : (
            <>
              <h3>{text('cases.locked')}</h3>
              <ul className="vg-plain-list">
                {notices.map((notice) => (
                  <li key={notice.id} data-testid="notice-row">
                    <span>
                      {words(noticeWords[notice.kind])} · {text('cases.revision', { n: notice.revision })}{' '}
                      <span className="vg-hint">
                        <AbsoluteTime iso={notice.lockedAt} /> · <LineText value={notice.lockedBy} />
                      </span>
                      {notice.missing.length === 0 ? null : (
                        <span className="vg-hint">
                          {' '}
                          {text('cases.missingThen', {
                            list: notice.missing.map((name) => missingName(name)).join(', '),
                          })}
                        </span>
                      )}
                      <div className="vg-hash">{text('cases.hash', { hash: notice.sha256 })}</div>
                    </span>
                    <span className="vg-buttons">
                      <button
                        type="button"
                        className="vg-link"
                        aria-haspopup="dialog"
                        onClick={() => setShown({ noticeId: notice.id })}
                      >
                        {text('cases.preview')}
                      </button>
                      <Files detail={detail} which={{ noticeId: notice.id }} />
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </QueryView>
      {shown === null ? null : (
        <Dialog title={text('cases.previewTitle')} wide onClose={() => setShown(null)}>
          <DocumentView
            path={noticePath(detail.number, shown, 'blocks')}
            queryKey={['cases', 'notice', detail.number, shown, detail.version]}
          />
        </Dialog>
      )}
    </section>
  );
}
