/** Keeps the text: a new rule as a draft, or a new version that may be put in force at once. */
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, TextArea } from '../ui/form-fields.tsx';
import { messages } from './editor-messages.ts';
import { useRulesChanged } from './rule-acts.tsx';
import { addRule, addVersion, type Rule, type RuleDetail } from './rules-api.ts';

const empty = { why: '' };

type Props = {
  readonly rule: RuleDetail | undefined;
  readonly etag: string | undefined;
  readonly text: string;
  readonly onSaved: (rule: Rule) => void;
  readonly onClose: () => void;
};

export function SaveDialog({ rule, etag, text: written, onSaved, onClose }: Props) {
  const text = useText(messages);
  const changed = useRulesChanged();
  const draft = useDraft(`rule:${rule?.id ?? 'new'}:save`, empty);
  const [activate, setActivate] = useState(false);
  return (
    <FormDialog
      title={text('editor.saveTitle')}
      submitLabel={text(rule === undefined ? 'editor.save' : 'editor.saveVersion')}
      disabled={draft.value.why.trim() === ''}
      testId="rule-save-form"
      onSubmit={async () => {
        const why = draft.value.why.trim();
        const kept =
          rule === undefined
            ? await addRule(written, why)
            : await addVersion(rule.id, { text: written, why, activate }, etag);
        await changed();
        draft.drop();
        onSaved(kept);
        return { text: text('editor.saved') };
      }}
      onClose={onClose}
    >
      <TextArea
        label={text('editor.why')}
        required
        rows={3}
        maxLength={1_000}
        value={draft.value.why}
        onChange={(why) => draft.change({ why })}
        testId="rule-save-why"
      />
      {rule === undefined ? null : (
        <CheckField
          label={text('editor.activate')}
          hint={text('editor.activateHint')}
          checked={activate}
          onChange={setActivate}
          testId="rule-save-activate"
        />
      )}
    </FormDialog>
  );
}
