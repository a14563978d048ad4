/** Sets a quota or changes its figures; at least one figure, and never a second quota for the same. */
import { useQueryClient } from '@tanstack/react-query';
import { AgencyField } from '../../api/agency-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { useMe } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, SelectField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import type { Done } from '../../ui/use-action.ts';
import { messages } from './host-groups-messages.ts';
import {
  addQuota,
  changeQuota,
  figuresOf,
  removeQuota,
  sendingKey,
  useGroups,
  type Quota,
  type QuotaFigures,
} from './sending-api.ts';
import { fromMegabytes, toMegabytes } from './sending-units.ts';

const epsMax = 1_000_000;
const megabytesMax = 100_000_000;

type Form = { agencyId: string; group: string; perAgent: boolean; eps: string; mb: string };

function figuresFrom({ eps, mb }: Form): QuotaFigures {
  return {
    ...(eps.trim() === '' ? {} : { eventsPerSecond: Number(eps) }),
    ...(mb.trim() === '' ? {} : { bytesPerDay: fromMegabytes(Number(mb)) }),
  };
}

type Props = {
  /** Null: a new one. */
  readonly quota: Quota | null;
  readonly quotas: readonly Quota[];
  readonly whom?: string;
  readonly onClose: () => void;
};

export function QuotaDialog({ quota, quotas, whom = '', onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const { seesEverything: seesAll } = useMe();
  const draft = useDraft<Form>(`host-groups:quota:${quota?.id ?? 'new'}`, {
    agencyId: '',
    group: '',
    perAgent: quota?.perAgent ?? false,
    eps: String(quota?.eventsPerSecond ?? ''),
    mb: quota === null || quota.bytesPerDay === null ? '' : String(toMegabytes(quota.bytesPerDay)),
  });
  const form = draft.value;
  const refresh = () => client.invalidateQueries({ queryKey: sendingKey });
  const isThere =
    quota === null &&
    quotas.some(
      ({ agencyId, group, perAgent }) =>
        String(agencyId ?? '') === form.agencyId &&
        (group ?? '') === form.group &&
        perAgent === form.perAgent,
    );
  const save = async (): Promise<Done> => {
    const { agencyId, group, perAgent } = form;
    const figures = figuresFrom(form);
    const kept =
      quota === null
        ? await addQuota({
            ...(agencyId === '' ? {} : { agencyId: Number(agencyId) }),
            ...(group === '' ? {} : { group }),
            perAgent,
            ...figures,
          })
        : await changeQuota(quota, figures);
    await refresh();
    return {
      text: text('quota.saved'),
      undo: async () => {
        await (quota === null ? removeQuota(kept) : changeQuota(kept, figuresOf(quota)));
        await refresh();
      },
    };
  };
  const nothing = form.eps.trim() === '' && form.mb.trim() === '';
  return (
    <FormDialog
      title={quota === null ? text('quota.add') : text('quota.changeTitle', { whom })}
      submitLabel={text('hostGroups.save')}
      disabled={isThere || nothing}
      testId="quota-form"
      onSubmit={save}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <Fields
          isNew={quota === null}
          isThere={isThere}
          form={form}
          change={draft.change}
          error={error}
          seesAll={seesAll}
        />
      )}
    </FormDialog>
  );
}

type FieldsProps = {
  readonly isNew: boolean;
  readonly isThere: boolean;
  readonly form: Form;
  readonly change: (next: Partial<Form>) => void;
  readonly error: unknown;
  readonly seesAll: boolean;
};

function Fields({ isNew, isThere, form, change, error, seesAll }: FieldsProps) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  const groups = useGroups().data?.groups ?? [];
  return (
    <>
      {isNew ? (
        <>
          <div className="vg-form-row">
            <AgencyField
              label={text('quota.agency')}
              empty={seesAll ? text('quota.anyAgency') : text('quota.chooseAgency')}
              required={!seesAll}
              fault={isThere ? text('quota.isThere') : faultOf('agencyId')}
              value={form.agencyId}
              onChange={(agencyId) => change({ agencyId })}
              testId="quota-agency"
            />
            <SelectField
              label={text('hostGroups.group')}
              empty={text('quota.anyGroup')}
              fault={faultOf('group')}
              value={form.group}
              choices={groups.map(({ name }) => ({ value: name, label: visibleString(name, 80) }))}
              onChange={(group) => change({ group })}
              testId="quota-group"
            />
          </div>
          <CheckField
            label={text('quota.perAgentLabel')}
            hint={text('quota.perAgentHint')}
            checked={form.perAgent}
            onChange={(perAgent) => change({ perAgent })}
            testId="quota-each"
          />
        </>
      ) : null}
      <div className="vg-form-row">
        <TextField
          label={text('quota.eps')}
          hint={text('quota.figureHint')}
          type="number"
          min={1}
          max={epsMax}
          fault={faultOf('eventsPerSecond')}
          value={form.eps}
          onChange={(eps) => change({ eps })}
          testId="quota-eps"
        />
        <TextField
          label={text('quota.mb')}
          hint={text('quota.figureHint')}
          type="number"
          min={1}
          max={megabytesMax}
          fault={faultOf('bytesPerDay')}
          value={form.mb}
          onChange={(mb) => change({ mb })}
          testId="quota-mb"
        />
      </div>
    </>
  );
}
