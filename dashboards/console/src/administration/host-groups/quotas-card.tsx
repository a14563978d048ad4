/** What agencies and groups may send, and whom that slows down now. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useAgencies } from '../../api/agencies.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMay } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { messages } from './host-groups-messages.ts';
import { QuotaDialog } from './quota-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { addQuota, figuresOf, removeQuota, useQuotas, type Quota } from './sending-api.ts';
import { toMegabytes } from './sending-units.ts';

type Asking = { readonly kind: 'add' } | { readonly kind: 'change' | 'remove'; readonly id: number };

type Whom = (quota: Quota) => string;

/** For whom it is, in words. */
function useWhom(): Whom {
  const text = useText(messages);
  const agencies = useAgencies();
  return ({ agencyId, group }) => {
    const agency =
      agencyId === null
        ? null
        : visibleString(agencies.find(({ id }) => id === agencyId)?.name ?? `#${agencyId}`, 120);
    const name = group === null ? null : visibleString(group, 80);
    if (agency === null) return name === null ? text('quota.all') : text('quota.ofGroup', { group: name });
    return name === null ? agency : text('quota.ofBoth', { group: name, agency });
  };
}

export function QuotasCard() {
  const text = useText(messages);
  const { number } = useI18n();
  const may = useMay('quota:write');
  const query = useQuotas();
  const whom = useWhom();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const columns: readonly Column<Quota>[] = [
    { key: 'whom', label: text('quota.whom'), wrap: true, cell: (quota) => whom(quota) },
    {
      key: 'each',
      label: text('quota.each'),
      needs: 'medium',
      wrap: true,
      cell: ({ perAgent }) => text(perAgent ? 'quota.perAgent' : 'quota.together'),
    },
    {
      key: 'eps',
      label: text('quota.eps'),
      width: '130px',
      numeric: true,
      cell: ({ eventsPerSecond }) => (eventsPerSecond === null ? '—' : number(eventsPerSecond)),
    },
    {
      key: 'mb',
      label: text('quota.mb'),
      width: '120px',
      numeric: true,
      cell: ({ bytesPerDay }) => (bytesPerDay === null ? '—' : number(toMegabytes(bytesPerDay))),
    },
    {
      key: 'slowing',
      label: text('quota.slowing'),
      width: '150px',
      needs: 'medium',
      cell: ({ slowing }) =>
        slowing === null || slowing === 0 ? (
          <span className="vg-muted">{text('quota.slowingNone')}</span>
        ) : (
          <Badge tone="warn">{text('quota.slowingSome', { n: slowing })}</Badge>
        ),
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '150px',
            cell: ({ id }: Quota) => (
              <span className="vg-buttons">
                <Button
                  size="small"
                  aria-haspopup="dialog"
                  data-testid="quota-change"
                  onClick={() => setAsking({ kind: 'change', id })}
                >
                  {text('hostGroups.change')}
                </Button>
                <Button
                  size="small"
                  aria-haspopup="dialog"
                  data-testid="quota-remove"
                  onClick={() => setAsking({ kind: 'remove', id })}
                >
                  {text('hostGroups.remove')}
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];
  const quotas = query.data?.quotas ?? [];
  const open =
    asking === null || asking.kind === 'add' ? undefined : quotas.find(({ id }) => id === asking.id);
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('quota.title')}</h2>
        {may ? (
          <Button aria-haspopup="dialog" data-testid="quota-add" onClick={() => setAsking({ kind: 'add' })}>
            {text('quota.add')}
          </Button>
        ) : null}
      </div>
      <p className="vg-hint">{text('quota.text')}</p>
      <QueryView query={query}>
        {() =>
          quotas.length === 0 ? (
            <p>{text('quota.none')}</p>
          ) : (
            <DataTable
              caption={text('quota.title')}
              columns={columns}
              rows={quotas}
              keyOf={({ id }) => String(id)}
              testId="quota-row"
            />
          )
        }
      </QueryView>
      {asking?.kind === 'add' ? <QuotaDialog quota={null} quotas={quotas} onClose={close} /> : null}
      {open !== undefined && asking?.kind === 'change' ? (
        <QuotaDialog quota={open} quotas={quotas} whom={whom(open)} onClose={close} />
      ) : null}
      {open !== undefined && asking?.kind === 'remove' ? (
        <RemoveDialog
          title={text('quota.removeTitle', { whom: whom(open) })}
          effect={text('quota.removeText')}
          done={text('quota.removed')}
          testId="quota-remove-form"
          remove={() => removeQuota(open)}
          putBack={() =>
            addQuota({
              ...(open.agencyId === null ? {} : { agencyId: open.agencyId }),
              ...(open.group === null ? {} : { group: open.group }),
              perAgent: open.perAgent,
              ...figuresOf(open),
            })
          }
          onClose={close}
        />
      ) : null}
    </section>
  );
}
