/** Who is silent: hosts, networks and channels, and those that were of late. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import '../styles/hosts.css';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { readSilences } from './hosts-api.ts';
import { SilenceTable } from './silence-table.tsx';
import { messages } from './watch-messages.ts';

export default function SilencesPage() {
  const text = useText(messages);
  const silences = useQuery({
    queryKey: ['hosts', 'silences'],
    queryFn: ({ signal }) => readSilences(undefined, signal),
    refetchInterval: 30_000,
  });
  const all = silences.data?.silences ?? [];
  const now = all.filter(({ endedAt }) => endedAt === null);
  const ended = all.filter(({ endedAt }) => endedAt !== null);
  return (
    <Page
      title={text('silences.title')}
      summary={silences.data === undefined ? undefined : text('silences.summary', { n: now.length })}
    >
      <QueryView query={silences}>
        {() => (
          <>
            <section className="vg-card">
              <h2>{text('silences.now')}</h2>
              {now.length === 0 ? (
                <EmptyState title={text('silences.none')}>
                  <p>{text('silences.noneText')}</p>
                </EmptyState>
              ) : (
                <SilenceTable rows={now} ended={false} />
              )}
            </section>
            {ended.length === 0 ? null : (
              <section className="vg-card">
                <h2>{text('silences.ended')}</h2>
                <SilenceTable rows={ended} ended />
              </section>
            )}
          </>
        )}
      </QueryView>
    </Page>
  );
}
