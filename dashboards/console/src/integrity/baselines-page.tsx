import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { hostAddress } from '../hosts/host-table.tsx';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import '../styles/integrity.css';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useSelection } from '../ui/use-selection.ts';
import { ApproveDialog, WithdrawDialog } from './baseline-dialogs.tsx';
import {
  baselinesKey,
  readBaselines,
  type BaselineApprovalView,
  type BaselineView,
} from './baselines-api.ts';
import { messages } from './integrity-messages.ts';

const stateLabel: Readonly<Record<BaselineView['state'], readonly [LabelOf<typeof messages>, Tone]>> = {
  intact: ['baselines.good', 'good'],
  made: ['baselines.anew', 'info'],
  tampered: ['baselines.bad', 'bad'],
};
const standingLabel: Readonly<Record<BaselineView['standing'], readonly [LabelOf<typeof messages>, Tone]>> = {
  approved: ['baselines.isApproved', 'good'],
  changed: ['baselines.isChanged', 'warn'],
  never: ['baselines.isNever', 'info'],
};
const statePlace = { tampered: 0, made: 1, intact: 1 } as const;
const standingPlace = { changed: 0, never: 1, approved: 2 } as const;
const mayBeApproved = ({ state, digest, standing }: BaselineView): boolean =>
  state !== 'tampered' && digest !== null && standing !== 'approved';
const commands = [
  'vonggac-agent integrity status',
  'vonggac-agent integrity baseline verify',
  'vonggac-agent integrity baseline accept --yes',
].join('\n');

type Open =
  | { readonly act: 'approve'; readonly rows: readonly BaselineView[] }
  | { readonly act: 'withdraw'; readonly row: BaselineView; readonly approval: BaselineApprovalView };

function Acts({ row, onOpen }: { readonly row: BaselineView; readonly onOpen: (open: Open) => void }) {
  const text = useText(messages);
  const { approval } = row;
  return (
    <span className="vg-baseline-acts">
      {mayBeApproved(row) ? (
        <Button
          size="small"
          aria-haspopup="dialog"
          data-testid="baseline-approve"
          onClick={() => onOpen({ act: 'approve', rows: [row] })}
        >
          {text('baselines.approve')}
        </Button>
      ) : null}
      {approval === null ? null : (
        <Button
          size="small"
          aria-haspopup="dialog"
          data-testid="baseline-withdraw"
          onClick={() => onOpen({ act: 'withdraw', row, approval })}
        >
          {text('baselines.withdraw')}
        </Button>
      )}
    </span>
  );
}

/** What people approved, and where to look when it changed since. */
function Standing({ row }: { readonly row: BaselineView }) {
  const text = useText(messages);
  const { standing, approval, agentId } = row;
  const [label, tone] = standingLabel[standing];
  return (
    <>
      <Badge tone={tone}>{text(label)}</Badge>
      {approval === null ? null : (
        <span className="vg-baseline-approval">
          <span className="vg-muted">
            <RelativeTime iso={approval.approvedAt} /> · <LineText value={approval.approvedBy} />
          </span>
          {approval.note === '' ? null : <LineText value={approval.note} />}
          {standing === 'changed' ? (
            <Link to={href(hostAddress(agentId, 'integrity'), { since: approval.toldAt })}>
              {text('baselines.changes')}
            </Link>
          ) : null}
        </span>
      )}
    </>
  );
}

export default function BaselinesPage() {
  const { number } = useI18n();
  const text = useText(messages);
  const mayWrite = useMay('agent:write');
  const selection = useSelection();
  const [open, setOpen] = useState<Open | null>(null);
  const query = useQuery({
    queryKey: baselinesKey,
    queryFn: ({ signal }) => readBaselines(signal),
    staleTime: 60_000,
    select: ({ baselines }) =>
      baselines.toSorted(
        (a, b) =>
          statePlace[a.state] - statePlace[b.state] || standingPlace[a.standing] - standingPlace[b.standing],
      ),
  });
  const chosen = (query.data ?? []).filter((row) => selection.has(row.agentId) && mayBeApproved(row));
  const acts: Column<BaselineView> = {
    key: 'acts',
    label: text('baselines.acts'),
    width: '168px',
    cell: (row) => <Acts row={row} onOpen={setOpen} />,
  };
  const columns: readonly Column<BaselineView>[] = [
    {
      key: 'state',
      label: text('baselines.state'),
      width: '136px',
      cell: ({ state }) => <Badge tone={stateLabel[state][1]}>{text(stateLabel[state][0])}</Badge>,
    },
    {
      key: 'host',
      label: text('baselines.host'),
      cell: ({ agentId, hostname }) => (
        <Link to={hostAddress(agentId, 'integrity')} className="vg-row-link">
          <LineText value={hostname} />
        </Link>
      ),
    },
    {
      key: 'standing',
      label: text('baselines.standing'),
      width: '30%',
      wrap: true,
      cell: (row) => <Standing row={row} />,
    },
    {
      key: 'paths',
      label: text('baselines.paths'),
      numeric: true,
      width: '88px',
      needs: 'wide',
      cell: ({ paths }) => (paths === null ? '—' : number(paths)),
    },
    {
      key: 'digest',
      label: text('baselines.digest'),
      needs: 'wide',
      cell: ({ digest }) => (
        <code>
          <LineText value={digest ?? '—'} />
        </code>
      ),
    },
    {
      key: 'last',
      label: text('baselines.last'),
      width: '120px',
      needs: 'medium',
      cell: ({ toldAt }) => (
        <span className="vg-time">
          <RelativeTime iso={toldAt} />
        </span>
      ),
    },
    ...(mayWrite ? [acts] : []),
  ];
  return (
    <Page title={text('baselines.title')}>
      <section className="vg-card">
        <h2>{text('baselines.accept')}</h2>
        <p className="vg-hint vg-card-lead">{text('baselines.acceptText')}</p>
        <pre className="vg-pre">{commands}</pre>
      </section>
      <section className="vg-card">
        <h2>{text('baselines.title')}</h2>
        <p className="vg-hint vg-card-lead">{text('baselines.text')}</p>
        {selection.keys.size === 0 ? null : (
          <div className="vg-bulk-bar" data-testid="baselines-bulk">
            <strong role="status">{text('baselines.selected', { n: selection.keys.size })}</strong>
            <Button
              size="small"
              type="primary"
              aria-haspopup="dialog"
              disabled={chosen.length === 0}
              data-testid="bulk-approve"
              onClick={() => setOpen({ act: 'approve', rows: chosen })}
            >
              {text('baselines.approveSome', { n: chosen.length })}
            </Button>
            <button type="button" className="vg-link" onClick={selection.clear}>
              {text('baselines.unselect')}
            </button>
          </div>
        )}
        <QueryView query={query}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState title={text('baselines.none')}>
                <p>{text('baselines.noneText')}</p>
              </EmptyState>
            ) : (
              <DataTable
                caption={text('baselines.caption')}
                columns={columns}
                rows={rows}
                keyOf={({ agentId }) => agentId}
                addressOf={({ agentId }) => hostAddress(agentId, 'integrity')}
                selection={mayWrite ? selection : undefined}
                testId="baseline-row"
                dataOf={({ standing }) => ({ 'data-standing': standing })}
              />
            )
          }
        </QueryView>
      </section>
      {open?.act === 'approve' ? (
        <ApproveDialog rows={open.rows} onClose={() => setOpen(null)} onDone={selection.clear} />
      ) : null}
      {open?.act === 'withdraw' ? (
        <WithdrawDialog row={open.row} approval={open.approval} onClose={() => setOpen(null)} />
      ) : null}
    </Page>
  );
}
