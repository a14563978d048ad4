/** Keeps a hunt under a name, for an agency and those above it. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AgencyField } from '../api/agency-field.tsx';
import type { SearchTime } from '../events/event-search.ts';
import { useText } from '../i18n/use-text.ts';
import { navigate } from '../router/router.tsx';
import { pathOf } from '../router/location.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea, TextField } from '../ui/form-fields.tsx';
import { saveHunt } from './hunt-api.ts';
import { spanSecondsOf } from './hunt-address.ts';
import { messages } from './messages.ts';

type Props = { readonly query: string; readonly time: SearchTime; readonly onClose: () => void };

export default function SaveHuntDialog({ query, time, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const first = useMemo(
    () => ({
      name: '',
      description: '',
      agencyId: '',
      hours: String(Math.round(spanSecondsOf(time, Date.now()) / 3_600)),
    }),
    [time],
  );
  const draft = useDraft('hunt:save', first);
  const { value, change } = draft;
  return (
    <FormDialog
      title={text('hunt.saveTitle')}
      submitLabel={text('hunt.save')}
      disabled={value.name.trim() === ''}
      testId="hunt-save-form"
      onSubmit={async () => {
        const hunt = await saveHunt({
          name: value.name.trim(),
          description: value.description.trim(),
          query,
          spanSeconds: Math.max(1, Number(value.hours) || 24) * 3_600,
          ...(value.agencyId === '' ? {} : { agencyId: Number(value.agencyId) }),
        });
        await client.invalidateQueries({ queryKey: ['hunt', 'kept'] });
        navigate(pathOf('hunts', hunt.id));
        return { text: text('hunt.saved') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <pre className="vg-pre">{visibleString(query, 4_096)}</pre>
      <TextField
        label={text('hunt.name')}
        required
        maxLength={256}
        value={value.name}
        onChange={(name) => change({ name })}
        testId="hunt-name"
      />
      <TextArea
        label={text('hunt.description')}
        rows={2}
        maxLength={4_096}
        value={value.description}
        onChange={(description) => change({ description })}
      />
      <div className="vg-form-row">
        <TextField
          label={text('hunt.spanHours')}
          type="number"
          min={1}
          max={87_840}
          value={value.hours}
          onChange={(hours) => change({ hours })}
        />
        <AgencyField
          label={text('hunt.agency')}
          value={value.agencyId}
          onChange={(agencyId) => change({ agencyId })}
          empty={text('hunt.ownAgency')}
        />
      </div>
    </FormDialog>
  );
}
