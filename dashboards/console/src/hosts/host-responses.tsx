/** Commands to this host, and what undoes them. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import type { HostTabProps } from './host-page.tsx';
import { DecideDialog, type Decision } from './response-dialogs.tsx';
import { readResponses } from './responses-api.ts';
import { messages } from './responses-messages.ts';
import { ResponseTable } from './response-table.tsx';

export default function HostResponses({ agent }: HostTabProps) {
  const text = useText(messages);
  const [decision, setDecision] = useState<Decision | null>(null);
  const query = useQuery({
    queryKey: ['hosts', 'responses', 'host', agent.id],
    queryFn: ({ signal }) => readResponses({ agentId: agent.id }, signal),
    refetchInterval: 5_000,
  });
  return (
    <div className="vg-scroll">
      <QueryView query={query}>
        {({ responses }) =>
          responses.length === 0 ? (
            <EmptyState title={text('responses.none')}>
              <p>{text('responses.noneText')}</p>
            </EmptyState>
          ) : (
            <ResponseTable
              rows={responses}
              addressOf={(id) => pathOf('hosts', 'responses', id)}
              onDecide={setDecision}
              withHost={false}
            />
          )
        }
      </QueryView>
      {decision === null ? null : <DecideDialog decision={decision} onClose={() => setDecision(null)} />}
    </div>
  );
}
