/** The audit trail: who did what, with the head of the chain that proves it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import '../styles/administration.css';
import { LineText } from '../text/safe-text.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { download } from '../ui/download.ts';
import { Facts } from '../ui/facts.tsx';
import { FieldList } from '../ui/field-list.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { useListKeys } from '../ui/use-list-keys.ts';
import { readAudit, readAuditHead, type AuditEntry } from './administration-api.ts';
import { messages } from './administration-messages.ts';

const waitMs = 400;

function EntryPanel({ entry, onClose }: { readonly entry: AuditEntry; readonly onClose: () => void }) {
  const text = useText(messages);
  return (
    <SidePanel
      label={text('audit.panel')}
      title={<LineText value={entry.action} />}
      openKey={String(entry.seq)}
      testId="audit-panel"
      onClose={onClose}
    >
      <Facts
        facts={[
          [text('audit.seq'), String(entry.seq)],
          [text('audit.time'), <AbsoluteTime key="t" iso={entry.time} />],
          [text('audit.actor'), <LineText key="a" value={entry.actor} />],
          [text('audit.target'), <LineText key="g" value={entry.target} />],
        ]}
      />
      {Object.keys(entry.detail).length === 0 ? null : (
        <Section title={text('audit.details')}>
          <FieldList fields={entry.detail} />
        </Section>
      )}
    </SidePanel>
  );
}

export default function AuditPage() {
  const text = useText(messages);
  const { search } = useLocation();
  const action = useAction();
  const filters = {
    actor: (search.get('actor') ?? '').slice(0, 256),
    action: (search.get('action') ?? '').slice(0, 256),
  };
  const openKey = search.get('entry');
  const addressOf = (entry: string | null) => href('/administration/audit', { ...filters, entry });
  const change = (next: Partial<typeof filters>) =>
    navigate(href('/administration/audit', { ...filters, ...next }), { replace: true });
  const head = useQuery({
    queryKey: ['administration', 'audit-head'],
    queryFn: ({ signal }) => readAuditHead(signal),
  });
  const list = useInfiniteQuery({
    queryKey: ['administration', 'audit', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readAudit({ ...filters, after: pageParam }, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 15_000,
  });
  const rows = list.data?.pages.flatMap(({ entries }) => entries) ?? [];
  const open = rows.find(({ seq }) => String(seq) === openKey);
  const current = useListKeys({ keys: rows.map(({ seq }) => String(seq)), openKey, addressOf });
  const columns: readonly Column<AuditEntry>[] = [
    {
      key: 'time',
      label: text('audit.time'),
      width: '160px',
      cell: ({ time }) => (
        <span className="vg-time">
          <AbsoluteTime iso={time} />
        </span>
      ),
    },
    { key: 'actor', label: text('audit.actor'), cell: ({ actor }) => <LineText value={actor} /> },
    {
      key: 'action',
      label: text('audit.action'),
      cell: (entry) => (
        <Link to={addressOf(String(entry.seq))} className="vg-row-link">
          <LineText value={entry.action} />
        </Link>
      ),
    },
    {
      key: 'target',
      label: text('audit.target'),
      needs: 'narrow',
      cell: ({ target }) => <LineText value={target} />,
    },
    {
      key: 'seq',
      label: text('audit.seq'),
      width: '90px',
      numeric: true,
      needs: 'medium',
      cell: ({ seq }) => String(seq),
    },
  ];
  return (
    <Page
      title={text('audit.title')}
      layout="plain"
      actions={
        <Button
          loading={action.busy}
          onClick={() =>
            void action.run(async () => {
              await download('/audit/export', 'audit.jsonl');
              return undefined;
            })
          }
        >
          {text('audit.export')}
        </Button>
      }
      toolbar={
        <>
          <SearchBox
            label={text('audit.actorFilter')}
            value={filters.actor}
            waitMs={waitMs}
            onChange={(actor) => change({ actor })}
          />
          <SearchBox
            label={text('audit.actionFilter')}
            value={filters.action}
            waitMs={waitMs}
            onChange={(next) => change({ action: next })}
          />
        </>
      }
    >
      <Split
        list={
          <>
            {head.data === undefined ? null : (
              <details className="vg-audit-head">
                <summary>
                  {text('audit.proof')} · {text('audit.seq')} {head.data.seq}
                </summary>
                <p className="vg-hint">{text('audit.proofText')}</p>
                <pre className="vg-pre">{head.data.line}</pre>
              </details>
            )}
            <QueryView query={list}>
              {() => (
                <>
                  {rows.length === 0 ? (
                    <EmptyState title={text('audit.none')} />
                  ) : (
                    <DataTable
                      caption={text('audit.caption')}
                      columns={columns}
                      rows={rows}
                      keyOf={({ seq }) => String(seq)}
                      addressOf={({ seq }) => addressOf(String(seq))}
                      currentKey={current}
                      testId="audit-row"
                    />
                  )}
                  <More query={list} />
                </>
              )}
            </QueryView>
          </>
        }
        panel={
          open === undefined ? null : <EntryPanel entry={open} onClose={() => navigate(addressOf(null))} />
        }
      />
    </Page>
  );
}
