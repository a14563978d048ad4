/** Merges, splits and renamings: what is planned, what was done, called off or taken back. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { dayText } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import '../../styles/administration.css';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { More, QueryView } from '../../ui/query-view.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { agenciesKey, readChanges, type AgencyChange } from './agencies-api.ts';
import { ChangePanel } from './change-panel.tsx';
import { changeKind, changeState, planText } from './change-words.ts';
import { messages } from './changes-messages.ts';
import { messages as agencyMessages } from './agencies-messages.ts';
import { useAgencyTree } from './use-agency-tree.ts';

const addressOf = (id: string | null): string =>
  id === null ? '/administration/agency-changes' : pathOf('administration', 'agency-changes', id);

export default function ChangesPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const text = useText(messages);
  const agencyText = useText(agencyMessages);
  const { agencies } = useAgencyTree('', true);
  const nameOf = (id: number) => agencies.find((one) => one.id === id)?.name ?? String(id);
  const list = useInfiniteQuery({
    queryKey: [...agenciesKey, 'changes'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readChanges(pageParam, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const changes = list.data?.pages.flatMap((page) => page.changes) ?? [];
  const open = changes.find(({ id }) => String(id) === openId);
  const current = useListKeys({ keys: changes.map(({ id }) => String(id)), openKey: openId, addressOf });
  const columns: readonly Column<AgencyChange>[] = [
    { key: 'on', label: text('treeChanges.on'), width: '110px', cell: ({ on }) => dayText(on) },
    {
      key: 'kind',
      label: text('treeChanges.what'),
      cell: ({ id, kind, plan }) => (
        <Link to={addressOf(String(id))} className="vg-row-link">
          {text(changeKind[kind])}: <LineText value={planText(text, plan, nameOf)} />
        </Link>
      ),
    },
    {
      key: 'state',
      label: text('treeChanges.state'),
      width: '160px',
      cell: ({ state, problem }) => (
        <Badge tone={problem === '' ? changeState[state][1] : 'bad'}>{text(changeState[state][0])}</Badge>
      ),
    },
    {
      key: 'by',
      label: text('treeChanges.by'),
      width: '160px',
      needs: 'medium',
      cell: ({ createdBy }) => <LineText value={createdBy} />,
    },
    {
      key: 'reason',
      label: text('treeChanges.reason'),
      needs: 'wide',
      cell: ({ plan }) => <LineText value={plan.reason} />,
    },
  ];
  return (
    <Page
      title={text('treeChanges.title')}
      layout="plain"
      back={{ to: '/administration/agencies', label: agencyText('agencies.title') }}
    >
      <Split
        list={
          <QueryView query={list}>
            {() =>
              changes.length === 0 ? (
                <EmptyState title={text('treeChanges.none')}>
                  <p>{text('treeChanges.noneText')}</p>
                </EmptyState>
              ) : (
                <>
                  <DataTable
                    caption={text('treeChanges.caption')}
                    columns={columns}
                    rows={changes}
                    keyOf={({ id }) => String(id)}
                    addressOf={({ id }) => addressOf(String(id))}
                    currentKey={current}
                    testId="change-row"
                  />
                  <More query={list} />
                </>
              )
            }
          </QueryView>
        }
        panel={
          open === undefined ? null : (
            <ChangePanel
              key={open.id}
              change={open}
              nameOf={nameOf}
              onClose={() => navigate(addressOf(null))}
            />
          )
        }
      />
    </Page>
  );
}
