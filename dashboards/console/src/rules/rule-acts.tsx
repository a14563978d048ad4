/** What one does to a rule: another state, another version in force. Each asks for a reason and for the version that was read. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea } from '../ui/form-fields.tsx';
import type { Done } from '../ui/use-action.ts';
import { messages } from './messages.ts';
import { nextStates, stateWords } from './rule-labels.ts';
import type { RuleState } from './rule-shapes.ts';
import { activate, setRuleState, type RuleDetail } from './rules-api.ts';

const empty = { why: '' };
const whyMax = 1_000;

const stateHints = {
  on: 'rules.stateHint.on',
  test: 'rules.stateHint.test',
  draft: 'rules.stateHint.draft',
  off: 'rules.stateHint.off',
  retired: 'rules.stateHint.retired',
} as const;

/** Reads the rule and all lists of rules anew. */
export function useRulesChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['rules'] });
}

type Props = {
  readonly rule: RuleDetail;
  readonly etag: string | undefined;
  readonly onClose: () => void;
};

export function StateDialog({ rule, etag, onClose }: Props) {
  const text = useText(messages);
  const changed = useRulesChanged();
  const draft = useDraft(`rule:${rule.id}:state`, empty);
  const choices = nextStates[rule.state];
  const [state, setState] = useState<RuleState>(choices[0] ?? 'off');
  const go = async (): Promise<Done> => {
    const before = rule.state;
    const now = await setRuleState(rule.id, { state, why: draft.value.why.trim() }, etag);
    await changed();
    const mayReturn = nextStates[state].includes(before);
    return {
      text: text('rules.stateChanged', { state: text(stateWords[state]) }),
      ...(mayReturn
        ? {
            undo: async () => {
              await setRuleState(
                rule.id,
                { state: before, why: draft.value.why.trim() || '-' },
                `"${now.version}"`,
              );
              await changed();
            },
          }
        : {}),
    };
  };
  return (
    <FormDialog
      title={text('rules.stateTitle')}
      submitLabel={text('rules.changeState')}
      danger={state === 'retired'}
      disabled={draft.value.why.trim() === ''}
      testId="rule-state-form"
      onSubmit={go}
      onDone={draft.drop}
      onClose={onClose}
    >
      <SelectField<RuleState>
        label={text('rules.newState')}
        hint={text(stateHints[state])}
        value={state}
        onChange={setState}
        choices={choices.map((value) => ({ value, label: text(stateWords[value]) }))}
        testId="rule-state"
      />
      <TextArea
        label={text('rules.why')}
        hint={text('rules.whyHint')}
        required
        rows={3}
        maxLength={whyMax}
        value={draft.value.why}
        onChange={(why) => draft.change({ why })}
        testId="rule-state-why"
      />
    </FormDialog>
  );
}

export function ActivateDialog({ rule, etag, onClose, version }: Props & { readonly version: number }) {
  const text = useText(messages);
  const changed = useRulesChanged();
  const draft = useDraft(`rule:${rule.id}:activate`, empty);
  return (
    <FormDialog
      title={text('rules.activateTitle', { n: version })}
      submitLabel={text('rules.useVersion')}
      disabled={draft.value.why.trim() === ''}
      testId="rule-activate-form"
      onSubmit={async () => {
        const why = draft.value.why.trim();
        const now = await activate(rule.id, { version, why }, etag);
        await changed();
        return {
          text: text('rules.activated', { n: version }),
          undo: async () => {
            await activate(rule.id, { version: rule.activeVersion, why }, `"${now.version}"`);
            await changed();
          },
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint">{text('rules.activateText')}</p>
      <TextArea
        label={text('rules.why')}
        hint={text('rules.whyHint')}
        required
        rows={3}
        maxLength={whyMax}
        value={draft.value.why}
        onChange={(why) => draft.change({ why })}
      />
    </FormDialog>
  );
}
