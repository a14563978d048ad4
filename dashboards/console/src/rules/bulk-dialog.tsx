/** One state for many rules: what it would come to first, then a job that can be taken back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { undoJob } from '../jobs/job-api.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { messages } from './messages.ts';
import { ruleStates } from './rule-filters.ts';
import { stateWords } from './rule-labels.ts';
import type { RuleState } from './rule-shapes.ts';
import { bulkPreview, bulkState } from './rules-api.ts';

const empty = { why: '' };

type Props = {
  readonly ids: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
};

export default function BulkDialog({ ids, onDone, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('rules:bulk', empty);
  const [state, setState] = useState<RuleState>('test');
  const look = useQuery({
    queryKey: ['rules', 'bulk', ids, state],
    queryFn: () => bulkPreview({ ids, state, why: '-' }),
    staleTime: 0,
  });
  return (
    <FormDialog
      title={text('rules.bulkTitle', { n: ids.length })}
      submitLabel={text('rules.bulk')}
      disabled={draft.value.why.trim() === '' || (look.data?.changes ?? 0) === 0}
      testId="rule-bulk-form"
      onSubmit={async () => {
        const job = await bulkState({ ids, state, why: draft.value.why.trim() });
        await client.invalidateQueries({ queryKey: ['rules'] });
        return job.state === 'waiting'
          ? { text: text('rules.bulkAsked') }
          : {
              text: text('rules.bulkDone'),
              undo: async () => {
                await undoJob(job.id);
                await client.invalidateQueries({ queryKey: ['rules'] });
              },
            };
      }}
      onDone={() => {
        draft.drop();
        onDone();
      }}
      onClose={onClose}
    >
      <SelectField<RuleState>
        label={text('rules.newState')}
        value={state}
        onChange={setState}
        choices={ruleStates.map((value) => ({ value, label: text(stateWords[value]) }))}
      />
      <QueryView query={look}>
        {(preview) => (
          <div className="vg-hint" role="status">
            <p>{text('rules.bulkLook', { changes: preview.changes, total: preview.total })}</p>
            {Object.entries(preview.skipped).map(([why, n]) => (
              <p key={why}>{text('rules.bulkSkipped', { n, why })}</p>
            ))}
            {preview.needsApproval.length === 0 ? null : <p>{text('rules.bulkApproval')}</p>}
          </div>
        )}
      </QueryView>
      <TextArea
        label={text('rules.why')}
        hint={text('rules.whyHint')}
        required
        rows={3}
        maxLength={1_000}
        value={draft.value.why}
        onChange={(why) => draft.change({ why })}
      />
    </FormDialog>
  );
}
