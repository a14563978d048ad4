/** Releases of the agent and how they are let out: planned by one person, started by another, ring by ring, held back at once. */
import { useText } from '../../i18n/use-text.ts';
import { EmptyState } from '../../ui/notices.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { PastRollouts } from './past-rollouts.tsx';
import { ReleasesCard } from './releases-card.tsx';
import { RolloutCard } from './rollout-card.tsx';
import { UpdateHosts } from './update-hosts.tsx';
import { useReleases, useRollouts, useUpdateHosts } from './updates-api.ts';
import { messages } from './updates-messages.ts';
import './updates.css';

export default function UpdatesPage() {
  const text = useText(messages);
  const releases = useReleases();
  const rollouts = useRollouts();
  const hosts = useUpdateHosts();
  const open = rollouts.data?.rollouts.find(({ state }) => state !== 'ended') ?? null;
  return (
    <Page
      title={text('updates.title')}
      summary={
        releases.data === undefined
          ? undefined
          : text('updates.summary', {
              n: releases.data.releases.filter(({ state }) => state === 'kept').length,
            })
      }
    >
      <QueryView query={rollouts}>
        {({ totals }) =>
          open === null ? (
            releases.data === undefined || releases.data.releases.length === 0 ? null : (
              <section className="vg-card">
                <EmptyState title={text('updates.noneOpen')}>
                  <p>{text('updates.noneOpenText')}</p>
                </EmptyState>
              </section>
            )
          ) : (
            <RolloutCard rollout={open} totals={totals} />
          )
        }
      </QueryView>
      <QueryView query={releases}>
        {(list) => <ReleasesCard list={list} open={open?.version ?? null} />}
      </QueryView>
      <QueryView query={hosts}>{(all) => <UpdateHosts hosts={all} />}</QueryView>
      <PastRollouts rollouts={rollouts.data?.rollouts.filter(({ state }) => state === 'ended') ?? []} />
    </Page>
  );
}
