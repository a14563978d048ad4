/** A person's word, or a provider's, for controls of a system: it counts when a second person has accepted it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { dayOf } from '../format/day.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, TextArea, TextField } from '../ui/form-fields.tsx';
import { complianceApi, type SystemView } from './compliance-api.ts';
import { paperWords } from './compliance-words.ts';
import { messages } from './messages.ts';

type Props = {
  readonly system: SystemView;
  readonly controls: readonly string[];
  readonly kind: 'own' | 'provider';
  readonly onClose: () => void;
};

export function AttestDialog({ system, controls, kind, onClose }: Props) {
  const text = useText(messages);
  const words = useWords();
  const client = useQueryClient();
  const papers = useQuery({
    queryKey: ['compliance', 'papers', String(system.id)],
    queryFn: ({ signal }) => complianceApi.papers(String(system.id), signal),
  });
  const first = useMemo(
    () => ({
      controls: controls.join(', '),
      statement: '',
      signer: '',
      signedOn: dayOf(Date.now()),
      dueOn: '',
      provider: '',
      contract: '',
      documents: [] as readonly string[],
    }),
    [controls],
  );
  const { value, change, drop } = useDraft(`attest:${system.id}:${kind}:${controls.join(',')}`, first);
  return (
    <FormDialog
      title={kind === 'own' ? text('compliance.attest') : text('compliance.attestProvider')}
      submitLabel={text('compliance.propose')}
      testId="attest-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await complianceApi.attest({
          kind,
          systemId: system.id,
          controls: value.controls.split(/[\s,;]+/u).filter((one) => one !== ''),
          statement: value.statement.trim(),
          signer: value.signer.trim(),
          signedOn: value.signedOn,
          documents: [...value.documents],
          ...(value.dueOn === '' ? {} : { dueOn: value.dueOn }),
          ...(kind === 'provider'
            ? { provider: value.provider.trim(), contract: value.contract.trim() }
            : {}),
        });
        await client.invalidateQueries({ queryKey: ['compliance'] });
        return { text: text('compliance.proposed') };
      }}
    >
      <p className="vg-hint">{text('compliance.fourEyes')}</p>
      <TextField
        label={text('compliance.controls')}
        required
        value={value.controls}
        onChange={(next) => change({ controls: next })}
      />
      {kind === 'provider' ? (
        <div className="vg-form-row">
          <TextField
            label={text('compliance.provider')}
            required
            maxLength={512}
            value={value.provider}
            onChange={(provider) => change({ provider })}
          />
          <TextField
            label={text('compliance.contract')}
            required
            maxLength={512}
            value={value.contract}
            onChange={(contract) => change({ contract })}
          />
        </div>
      ) : null}
      <TextArea
        label={text('compliance.statement')}
        required
        maxLength={4_096}
        value={value.statement}
        testId="attest-statement"
        onChange={(statement) => change({ statement })}
      />
      <div className="vg-form-row">
        <TextField
          label={text('compliance.signer')}
          required
          maxLength={512}
          value={value.signer}
          testId="attest-signer"
          onChange={(signer) => change({ signer })}
        />
        <TextField
          label={text('compliance.signedOn')}
          type="date"
          required
          value={value.signedOn}
          onChange={(signedOn) => change({ signedOn })}
        />
        <TextField
          label={text('compliance.endsOn')}
          hint={kind === 'own' ? text('compliance.endsHint') : undefined}
          required={kind === 'provider'}
          type="date"
          value={value.dueOn}
          onChange={(dueOn) => change({ dueOn })}
        />
      </div>
      {(papers.data?.documents.filter((paper) => paper.removed === null).length ?? 0) === 0 ? null : (
        <fieldset className="vg-choices">
          <legend>{text('compliance.restsOn')}</legend>
          {papers.data?.documents
            .filter((paper) => paper.removed === null)
            .map((paper) => (
              <CheckField
                key={paper.id}
                label={`${visibleString(paper.name)} · ${words(paperWords[paper.kind])}`}
                checked={value.documents.includes(paper.id)}
                onChange={(on) =>
                  change({
                    documents: on
                      ? [...value.documents, paper.id]
                      : value.documents.filter((one) => one !== paper.id),
                  })
                }
              />
            ))}
        </fieldset>
      )}
    </FormDialog>
  );
}
