/** How long events are kept by level, beside what the law asks; longer may be set. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { profileWords } from '../../compliance/compliance-words.ts';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { useMay, useMe } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { setMonths, type MonthsRule } from './retention-api.ts';
import { messages } from './retention-messages.ts';
import { levelOf } from './retention-words.ts';

type BasisText = (basis: string) => string;

/** Writes a basis, such as Level 3 of a decree. */
export function useBasisText(): BasisText {
  const text = useText(messages);
  const words = useWords();
  return (basis) => {
    const known = levelOf(basis);
    return known === undefined
      ? text('keep.basisUnknown')
      : text('keep.basisIs', { n: known.level, law: words(profileWords[known.law]) });
  };
}

function MonthsDialog({ rule, onClose }: { readonly rule: MonthsRule; readonly onClose: () => void }) {
  const text = useText(messages);
  const basisText = useBasisText();
  const client = useQueryClient();
  const first = useMemo(() => ({ months: String(rule.months) }), [rule.months]);
  const draft = useDraft(`retention:${rule.basis}`, first);
  const months = Number(draft.value.months);
  const set = async (next: number) => {
    await setMonths({ basis: rule.basis, months: next });
    await client.invalidateQueries({ queryKey: ['retention'] });
  };
  return (
    <FormDialog
      title={text('keep.monthsTitle', { basis: basisText(rule.basis) })}
      submitLabel={text('keep.save')}
      danger={months < rule.months}
      disabled={months === rule.months}
      testId="months-form"
      onSubmit={async () => {
        await set(months);
        return { text: text('keep.monthsSet'), undo: () => set(rule.months) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <MonthsField
            error={error}
            rule={rule}
            value={draft.value.months}
            onChange={(next) => draft.change({ months: next })}
          />
          {months === rule.months || !Number.isInteger(months) ? null : (
            <p className={months < rule.months ? 'vg-warn' : 'vg-hint'} role="status">
              {text(months < rule.months ? 'keep.shorter' : 'keep.longer', { n: months })}
            </p>
          )}
        </>
      )}
    </FormDialog>
  );
}

function MonthsField({
  error,
  rule,
  value,
  onChange,
}: {
  readonly error: unknown;
  readonly rule: MonthsRule;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  return (
    <TextField
      label={text('keep.monthsField')}
      hint={text('keep.monthsMin', { n: rule.monthsMin })}
      type="number"
      min={rule.monthsMin}
      max={240}
      required
      autoFocus
      value={value}
      onChange={onChange}
      fault={faultOf('months')}
      testId="months"
    />
  );
}

export function MonthsCard({ rules }: { readonly rules: readonly MonthsRule[] }) {
  const text = useText(messages);
  const basisText = useBasisText();
  const mayWrite = useMay('retention:write') && useMe().seesEverything;
  const [editing, setEditing] = useState<MonthsRule | null>(null);
  const columns: readonly Column<MonthsRule>[] = [
    { key: 'basis', label: text('keep.basis'), wrap: true, cell: ({ basis }) => basisText(basis) },
    {
      key: 'kept',
      label: text('keep.kept'),
      width: '110px',
      cell: ({ months }) => <b>{text('keep.monthsN', { n: months })}</b>,
    },
    {
      key: 'law',
      label: text('keep.law'),
      width: '110px',
      cell: ({ lawMonths }) =>
        lawMonths === null ? (
          <span className="vg-muted">{text('keep.noLaw')}</span>
        ) : (
          text('keep.monthsN', { n: lawMonths })
        ),
    },
    {
      key: 'source',
      label: text('keep.source'),
      needs: 'narrow',
      cell: ({ source }) => (source === null ? '—' : <LineText value={source} />),
    },
    {
      key: 'change',
      label: '',
      width: '80px',
      cell: (rule) =>
        mayWrite ? (
          <button
            type="button"
            className="vg-link"
            data-testid="months-change"
            onClick={() => setEditing(rule)}
          >
            {text('keep.change')}
          </button>
        ) : null,
    },
  ];
  return (
    <section className="vg-card">
      <h2>{text('keep.months')}</h2>
      <p className="vg-hint vg-card-lead">{text('keep.monthsText')}</p>
      <DataTable
        caption={text('keep.months')}
        columns={columns}
        rows={rules}
        keyOf={({ basis }) => basis}
        testId="months-row"
        dataOf={({ basis }) => ({ 'data-basis': basis })}
      />
      {editing === null ? null : <MonthsDialog rule={editing} onClose={() => setEditing(null)} />}
    </section>
  );
}
