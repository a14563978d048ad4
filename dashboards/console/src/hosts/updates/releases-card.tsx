/** Releases that the collector keeps: who signed them, until when they may be begun, and which can be planned. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { useNow } from '../../ui/now.ts';
import { AbsoluteTime } from '../../ui/times.tsx';
import { PlanDialog } from './plan-dialog.tsx';
import { whoText } from './update-words.ts';
import { useMayLetOut, useUpdateActs, type Release, type ReleaseList } from './updates-api.ts';
import { messages } from './updates-messages.ts';

type Props = {
  readonly list: ReleaseList;
  /** Version of the rollout that has not ended: nothing else can be planned, and this not be withdrawn. */
  readonly open: string | null;
};

export function ReleasesCard({ list, open }: Props) {
  const text = useText(messages);
  const { number, dateTime } = useI18n();
  const size = useFileSize();
  const nowMs = useNow();
  const may = useMayLetOut();
  const [planning, setPlanning] = useState<Release | null>(null);
  const [withdrawing, setWithdrawing] = useState<Release | null>(null);
  const { releases, roots } = list;
  const isOver = ({ notAfter }: Release) => Date.parse(notAfter) < nowMs;
  const columns: readonly Column<Release>[] = [
    {
      key: 'version',
      label: text('updates.version'),
      width: '150px',
      cell: ({ version, counter }) => (
        <>
          <strong>{version}</strong>{' '}
          <span className="vg-muted">{text('updates.number', { n: number(counter) })}</span>
        </>
      ),
    },
    {
      key: 'state',
      label: '',
      width: '110px',
      cell: (release) => (
        <Badge tone={release.state === 'withdrawn' ? 'quiet' : isOver(release) ? 'warn' : 'good'}>
          {release.state === 'withdrawn'
            ? text('updates.release.withdrawn')
            : isOver(release)
              ? text('updates.release.expired')
              : text('updates.release.kept')}
        </Badge>
      ),
    },
    {
      key: 'signed',
      label: text('updates.signedBy'),
      wrap: true,
      cell: ({ signedBy }) => <LineText value={signedBy.join(', ')} />,
    },
    {
      key: 'platforms',
      label: text('updates.platforms'),
      needs: 'wide',
      wrap: true,
      cell: ({ platforms, fromVersionMin }) => (
        <>
          {platforms.join(', ')}
          <div className="vg-muted">{text('updates.from', { version: fromVersionMin })}</div>
        </>
      ),
    },
    {
      key: 'size',
      label: text('updates.size'),
      width: '90px',
      numeric: true,
      needs: 'medium',
      cell: ({ bytes }) => size(bytes),
    },
    {
      key: 'until',
      label: text('updates.until'),
      width: '170px',
      needs: 'medium',
      cell: ({ notAfter }) => <AbsoluteTime iso={notAfter} />,
    },
    {
      key: 'added',
      label: text('updates.added'),
      needs: 'extra',
      wrap: true,
      cell: ({ addedBy, addedAt }) =>
        text('updates.byAt', { who: whoText(addedBy, text), time: dateTime(addedAt) }),
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '190px',
            cell: (release: Release) =>
              release.state === 'withdrawn' ? null : (
                <span className="vg-line">
                  {open === null && !isOver(release) ? (
                    <Button
                      size="small"
                      aria-haspopup="dialog"
                      data-testid="release-plan"
                      onClick={() => setPlanning(release)}
                    >
                      {text('updates.plan')}
                    </Button>
                  ) : null}
                  {open === release.version ? null : (
                    <Button
                      size="small"
                      aria-haspopup="dialog"
                      data-testid="release-withdraw"
                      onClick={() => setWithdrawing(release)}
                    >
                      {text('updates.withdraw')}
                    </Button>
                  )}
                </span>
              ),
          },
        ]
      : []),
  ];
  return (
    <section className="vg-card" data-testid="releases">
      <h2>{text('updates.releases')}</h2>
      {roots === null ? null : (
        <p className="vg-hint" data-testid="release-keys">
          {text('updates.keys', {
            version: roots.version,
            n: roots.threshold,
            names: visibleString(roots.keys.join(', '), 400),
          })}
        </p>
      )}
      {releases.length === 0 ? (
        <EmptyState title={text('updates.noReleases')}>
          <p>{text('updates.noReleasesText')}</p>
          <pre className="vg-pre">{'vonggac release add release-0.2.0'}</pre>
        </EmptyState>
      ) : (
        <DataTable
          caption={text('updates.releasesCaption')}
          columns={columns}
          rows={releases}
          keyOf={({ version }) => version}
          testId="release-row"
          dataOf={({ state }) => ({ 'data-state': state })}
        />
      )}
      {planning === null ? null : <PlanDialog release={planning} onClose={() => setPlanning(null)} />}
      {withdrawing === null ? null : (
        <WithdrawDialog release={withdrawing} onClose={() => setWithdrawing(null)} />
      )}
    </section>
  );
}

function WithdrawDialog({ release, onClose }: { readonly release: Release; readonly onClose: () => void }) {
  const text = useText(messages);
  const acts = useUpdateActs();
  const { version } = release;
  return (
    <FormDialog
      title={text('updates.withdrawTitle', { version })}
      submitLabel={text('updates.withdraw')}
      danger
      testId="release-withdraw-form"
      onSubmit={async () => {
        await acts.withdraw(version);
        return { text: text('updates.withdrawn', { version }) };
      }}
      onClose={onClose}
    >
      <p>{text('updates.withdrawText')}</p>
    </FormDialog>
  );
}
