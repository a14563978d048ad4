/** Requests to agencies from the command line: over all agencies, as the agency at the top of the tree asks them. */
import { z } from 'zod';
import {
  linkSchema,
  newLinkSchema,
  newRequestSchema,
  overdueSchema,
  requestDetailSchema,
  requestFilterSchema,
  requestMoveSchema,
  requestPageSchema,
  templateListSchema,
} from '../../api/contract-requests.ts';
import { toRequestFilter } from '../../api/request-query.ts';
import { gapFindings } from '../../api/request-gaps.ts';
import { vulnerabilityFindings } from '../../api/request-vulnerabilities.ts';
import { dispatchOf, requestsCsv, viewRequest, viewRequestDetail } from '../../api/request-view.ts';
import { answerPath } from '../../api/routes/answer-page.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { moveRequest } from '../../registry/requests/change-request.ts';
import { createRequest } from '../../registry/requests/create-request.ts';
import { createLink } from '../../registry/requests/request-links.ts';
import { findRequest, listRequests, overdueByAgency } from '../../registry/requests/request-rows.ts';
import { defineOperation, liveOf } from './operation.ts';

const scope = { kind: 'all' } as const;
const idSchema = z.string().min(1).max(64);
const LIST_MAX = 200;
const EXPORT_MAX = 10_000;

export const requestList = defineOperation({
  name: 'request.list',
  needs: 'data',
  input: requestFilterSchema,
  output: requestPageSchema,
  async run({ registry }, query) {
    const filter = await toRequestFilter(registry, query, scope);
    const { requests } = await listRequests(registry.db, { filter, scope, limit: LIST_MAX });
    return { requests: requests.map((one) => viewRequest(one, registry.now())), next: null };
  },
});

export const requestShow = defineOperation({
  name: 'request.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: requestDetailSchema,
  run: async ({ registry }, { id }) => viewRequestDetail(registry, await findRequest(registry.db, id, scope)),
});

export const requestCreate = defineOperation({
  name: 'request.create',
  needs: 'collector',
  input: newRequestSchema,
  output: requestDetailSchema,
  async run(context, { gaps, vulnerabilities, ...wanted }) {
    const { registry, actor } = context;
    const { store, requestTemplates } = liveOf(context);
    const looked = [
      ...(await gapFindings({ registry, posture: store.posture }, gaps, scope)),
      ...(await vulnerabilityFindings(registry, vulnerabilities, scope)),
    ];
    const by = { actor, scope, agencyId: await rootAgencyId(registry.db) };
    const made = await createRequest(registry, requestTemplates, { ...wanted, gaps: looked }, by);
    return viewRequestDetail(registry, made);
  },
});

export const requestMove = defineOperation({
  name: 'request.move',
  needs: 'data',
  input: requestMoveSchema.extend({
    id: idSchema,
    move: z.enum(['send', 'accept', 'return', 'cancel']),
  }),
  output: requestDetailSchema,
  async run({ registry, actor, live }, { id, move, ...detail }) {
    const { id: whole } = await findRequest(registry.db, id, scope);
    const { request, alertIds } = await moveRequest(registry, whole, move, detail, { actor, scope });
    await live?.alerts.changed(alertIds);
    return viewRequestDetail(registry, request);
  },
});

export const requestLink = defineOperation({
  name: 'request.link',
  needs: 'data',
  input: newLinkSchema.extend({ id: idSchema }),
  output: linkSchema,
  async run({ registry, actor, live }, { id, days }) {
    const link = await createLink(registry, id, days, { actor, scope });
    const path = `${live?.url ?? ''}${answerPath(link.token)}`;
    return { id: link.id, path, expiresAt: isoTime(link.expiresMs) };
  },
});

export const requestDispatch = defineOperation({
  name: 'request.dispatch',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: z.string(),
  run: async ({ registry }, { id }) => dispatchOf(registry, await findRequest(registry.db, id, scope)),
});

export const requestExport = defineOperation({
  name: 'request.export',
  needs: 'data',
  input: requestFilterSchema,
  output: z.string(),
  async run({ registry }, query) {
    const filter = await toRequestFilter(registry, query, scope);
    const { requests } = await listRequests(registry.db, { filter, scope, limit: EXPORT_MAX });
    return requestsCsv(requests, registry.now());
  },
});

export const requestOverdue = defineOperation({
  name: 'request.overdue',
  needs: 'data',
  input: z.strictObject({}),
  output: overdueSchema,
  async run({ registry }) {
    const agencies = await overdueByAgency(registry.db, scope, registry.now());
    return {
      agencies: agencies.map(({ oldestDueMs, ...rest }) => ({ ...rest, oldestDueAt: isoTime(oldestDueMs) })),
    };
  },
});

export const requestTemplates = defineOperation({
  name: 'request.templates',
  needs: 'collector',
  input: z.strictObject({}),
  output: templateListSchema,
  run: async (context) => ({
    templates: liveOf(context).requestTemplates.map(({ id, name, title, body, steps }) => ({
      id,
      name,
      title,
      body,
      steps,
    })),
  }),
});
