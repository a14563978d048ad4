/** Caps a line for some hours of the day, or changes hours and figure; the site is an agency or an address range. */
import { useQueryClient } from '@tanstack/react-query';
import { AgencyField } from '../../api/agency-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { useMe } from '../../shell/me.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import type { Done } from '../../ui/use-action.ts';
import { messages } from './host-groups-messages.ts';
import {
  addLine,
  changeLine,
  hoursOf,
  removeLine,
  sendingKey,
  type Line,
  type LineFigures,
} from './sending-api.ts';
import { byHour, fromKilobits, hourText, kilobitsMin, toKilobits } from './sending-units.ts';
import { HourBar } from './hour-bar.tsx';

const zones = ['Asia/Ho_Chi_Minh', 'Asia/Bangkok', 'Asia/Tokyo', 'Europe/Berlin', 'UTC'];
const kilobitsMax = 10_000_000;
const dayHours = 24;
const fromHours = Array.from({ length: dayHours }, (_, hour) => String(hour));
const toHours = fromHours.map((hour) => String(Number(hour) + 1));

type SiteKind = 'agency' | 'prefix';
type Form = {
  kind: SiteKind;
  agencyId: string;
  prefix: string;
  from: string;
  to: string;
  zone: string;
  kbps: string;
};

const figuresFrom = ({ from, to, zone, kbps }: Form): LineFigures => ({
  fromHour: Number(from),
  toHour: Number(to),
  timeZone: zone,
  bytesPerSecond: fromKilobits(Number(kbps)),
});

type Props = {
  /** Null: a new one. */
  readonly line: Line | null;
  readonly lines: readonly Line[];
  readonly site?: string;
  readonly onClose: () => void;
};

export function LineDialog({ line, lines, site = '', onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft<Form>(`host-groups:line:${line?.id ?? 'new'}`, {
    kind: 'agency',
    agencyId: '',
    prefix: '',
    from: String(line?.fromHour ?? 7),
    to: String(line?.toHour ?? 18),
    zone: line?.timeZone ?? 'Asia/Ho_Chi_Minh',
    kbps: line === null ? '' : String(toKilobits(line.bytesPerSecond)),
  });
  const form = draft.value;
  const refresh = () => client.invalidateQueries({ queryKey: sendingKey });
  const isOfSite = (one: Line): boolean => {
    if (line !== null) return one.agencyId === line.agencyId && one.prefix === line.prefix;
    return form.kind === 'agency'
      ? one.agencyId !== null && String(one.agencyId) === form.agencyId
      : one.prefix !== null && one.prefix === form.prefix.trim();
  };
  const others = lines.filter((one) => one.id !== line?.id && isOfSite(one));
  const noHours = form.from === form.to;
  const isThere = others.some(
    ({ fromHour, toHour }) => String(fromHour) === form.from && String(toHour) === form.to,
  );
  const save = async (): Promise<Done> => {
    const figures = figuresFrom(form);
    const ofAgency = form.kind === 'agency';
    const kept =
      line === null
        ? await addLine({
            agencyId: ofAgency ? Number(form.agencyId) : null,
            prefix: ofAgency ? null : form.prefix.trim(),
            ...figures,
          })
        : await changeLine(line, figures);
    await refresh();
    return {
      text: text('line.saved'),
      undo: async () => {
        await (line === null ? removeLine(kept) : changeLine(kept, hoursOf(line)));
        await refresh();
      },
    };
  };
  return (
    <FormDialog
      title={line === null ? text('line.add') : text('line.changeTitle', { site })}
      submitLabel={text('hostGroups.save')}
      disabled={noHours || isThere}
      testId="line-form"
      onSubmit={save}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          {line === null ? <SiteFields form={form} change={draft.change} error={error} /> : null}
          <HourFields
            form={form}
            change={draft.change}
            error={error}
            wrong={noHours ? text('line.noHours') : isThere ? text('line.isThere') : undefined}
          />
          {noHours || Number(form.kbps) < kilobitsMin ? null : (
            <div className="vg-field">
              <span>{text('line.preview')}</span>
              <HourBar hours={byHour([...others, figuresFrom(form)])} label={text('line.preview')} />
            </div>
          )}
        </>
      )}
    </FormDialog>
  );
}

type FieldsProps = {
  readonly form: Form;
  readonly change: (next: Partial<Form>) => void;
  readonly error: unknown;
};

function SiteFields({ form, change, error }: FieldsProps) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  const { seesEverything } = useMe();
  return (
    <div className="vg-form-row">
      {seesEverything ? (
        <SelectField
          label={text('line.siteKind')}
          value={form.kind}
          choices={[
            { value: 'agency', label: text('line.kindAgency') },
            { value: 'prefix', label: text('line.kindPrefix') },
          ]}
          onChange={(kind) => change({ kind })}
          testId="line-kind"
        />
      ) : null}
      {form.kind === 'agency' ? (
        <AgencyField
          label={text('quota.agency')}
          hint={text('line.agencyHint')}
          empty={text('quota.chooseAgency')}
          required
          fault={faultOf('agencyId')}
          value={form.agencyId}
          onChange={(agencyId) => change({ agencyId })}
          testId="line-agency"
        />
      ) : (
        <TextField
          label={text('line.prefix')}
          hint={text('line.prefixHint')}
          required
          maxLength={64}
          fault={faultOf('prefix')}
          value={form.prefix}
          onChange={(prefix) => change({ prefix })}
          testId="line-prefix"
        />
      )}
    </div>
  );
}

function HourFields({ form, change, error, wrong }: FieldsProps & { readonly wrong: string | undefined }) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  const known = zones.includes(form.zone) ? zones : [form.zone, ...zones];
  return (
    <>
      <div className="vg-form-row">
        <SelectField
          label={text('line.from')}
          value={form.from}
          choices={fromHours.map((hour) => ({ value: hour, label: hourText(Number(hour)) }))}
          onChange={(from) => change({ from })}
          testId="line-from"
        />
        <SelectField
          label={text('line.to')}
          hint={text('line.toHint')}
          fault={wrong ?? faultOf('toHour')}
          value={form.to}
          choices={toHours.map((hour) => ({ value: hour, label: hourText(Number(hour)) }))}
          onChange={(to) => change({ to })}
          testId="line-to"
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('line.kbps')}
          hint={text('line.kbpsHint')}
          type="number"
          required
          min={kilobitsMin}
          max={kilobitsMax}
          fault={faultOf('bytesPerSecond')}
          value={form.kbps}
          onChange={(kbps) => change({ kbps })}
          testId="line-kbps"
        />
        <SelectField
          label={text('line.zone')}
          fault={faultOf('timeZone')}
          value={form.zone}
          choices={known.map((zone) => ({ value: zone, label: zone }))}
          onChange={(zone) => change({ zone })}
          testId="line-zone"
        />
      </div>
    </>
  );
}
