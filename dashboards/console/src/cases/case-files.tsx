/** Files of a case: hash and size, quarantine, what a scanner said; a deletion leaves its trace. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { download } from '../ui/download.ts';
import { FilesField } from '../ui/file-field.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useSending } from '../ui/use-sending.ts';
import { useFileSize } from '../ui/file-size.ts';
import { ReasonDialog } from './case-dialogs.tsx';
import { casesApi, filePath, type CaseDetail, type CaseFile } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

const bytesMax = 52_428_800;

function FileRow({ file, detail }: { readonly file: CaseFile; readonly detail: CaseDetail }) {
  const text = useText(messages);
  const size = useFileSize();
  const may = useMay('case:write');
  const act = useCaseAct();
  const [removing, setRemoving] = useState(false);
  const [risky, setRisky] = useState(false);
  const take = (risk: boolean) =>
    void act.run(async () => {
      await download(filePath(detail.number, file.id, risk), file.name);
      return undefined;
    });
  return (
    <li data-testid="case-file">
      <div>
        <strong>
          <LineText value={file.name} />
        </strong>{' '}
        <span className="vg-hint">
          {size(file.bytes)} · <LineText value={file.type} /> · <LineText value={file.addedBy} />{' '}
          <AbsoluteTime iso={file.addedAt} />
        </span>{' '}
        {file.quarantined ? <Badge tone="bad">{text('cases.quarantined')}</Badge> : null}{' '}
        {file.removedAt === null ? (
          <Badge tone={file.scan === 'clean' ? 'good' : 'quiet'}>
            {file.scan === 'clean' ? text('cases.scanClean') : text('cases.scanNone')}
          </Badge>
        ) : (
          <Badge tone="quiet">{text('cases.removed')}</Badge>
        )}
        <div className="vg-hash">{text('cases.hash', { hash: file.sha256 })}</div>
        {file.removedReason === null ? null : (
          <div className="vg-hint">
            <LineText value={`${file.removedBy ?? ''}: ${file.removedReason}`} />
          </div>
        )}
      </div>
      {file.removedAt === null ? (
        <span className="vg-buttons">
          <button
            type="button"
            className="vg-link"
            onClick={() => (file.quarantined ? setRisky(true) : take(false))}
          >
            {text('cases.download')}
          </button>
          {may ? (
            <>
              <button
                type="button"
                className="vg-link"
                onClick={() =>
                  void act.run(async () => {
                    await casesApi.quarantine(detail.number, file.id, !file.quarantined);
                    return {
                      text: text('cases.quarantineSet'),
                      undo: () => casesApi.quarantine(detail.number, file.id, file.quarantined),
                    };
                  })
                }
              >
                {file.quarantined ? text('cases.unquarantine') : text('cases.quarantine')}
              </button>
              <button
                type="button"
                className="vg-link"
                aria-haspopup="dialog"
                onClick={() => setRemoving(true)}
              >
                {text('cases.remove')}
              </button>
            </>
          ) : null}
        </span>
      ) : null}
      {risky ? (
        <div className="vg-notice vg-notice-error" role="alert">
          <p>{text('cases.risk')}</p>
          <button
            type="button"
            className="vg-button"
            onClick={() => {
              setRisky(false);
              take(true);
            }}
          >
            {text('cases.riskAccept')}
          </button>
          <button type="button" className="vg-button" onClick={() => setRisky(false)}>
            {text('cases.cancel')}
          </button>
        </div>
      ) : null}
      {removing ? (
        <ReasonDialog
          title={text('cases.removeFile')}
          submitLabel={text('cases.remove')}
          hint={text('cases.removeFileHint')}
          danger
          draftKey={`case:${detail.number}:file:${file.id}`}
          onClose={() => setRemoving(false)}
          onSubmit={async (reason) => {
            await casesApi.removeFile(detail.number, file.id, reason);
            return { text: text('cases.fileRemoved') };
          }}
        />
      ) : null}
    </li>
  );
}

export function FilesTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const may = useMay('case:write') && detail.state !== 'closed';
  const act = useCaseAct();
  const { sending, send } = useSending();
  const files = useQuery({
    queryKey: ['cases', 'files', detail.number],
    queryFn: ({ signal }) => casesApi.files(detail.number, signal),
  });
  const add = (chosen: readonly File[]) =>
    void act.run(async () => {
      for (const file of chosen)
        await send(file, (onProgress) => casesApi.addFile(detail.number, file, onProgress));
      return { text: text('cases.filesAdded', { n: chosen.length }) };
    });
  return (
    <section className="vg-card" aria-label={text('cases.tab.files')}>
      {may ? (
        <FilesField
          label={text('cases.addFile')}
          hint={text('cases.filesHint')}
          bytesMax={bytesMax}
          required={false}
          disabled={act.busy}
          sending={sending}
          testId="case-file-input"
          onFiles={(chosen) => {
            if (chosen.length > 0) add(chosen);
          }}
        />
      ) : null}
      <QueryView query={files}>
        {({ attachments }) =>
          attachments.length === 0 ? (
            <EmptyState title={text('cases.noFiles')} />
          ) : (
            <ul className="vg-plain-list">
              {attachments.map((file) => (
                <FileRow key={file.id} file={file} detail={detail} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </section>
  );
}
