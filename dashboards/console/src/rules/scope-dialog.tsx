/** Decides about a rule for a part of the tree: on or off there, and how severe. */
import { useQuery } from '@tanstack/react-query';
import { AgencyField } from '../api/agency-field.tsx';
import type { Severity } from '../api/types.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useDraft } from '../session/drafts.ts';
import { api } from '../session/session-store.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { severityLabel } from '../ui/severity.tsx';
import { messages } from './messages.ts';
import { useRulesChanged } from './rule-acts.tsx';
import { putScope, type RuleScopeBody } from './rules-api.ts';

const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const;
type Target = 'agency' | 'host' | 'group';
type OnOff = 'same' | 'on' | 'off';

type Form = {
  readonly target: Target;
  readonly agencyId: string;
  readonly agentId: string;
  readonly group: string;
  readonly on: OnOff;
  readonly severity: Severity | 'same';
  readonly why: string;
};
const empty: Form = {
  target: 'agency',
  agencyId: '',
  agentId: '',
  group: '',
  on: 'off',
  severity: 'same',
  why: '',
};

const isOn: Readonly<Record<OnOff, boolean | null>> = { same: null, on: true, off: false };

function bodyOf(form: Form): RuleScopeBody {
  const target: Readonly<Record<Target, object>> = {
    agency: { agencyId: Number(form.agencyId) },
    host: { agentId: form.agentId },
    group: { group: form.group.trim() },
  };
  return {
    ...target[form.target],
    on: isOn[form.on],
    severity: form.severity === 'same' ? null : form.severity,
    reason: form.why.trim(),
  };
}

type Props = { readonly ruleId: string; readonly onClose: () => void };

export default function ScopeDialog({ ruleId, onClose }: Props) {
  const { t } = useI18n();
  const text = useText(messages);
  const changed = useRulesChanged();
  const draft = useDraft(`rule:${ruleId}:scope`, empty);
  const { value, change } = draft;
  const hosts = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    enabled: value.target === 'host',
  });
  const named = { agency: value.agencyId, host: value.agentId, group: value.group.trim() }[value.target];
  return (
    <FormDialog
      title={text('rules.scopeTitle')}
      submitLabel={text('rules.scopeAdd')}
      disabled={named === '' || value.why.trim() === '' || (value.on === 'same' && value.severity === 'same')}
      testId="rule-scope-form"
      onSubmit={async () => {
        await putScope(ruleId, bodyOf(value));
        await changed();
        return { text: text('rules.scopeSaved') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <SelectField<Target>
        label={text('rules.scopeTarget')}
        value={value.target}
        onChange={(target) => change({ target })}
        choices={[
          { value: 'agency', label: text('rules.scope.agency') },
          { value: 'host', label: text('rules.scope.host') },
          { value: 'group', label: text('rules.scope.group') },
        ]}
      />
      {value.target === 'agency' ? (
        <AgencyField
          label={text('rules.scopeAgency')}
          required
          value={value.agencyId}
          onChange={(agencyId) => change({ agencyId })}
          empty={text('rules.scopeChoose')}
        />
      ) : null}
      {value.target === 'host' ? (
        <SelectField
          label={text('rules.scopeHost')}
          required
          value={value.agentId}
          onChange={(agentId) => change({ agentId })}
          empty={text('rules.scopeChoose')}
          choices={(hosts.data?.agents ?? []).map(({ id, hostname }) => ({
            value: id,
            label: visibleString(hostname),
          }))}
        />
      ) : null}
      {value.target === 'group' ? (
        <TextField
          label={text('rules.scopeGroup')}
          required
          value={value.group}
          maxLength={256}
          onChange={(group) => change({ group })}
        />
      ) : null}
      <div className="vg-form-row">
        <SelectField<OnOff>
          label={text('rules.scopeOn')}
          value={value.on}
          onChange={(on) => change({ on })}
          choices={[
            { value: 'off', label: text('rules.scopeIsOff') },
            { value: 'on', label: text('rules.scopeIsOn') },
            { value: 'same', label: text('rules.scopeSame') },
          ]}
        />
        <SelectField<Severity | 'same'>
          label={text('rules.scopeSeverity')}
          value={value.severity}
          onChange={(severity) => change({ severity })}
          choices={[
            { value: 'same', label: text('rules.scopeSame') },
            ...levels.map((level) => ({ value: level, label: t(severityLabel[level]) })),
          ]}
        />
      </div>
      <TextArea
        label={text('rules.why')}
        hint={text('rules.whyHint')}
        required
        rows={3}
        maxLength={1_000}
        value={value.why}
        onChange={(why) => change({ why })}
      />
    </FormDialog>
  );
}
