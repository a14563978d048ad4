/** What agencies store in a day, and the budget above which they are told. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { AgencyField } from '../../api/agency-field.tsx';
import { dayText } from '../../format/day.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import { setBudget, type Usage } from './retention-api.ts';
import { messages } from './retention-messages.ts';

const mb = 1_000_000;
type Budgeted = Pick<Usage, 'agencyId' | 'agencyName' | 'eventsPerDay' | 'bytesPerDay'>;

function BudgetDialog({
  usage,
  onClose,
}: {
  /** Undefined: of an agency to be chosen. */
  readonly usage: Budgeted | undefined;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const first = useMemo(
    () => ({
      agencyId: usage === undefined ? '' : String(usage.agencyId),
      events: usage?.eventsPerDay?.toString() ?? '',
      megabytes: usage?.bytesPerDay === null || usage === undefined ? '' : String(usage.bytesPerDay / mb),
    }),
    [usage],
  );
  const draft = useDraft(`budget:${usage?.agencyId ?? 'new'}`, first);
  const { value, change } = draft;
  const numberOf = (given: string, factor: number) =>
    given.trim() === '' ? null : Math.round(Number(given) * factor);
  const set = async (next: Pick<Budgeted, 'agencyId' | 'eventsPerDay' | 'bytesPerDay'>) => {
    await setBudget(next);
    await client.invalidateQueries({ queryKey: ['retention'] });
  };
  return (
    <FormDialog
      title={
        usage === undefined
          ? text('keep.budgetAdd')
          : text('keep.budgetTitle', { name: visibleString(usage.agencyName, 80) })
      }
      submitLabel={text('keep.save')}
      testId="budget-form"
      onSubmit={async () => {
        await set({
          agencyId: Number(value.agencyId),
          eventsPerDay: numberOf(value.events, 1),
          bytesPerDay: numberOf(value.megabytes, mb),
        });
        return {
          text: text('keep.budgetSet'),
          ...(usage === undefined
            ? {}
            : {
                undo: () =>
                  set({
                    agencyId: usage.agencyId,
                    eventsPerDay: usage.eventsPerDay,
                    bytesPerDay: usage.bytesPerDay,
                  }),
              }),
        };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint">{text('keep.budgetsText')}</p>
      {usage === undefined ? (
        <AgencyField
          label={text('keep.agency')}
          required
          value={value.agencyId}
          onChange={(agencyId) => change({ agencyId })}
          testId="budget-agency"
        />
      ) : null}
      <div className="vg-form-row">
        <TextField
          label={text('keep.budgetEvents')}
          hint={text('keep.budgetHint')}
          type="number"
          min={1}
          value={value.events}
          onChange={(events) => change({ events })}
          testId="budget-events"
        />
        <TextField
          label={text('keep.budgetBytes')}
          hint={text('keep.budgetHint')}
          type="number"
          min={1}
          value={value.megabytes}
          onChange={(megabytes) => change({ megabytes })}
        />
      </div>
    </FormDialog>
  );
}

export function BudgetsCard({ agencies }: { readonly agencies: readonly Usage[] }) {
  const { number } = useI18n();
  const text = useText(messages);
  const size = useFileSize();
  const mayWrite = useMay('retention:write');
  const [editing, setEditing] = useState<Budgeted | 'new' | null>(null);
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('keep.budgets')}</h2>
        {mayWrite ? (
          <button
            aria-haspopup="dialog"
            type="button"
            className="vg-link"
            data-testid="budget-add"
            onClick={() => setEditing('new')}
          >
            {text('keep.budgetAdd')}
          </button>
        ) : null}
      </div>
      <p className="vg-hint vg-card-lead">{text('keep.budgetsText')}</p>
      {agencies.length === 0 ? (
        <p className="vg-hint">{text('keep.noUsage')}</p>
      ) : (
        <DataTable
          caption={text('keep.budgets')}
          rows={agencies}
          keyOf={({ agencyId }) => String(agencyId)}
          testId="usage-row"
          columns={[
            {
              key: 'agency',
              label: text('keep.agency'),
              cell: ({ agencyName, isOver }) => (
                <>
                  <LineText value={agencyName} />{' '}
                  {isOver ? <Badge tone="bad">{text('keep.over')}</Badge> : null}
                </>
              ),
            },
            {
              key: 'day',
              label: text('keep.day'),
              width: '110px',
              needs: 'medium',
              cell: ({ day }) => (day === null ? '—' : dayText(day)),
            },
            {
              key: 'events',
              label: text('keep.events'),
              numeric: true,
              cell: ({ events }) => number(events),
            },
            {
              key: 'bytes',
              label: text('keep.bytes'),
              numeric: true,
              needs: 'narrow',
              cell: ({ bytes }) => size(bytes),
            },
            {
              key: 'budget',
              label: text('keep.budget'),
              numeric: true,
              cell: ({ eventsPerDay, bytesPerDay }) =>
                eventsPerDay === null && bytesPerDay === null ? (
                  <span className="vg-muted">{text('keep.noBudget')}</span>
                ) : (
                  [
                    ...(eventsPerDay === null ? [] : [number(eventsPerDay)]),
                    ...(bytesPerDay === null ? [] : [size(bytesPerDay)]),
                  ].join(' · ')
                ),
            },
            {
              key: 'change',
              label: '',
              width: '80px',
              cell: (usage) =>
                mayWrite ? (
                  <button type="button" className="vg-link" onClick={() => setEditing(usage)}>
                    {text('keep.change')}
                  </button>
                ) : null,
            },
          ]}
        />
      )}
      {editing === null ? null : (
        <BudgetDialog usage={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}
