/** The audit trail: acts as people look at them, and the chain as a file that can be verified without us. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { anchorLine } from '../../audit/anchor.ts';
import type { ChainedEntry } from '../../audit/chain.ts';
import { endLine, entryLine, startLine } from '../../audit/export-file.ts';
import { maskPersonal } from '../../personal/mask-personal.ts';
import { listAudit, readAuditHead, readChain } from '../../registry/audit.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { auditHeadSchema, auditPageSchema, auditQuerySchema } from '../contract-audit.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

const cursor = cursorCodec('audit', z.strictObject({ seq: z.int() }));
const PAGE_ENTRIES = 1_000;
const TURNS = { runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 2 } as const;

function maskValue(value: unknown): unknown {
  if (typeof value === 'string') return maskPersonal(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(maskValue) : maskDetail(value);
}

/** Texts in it as in every other answer; its names are ours. */
function maskDetail(detail: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, maskValue(value)]));
}

/** The same of a detail as it is kept; as it was where there is nothing to mask. */
function maskText(text: string): string {
  const detail: unknown = JSON.parse(text);
  const masked = JSON.stringify(maskValue(detail));
  return masked === JSON.stringify(detail) ? text : masked;
}

/** Up to the head as it was when the export began. @param masks personal data, for who may not read it */
async function* exportLines(db: RegistryDb, masks: boolean): AsyncGenerator<string> {
  const { trailId, seq: headSeq, hash: headHash, genesisHash } = await readAuditHead(db);
  yield `${startLine(trailId, { seq: 0, hash: genesisHash })}\n`;
  for (let last = 0; last < headSeq;) {
    const entries = (await readChain(db, last, PAGE_ENTRIES)).filter(({ seq }) => seq <= headSeq);
    const newest = entries.at(-1);
    if (newest === undefined) break;
    last = newest.seq;
    const line = (entry: ChainedEntry): string =>
      entryLine(entry, masks ? maskText(entry.detail) : undefined);
    yield entries.map((entry) => `${line(entry)}\n`).join('');
  }
  yield `${endLine({ seq: headSeq, hash: headHash })}\n`;
}

export function addAuditRoutes(app: ApiServer, deps: Pick<ApiDependencies, 'registry' | 'now'>): void {
  const { db } = deps.registry;
  const turns = new Turns(TURNS);

  app.get(
    '/audit',
    {
      config: { access: 'audit:read' },
      schema: {
        summary: 'Who did what to what, newest first',
        querystring: auditQuerySchema,
        response: { 200: auditPageSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { from, to, limit, after, ...which } = request.query;
      const records = await listAudit(
        deps.registry,
        {
          ...which,
          fromMs: from === undefined ? undefined : Date.parse(from),
          toMs: to === undefined ? undefined : Date.parse(to),
          limit: limit + 1,
          beforeSeq: after === undefined ? undefined : cursor.decode(after).seq,
        },
        principal.scope,
      );
      const masks = !seesPersonal(principal);
      const page = records.slice(0, limit);
      const last = page.at(-1);
      return {
        entries: page.map(({ atMs, detail, ...entry }) => ({
          ...entry,
          detail: masks ? maskDetail(detail) : detail,
          time: isoTime(atMs),
        })),
        next: records.length > limit && last !== undefined ? cursor.encode({ seq: last.seq }) : null,
      };
    },
  );

  app.get(
    '/audit/head',
    {
      config: { access: 'audit:read' },
      schema: {
        summary:
          'Where the chain of the audit trail stands; for who sees the whole tree, since it counts all acts',
        response: { 200: auditHeadSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      if (principalOf(request).scope.kind !== 'all') throw new ApiError('forbidden');
      const { trailId, seq, hash } = await readAuditHead(db);
      return { trailId, seq, hash, line: anchorLine({ trailId, seq, hash, atMs: deps.now() }) };
    },
  );

  app.get(
    '/audit/export',
    {
      config: { access: 'audit:read' },
      schema: {
        summary:
          'The whole trail as NDJSON that "vonggac audit verify --file" checks; for who sees the whole tree',
        response: {
          200: z.unknown().describe('NDJSON, a line for each entry'),
          '4xx': errorSchema,
          '5xx': errorSchema,
        },
        produces: ['application/x-ndjson'],
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.scope.kind !== 'all') {
        throw new ApiError('forbidden', {
          message: 'a chain can only be exported whole, by who sees the whole tree; GET /audit lists yours',
        });
      }
      await turns.run(principal.actor, async () => {
        const lines = Readable.from(exportLines(db, !seesPersonal(principal)));
        const over = new Promise((resolve) => void lines.once('close', resolve));
        void reply
          .type('application/x-ndjson; charset=utf-8')
          .header('content-disposition', 'attachment; filename="audit.ndjson"')
          .send(lines);
        await over;
      });
      return reply;
    },
  );
}
