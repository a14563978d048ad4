/** Leads from the queue to the cases that are proposed of it; nothing where there is none. */
import { useQuery } from '@tanstack/react-query';
import { casesApi } from '../cases/cases-api.ts';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { messages } from './alert-messages.ts';

/** Alerts are held against each other for it: not more often than somebody would look. */
const refreshMs = 5 * 60_000;

export function ProposalsLink() {
  const text = useText(messages);
  const may = useMay('case:read');
  const { data } = useQuery({
    queryKey: ['cases', 'proposals'],
    queryFn: ({ signal }) => casesApi.proposals(signal),
    enabled: may,
    staleTime: refreshMs,
    refetchInterval: refreshMs,
  });
  const count = data?.proposals.length ?? 0;
  return count === 0 ? null : (
    <Link to="/case-proposals" className="vg-link" data-testid="to-proposals">
      {text('triage.proposals', { n: count })}
    </Link>
  );
}
