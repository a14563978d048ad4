/**
 * A door for dashboards that speaks ClickHouse's HTTP interface as far as Grafana's data source uses it (dashboards/grafana/README.md).
 * Invariants: it reads figures and changes nothing; no statement reaches the event store (figure-statement.ts).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { toApiError, type ApiErrorCode } from '../errors.ts';
import { FIGURE_FORMATS, writeFigures } from '../figures/figure-format.ts';
import { FigureRefusedError, readFigures, REFUSALS } from '../figures/figure-door.ts';
import { FigureLog } from '../figures/figure-log.ts';
import { STATEMENT_CHARS_MAX } from '../figures/figure-statement.ts';
import { goneSignal } from '../hunt-request.ts';
import { principalOf } from '../principal.ts';
import { sendProblem } from '../problem.ts';
import { Turns } from '../turns.ts';

const PATH = '/clickhouse';
/** A dashboard asks for all of its panels at once. */
const FIGURE_TURNS = { runningMax: 2, runningPerKeyMax: 2, waitingPerKeyMax: 40 } as const;
const BODY_BYTES_MAX = 4 * STATEMENT_CHARS_MAX;

/** What clients send with each statement; nothing of it changes what is read. Other settings are refused. */
const querySchema = z.strictObject({
  query: z.string().max(STATEMENT_CHARS_MAX).optional(),
  database: z.string().max(64).optional(),
  default_format: z.string().max(64).optional(),
  client_protocol_version: z.coerce.number().int().min(0).max(1_000_000).default(0),
  query_id: z.string().max(256).optional(),
  session_id: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(0).optional(),
  max_execution_time: z.string().max(16).optional(),
  wait_end_of_query: z.string().max(8).optional(),
  enable_http_compression: z.string().max(8).optional(),
});

/** As ClickHouse numbers what went wrong: clients decide by it. */
const CODES: Partial<Record<ApiErrorCode, number>> = {
  unauthenticated: 516,
  forbidden: 497,
  'too-many-requests': 202,
  'limit-exceeded': 159,
  'bad-request': 36,
};
const OTHER_CODE = 1_002;

/** What is wrong with a statement, as ClickHouse would say it; all else as everywhere, with ClickHouse's number beside it. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof FigureRefusedError) {
    const { status, code } = REFUSALS[error.kind];
    return reply
      .code(status)
      .header('x-clickhouse-exception-code', String(code))
      .type('text/plain; charset=utf-8')
      .send(`Code: ${String(code)}. DB::Exception: ${error.message}. (${error.kind})\n`);
  }
  const known = toApiError(error);
  if (known.statusCode >= 500)
    request.log.error({ err: error, code: known.code }, 'figures could not be read');
  reply.header('x-clickhouse-exception-code', String(CODES[known.code] ?? OTHER_CODE));
  return sendProblem(reply, known, request.id);
}

export async function addFigureRoutes(
  api: ApiServer,
  deps: Pick<ApiDependencies, 'registry' | 'store' | 'now' | 'engineTurns'>,
): Promise<void> {
  const turns = new Turns(FIGURE_TURNS, deps.engineTurns);
  const log = new FigureLog(deps.registry);
  await api.register(async (door: ApiServer) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, String(body)),
    );
    door.setErrorHandler(sendError);
    for (const method of ['GET', 'POST'] as const) {
      door.route({
        method,
        url: PATH,
        config: { access: 'feed:read', takesTokenAsPassword: true },
        schema: {
          summary:
            'Figures for dashboards over ClickHouse’s HTTP interface: SELECT columns FROM view(name = value) FORMAT x',
          querystring: querySchema,
          produces: ['application/octet-stream', 'application/json', 'text/plain'],
          response: { 200: z.unknown().describe('Rows in the format that was asked for') },
        },
        handler: async (request, reply) => {
          const { query, default_format: wanted, client_protocol_version: revision, limit } = request.query;
          const principal = principalOf(request);
          const sql = query ?? (typeof request.body === 'string' ? request.body : '');
          try {
            const asking = { scope: principal.scope, key: principal.actor, signal: goneSignal(reply), turns };
            const { table, format, view } = await readFigures(deps, sql, asking);
            const named = format ?? wanted ?? 'TabSeparatedWithNames';
            const known = FIGURE_FORMATS.find((one) => one === named);
            if (known === undefined) {
              throw new FigureRefusedError(
                'UNKNOWN_FORMAT',
                `the formats are ${FIGURE_FORMATS.join(', ')}, not ${named}`,
              );
            }
            if (view !== undefined) await log.read(principal, view);
            const cut = limit === undefined || limit === 0 ? table.rows : table.rows.slice(0, limit);
            const { contentType, body } = writeFigures({ ...table, rows: cut }, known, revision);
            return await reply
              .header('x-clickhouse-format', known)
              .header('x-clickhouse-timezone', 'UTC')
              .type(contentType)
              .send(body);
          } catch (error) {
            if (error instanceof FigureRefusedError) await log.refused(principal, sql, error.message);
            throw error;
          }
        },
      });
    }
  });
}
