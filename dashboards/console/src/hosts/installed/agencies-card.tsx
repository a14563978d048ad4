/** By agency: how many machines it has, how many of them have an agent. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { href } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ShareBar } from '../../ui/stat.tsx';
import { CountDialog } from './count-dialog.tsx';
import type { InstalledAgency } from './installed-api.ts';
import { messages } from './installed-messages.ts';

export function AgenciesCard({ agencies }: { readonly agencies: readonly InstalledAgency[] }) {
  const text = useText(messages);
  const { number } = useI18n();
  const may = useMay('agent:write');
  const [counting, setCounting] = useState<InstalledAgency | null>(null);
  const columns: readonly Column<InstalledAgency>[] = [
    {
      key: 'agency',
      label: text('installed.agency'),
      wrap: true,
      cell: ({ agencyId, agencyName }) => (
        <Link to={href('/hosts/installed', { agency: String(agencyId) })}>
          <LineText value={agencyName} />
        </Link>
      ),
    },
    {
      key: 'have',
      label: text('installed.have'),
      width: '110px',
      numeric: true,
      cell: ({ installed, expected }) =>
        expected === null ? number(installed) : `${number(installed)}/${number(expected)}`,
    },
    {
      key: 'missing',
      label: text('installed.missingCount'),
      width: '100px',
      numeric: true,
      cell: ({ missing }) => (missing === null ? '—' : number(missing)),
    },
    {
      key: 'share',
      label: text('installed.share'),
      width: '160px',
      needs: 'narrow',
      cell: ({ installed, expected, agencyName }) =>
        expected === null || expected === 0 ? (
          '—'
        ) : (
          <ShareBar
            label={text('installed.shareText', {
              installed,
              expected,
              agency: visibleString(agencyName, 120),
            })}
            parts={[
              { key: 'have', tone: 'good', value: installed },
              { key: 'missing', tone: 'bad', value: Math.max(0, expected - installed) },
            ]}
          />
        ),
    },
    {
      key: 'listed',
      label: text('installed.listed'),
      width: '130px',
      numeric: true,
      needs: 'medium',
      cell: ({ listed }) => number(listed),
    },
    {
      key: 'counted',
      label: text('installed.counted'),
      needs: 'medium',
      wrap: true,
      cell: ({ counted, contradiction, unnamed }) => (
        <>
          {counted === null ? '—' : number(counted.machines)}
          {counted === null || counted.source === '' ? null : (
            <span className="vg-muted">
              {' '}
              <LineText value={counted.source} />
            </span>
          )}
          {contradiction ? <div className="vg-warn">{text('installed.contradiction')}</div> : null}
          {unnamed > 0 && counted !== null ? (
            <div className="vg-muted">{text('installed.unnamed', { n: unnamed })}</div>
          ) : null}
        </>
      ),
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '110px',
            cell: (agency: InstalledAgency) => (
              <Button
                size="small"
                aria-haspopup="dialog"
                data-testid="installed-count"
                onClick={() => setCounting(agency)}
              >
                {text('installed.setCount')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <section className="vg-card">
      <h2>{text('installed.agencies')}</h2>
      <DataTable
        caption={text('installed.agenciesCaption')}
        columns={columns}
        rows={agencies}
        keyOf={({ agencyId }) => String(agencyId)}
        testId="installed-agency"
      />
      {counting === null ? null : <CountDialog agency={counting} onClose={() => setCounting(null)} />}
    </section>
  );
}
