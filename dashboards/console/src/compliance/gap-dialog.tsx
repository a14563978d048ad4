/** Who mends a control until when. Whether it is met, only the evidence says. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../api/http.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMe } from '../shell/me.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { complianceApi } from './compliance-api.ts';
import { gapStates, gapWords } from './compliance-words.ts';
import { messages } from './messages.ts';

type Props = { readonly systemId: number; readonly control: string; readonly onClose: () => void };

export function GapDialog({ systemId, control, onClose }: Props) {
  const text = useText(messages);
  const words = useWords();
  const me = useMe();
  const client = useQueryClient();
  const known = useQuery({
    queryKey: ['compliance', 'gap', systemId, control, 'form'],
    queryFn: async ({ signal }) => {
      try {
        return await complianceApi.gap(systemId, control, signal);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    staleTime: 0,
  });
  const gap = known.data?.body;
  const first = useMemo(
    () => ({
      owner: gap?.owner ?? me.username,
      dueOn: gap?.dueOn ?? '',
      note: gap?.note ?? '',
      state: gap?.state ?? 'planned',
    }),
    [gap, me.username],
  );
  const { value, change, drop } = useDraft(`gap:${systemId}:${control}`, first);
  return (
    <FormDialog
      title={text('compliance.planTitle', { control })}
      submitLabel={text('compliance.save')}
      testId="gap-form"
      disabled={known.isPending}
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await complianceApi.setGap(
          systemId,
          control,
          { owner: value.owner.trim(), dueOn: value.dueOn, note: value.note.trim(), state: value.state },
          known.data?.etag,
        );
        await client.invalidateQueries({ queryKey: ['compliance'] });
        return { text: text('compliance.planned') };
      }}
    >
      <div className="vg-form-row">
        <TextField
          label={text('compliance.owner')}
          required
          maxLength={200}
          value={value.owner}
          testId="gap-owner"
          onChange={(owner) => change({ owner })}
        />
        <TextField
          label={text('compliance.due')}
          type="date"
          required
          value={value.dueOn}
          testId="gap-due"
          onChange={(dueOn) => change({ dueOn })}
        />
        <SelectField
          label={text('compliance.state')}
          value={value.state}
          choices={gapStates.map((one) => ({ value: one, label: words(gapWords[one]) }))}
          onChange={(state) => change({ state })}
        />
      </div>
      <TextArea
        label={text('compliance.note')}
        maxLength={2_000}
        value={value.note}
        onChange={(note) => change({ note })}
      />
    </FormDialog>
  );
}
