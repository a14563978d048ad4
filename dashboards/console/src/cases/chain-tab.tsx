/** How the alerts of a case hang together. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { casesApi, type CaseDetail } from './cases-api.ts';
import { chainMessages } from './chain-messages.ts';
import { ChainView } from './chain-view.tsx';

export function ChainTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(chainMessages);
  const one = useQuery({
    queryKey: ['cases', 'chain', detail.number, detail.version],
    queryFn: ({ signal }) => casesApi.chain(detail.number, signal),
  });
  return (
    <section className="vg-card" aria-label={text('chain.explained')}>
      <QueryView query={one}>
        {({ chain, hidden }) => (
          <>
            {chain === null ? <EmptyState title={text('chain.empty')} /> : <ChainView chain={chain} />}
            {hidden === 0 ? null : <p className="vg-hint">{text('chain.hidden', { n: hidden })}</p>}
          </>
        )}
      </QueryView>
    </section>
  );
}
