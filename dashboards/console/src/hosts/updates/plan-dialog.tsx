/** Plans how a release is let out: rings from few hosts to all, and the bounds at which it goes on or halts. */
import { AgencyField } from '../../api/agency-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { Icon } from '../../shell/icons.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextArea, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { firstPlan, newRing, planOf, ringsMax, type PlanForm, type RingForm } from './plan-form.ts';
import { ringName } from './update-words.ts';
import { useUpdateActs, type Release } from './updates-api.ts';
import { messages } from './updates-messages.ts';
import './updates.css';

const reasonMax = 1_000;
const soakHoursMax = 720;

type Props = { readonly release: Release; readonly onClose: () => void };

export function PlanDialog({ release, onClose }: Props) {
  const text = useText(messages);
  const acts = useUpdateActs();
  const { version } = release;
  const draft = useDraft<PlanForm>(`updates:plan:${version}`, firstPlan);
  const { value: form, change } = draft;
  return (
    <FormDialog
      title={text('updates.planTitle', { version })}
      submitLabel={text('updates.planDo')}
      wide
      testId="plan-form"
      onSubmit={async () => {
        await acts.plan(planOf(version, form));
        return { text: text('updates.plannedToast') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <p className="vg-hint">{text('updates.planText')}</p>
          <RingFields rings={form.rings} onChange={(rings) => change({ rings })} />
          <Bounds form={form} change={change} error={error} />
          <TextArea
            label={text('updates.reason')}
            rows={2}
            maxLength={reasonMax}
            testId="plan-reason"
            value={form.reason}
            onChange={(reason) => change({ reason })}
          />
        </>
      )}
    </FormDialog>
  );
}

type RingsProps = {
  readonly rings: readonly RingForm[];
  readonly onChange: (rings: readonly RingForm[]) => void;
};

function RingFields({ rings, onChange }: RingsProps) {
  const text = useText(messages);
  const put = (at: number, part: Partial<RingForm>) =>
    onChange(rings.map((ring, index) => (index === at ? { ...ring, ...part } : ring)));
  return (
    <fieldset className="vg-ring-set">
      <legend>{text('updates.rings')}</legend>
      {rings.map((ring, at) => (
        // A ring is named by its place: its name is being typed.
        <div className="vg-ring-fields" key={at}>
          <TextField
            label={text('updates.ringName')}
            required
            maxLength={64}
            testId="ring-name"
            value={ring.name === 'pilot' || ring.name === 'tenth' ? ringName(ring.name, text) : ring.name}
            onChange={(name) => put(at, { name })}
          />
          <TextField
            label={text('updates.ringPercent')}
            type="number"
            required
            min={1}
            max={100}
            testId="ring-percent"
            value={ring.percent}
            onChange={(percent) => put(at, { percent })}
          />
          <TextField
            label={text('updates.ringGroups')}
            maxLength={256}
            testId="ring-groups"
            value={ring.groups}
            onChange={(groups) => put(at, { groups })}
          />
          <AgencyField
            label={text('updates.ringAgency')}
            empty={text('updates.anyAgency')}
            value={ring.agencyId}
            onChange={(agencyId) => put(at, { agencyId })}
          />
          <button
            type="button"
            className="vg-icon-button"
            aria-label={text('updates.removeRing', { name: ringName(ring.name, text) })}
            onClick={() => onChange(rings.filter((_, index) => index !== at))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <p className="vg-hint">
        {text('updates.lastRing')} {text('updates.ringGroupsHint')}
      </p>
      {rings.length >= ringsMax ? null : (
        <button type="button" className="vg-button" onClick={() => onChange([...rings, newRing])}>
          {text('updates.addRing')}
        </button>
      )}
    </fieldset>
  );
}

type BoundsProps = {
  readonly form: PlanForm;
  readonly change: (next: Partial<PlanForm>) => void;
  readonly error: unknown;
};

function Bounds({ form, change, error }: BoundsProps) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <div className="vg-form-row">
      <TextField
        label={text('updates.soak')}
        type="number"
        required
        min={0}
        max={soakHoursMax}
        fault={faultOf('soakHours')}
        testId="plan-soak"
        value={form.soakHours}
        onChange={(soakHours) => change({ soakHours })}
      />
      <TextField
        label={text('updates.healthy')}
        type="number"
        required
        min={0}
        max={100}
        fault={faultOf('healthyPercent')}
        value={form.healthyPercent}
        onChange={(healthyPercent) => change({ healthyPercent })}
      />
      <TextField
        label={text('updates.failedMax')}
        type="number"
        required
        min={0}
        max={100}
        fault={faultOf('failedPercentMax')}
        value={form.failedPercentMax}
        onChange={(failedPercentMax) => change({ failedPercentMax })}
      />
    </div>
  );
}
