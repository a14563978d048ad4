/** Example requests of routes on cases; see examples.ts. */
import type { RouteExample } from './examples.ts';
import type { Side } from './side.ts';

const ofCase =
  (body?: unknown, more: Record<string, string | number> = {}) =>
  ({ caseId }: Side) => ({ params: { id: caseId, ...more }, ...(body === undefined ? {} : { body }) });
const part = (name: keyof Side, body?: unknown) => (side: Side) => ({
  params: { id: side.caseId, partId: String(side[name]) },
  ...(body === undefined ? {} : { body }),
});
const file = (at: 0 | 1, body?: unknown) => (side: Side) => ({
  params: { id: side.caseId, partId: side.attachmentIds[at] },
  ...(body === undefined ? {} : { body }),
});
const reason = { reason: 'for good reason' };

export const CASE_EXAMPLES: Readonly<Record<string, RouteExample>> = {
  'GET /api/v1/cases': {},
  'GET /api/v1/cases/facets': {},
  'GET /api/v1/case-rules': { global: 'the law and the checklists are the same for all' },
  'GET /api/v1/cases/:id': { ask: ofCase() },
  'POST /api/v1/cases': {
    ask: ({ agencyId }) => ({ body: { title: 'another case', agencyId, checklist: true } }),
    own: 201,
  },
  'PATCH /api/v1/cases/:id': { ask: ofCase({ severity: 'critical' }) },
  'POST /api/v1/cases/:id/close': {
    ask: ({ spareCaseId }) => ({ params: { id: spareCaseId }, body: { outcome: 'attempt', reason: 'over' } }),
  },
  'POST /api/v1/cases/:id/reopen': {
    ask: ({ closedCaseId }) => ({ params: { id: closedCaseId }, body: reason }),
  },
  'PUT /api/v1/cases/:id/watch': { ask: ofCase(), peopleOnly: true },
  'DELETE /api/v1/cases/:id/watch': { ask: ofCase(), peopleOnly: true },
  'GET /api/v1/alerts/:id/cases': { ask: ({ alertId }) => ({ params: { id: alertId } }) },
  'GET /api/v1/case-proposals': {},
  'GET /api/v1/cases/:id/chain': { ask: ({ chainCaseId }) => ({ params: { id: chainCaseId } }) },
  'GET /api/v1/cases/:id/alerts': { ask: ofCase() },
  'POST /api/v1/cases/:id/alerts': {
    ask: ({ caseId, alertId }) => ({ params: { id: caseId }, body: { ids: [alertId] } }),
  },
  'POST /api/v1/cases/:id/alerts/bulk/preview': { ask: ofCase({ filter: {}, reason: 'all of it' }) },
  'POST /api/v1/cases/:id/alerts/bulk': { ask: ofCase({ filter: {}, reason: 'all of it' }), own: 201 },
  'DELETE /api/v1/cases/:id/alerts/:partId': { ask: part('alertId') },
  'GET /api/v1/cases/:id/items': { ask: ofCase() },
  'POST /api/v1/cases/:id/items': {
    ask: ofCase({ items: [{ kind: 'indicator', type: 'ip', value: '192.0.2.1' }] }),
    own: 201,
  },
  'DELETE /api/v1/cases/:id/items/:partId': { ask: part('itemId') },
  'GET /api/v1/cases/:id/events': { ask: ofCase() },
  'POST /api/v1/cases/:id/events': {
    ask: ({ caseId, eventId }) => ({ params: { id: caseId }, body: { eventIds: [eventId] } }),
    own: 201,
  },
  'DELETE /api/v1/cases/:id/events/:partId': { ask: part('keptEventId') },
  'GET /api/v1/cases/:id/tasks': { ask: ofCase() },
  'POST /api/v1/cases/:id/tasks': { ask: ofCase({ title: 'another task' }), own: 201 },
  'POST /api/v1/cases/:id/checklist': { ask: ofCase(), own: 201 },
  'PATCH /api/v1/cases/:id/tasks/:partId': { ask: part('taskId', { done: true }) },
  'GET /api/v1/cases/:id/notes': { ask: ofCase() },
  'POST /api/v1/cases/:id/notes': { ask: ofCase({ text: 'another note' }), own: 201 },
  'POST /api/v1/cases/:id/links': {
    ask: ({ caseId, spareCaseId }) => ({ params: { id: caseId }, body: { case: spareCaseId } }),
  },
  'DELETE /api/v1/cases/:id/links/:other': {
    ask: ({ caseId, linkedCaseId }) => ({ params: { id: caseId, other: linkedCaseId } }),
  },
  'GET /api/v1/cases/:id/timeline': { ask: ofCase() },
  'POST /api/v1/cases/:id/timeline': {
    ask: ofCase({ at: '2026-11-22T01:00:00Z', text: 'another line' }),
    own: 201,
  },
  'DELETE /api/v1/cases/:id/timeline/:partId': { ask: part('entryId') },
  'GET /api/v1/cases/:id/history': { ask: ofCase() },
  'GET /api/v1/cases/:id/clocks': { ask: ofCase() },
  'POST /api/v1/cases/:id/clocks': { ask: ofCase({ kind: 'vn-2026-24h' }), own: 201 },
  'POST /api/v1/cases/:id/clocks/:partId/meet': {
    ask: ({ caseId, clockIds }) => ({ params: { id: caseId, partId: clockIds[0] }, body: { note: 'sent' } }),
  },
  'POST /api/v1/cases/:id/clocks/:partId/stop': {
    ask: ({ caseId, clockIds }) => ({ params: { id: caseId, partId: clockIds[1] }, body: reason }),
  },
  'GET /api/v1/cases/:id/incident': { ask: ofCase() },
  'PATCH /api/v1/cases/:id/incident': { ask: ofCase({ signs: 'files were encrypted' }) },
  'GET /api/v1/cases/:id/told': { ask: ofCase() },
  'POST /api/v1/cases/:id/told': { ask: ofCase({ receiver: 'A05', channel: 'phone' }), own: 201 },
  'GET /api/v1/cases/:id/notices': { ask: ofCase() },
  'GET /api/v1/cases/:id/notices/preview': {
    ask: ({ caseId }) => ({ params: { id: caseId }, query: { kind: 'initial-24h', format: 'json' } }),
  },
  'POST /api/v1/cases/:id/notices': { ask: ofCase({ kind: 'initial-24h' }), own: 201 },
  'GET /api/v1/cases/:id/notices/:partId/file': {
    ask: ({ caseId, noticeId }) => ({ params: { id: caseId, partId: noticeId }, query: { format: 'json' } }),
  },
  'GET /api/v1/cases/:id/moves': {
    ask: ({ linkedCaseId }) => ({ params: { id: linkedCaseId } }),
  },
  'POST /api/v1/case-moves/:id/undo': { ask: ({ moveId }) => ({ params: { id: moveId }, body: reason }) },
  'POST /api/v1/cases/:id/merge': {
    ask: ({ caseId, spareCaseId }) => ({ params: { id: caseId }, body: { from: [spareCaseId], ...reason } }),
  },
  'POST /api/v1/cases/:id/split': {
    ask: ({ caseId, taskId }) => ({
      params: { id: caseId },
      body: { title: 'a part', tasks: [taskId], ...reason },
    }),
    own: 201,
  },
  'GET /api/v1/cases/:id/attachments': { ask: ofCase() },
  'POST /api/v1/cases/:id/attachments': {
    ask: ({ caseId }) => ({
      params: { id: caseId },
      query: { name: 'more.txt' },
      type: 'application/octet-stream',
      body: 'more',
    }),
    own: 201,
  },
  'GET /api/v1/cases/:id/attachments/:partId': { ask: file(0), personal: true },
  'POST /api/v1/cases/:id/attachments/:partId/unmask': { ask: file(0, { ...reason, risk: 'accepted' }) },
  'PUT /api/v1/cases/:id/attachments/:partId/quarantine': { ask: file(0, { quarantined: true }) },
  'POST /api/v1/cases/:id/attachments/:partId/delete': { ask: file(1, reason) },
  'POST /api/v1/cases/:id/export': { ask: ofCase({}) },
  'POST /api/v1/cases/:id/unmask': { ask: ofCase(reason) },
  'GET /api/v1/handovers': {},
  'GET /api/v1/handovers/:id': { ask: ({ handoverId }) => ({ params: { id: handoverId } }) },
  'GET /api/v1/handovers/:id/print': { ask: ({ handoverId }) => ({ params: { id: handoverId } }) },
  'POST /api/v1/handovers/preview': { ask: () => ({ body: {} }), reads: true },
  'POST /api/v1/handovers': {
    ask: ({ username, caseId }) => ({
      body: { to: username, nextSteps: [{ case: caseId, text: 'go on' }] },
    }),
    own: 201,
  },
  'POST /api/v1/handovers/:id/acknowledge': {
    ask: ({ handoverId }) => ({ params: { id: handoverId } }),
    own: 403, // another person takes over
  },
};
