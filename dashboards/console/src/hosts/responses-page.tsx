/** Commands to hosts: what waits for a second person, batches, and what became of each. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import '../styles/hosts.css';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { BatchList } from './response-batches.tsx';
import { DecideDialog, type Decision } from './response-dialogs.tsx';
import { refreshOf, ResponsePanel } from './response-panel.tsx';
import { stateLabels } from './response-parts.tsx';
import { ResponseTable } from './response-table.tsx';
import { readResponses } from './responses-api.ts';
import { messages } from './responses-messages.ts';

const responsePath = (id: string | null) =>
  id === null ? '/hosts/responses' : pathOf('hosts', 'responses', id);

export default function ResponsesPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const { number } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const { search } = useLocation();
  const state = search.get('state') ?? '';
  const jobId = search.get('job') ?? '';
  const known = Object.keys(stateLabels).find((one) => one === state);
  const [decision, setDecision] = useState<Decision | null>(null);
  const list = useQuery({
    queryKey: ['hosts', 'responses', 'list', jobId],
    queryFn: ({ signal }) => readResponses({ ...(jobId === '' ? {} : { jobId }), limit: 1_000 }, signal),
    refetchInterval: ({ state: { data } }) => refreshOf(data?.responses),
  });
  const all = list.data?.responses ?? [];
  const waiting = jobId === '' ? all.filter((one) => one.state === 'requested') : [];
  const rows = known === undefined ? all : all.filter((one) => one.state === known);
  const query = { state, job: jobId };
  const addressOf = (key: string | null) => href(responsePath(key), query);
  const current = useListKeys({ keys: rows.map((row) => row.id), openKey: id, addressOf });
  const counts = Map.groupBy(all, (one) => one.state);
  return (
    <Page
      title={text('responses.title')}
      layout="plain"
      summary={list.data === undefined ? undefined : text('responses.shown', { n: rows.length })}
      toolbar={
        <>
          <FilterSelect
            label={text('responses.state')}
            all={text('responses.anyState')}
            value={state}
            options={[...counts].map(([value, some]) => ({
              value,
              label: `${text(stateLabels[value][0])} (${number(some.length)})`,
            }))}
            onChange={(next) =>
              navigate(href(responsePath(id), { ...query, state: next }), { replace: true })
            }
          />
          {jobId === '' ? null : (
            <span>
              {text('responses.ofJob')} · <Link to="/hosts/responses">{text('responses.all')}</Link>
            </span>
          )}
        </>
      }
    >
      <Split
        list={
          <QueryView query={list}>
            {() => (
              <>
                {waiting.length === 0 ? null : (
                  <section className="vg-list-part" data-testid="responses-waiting">
                    <h2>{text('responses.waiting')}</h2>
                    <ResponseTable
                      rows={waiting}
                      currentKey={current}
                      addressOf={addressOf}
                      onDecide={setDecision}
                    />
                  </section>
                )}
                {jobId === '' ? <BatchList onDecide={setDecision} /> : null}
                {all.length === 0 ? (
                  <EmptyState title={text('responses.none')}>
                    <p>{text('responses.noneText')}</p>
                    <Link to="/hosts">{text('responses.toHosts')}</Link>
                  </EmptyState>
                ) : (
                  <section className="vg-list-part">
                    <h2>{text('responses.history')}</h2>
                    <ResponseTable rows={rows} currentKey={current} addressOf={addressOf} />
                  </section>
                )}
              </>
            )}
          </QueryView>
        }
        panel={id === null ? null : <ResponsePanel id={id} onClose={() => navigate(addressOf(null))} />}
      />
      {decision === null ? null : (
        <DecideDialog
          decision={decision}
          onClose={() => {
            setDecision(null);
            void client.invalidateQueries({ queryKey: ['hosts', 'responses'] });
          }}
        />
      )}
    </Page>
  );
}
