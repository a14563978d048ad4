/** Legal holds: what nobody may delete, why, since when, and until whom. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { isoOf } from '../../format/local-time.ts';
import { readAgents } from '../../hosts/hosts-api.ts';
import type { LabelOf } from '../../i18n/messages.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { messages } from './hold-messages.ts';
import { createHold, readHolds, readSystems, releaseHold, type Hold, type NewHold } from './retention-api.ts';

type Subject = Hold['subject'];
/** Asks which of its kind. */
const whichOne: Readonly<Record<Subject['kind'], LabelOf<typeof messages>>> = {
  agent: 'hold.whichAgent',
  system: 'hold.whichSystem',
  agency: 'hold.whichAgency',
};
const noHold = { kind: 'system' as Subject['kind'], id: '', from: '', to: '', reason: '' };

function useHoldsChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['holds'] }),
      client.invalidateQueries({ queryKey: ['retention'] }),
    ]);
}

const subjectOf = (kind: Subject['kind'], id: string): Subject => {
  if (kind === 'agent') return { kind, agentId: id };
  return kind === 'system' ? { kind, systemId: Number(id) } : { kind, agencyId: Number(id) };
};

/** Names of what holds are about. */
function useNames() {
  const agencies = useAgencies();
  const systems = useQuery({ queryKey: ['holds', 'systems'], queryFn: ({ signal }) => readSystems(signal) });
  const agents = useQuery({ queryKey: ['hosts', 'agents'], queryFn: ({ signal }) => readAgents(signal) });
  return {
    agency: agencies.map(({ id, name }) => ({ value: String(id), label: visibleString(name, 120) })),
    system: (systems.data?.systems ?? []).map(({ id, name }) => ({
      value: String(id),
      label: visibleString(name, 120),
    })),
    agent: (agents.data?.agents ?? [])
      .map(({ id, hostname }) => ({ value: id, label: visibleString(hostname, 80) }))
      .toSorted((a, b) => a.label.localeCompare(b.label)),
  };
}

function HoldDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText(messages);
  const changed = useHoldsChanged();
  const draft = useDraft('hold:new', noHold);
  const { value } = draft;
  return (
    <FormDialog
      title={text('hold.add')}
      submitLabel={text('hold.add')}
      disabled={value.id === '' || value.reason.trim() === ''}
      wide
      testId="hold-form"
      onSubmit={async () => {
        const [from, to] = [isoOf(value.from), isoOf(value.to)];
        const hold = await createHold({
          subject: subjectOf(value.kind, value.id),
          ...(from === null ? {} : { from }),
          ...(to === null ? {} : { to }),
          reason: value.reason.trim(),
        });
        await changed();
        return {
          text: text('hold.placed'),
          undo: async () => {
            await releaseHold(hold.id, value.reason.trim());
            await changed();
          },
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => <HoldFields value={value} change={draft.change} error={error} />}
    </FormDialog>
  );
}

function HoldFields({
  value,
  change,
  error,
}: {
  readonly value: typeof noHold;
  readonly change: (next: Partial<typeof noHold>) => void;
  readonly error: unknown;
}) {
  const text = useText(messages);
  const names = useNames();
  const faultOf = useFaultOf(error);
  return (
    <>
      <p className="vg-hint">{text('hold.effect')}</p>
      <div className="vg-form-row">
        <SelectField
          label={text('hold.subject')}
          value={value.kind}
          onChange={(kind) => change({ kind, id: '' })}
          choices={[
            { value: 'system', label: text('hold.system') },
            { value: 'agent', label: text('hold.agent') },
            { value: 'agency', label: text('hold.agency') },
          ]}
          testId="hold-kind"
        />
        <SelectField
          label={text(whichOne[value.kind])}
          required
          empty="—"
          value={value.id}
          onChange={(id) => change({ id })}
          choices={names[value.kind]}
          testId="hold-subject"
        />
      </div>
      <div className="vg-form-row">
        <TextField
          label={text('hold.span')}
          hint={text('hold.fromHint')}
          type="datetime-local"
          value={value.from}
          onChange={(from) => change({ from })}
          fault={faultOf('from')}
        />
        <TextField
          label={text('hold.to')}
          hint={text('hold.openHint')}
          type="datetime-local"
          value={value.to}
          onChange={(to) => change({ to })}
          fault={faultOf('to')}
        />
      </div>
      <TextArea
        label={text('hold.reason')}
        required
        maxLength={4_096}
        value={value.reason}
        onChange={(reason) => change({ reason })}
        testId="hold-reason"
      />
    </>
  );
}

const noReason = { reason: '' };

function ReleaseDialog({ hold, onClose }: { readonly hold: Hold; readonly onClose: () => void }) {
  const text = useText(messages);
  const changed = useHoldsChanged();
  const draft = useDraft(`hold:${hold.id}:release`, noReason);
  const again: NewHold = {
    subject: hold.subject,
    ...(hold.from === null ? {} : { from: hold.from }),
    ...(hold.to === null ? {} : { to: hold.to }),
    reason: hold.reason,
  };
  return (
    <FormDialog
      title={text('hold.releaseTitle', { id: String(hold.id) })}
      submitLabel={text('hold.release')}
      danger
      disabled={draft.value.reason.trim() === ''}
      testId="hold-release-form"
      onSubmit={async () => {
        await releaseHold(hold.id, draft.value.reason.trim());
        await changed();
        return {
          text: text('hold.releasedDone'),
          undone: text('hold.undone'),
          undo: async () => {
            await createHold(again);
            await changed();
          },
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p>{text('hold.releaseText')}</p>
      <TextField
        label={text('hold.reason')}
        required
        autoFocus
        maxLength={4_096}
        value={draft.value.reason}
        onChange={(reason) => draft.change({ reason })}
        testId="hold-release-reason"
      />
    </FormDialog>
  );
}

export function Holds() {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const mayWrite = useMay('hold:write');
  const names = useNames();
  const [adding, setAdding] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const query = useQuery({ queryKey: ['holds', 'list'], queryFn: ({ signal }) => readHolds(signal) });
  const subjectText = (subject: Subject): string => {
    const id =
      subject.kind === 'agent'
        ? subject.agentId
        : String(subject.kind === 'system' ? subject.systemId : subject.agencyId);
    const name = names[subject.kind].find(({ value }) => value === id)?.label ?? id;
    if (subject.kind === 'agent') return text('hold.agentIs', { name });
    return subject.kind === 'system' ? text('hold.systemIs', { name }) : text('hold.agencyIs', { name });
  };
  const columns: readonly Column<Hold>[] = [
    {
      key: 'state',
      label: text('hold.state'),
      width: '130px',
      cell: ({ releasedAt }) => (
        <Badge tone={releasedAt === null ? 'good' : 'quiet'}>
          {text(releasedAt === null ? 'hold.inForce' : 'hold.released')}
        </Badge>
      ),
    },
    {
      key: 'subject',
      label: text('hold.subject'),
      wrap: true,
      cell: ({ subject }) => subjectText(subject),
    },
    {
      key: 'span',
      label: text('hold.span'),
      wrap: true,
      needs: 'medium',
      cell: ({ from, to }) =>
        from === null && to === null
          ? text('hold.always')
          : `${from === null ? '…' : dateTime(from)} – ${to === null ? '…' : dateTime(to)}`,
    },
    {
      key: 'reason',
      label: text('hold.reason'),
      wrap: true,
      cell: ({ reason, releasedBy, releaseReason }) => (
        <>
          <LineText value={reason} />
          {releasedBy === null ? null : (
            <div className="vg-muted">
              {text('hold.releasedBy', {
                name: visibleString(releasedBy, 64),
                reason: visibleString(releaseReason ?? '', 200),
              })}
            </div>
          )}
        </>
      ),
    },
    {
      key: 'by',
      label: text('hold.by'),
      needs: 'narrow',
      cell: ({ createdBy, createdAt }) => (
        <>
          <LineText value={createdBy} />
          <div className="vg-muted">
            <AbsoluteTime iso={createdAt} />
          </div>
        </>
      ),
    },
    {
      key: 'release',
      label: '',
      width: '70px',
      cell: (hold) =>
        mayWrite && hold.releasedAt === null ? (
          <button
            type="button"
            className="vg-link"
            data-testid="hold-release"
            onClick={() => setReleasing(hold)}
          >
            {text('hold.release')}
          </button>
        ) : null,
    },
  ];
  return (
    <>
      <div className="vg-section-head">
        <p className="vg-hint">{text('hold.text')}</p>
        {mayWrite ? (
          <Button
            aria-haspopup="dialog"
            type="primary"
            onClick={() => setAdding(true)}
            data-testid="hold-add"
          >
            {text('hold.add')}
          </Button>
        ) : null}
      </div>
      <QueryView query={query}>
        {({ holds }) =>
          holds.length === 0 ? (
            <EmptyState title={text('hold.none')}>
              <p>{text('hold.noneText')}</p>
            </EmptyState>
          ) : (
            <section className="vg-card">
              <DataTable
                caption={text('hold.text')}
                columns={columns}
                rows={holds.toSorted(
                  (a, b) => Number(a.releasedAt !== null) - Number(b.releasedAt !== null) || b.id - a.id,
                )}
                keyOf={({ id }) => String(id)}
                testId="hold-row"
              />
            </section>
          )
        }
      </QueryView>
      {adding ? <HoldDialog onClose={() => setAdding(false)} /> : null}
      {releasing === null ? null : <ReleaseDialog hold={releasing} onClose={() => setReleasing(null)} />}
    </>
  );
}
