/** Cases merged and split, and either taken back. */
import { z } from 'zod';
import { findCase, withMerged } from '../../registry/cases/find-case.ts';
import { listMoves, undoMove } from '../../registry/cases/undo-move.ts';
import { mergeCases } from '../../registry/cases/merge-cases.ts';
import { splitCase } from '../../registry/cases/split-case.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { detailOfCase, isoOrNull } from '../case-view.ts';
import {
  caseDetailSchema,
  caseMergeSchema,
  caseMovesSchema,
  caseParams,
  caseReasonSchema,
  caseSplitSchema,
} from '../contract-cases.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;
const ERRORS = { '4xx': errorSchema } as const;
const moveParams = z.strictObject({ id: z.coerce.number().int().min(1).max(2_147_483_647) });

export function addCaseMoveRoutes(app: ApiServer, { registry, cases }: Deps): void {
  app.get(
    '/cases/:id/moves',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Merges and splits that a case took part in, the newest first',
        params: caseParams,
        response: { 200: caseMovesSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { row } = await findCase(registry.db, request.params.id, scope);
      const moves = await listMoves(registry.db, await withMerged(registry.db, row.id), scope);
      return {
        moves: moves.map(({ atMs, undoneMs, ...move }) => ({
          ...move,
          at: isoTime(atMs),
          undoneAt: isoOrNull(undoneMs),
        })),
      };
    },
  );
  app.post(
    '/cases/:id/merge',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Take other cases into this one: their numbers lead here, and it can be undone',
        params: caseParams,
        body: caseMergeSchema,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const { caseId, fromIds } = await mergeCases(registry, request.params.id, request.body, by);
      await cases.changed([caseId, ...fromIds]);
      return detailOfCase(registry, caseId, scope);
    },
  );
  app.post(
    '/cases/:id/split',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Make a new case of a part of this one',
        params: caseParams,
        body: caseSplitSchema,
        response: { 201: caseDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { title, reason, severity, class: caseClass, ...parts } = request.body;
      const { caseId, fromId } = await splitCase(
        registry,
        request.params.id,
        {
          title,
          reason,
          severity,
          class: caseClass,
          rows: {
            case_alert: parts.alerts,
            case_attachment: parts.attachments,
            case_item: parts.items,
            case_event: parts.events,
            case_task: parts.tasks,
            case_note: parts.notes,
            case_entry: parts.entries,
            case_clock: parts.clocks,
          },
        },
        { actor, scope, version: versionWanted(request) },
      );
      await cases.changed([fromId, caseId]);
      return reply.code(201).send(await detailOfCase(registry, caseId, scope));
    },
  );
  app.post(
    '/case-moves/:id/undo',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Take a merge or split back; what came after stays',
        params: moveParams,
        body: caseReasonSchema,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const ids = await undoMove(registry, request.params.id, request.body.reason, { actor, scope });
      await cases.changed(ids);
      return detailOfCase(registry, ids[0] ?? '', scope);
    },
  );
}
