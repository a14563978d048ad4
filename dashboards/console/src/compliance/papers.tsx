/** Papers of a system: sent up, hashed by the collector, had back as files; a removal leaves its trace. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { download } from '../ui/download.ts';
import { FileField } from '../ui/file-field.tsx';
import { useFileSize } from '../ui/file-size.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { useSending } from '../ui/use-sending.ts';
import { complianceApi, paperPath, type Paper } from './compliance-api.ts';
import { paperKinds, paperWords } from './compliance-words.ts';
import { messages } from './dossier-messages.ts';

const noReason = { reason: '' };

function RemovePaper({ paper, onClose }: { readonly paper: Paper; readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  const { value, change, drop } = useDraft(`paper:${paper.id}`, noReason);
  return (
    <FormDialog
      title={text('dossier.removePaper')}
      submitLabel={text('dossier.remove')}
      danger
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await complianceApi.removePaper(paper.id, value.reason.trim());
        await client.invalidateQueries({ queryKey: ['compliance', 'papers'] });
        return { text: text('dossier.paperRemoved') };
      }}
    >
      <p>
        <LineText value={paper.name} />
      </p>
      <TextArea
        label={text('dossier.reason')}
        required
        maxLength={1_024}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}

/** As the collector takes it. */
const paperBytesMax = 52_428_800;

export function Papers({ systemId }: { readonly systemId: string }) {
  const text = useText(messages);
  const words = useWords();
  const size = useFileSize();
  const may = useMay('compliance:write');
  const client = useQueryClient();
  const action = useAction();
  const { sending, send } = useSending();
  const [kind, setKind] = useState<Paper['kind']>('dossier');
  const [removing, setRemoving] = useState<Paper | null>(null);
  const papers = useQuery({
    queryKey: ['compliance', 'papers', systemId],
    queryFn: ({ signal }) => complianceApi.papers(systemId, signal),
  });
  const take = (paper: Paper) =>
    void action.run(async () => {
      await download(paperPath(paper.id, paper.quarantined), paper.name);
      return undefined;
    });
  const add = (file: File | null) => {
    if (file === null) return;
    void action.run(async () => {
      await send(file, (onProgress) =>
        complianceApi.addPaper({ systemId, name: file.name, kind }, file, onProgress),
      );
      await client.invalidateQueries({ queryKey: ['compliance', 'papers'] });
      return { text: text('dossier.paperAdded') };
    });
  };
  return (
    <section className="vg-card" data-testid="papers">
      <div className="vg-section-head">
        <h2>{text('dossier.papers')}</h2>
      </div>
      {may ? (
        <div className="vg-form-row">
          <SelectField
            label={text('dossier.paperKind')}
            value={kind}
            choices={paperKinds.map((one) => ({ value: one, label: words(paperWords[one]) }))}
            onChange={setKind}
            testId="paper-kind"
          />
          <FileField
            label={text('dossier.addPaper')}
            bytesMax={paperBytesMax}
            required={false}
            disabled={action.busy}
            sending={sending}
            testId="paper-input"
            onFile={add}
          />
        </div>
      ) : null}
      <QueryView query={papers}>
        {({ documents }) =>
          documents.length === 0 ? (
            <p className="vg-hint">{text('dossier.noPapers')}</p>
          ) : (
            <ul className="vg-plain-list">
              {documents.map((paper) => (
                <li key={paper.id} data-testid="paper">
                  <span>
                    <strong>
                      <LineText value={paper.name} />
                    </strong>{' '}
                    <span className="vg-hint">
                      {words(paperWords[paper.kind])} · {size(paper.bytes)} ·{' '}
                      <LineText value={paper.addedBy} /> <AbsoluteTime iso={paper.addedAt} />
                    </span>{' '}
                    {paper.quarantined ? <Badge tone="bad">{text('dossier.quarantined')}</Badge> : null}
                    <div className="vg-hash">{text('dossier.hash', { hash: paper.sha256 })}</div>
                    {paper.removed === null ? null : (
                      <div className="vg-hint">
                        {text('dossier.removedWhy')}{' '}
                        <LineText value={`${paper.removed.by}: ${paper.removed.reason}`} />
                      </div>
                    )}
                  </span>
                  {paper.removed === null ? (
                    <span className="vg-buttons">
                      <button type="button" className="vg-link" onClick={() => take(paper)}>
                        {text('dossier.download')}
                      </button>
                      {may ? (
                        <button
                          type="button"
                          className="vg-link"
                          aria-haspopup="dialog"
                          onClick={() => setRemoving(paper)}
                        >
                          {text('dossier.remove')}
                        </button>
                      ) : null}
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {removing === null ? null : <RemovePaper paper={removing} onClose={() => setRemoving(null)} />}
    </section>
  );
}
