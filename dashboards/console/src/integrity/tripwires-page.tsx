/** Decoys that were touched and files that changed in mass: each is a reason to look at once. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { navigate, useLocation } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import '../styles/integrity.css';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { ChangePanel } from './change-panel.tsx';
import { ChangeTable } from './change-table.tsx';
import { changeOf } from './integrity-change.ts';
import { messages } from './integrity-messages.ts';

const spanMs = 30 * 86_400_000;
const actions = ['decoy_touched', 'files_changed_in_mass'] as const;
const eachMax = 500;

export default function TripwiresPage() {
  const text = useText(messages);
  const { search } = useLocation();
  const openKey = search.get('change');
  const [from] = useState(() => new Date(Date.now() - spanMs).toISOString());
  const query = useQuery({
    queryKey: ['integrity', 'tripwires', from],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        actions.map((action) => api.events({ channel: 'integrity', action, from, limit: eachMax }, signal)),
      );
      return pages
        .flatMap(({ events }) => events)
        .map(changeOf)
        .toSorted((a, b) => Date.parse(b.event.time) - Date.parse(a.event.time));
    },
    refetchInterval: 30_000,
  });
  const rows = query.data ?? [];
  const open = rows.find(({ event }) => event.id === openKey);
  const addressOf = (key: string | null) => href('/integrity/tripwires', { change: key });
  const current = useListKeys({
    keys: rows.map(({ event }) => event.id),
    openKey: open === undefined ? null : openKey,
    addressOf,
  });
  return (
    <Page
      title={text('tripwires.title')}
      layout="plain"
      summary={query.data === undefined ? undefined : text('tripwires.summary', { n: rows.length })}
    >
      <Split
        list={
          <QueryView query={query}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('tripwires.none')}>
                  <p>{text('tripwires.noneText')}</p>
                </EmptyState>
              ) : (
                <ChangeTable rows={rows} addressOf={addressOf} currentKey={current} withHost />
              )
            }
          </QueryView>
        }
        panel={
          open === undefined ? null : <ChangePanel change={open} onClose={() => navigate(addressOf(null))} />
        }
      />
    </Page>
  );
}
