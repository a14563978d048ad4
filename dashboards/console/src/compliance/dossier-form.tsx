/** The facts of a dossier; what is not known stays empty. Approval and what comes after it take the right for it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { complianceApi, type Dossier, type DossierFacts, type SystemView } from './compliance-api.ts';
import { bodies, bodyWords, dossierStatuses, dossierWords, plans, planWords } from './compliance-words.ts';
import { messages } from './dossier-messages.ts';

type Props = { readonly dossier: Dossier; readonly system: SystemView; readonly onClose: () => void };
type Key = keyof DossierFacts;
type KeysOf<Value> = {
  [Name in Key]: DossierFacts[Name] extends Value ? (Value extends DossierFacts[Name] ? Name : never) : never;
}[Key];
type TextKey = KeysOf<string | null>;
type NumberKey = KeysOf<number | null>;

function changed(before: DossierFacts, after: DossierFacts): Partial<DossierFacts> {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name as Key]));
}

const levels = ['1', '2', '3', '4', '5'] as const;

export function DossierForm({ dossier, system, onClose }: Props) {
  const text = useText(messages);
  const words = useWords();
  const client = useQueryClient();
  const mayApprove = useMay('compliance:approve');
  const known = useQuery({
    queryKey: ['compliance', 'dossier', dossier.id],
    queryFn: ({ signal }) => complianceApi.dossier(dossier.id, signal),
    staleTime: 0,
  });
  const facts = known.data?.body.facts ?? dossier.facts;
  const first = useMemo(() => ({ ...facts, reason: '' }), [facts]);
  const { value, change, drop } = useDraft(`dossier:${dossier.id}:edit`, first);
  const day = (name: TextKey, label: string) => (
    <TextField
      label={label}
      type="date"
      value={value[name] ?? ''}
      onChange={(next) => change({ [name]: next === '' ? null : next })}
    />
  );
  const line = (name: TextKey, label: string, maxLength = 128) => (
    <TextField
      label={label}
      maxLength={maxLength}
      value={value[name] ?? ''}
      onChange={(next) => change({ [name]: next === '' ? null : next })}
    />
  );
  const area = (name: TextKey, label: string) => (
    <TextArea
      label={label}
      rows={2}
      maxLength={4_096}
      value={value[name] ?? ''}
      onChange={(next) => change({ [name]: next === '' ? null : next })}
    />
  );
  const count = (name: NumberKey, label: string) => (
    <TextField
      label={label}
      type="number"
      min={0}
      value={value[name] === null ? '' : String(value[name])}
      onChange={(next) => change({ [name]: next === '' ? null : Number(next) })}
    />
  );
  const level = (name: 'proposedLevel' | 'decidedLevel', label: string) => (
    <SelectField
      label={label}
      empty={text('dossier.unknown')}
      value={levels.find((one) => one === String(value[name])) ?? ''}
      choices={levels.map((one) => ({ value: one, label: text('dossier.levelN', { level: one }) }))}
      onChange={(next) => change({ [name]: Number(next) })}
    />
  );
  const body = (name: 'appraisalBody' | 'approvalBody') => (
    <SelectField
      label={text('dossier.body')}
      empty={text('dossier.unknown')}
      value={value[name] ?? ''}
      choices={bodies.map((one) => ({ value: one, label: words(bodyWords[one]) }))}
      onChange={(next) => change({ [name]: next })}
    />
  );
  return (
    <FormDialog
      title={text('dossier.editTitle', { system: system.name })}
      submitLabel={text('dossier.save')}
      testId="dossier-form"
      wide
      disabled={known.isPending}
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const { reason, ...after } = value;
        await complianceApi.changeDossier(
          dossier.id,
          { ...changed(facts, after), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) },
          known.data?.etag,
        );
        await client.invalidateQueries({ queryKey: ['compliance'] });
        return { text: text('dossier.saved') };
      }}
    >
      <div className="vg-form-row">
        <SelectField
          label={text('dossier.status')}
          value={value.status}
          testId="dossier-status"
          choices={dossierStatuses.map((one) => ({
            value: one,
            label: words(dossierWords[one]),
            disabled: one === 'approved' && !mayApprove && facts.status !== 'approved',
          }))}
          onChange={(status) => change({ status })}
        />
        {level('proposedLevel', text('dossier.proposed'))}
        {level('decidedLevel', text('dossier.decided'))}
        {day('submittedOn', text('dossier.submitted'))}
      </div>
      {area('levelReason', text('dossier.levelReason'))}
      <fieldset className="vg-choices">
        <legend>{text('dossier.appraisal')}</legend>
        <div className="vg-form-row">
          {line('appraisalNumber', text('dossier.number'))}
          {day('appraisedOn', text('dossier.on'))}
          {body('appraisalBody')}
        </div>
      </fieldset>
      <fieldset className="vg-choices">
        <legend>{text('dossier.approval')}</legend>
        <div className="vg-form-row">
          {line('approvalNumber', text('dossier.number'))}
          {day('approvedOn', text('dossier.on'))}
          {body('approvalBody')}
        </div>
      </fieldset>
      <fieldset className="vg-choices">
        <legend>{text('dossier.regulation')}</legend>
        <div className="vg-form-row">
          {line('regulationNumber', text('dossier.number'))}
          {day('regulationOn', text('dossier.on'))}
        </div>
      </fieldset>
      <div className="vg-form-row">
        <SelectField
          label={text('dossier.plan')}
          empty={text('dossier.unknown')}
          value={value.plan ?? ''}
          choices={plans.map((one) => ({ value: one, label: words(planWords[one]) }))}
          onChange={(plan) => change({ plan })}
        />
        {day('expectedApprovalOn', text('dossier.expectedApproval'))}
        {day('expectedFullOn', text('dossier.expectedFull'))}
        {day('checkedOn', text('dossier.checkedOn'))}
      </div>
      <CheckField
        label={text('dossier.beforeUse')}
        checked={value.checkedBeforeUse}
        onChange={(on) => change({ checkedBeforeUse: on })}
      />
      <CheckField
        label={text('dossier.periodic')}
        checked={value.checkedPeriodically}
        onChange={(on) => change({ checkedPeriodically: on })}
      />
      <div className="vg-form-row">
        {count('expectedPcs', text('dossier.expectedPcs'))}
        {count('expectedServers', text('dossier.expectedServers'))}
        {count('basicSubjects', text('dossier.basicSubjects'))}
        {count('sensitiveSubjects', text('dossier.sensitiveSubjects'))}
      </div>
      <CheckField
        label={text('dossier.rented')}
        checked={value.rented}
        onChange={(on) => change({ rented: on })}
      />
      {value.rented ? (
        <div className="vg-form-row">
          {line('providerName', text('dossier.provider'), 512)}
          {line('contractNumber', text('dossier.contractNumber'))}
          {day('contractOn', text('dossier.on'))}
          {day('contractUntil', text('dossier.contractUntil'))}
        </div>
      ) : null}
      {area('regulationKept', text('dossier.regulationKept'))}
      {area('note', text('dossier.note'))}
      <TextField
        label={text('dossier.reason')}
        hint={text('dossier.reasonHint')}
        maxLength={1_024}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}
