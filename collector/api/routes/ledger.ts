/** The loss ledger: what became of every record, and what does not balance. */
import { readLedger } from '../../registry/ledger-report.ts';
import { errorSchema } from '../contract.ts';
import { ledgerQuerySchema, ledgerReportSchema } from '../contract-ledger.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { toLedgerView } from '../ledger-view.ts';
import { principalOf } from '../principal.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function addLedgerRoutes(app: ApiServer, deps: Pick<ApiDependencies, 'registry' | 'now'>): void {
  app.get(
    '/ledger',
    {
      config: { access: 'ledger:read' },
      schema: {
        summary: 'What became of the records that agents read: stored, waiting, or lost with a name',
        querystring: ledgerQuerySchema,
        response: { 200: ledgerReportSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { from, to, ...rest } = request.query;
      // Hosts whose clock runs ahead read their records in an hour that has not come yet.
      const toMs = to === undefined ? deps.now() + HOUR_MS : Date.parse(to);
      const fromMs = from === undefined ? toMs - DAY_MS : Date.parse(from);
      if (fromMs > toMs) throw new ApiError('bad-request', { message: 'from lies after to', field: 'from' });
      const query = { ...rest, fromMs, toMs, scope: principalOf(request).scope };
      return toLedgerView(query, await readLedger(deps.registry.db, query));
    },
  );
}
