/** Open alerts that should be one case each, with why each alert belongs to it; one step makes it a case. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { CaseProposals } from '../../../../collector/api/contract-chains.ts';
import { knownTactics } from '../alerts/attack.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { tacticLabel } from '../ui/tag-list.tsx';
import { casesApi } from './cases-api.ts';
import { messages as chainMessages } from './chain-messages.ts';
import { ChainView } from './chain-view.tsx';
import './cases.css';

const NewCaseDialog = lazy(() => import('./new-case-dialog.tsx'));
type Proposal = CaseProposals['proposals'][number];

function ProposalCard({ proposal, isOpen }: { readonly proposal: Proposal; readonly isOpen: boolean }) {
  const text = useText(chainMessages);
  const { t } = useI18n();
  const may = useMay('case:write');
  const [opening, setOpening] = useState(false);
  const tactics = knownTactics.filter((tactic) => proposal.tactics.includes(tactic));
  const inOrder = tactics.toSorted((a, b) => proposal.tactics.indexOf(a) - proposal.tactics.indexOf(b));
  const hosts = proposal.hosts.join(', ');
  return (
    <section className="vg-card" data-testid="proposal">
      <div className="vg-section-head">
        <div className="vg-chain-line">
          <SeverityLabel severity={proposal.severity} />
          <h2 className="vg-chain-title">
            <LineText value={text('chain.title', { alerts: proposal.members.length, hosts })} />
          </h2>
        </div>
        {may ? (
          <button type="button" className="vg-button" aria-haspopup="dialog" onClick={() => setOpening(true)}>
            {text('chain.open')}
          </button>
        ) : null}
      </div>
      <p className="vg-hint">{inOrder.map((tactic) => t(tacticLabel[tactic])).join(' → ')}</p>
      <details open={isOpen}>
        <summary>{text('chain.explained')}</summary>
        <ChainView chain={proposal} />
      </details>
      {opening ? (
        <Suspense fallback={null}>
          <NewCaseDialog alertIds={proposal.alertIds} onClose={() => setOpening(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}

export default function ProposalsPage() {
  const text = useText(chainMessages);
  const list = useQuery({
    queryKey: ['cases', 'proposals'],
    queryFn: ({ signal }) => casesApi.proposals(signal),
    refetchInterval: 60_000,
  });
  return (
    <Page title={text('chain.proposals')}>
      <QueryView query={list}>
        {({ proposals, considered, open }) => (
          <div className="vg-stack">
            <p className="vg-hint">
              {open > considered
                ? text('chain.cut', { n: considered, open })
                : text('chain.considered', { n: considered })}
            </p>
            {proposals.length === 0 ? (
              <EmptyState title={text('chain.none')}>{text('chain.noneText')}</EmptyState>
            ) : (
              proposals.map((proposal, at) => (
                <ProposalCard key={proposal.id} proposal={proposal} isOpen={at === 0} />
              ))
            )}
          </div>
        )}
      </QueryView>
    </Page>
  );
}
