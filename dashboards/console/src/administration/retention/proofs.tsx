/** The daily proof of each system: what the law asks for, what is there, and whether that is enough. */
import { useQuery } from '@tanstack/react-query';
import { dayText } from '../../format/day.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useQueryState } from '../../router/use-query.ts';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { useBasisText } from './months-card.tsx';
import { readProofs, type Proof } from './retention-api.ts';
import { messages } from './retention-messages.ts';
import { reasonLabel } from './retention-words.ts';

export function Proofs() {
  const { number } = useI18n();
  const text = useText(messages);
  const basisText = useBasisText();
  const maySystems = useMay('system:read');
  const state = useQueryState();
  const day = /^\d{4}-\d{2}-\d{2}$/u.test(state.get('day')) ? state.get('day') : '';
  const query = useQuery({
    queryKey: ['retention', 'proofs', day],
    queryFn: ({ signal }) => readProofs(day, signal),
  });
  const columns: readonly Column<Proof>[] = [
    {
      key: 'met',
      label: text('keep.state'),
      width: '110px',
      cell: ({ met }) => <Badge tone={met ? 'good' : 'bad'}>{text(met ? 'keep.met' : 'keep.notMet')}</Badge>,
    },
    {
      key: 'system',
      label: text('keep.system'),
      wrap: true,
      cell: ({ systemId, systemName }) =>
        maySystems ? (
          <Link to={pathOf('compliance', 'systems', String(systemId))}>
            <LineText value={systemName} />
          </Link>
        ) : (
          <LineText value={systemName} />
        ),
    },
    {
      key: 'kept',
      label: text('keep.kept'),
      wrap: true,
      needs: 'narrow',
      cell: ({ basis, monthsInForce, source }) => (
        <>
          {text('keep.monthsN', { n: monthsInForce })} · {basisText(basis)}
          {source === null ? null : (
            <div className="vg-muted">
              <LineText value={source} />
            </div>
          )}
        </>
      ),
    },
    {
      key: 'required',
      label: text('keep.required'),
      width: '110px',
      cell: ({ requiredFrom }) => (requiredFrom === null ? '—' : dayText(requiredFrom)),
    },
    {
      key: 'oldest',
      label: text('keep.oldest'),
      width: '130px',
      cell: ({ oldestDay }) => (oldestDay === null ? '—' : dayText(oldestDay)),
    },
    {
      key: 'hosts',
      label: text('keep.hosts'),
      width: '70px',
      numeric: true,
      needs: 'medium',
      cell: ({ hosts }) => number(hosts),
    },
    {
      key: 'why',
      label: text('keep.why'),
      wrap: true,
      cell: ({ reason, missing }) => (
        <>
          {text(reasonLabel[reason])}
          {missing === null ? null : (
            <div className="vg-warn">
              {text('keep.missing', {
                rows: missing.rows,
                hosts: missing.hosts,
                from: dayText(missing.from),
                to: dayText(missing.to),
              })}
            </div>
          )}
        </>
      ),
    },
  ];
  return (
    <>
      <p className="vg-hint vg-card-lead">{text('keep.proofText')}</p>
      <div className="vg-day-field">
        <TextField
          label={text('keep.ofDay')}
          hint={day === '' ? text('keep.newest') : undefined}
          type="date"
          value={day === '' ? (query.data?.proofs[0]?.day ?? '') : day}
          onChange={(next) => state.set({ day: next })}
        />
      </div>
      <QueryView query={query}>
        {({ proofs }) =>
          proofs.length === 0 ? (
            <EmptyState title={text('keep.noProofs')}>
              <p>{text('keep.noProofsText')}</p>
              <Link to="/compliance">{text('keep.toSystems')}</Link>
            </EmptyState>
          ) : (
            <section className="vg-card">
              <DataTable
                caption={text('keep.proofs')}
                columns={columns}
                rows={proofs.toSorted((a, b) => Number(a.met) - Number(b.met))}
                keyOf={({ systemId }) => String(systemId)}
                testId="proof-row"
              />
            </section>
          )
        }
      </QueryView>
    </>
  );
}
