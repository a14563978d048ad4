/** A new agency, or one put right; what a move to another place means is said before it is done. */
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/http.ts';
import { dayOf } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import {
  addAgency,
  agenciesKey,
  patchAgency,
  readAgency,
  type Agency,
  type AgencyKind,
  type AgencyPatch,
} from './agencies-api.ts';
import { messages } from './agencies-messages.ts';
import { withBelow } from './agency-tree.ts';
import { agencyKinds, kindLabel } from './agency-words.ts';

type Props = {
  /** Left out: a new one. */
  readonly agency?: Agency;
  readonly etag?: string | undefined;
  /** Of a new one. */
  readonly parentId?: number;
  readonly agencies: readonly Agency[];
  /** With those of agencies below. */
  readonly hosts?: number | undefined;
  readonly onClose: () => void;
};

type Draft = {
  readonly name: string;
  readonly shortName: string;
  readonly kind: AgencyKind | '';
  readonly parentId: string;
  readonly beganOn: string;
};

const draftOf = (agency: Agency | undefined, parentId: number | undefined): Draft => ({
  name: agency?.name ?? '',
  shortName: agency?.shortName ?? '',
  kind: agency?.kind ?? '',
  parentId: String(agency?.parentId ?? parentId ?? ''),
  beganOn: agency?.beganOn ?? '',
});

/** Another one of that name stands there. */
const isTaken = ({ status, field }: ApiError): boolean => status === 409 && field === 'name';

export function AgencyForm(props: Props) {
  const { agency, etag, parentId, agencies, hosts, onClose } = props;
  const text = useText(messages);
  const client = useQueryClient();
  const top = agencies.find((one) => one.parentId === null)?.id;
  const was = draftOf(agency, parentId ?? (agency === undefined ? top : undefined));
  const draft = useDraft(`administration:agency:${agency?.id ?? `new:${parentId ?? ''}`}`, was);
  const { name, shortName, kind, parentId: parent, beganOn } = draft.value;
  const refresh = () => client.invalidateQueries({ queryKey: agenciesKey });
  const change = async (of: Agency) => {
    const patch: AgencyPatch = {
      ...(name === was.name ? {} : { name }),
      ...(shortName === was.shortName ? {} : { shortName }),
      ...(kind === '' || kind === was.kind ? {} : { kind }),
      ...(parent === was.parentId ? {} : { parentId: Number(parent) }),
    };
    await patchAgency(of.id, patch, etag);
    await refresh();
    const undo = async () => {
      const now = await readAgency(String(of.id));
      const before = { name: of.name, shortName: of.shortName, kind: of.kind };
      const back =
        of.parentId === null || !('parentId' in patch) ? before : { ...before, parentId: of.parentId };
      await patchAgency(of.id, back, now.etag);
      await refresh();
    };
    return { text: text('agency.saved', { name }), undo };
  };
  const add = async () => {
    if (kind === '') return undefined;
    await addAgency({
      name,
      kind,
      ...(shortName === '' ? {} : { shortName }),
      ...(parent === '' ? {} : { parentId: Number(parent) }),
      ...(beganOn === '' ? {} : { beganOn }),
    });
    await refresh();
    return { text: text('agency.added', { name }) };
  };
  // It cannot stand below itself.
  const own = agency === undefined ? new Set<number>() : withBelow(agencies, agency.id);
  const places = agencies.filter(({ id, endedOn }) => endedOn === null && !own.has(id));
  const moved = agency !== undefined && parent !== was.parentId;
  const place = places.find(({ id }) => String(id) === parent);
  return (
    <FormDialog
      title={
        agency === undefined
          ? text('agency.addTitle')
          : text('agency.editTitle', { name: visibleString(agency.name, 80) })
      }
      submitLabel={agency === undefined ? text('agencies.add') : text('agency.save')}
      disabled={name.trim() === '' || kind === '' || (agency !== undefined && !draft.dirty)}
      testId="agency-form"
      toldByField={isTaken}
      onSubmit={() => (agency === undefined ? add() : change(agency))}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <p className="vg-hint">{text(agency === undefined ? 'agency.addEffect' : 'agency.editEffect')}</p>
          <NameField error={error} value={name} onChange={(next) => draft.change({ name: next })} />
          <div className="vg-form-row">
            <TextField
              label={text('agency.shortName')}
              maxLength={64}
              value={shortName}
              onChange={(next) => draft.change({ shortName: next })}
            />
            <SelectField
              label={text('agencies.kind')}
              required
              empty="—"
              testId="agency-kind"
              value={kind}
              choices={agencyKinds.map((one) => ({ value: one, label: text(kindLabel[one]) }))}
              onChange={(next) => draft.change({ kind: next })}
            />
          </div>
          {agency !== undefined && agency.parentId === null ? null : (
            <SelectField
              label={text('agency.parent')}
              required
              testId="agency-parent"
              value={parent}
              choices={places.map((one) => ({ value: String(one.id), label: visibleString(one.name, 120) }))}
              {...(parent === '' ? { empty: '—' } : {})}
              onChange={(next) => draft.change({ parentId: next })}
            />
          )}
          {agency === undefined ? (
            <TextField
              label={text('agency.beganOn')}
              type="date"
              max={dayOf(Date.now())}
              value={beganOn}
              onChange={(next) => draft.change({ beganOn: next })}
            />
          ) : null}
          {moved && place !== undefined ? (
            <p className="vg-effect" data-testid="agency-move-effect">
              {text('agency.moveEffect', { name: visibleString(place.name, 120), hosts: hosts ?? 0 })}
            </p>
          ) : null}
        </>
      )}
    </FormDialog>
  );
}

function NameField(props: {
  readonly error: unknown;
  readonly value: string;
  readonly onChange: (next: string) => void;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(props.error);
  const taken = props.error instanceof ApiError && isTaken(props.error);
  return (
    <TextField
      label={text('agency.officialName')}
      required
      autoFocus
      maxLength={256}
      testId="agency-name"
      fault={taken ? text('agency.nameTaken') : faultOf('name')}
      value={props.value}
      onChange={props.onChange}
    />
  );
}
