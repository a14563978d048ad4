/** A kept filter gets its name: a new one, or one that is renamed. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMayAct } from '../shell/me.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, TextField } from '../ui/form-fields.tsx';
import { keptFilter } from './alert-view-filter.ts';
import type { AlertFilters } from './alert-filters.ts';
import { beginWith, changeView, keepView, viewsKey, type KeptView } from './alert-views-api.ts';
import { messages } from './view-messages.ts';

const nameCharsMax = 80;

type Props = {
  readonly filters: AlertFilters;
  /** The one to rename; null: a new one. */
  readonly view: KeptView | null;
  readonly onKept: (view: KeptView) => void;
  readonly onClose: () => void;
};

export default function ViewDialog({ filters, view, onKept, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const mayShare = useMayAct();
  const first = useMemo(() => ({ name: view?.name ?? '', shared: false, first: false }), [view]);
  const draft = useDraft(view === null ? 'alert-view:new' : `alert-view:${view.id}`, first);
  const { value, change } = draft;
  const name = value.name.trim();
  return (
    <FormDialog
      title={text(view === null ? 'view.saveTitle' : 'view.renameTitle')}
      submitLabel={text('view.save')}
      disabled={name === ''}
      testId="view-form"
      onSubmit={async () => {
        const kept =
          view === null
            ? await keepView({ name, filter: keptFilter(filters), shared: value.shared })
            : await changeView(view, { name });
        if (view === null && value.first) await beginWith(kept.id);
        await client.invalidateQueries({ queryKey: viewsKey });
        onKept(kept);
        return { text: text(view === null ? 'view.saved' : 'view.renamed', { name }) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <TextField
        label={text('view.name')}
        required
        autoFocus
        maxLength={nameCharsMax}
        value={value.name}
        onChange={(next) => change({ name: next })}
        testId="view-name"
      />
      {view !== null ? null : (
        <>
          {mayShare ? (
            <CheckField
              label={text('view.shareField')}
              checked={value.shared}
              onChange={(shared) => change({ shared })}
              testId="view-shared"
            />
          ) : null}
          <CheckField
            label={text('view.beginField')}
            checked={value.first}
            onChange={(first) => change({ first })}
            testId="view-first"
          />
        </>
      )}
    </FormDialog>
  );
}
