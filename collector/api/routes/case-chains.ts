/** Chains: which open alerts should be one case and why, and how the alerts of a case hang together. */
import { caseAlertIds } from '../../registry/cases/read-case.ts';
import { CHAIN_LIMITS, ChainDesk } from '../../services/cases/chain-desk.ts';
import { openedCase } from '../case-route.ts';
import { viewChain } from '../chain-view.ts';
import { caseChainSchema, caseProposalsSchema, type CaseProposals } from '../contract-chains.ts';
import { caseParams } from '../contract-cases.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';
import type { Turns } from '../turns.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'store'>;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

/** @param turns of all that search the events */
export function addCaseChainRoutes(app: ApiServer, { registry, store }: Deps, turns: Turns): void {
  const desk = new ChainDesk(registry.db, (names, span) => store.findAll(names, span));
  app.get(
    '/case-proposals',
    {
      config: { access: 'case:read' },
      schema: {
        summary:
          'Open alerts that should be one case each, with why each alert belongs; the most serious first',
        response: { 200: caseProposalsSchema, ...ERRORS },
      },
    },
    async (request): Promise<CaseProposals> => {
      const { scope, actor } = principalOf(request);
      const { chains, considered, open } = await turns.run(actor, () => desk.propose(scope));
      const proposals: CaseProposals['proposals'] = [];
      for (const { chain, alertIds } of chains)
        proposals.push({
          id: chain.members[0]?.alert.id ?? '',
          alertIds,
          ...(await viewChain(registry, chain)),
        });
      return { proposals, considered, open };
    },
  );
  app.get(
    '/cases/:id/chain',
    {
      config: { access: 'case:read' },
      schema: {
        summary:
          'How the alerts of a case hang together: in their order, each with what it shares with one before',
        params: caseParams,
        response: { 200: caseChainSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { row, hidden } = await openedCase(registry, request.params.id, principal, 'alerts');
      const limit = CHAIN_LIMITS.caseAlerts;
      const found = await caseAlertIds(registry.db, row.id, principal.scope, { limit });
      const ids = found.map(({ id }) => id);
      const chain = await turns.run(principal.actor, () => desk.explain(ids));
      return { chain: chain === null ? null : await viewChain(registry, chain), hidden };
    },
  );
}
