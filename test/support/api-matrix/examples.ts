/**
 * One example request per route, about one side of the tree. A route that has none fails the suite: whoever adds a route adds a
 * line here, and the matrix asks it as every role, of one's own side and of another's.
 */
import { CASE_EXAMPLES } from './case-examples.ts';
import { COMPLIANCE_EXAMPLES } from './compliance-examples.ts';
import { DOSSIER_EXAMPLES } from './dossier-examples.ts';
import { BASELINE_DIGEST, MATRIX_IMPORT, MATRIX_RULE, matrixRule, type Side } from './side.ts';

const HOUSE_RULES = 'rules are the same for all agencies';

export interface Ask {
  params?: Record<string, string | number>;
  query?: Record<string, string | number>;
  body?: unknown;
  /** Content type of a body that is text. */
  type?: string;
}

export interface RouteExample {
  /** The request; the same for both sides when it names nothing of either (a list, a count). */
  ask?: (side: Side) => Ask;
  /** Status of the answer about one's own. */
  own?: number;
  /** Code of the problem when it is about another side; `hidden` when the answer only leaves it out. */
  other?: 'not-found' | 'forbidden' | 'hidden';
  /** The answer is of no agency, and why. It then is not asked to differ between scopes. */
  global?: string;
  /** Answers about both sides are the same here, and why; they are asked for all the same. */
  alike?: string;
  /** The answer grows by what is asked here, and by what: it is held to name nothing of others instead of to be the same. */
  grows?: string;
  /** It only reads, whatever its method. */
  reads?: true;
  /** Whatever their role, tokens are refused. */
  peopleOnly?: true;
  /** It cannot be masked: only who reads personal data is answered. */
  personal?: true;
  /** For who sees the whole tree only: others are refused whatever they name. */
  wholeTree?: true;
}

const SAME_CATALOGUE = 'the catalogue is the same for all agencies';
const OVERRIDE = { profile: 'vn-2022', control: 'LG-07', field: 'thresholds.keep.2' };

const byId =
  (name: keyof Side) =>
  (side: Side): Ask => ({ params: { id: String(side[name]) } });

const ROSTER = { layers: [{ startOn: '2026-01-05', people: [{ name: 'Lan', phone: '+84 912 345 678' }] }] };

const NO_ROLLOUT: RouteExample = {
  ask: () => ({ params: { id: 'none' }, body: {} }),
  own: 404,
  wholeTree: true,
};

/** By method and path, as the route is declared. */
export const ROUTE_EXAMPLES: Readonly<Record<string, RouteExample>> = {
  ...CASE_EXAMPLES,
  ...COMPLIANCE_EXAMPLES,
  ...DOSSIER_EXAMPLES,
  'GET /api/v1/agencies': {},
  'GET /api/v1/agencies/:id': { ask: byId('agencyId') },
  'GET /api/v1/agencies/:id/responsible': {
    ask: ({ agencyId }) => ({ params: { id: agencyId }, query: { on: '2026-11-22' } }),
  },
  'POST /api/v1/agencies': {
    ask: ({ agencyId }) => ({ body: { name: 'Phòng mới', kind: 'unit', parentId: agencyId } }),
    own: 201,
  },
  'PATCH /api/v1/agencies/:id': {
    ask: ({ agencyId }) => ({ params: { id: agencyId }, body: { shortName: 'PM' } }),
  },
  'POST /api/v1/agencies/:id/codes': {
    ask: ({ agencyId }) => ({
      params: { id: agencyId },
      body: { code: 'G77.1', from: '2020-01-01', to: '2020-02-01' },
    }),
    own: 201,
  },
  'POST /api/v1/agencies/:id/codes/:codeId/end': {
    ask: ({ agencyId, codeId }) => ({ params: { id: agencyId, codeId }, body: { on: '2026-12-01' } }),
  },
  'DELETE /api/v1/agencies/:id/codes/:codeId': {
    ask: ({ agencyId, spareCodeId }) => ({ params: { id: agencyId, codeId: spareCodeId } }),
    own: 204,
  },
  'GET /api/v1/calendars': {},
  'GET /api/v1/agencies/:id/calendar': { ask: byId('agencyId') },
  'PUT /api/v1/agencies/:id/calendar': {
    ask: ({ agencyId }) => ({
      params: { id: agencyId },
      body: { timeZone: 'Asia/Ho_Chi_Minh', weekDays: [1, 2, 3, 4, 5, 6], from: '07:00', to: '17:00' },
    }),
  },
  'DELETE /api/v1/agencies/:id/calendar': { ask: byId('agencyId') },
  'GET /api/v1/agencies/:id/calendar/days': { ask: byId('agencyId') },
  'POST /api/v1/agencies/:id/calendar/days': {
    ask: ({ agencyId }) => ({
      params: { id: agencyId },
      query: { dryRun: 'true' },
      type: 'text/csv',
      body: 'Ngày;Loại\r\n29/04/2027;nghỉ\r\n',
    }),
  },
  'GET /api/v1/agencies/export': {},
  'POST /api/v1/agencies/import': {
    ask: ({ agencyId }) => ({
      query: { dryRun: 'true' },
      type: 'text/csv',
      body: `id;name\r\n${agencyId};Tên khác\r\n`,
    }),
    other: 'hidden',
  },
  'GET /api/v1/agency-changes': {},
  'GET /api/v1/agency-changes/:id': { ask: byId('changeId') },
  'POST /api/v1/agency-changes/preview': {
    ask: ({ agencyId }) => ({
      body: { kind: 'rename', on: '2027-01-01', agencyId, name: 'Tên mới', reason: 'Nghị quyết 7' },
    }),
  },
  'POST /api/v1/agency-changes': {
    ask: ({ agencyId }) => ({
      body: { kind: 'rename', on: '2027-01-01', agencyId, name: 'Tên mới', reason: 'Nghị quyết 7' },
    }),
    own: 409, // one is planned already
  },
  'POST /api/v1/agency-changes/:id/cancel': { ask: byId('changeId') },
  'POST /api/v1/agency-changes/:id/reverse/preview': { ask: byId('changeId'), own: 409 },
  'POST /api/v1/agency-changes/:id/reverse': {
    ask: ({ changeId }) => ({ params: { id: changeId }, body: {} }),
    own: 409, // it was not applied
  },
  'GET /api/v1/systems/export': {},
  'POST /api/v1/systems/import': {
    ask: ({ agencyId }) => ({
      query: { dryRun: 'true' },
      type: 'text/csv',
      body: `name;agencyId\r\nHệ thống khác;${agencyId}\r\n`,
    }),
    other: 'hidden',
  },
  'POST /api/v1/systems/starter': { ask: ({ agencyId }) => ({ body: { agencyId, dryRun: true } }) },
  'GET /api/v1/systems/:id': { ask: byId('systemId') },
  'GET /api/v1/systems/:id/rules': { ask: byId('systemId') },
  'POST /api/v1/systems/:id/rules': {
    ask: ({ systemId }) => ({ params: { id: systemId }, body: { rule: { hostnames: ['none-*'] } } }),
    own: 201,
  },
  'DELETE /api/v1/systems/:id/rules/:ruleId': {
    ask: ({ systemId, ruleId }) => ({ params: { id: systemId, ruleId } }),
    own: 204,
  },
  'POST /api/v1/systems/rules/preview': {
    ask: ({ agencyId }) => ({ body: { rule: { agencyIds: [agencyId] } } }),
  },
  'GET /api/v1/systems/:id/hosts': { ask: byId('systemId') },
  'GET /api/v1/systems/:id/hosts/:agentId/why': {
    ask: ({ systemId, agentId }) => ({ params: { id: systemId, agentId } }),
  },
  'GET /api/v1/agents/:id/tags': { ask: byId('agentId'), alike: 'no host has tags yet' },
  'GET /api/v1/compliance/profiles': { global: SAME_CATALOGUE },
  'GET /api/v1/compliance/controls': { ask: () => ({ query: { level: 1 } }), global: SAME_CATALOGUE },
  'GET /api/v1/compliance/criteria': { global: SAME_CATALOGUE },
  'POST /api/v1/compliance/criteria/evaluation': {
    ask: () => ({ body: { answers: { kinds: ['internal'] } } }),
    reads: true,
    global: SAME_CATALOGUE,
  },
  'GET /api/v1/compliance/overrides': { global: SAME_CATALOGUE },
  'PUT /api/v1/compliance/overrides': {
    ask: () => ({ body: { ...OVERRIDE, value: 'P2M', reason: 'TCVN 11930:2017' } }),
    wholeTree: true,
  },
  'DELETE /api/v1/compliance/overrides': { ask: () => ({ query: OVERRIDE }), wholeTree: true, own: 204 },
  'GET /api/v1/compliance/lists': {},
  'GET /api/v1/compliance/lists/:kind': {
    ask: ({ systemId }) => ({ params: { kind: 'vpn' }, query: { systemId } }),
  },
  'PUT /api/v1/compliance/lists/:kind': {
    ask: ({ systemId }) => ({
      params: { kind: 'vpn' },
      query: { systemId },
      body: { entries: [{ value: '10.0.0.0/8' }] },
    }),
  },
  'DELETE /api/v1/compliance/lists/:kind': {
    ask: ({ systemId }) => ({ params: { kind: 'vpn' }, query: { systemId } }),
    own: 204,
  },
  'PUT /api/v1/agents/:id/role': {
    ask: ({ agentId }) => ({ params: { id: agentId }, body: { role: 'server' } }),
  },
  'POST /api/v1/agents/tag': { ask: ({ agentId }) => ({ body: { agentIds: [agentId], add: ['web'] } }) },
  'GET /api/v1/audit': { grows: 'exports are on record, also those that are asked for here' },
  'GET /api/v1/audit/export': { wholeTree: true },
  'GET /api/v1/audit/head': { wholeTree: true },
  'GET /api/v1/agent-groups': {},
  'GET /api/v1/agents': {},
  'GET /api/v1/agents/:id': { ask: byId('agentId') },
  'GET /api/v1/agents/:id/inventory': { ask: byId('agentId') },
  'GET /api/v1/agents/:id/inventory/diff': {
    ask: ({ agentId }) => ({ params: { id: agentId }, query: { from: '2026-11-20T00:00:00Z' } }),
  },
  'GET /api/v1/system-health': {},
  'POST /api/v1/policies/check': { ask: () => ({ body: { document: { watch: [] } } }) },
  'GET /api/v1/integrity/baselines': {},
  'GET /api/v1/agents/:id/baseline-approvals': { ask: byId('agentId') },
  'POST /api/v1/agents/:id/baseline-approvals': {
    ask: ({ agentId }) => ({ params: { id: agentId }, body: { digest: BASELINE_DIGEST, note: 'đã xem' } }),
    own: 201,
    peopleOnly: true,
  },
  'DELETE /api/v1/agents/:id/baseline-approvals/:partId': {
    ask: ({ agentId, baselineApprovalId }) => ({ params: { id: agentId, partId: baselineApprovalId } }),
    own: 204,
    peopleOnly: true,
  },
  'GET /api/v1/agents/:id/load': { ask: byId('agentId') },
  'GET /api/v1/agents/:id/posture': { ask: byId('agentId') },
  'GET /api/v1/agents/:id/vulnerabilities': { ask: byId('agentId') },
  'GET /api/v1/alerts': {},
  'GET /api/v1/alerts/export': {},
  'GET /api/v1/alert-views': { peopleOnly: true },
  'POST /api/v1/alert-views': {
    ask: () => ({ body: { name: 'another view', filter: { state: 'open', severity: 'high,critical' } } }),
    own: 201,
    peopleOnly: true,
  },
  'PATCH /api/v1/alert-views/:id': {
    ask: ({ viewId }) => ({ params: { id: viewId }, body: { name: 'a better name' } }),
    peopleOnly: true,
  },
  'DELETE /api/v1/alert-views/:id': { ask: byId('spareViewId'), own: 204, peopleOnly: true },
  'PUT /api/v1/alert-views/first': {
    ask: ({ viewId }) => ({ body: { id: viewId } }),
    own: 204,
    peopleOnly: true,
  },
  'GET /api/v1/alerts/facets': {},
  'GET /api/v1/alerts/:id/history': { ask: byId('alertId'), alike: 'nothing was done yet' },
  'GET /api/v1/alerts/:id/notes': { ask: byId('alertId'), alike: 'nothing was noted yet' },
  'POST /api/v1/alerts/:id/notes': {
    ask: ({ alertId }) => ({ params: { id: alertId }, body: { text: 'looked at it' } }),
    own: 201,
  },
  'PUT /api/v1/alerts/:id/watch': { ask: byId('alertId'), peopleOnly: true },
  'DELETE /api/v1/alerts/:id/watch': { ask: byId('alertId'), peopleOnly: true },
  'GET /api/v1/alerts/:id': { ask: byId('alertId') },
  'GET /api/v1/bandwidth-caps': {},
  'GET /api/v1/detections': {},
  'GET /api/v1/events': {},
  'GET /api/v1/events/export': {},
  'GET /api/v1/events/:id': { ask: ({ eventId }) => ({ params: { id: encodeURIComponent(eventId) } }) },
  'POST /api/v1/events/:id/unmask': {
    ask: ({ eventId }) => ({
      params: { id: encodeURIComponent(eventId) },
      body: { reason: 'asked by the person' },
    }),
  },
  'POST /api/v1/alerts/:id/unmask': {
    ask: ({ alertId }) => ({ params: { id: alertId }, body: { reason: 'asked by the person' } }),
  },
  'GET /api/v1/holds': {},
  'GET /api/v1/indicators': {},
  'GET /api/v1/indicators/:id': {
    ask: ({ indicatorId }) => ({ params: { id: indicatorId } }),
    other: 'hidden',
  },
  'GET /api/v1/indicators/:id/sightings': {
    ask: ({ indicatorId }) => ({ params: { id: indicatorId } }),
    other: 'hidden',
  },
  'GET /api/v1/indicators/allowed': { global: 'indicators are matched in all agencies' },
  'GET /api/v1/indicators/export': { global: 'indicators are matched in all agencies' },
  'GET /api/v1/indicators/stix': { global: 'indicators are matched in all agencies' },
  'GET /api/v1/indicators/sources': { global: 'indicators are matched in all agencies' },
  'GET /api/v1/indicators/sources/:name': {
    ask: () => ({ params: { name: 'manual' } }),
    global: 'indicators are matched in all agencies',
  },
  'POST /api/v1/indicators': {
    ask: ({ mark }) => ({ body: { value: `${mark}-bad.example` } }),
    own: 201,
    wholeTree: true,
  },
  'PATCH /api/v1/indicators/:id': {
    ask: ({ indicatorId }) => ({ params: { id: indicatorId }, body: { confidence: 70 } }),
    wholeTree: true,
  },
  'POST /api/v1/indicators/:id/retire': {
    ask: ({ indicatorId }) => ({ params: { id: indicatorId }, body: { reason: 'old' } }),
    wholeTree: true,
  },
  'POST /api/v1/indicators/:id/restore': {
    ask: ({ indicatorId }) => ({ params: { id: indicatorId }, body: { reason: 'not old' } }),
    wholeTree: true,
  },
  'POST /api/v1/indicators/bulk': {
    ask: () => ({ body: { source: 'nobody', act: 'retire', reason: 'old' } }),
    own: 201,
    wholeTree: true,
  },
  'POST /api/v1/indicators/import': {
    ask: () => ({ query: { dryRun: 'true' }, type: 'text/csv', body: 'value\r\nbad.example\r\n' }),
    wholeTree: true,
  },
  'POST /api/v1/indicators/retro': {
    ask: () => ({ body: { source: 'nobody', from: '2026-11-20T00:00:00Z' } }),
    own: 201,
    wholeTree: true,
  },
  'PUT /api/v1/indicators/sources/:name': {
    ask: () => ({ params: { name: 'manual' }, body: { confidence: 60 } }),
    wholeTree: true,
  },
  'POST /api/v1/indicators/allowed': {
    ask: ({ mark }) => ({ body: { value: `${mark}-own.example`, reason: 'ours' } }),
    own: 201,
    wholeTree: true,
  },
  'DELETE /api/v1/indicators/allowed/:id': {
    ask: ({ allowedId }) => ({ params: { id: allowedId } }),
    own: 204,
    wholeTree: true,
  },
  'GET /api/v1/inventory/find': { ask: () => ({ query: { category: 'package', key: '*' } }) },
  'GET /api/v1/exceptions': {},
  'GET /api/v1/exceptions/:id': { ask: byId('exceptionId') },
  'GET /api/v1/exceptions/:id/history': { ask: byId('exceptionId') },
  'GET /api/v1/exceptions/:id/hidden': { ask: byId('endedExceptionId') },
  'POST /api/v1/exceptions/:id/raise/preview': {
    ask: ({ endedExceptionId }) => ({ params: { id: endedExceptionId }, body: { reason: 'too much' } }),
    reads: true,
  },
  'POST /api/v1/exceptions/:id/raise': {
    ask: ({ endedExceptionId }) => ({ params: { id: endedExceptionId }, body: { reason: 'too much' } }),
    own: 201,
  },
  'POST /api/v1/exceptions': {
    ask: ({ agencyId }) => ({
      body: {
        name: 'another one',
        fields: { 'user.name': 'backup' },
        rules: ['r1'],
        agencyId,
        reason: 'known',
        expiresAt: '2026-12-12T00:00:00Z',
      },
    }),
    own: 201,
  },
  'POST /api/v1/exceptions/simulate': {
    ask: ({ agencyId }) => ({
      body: {
        name: 'a draft',
        fields: { 'user.name': 'backup' },
        rules: ['r1'],
        agencyId,
        reason: 'known',
        expiresAt: '2026-12-12T00:00:00Z',
        days: 1,
      },
    }),
    own: 201,
  },
  'POST /api/v1/exceptions/:id/simulate': {
    ask: ({ exceptionId }) => ({ params: { id: exceptionId }, body: { days: 1 } }),
    own: 201,
  },
  'POST /api/v1/exceptions/:id/approve': {
    ask: ({ exceptionId }) => ({ params: { id: exceptionId }, body: { reason: 'known' } }),
  },
  'POST /api/v1/exceptions/:id/reject': {
    ask: ({ spareExceptionId }) => ({ params: { id: spareExceptionId }, body: { reason: 'no' } }),
  },
  'POST /api/v1/exceptions/:id/withdraw': {
    ask: ({ actingExceptionId }) => ({ params: { id: actingExceptionId }, body: { reason: 'not needed' } }),
    own: 409, // approved above
  },
  'POST /api/v1/exceptions/:id/revoke': {
    ask: ({ actingExceptionId }) => ({ params: { id: actingExceptionId }, body: { reason: 'gone' } }),
  },
  'POST /api/v1/exceptions/:id/extend': {
    ask: ({ spareActingExceptionId }) => ({
      params: { id: spareActingExceptionId },
      body: { reason: 'still', expiresAt: '2027-01-12T00:00:00Z' },
    }),
  },
  'GET /api/v1/hunts': {},
  'GET /api/v1/hunts/:id': { ask: byId('huntId') },
  'POST /api/v1/hunts': {
    ask: ({ agencyId }) => ({ body: { name: 'another hunt', query: 'root', agencyId } }),
    own: 201,
  },
  'PUT /api/v1/hunts/:id': {
    ask: ({ huntId }) => ({ params: { id: huntId }, body: { name: 'a better name', query: 'root' } }),
  },
  'DELETE /api/v1/hunts/:id': { ask: byId('huntId'), own: 204 },
  'PUT /api/v1/hunts/:id/schedule': {
    ask: ({ scheduledHuntId }) => ({ params: { id: scheduledHuntId }, body: { everyMinutes: 60 } }),
  },
  'GET /api/v1/hunts/:id/runs': { ask: byId('scheduledHuntId') },
  'DELETE /api/v1/hunts/:id/schedule': { ask: byId('scheduledHuntId'), own: 204 },
  'POST /api/v1/hunts/rule': {
    ask: () => ({ body: { query: 'user.name:root', title: 'Root' } }),
    global: 'only writes another way what it is given',
  },
  'POST /api/v1/hunts/export': {
    ask: () => ({ body: { query: 'Failed', from: '2026-11-20T00:00:00Z' } }),
    reads: true,
    alike: 'the desk of hunts holds no events here',
  },
  'POST /api/v1/hunts/run': {
    ask: () => ({ body: { query: 'Failed', from: '2026-11-20T00:00:00Z' } }),
    reads: true,
    alike: 'the desk of hunts holds no events here',
  },
  'POST /api/v1/hunts/summary': {
    ask: () => ({ body: { query: 'Failed', from: '2026-11-20T00:00:00Z' } }),
    reads: true,
  },
  'POST /api/v1/hunts/check': {
    ask: () => ({ body: { query: 'user.name: (' } }),
    reads: true,
    global: 'only says what is wrong with what it is given',
  },
  'GET /api/v1/hunts/fields': {
    ask: () => ({ query: { from: '2026-11-20T00:00:00Z' } }),
    alike: 'the desk of hunts holds no events here',
  },
  'POST /api/v1/rules/check': {
    ask: () => ({ body: { text: matrixRule('check'), events: [{ a: 'b' }] } }),
    reads: true,
    global: 'only says what it is given means',
  },
  'GET /api/v1/rules/facets': { global: HOUSE_RULES },
  'GET /api/v1/rules/reports/stats': { alike: 'no rule is in force here' },
  'GET /api/v1/rules/reports/noisy': { alike: 'no rule is in force here' },
  'GET /api/v1/rules/reports/dead': { alike: 'no rule is in force here' },
  'GET /api/v1/rules/reports/coverage': { alike: 'no rule is in force here' },
  'GET /api/v1/rules/reports/navigator': { alike: 'no rule is in force here' },
  'GET /api/v1/rules/reports/sights': { global: HOUSE_RULES },
  'GET /api/v1/rules/reports/sight': {
    ask: () => ({ query: { kind: 'office-pc' } }),
    global: HOUSE_RULES,
  },
  'POST /api/v1/rules/bulk/preview': {
    ask: () => ({ body: { ids: [MATRIX_RULE], state: 'test', why: 'look' } }),
    wholeTree: true,
    reads: true,
  },
  'POST /api/v1/rules/bulk': {
    ask: () => ({ body: { ids: [MATRIX_RULE], state: 'test', why: 'look' } }),
    own: 201,
    wholeTree: true,
  },
  'POST /api/v1/rules/imports/preview': {
    ask: ({ mark }) => ({ body: matrixRule(`import-${mark}`), type: 'application/yaml' }),
    wholeTree: true,
    reads: true,
  },
  'POST /api/v1/rules/imports': {
    ask: ({ mark }) => ({ body: matrixRule(`import-${mark}`), type: 'application/yaml' }),
    own: 201,
    wholeTree: true,
  },
  'GET /api/v1/rules/imports/:id': {
    ask: () => ({ params: { id: MATRIX_IMPORT } }),
    global: HOUSE_RULES,
  },
  'POST /api/v1/rules/:id/back-test': {
    ask: () => ({ params: { id: MATRIX_RULE }, body: { days: 1 } }),
    own: 201,
    alike: 'a job of whoever asks, cut to what they see',
  },
  'GET /api/v1/rules/content': { global: HOUSE_RULES },
  'GET /api/v1/rules/:id': { ask: () => ({ params: { id: MATRIX_RULE } }) },
  'GET /api/v1/rules/:id/versions': { ask: () => ({ params: { id: MATRIX_RULE } }), global: HOUSE_RULES },
  'GET /api/v1/rules/:id/versions/:number': {
    ask: () => ({ params: { id: MATRIX_RULE, number: 1 } }),
    global: HOUSE_RULES,
  },
  'GET /api/v1/rules/:id/diff': { ask: () => ({ params: { id: MATRIX_RULE } }), global: HOUSE_RULES },
  'POST /api/v1/rules': {
    ask: ({ mark }) => ({ body: { text: matrixRule(`rule-${mark}`), why: 'a hunt' } }),
    own: 201,
    wholeTree: true,
  },
  'POST /api/v1/rules/:id/versions': {
    ask: ({ mark }) => ({
      params: { id: MATRIX_RULE },
      body: { text: matrixRule(MATRIX_RULE, mark), why: 'wider' },
    }),
    own: 201,
    wholeTree: true,
  },
  'POST /api/v1/rules/:id/activate': {
    ask: () => ({ params: { id: MATRIX_RULE }, body: { version: 1, why: 'as it was' } }),
    wholeTree: true,
  },
  'POST /api/v1/rules/:id/state': {
    ask: () => ({ params: { id: MATRIX_RULE }, body: { state: 'test', why: 'look' } }),
    wholeTree: true,
  },
  'PUT /api/v1/rules/:id/scopes': {
    ask: ({ agentId }) => ({
      params: { id: MATRIX_RULE },
      body: { agentId, on: false, reason: 'quiet here' },
    }),
  },
  'DELETE /api/v1/rules/:id/scopes/:scopeId': {
    ask: ({ ruleScopeId }) => ({ params: { id: MATRIX_RULE, scopeId: ruleScopeId } }),
    own: 204,
  },
  'GET /api/v1/jobs': {},
  'GET /api/v1/jobs/:id': { ask: byId('jobId') },
  'POST /api/v1/jobs/:id/cancel': { ask: byId('jobId'), own: 409 }, // approved, it ran at once
  'POST /api/v1/jobs/:id/undo': {
    ask: ({ jobId }) => ({ params: { id: jobId }, body: { reason: 'a mistake' } }),
    own: 409, // it did nothing
  },
  'POST /api/v1/jobs/:id/approve': {
    ask: ({ jobId }) => ({ params: { id: jobId }, body: { reason: 'right' } }),
  },
  'POST /api/v1/jobs/:id/reject': {
    ask: ({ jobId }) => ({ params: { id: jobId }, body: { reason: 'wrong' } }),
    own: 409,
  },
  'POST /api/v1/alerts/bulk/preview': {
    ask: ({ alertId }) => ({ body: { ids: [alertId], act: { state: 'acknowledged' }, reason: 'noise' } }),
    other: 'hidden',
  },
  'POST /api/v1/alerts/bulk': {
    ask: ({ alertId }) => ({ body: { ids: [alertId], act: { state: 'acknowledged' }, reason: 'noise' } }),
    own: 201,
    other: 'hidden',
  },
  'GET /api/v1/roles': { global: 'what a role may is the same everywhere' },
  'GET /api/v1/users': {},
  'POST /api/v1/users': {
    ask: ({ agencyId }) => ({ body: { username: 'someone.new', role: 'analyst', agencyId } }),
    own: 201,
  },
  'PATCH /api/v1/users/:username': {
    ask: ({ username }) => ({ params: { username }, body: { displayName: 'Nguyễn Văn An' } }),
    own: 204,
  },
  'POST /api/v1/users/:username/reset': { ask: ({ username }) => ({ params: { username } }), own: 201 },
  'DELETE /api/v1/users/:username/sessions': { ask: ({ username }) => ({ params: { username } }) },
  'DELETE /api/v1/users/:username/second-factor': {
    ask: ({ username }) => ({ params: { username } }),
    own: 204,
  },
  'PUT /api/v1/users/:username/identity': {
    ask: ({ username }) => ({ params: { username }, body: { subject: `subject of ${username}` } }),
    own: 204,
  },
  'DELETE /api/v1/users/:username/identity': { ask: ({ username }) => ({ params: { username } }), own: 204 },
  'GET /api/v1/oidc/groups': { wholeTree: true },
  'POST /api/v1/oidc/groups/effect': { ask: () => ({ body: { groups: [] } }), wholeTree: true, reads: true },
  'POST /api/v1/oidc/groups/try': {
    ask: () => ({ body: { claims: { sub: 'an', groups: ['soc'] } } }),
    wholeTree: true,
    reads: true,
  },
  'PUT /api/v1/oidc/groups': { ask: () => ({ body: { groups: [] } }), wholeTree: true },
  'GET /api/v1/api-tokens': {},
  'POST /api/v1/api-tokens': {
    ask: ({ agencyId }) => ({ body: { role: 'api', permissions: ['alert:read'], agencyId } }),
    own: 201,
  },
  'DELETE /api/v1/api-tokens/:id': { ask: byId('apiTokenId'), own: 204 },
  'GET /api/v1/notifications/channels': {},
  'GET /api/v1/notifications/channels/:id': { ask: byId('channelId') },
  'POST /api/v1/notifications/channels': {
    ask: ({ agencyId }) => ({
      body: {
        name: 'another channel',
        settings: { kind: 'syslog', target: 'syslog+tls://siem.example.vn:6514' },
        agencyId,
      },
    }),
    own: 201,
  },
  'POST /api/v1/notifications/channels/:id/test': { ask: byId('channelId') },
  'DELETE /api/v1/notifications/channels/:id': { ask: byId('spareChannelId'), own: 204 },
  'PATCH /api/v1/notifications/channels/:id': {
    ask: ({ channelId }) => ({ params: { id: channelId }, body: { windowMs: 0 } }),
  },
  'GET /api/v1/notifications/rosters': {},
  'GET /api/v1/notifications/rosters/:id': { ask: byId('rosterId') },
  'GET /api/v1/notifications/rosters/:id/on-duty': { ask: byId('rosterId') },
  'GET /api/v1/notifications/rosters/:id/turns': { ask: byId('rosterId') },
  'POST /api/v1/notifications/rosters': {
    ask: ({ agencyId }) => ({ body: { name: 'another roster', agencyId, settings: ROSTER } }),
    own: 201,
  },
  'PUT /api/v1/notifications/rosters/:id': {
    ask: ({ rosterId, agencyId }) => ({
      params: { id: rosterId },
      body: { name: `roster of ${agencyId}`, agencyId, settings: ROSTER },
    }),
  },
  'DELETE /api/v1/notifications/rosters/:id': { ask: byId('spareRosterId'), own: 204 },
  'GET /api/v1/notifications/escalations': {},
  'GET /api/v1/notifications/escalations/:id': { ask: byId('escalationId') },
  'POST /api/v1/notifications/escalations': {
    ask: ({ agencyId, channelId }) => ({
      body: { name: 'another one', agencyId, settings: { steps: [{ afterMinutes: 0, channelId }] } },
    }),
    own: 201,
  },
  'PUT /api/v1/notifications/escalations/:id': {
    ask: ({ escalationId, agencyId, channelId }) => ({
      params: { id: escalationId },
      body: {
        name: `ladder of ${agencyId}`,
        agencyId,
        settings: { steps: [{ afterMinutes: 5, channelId }] },
      },
    }),
  },
  'DELETE /api/v1/notifications/escalations/:id': { ask: byId('spareEscalationId'), own: 204 },
  'GET /api/v1/notifications/messages': { alike: 'nothing was told yet' },
  'POST /api/v1/notifications/messages/:id/retry': {
    ask: () => ({ params: { id: 'e0f2c1d4-5b6a-4c7d-8e9f-001122334455' } }),
    own: 404, // nothing was told yet
  },
  'GET /api/v1/join-tokens': {},
  'GET /api/v1/join-tokens/:id/uses': { ask: byId('joinTokenId') },
  'GET /api/v1/ledger': { global: 'no records were told of yet' },
  'GET /api/v1/me': { global: 'of oneself' },
  'GET /api/v1/demonstration': { global: 'of the collector' },
  'POST /api/v1/demonstration': { ask: () => ({ body: {} }), own: 409, peopleOnly: true, wholeTree: true },
  'DELETE /api/v1/demonstration': { own: 409, peopleOnly: true, wholeTree: true },
  'GET /api/v1/overview': {},
  'GET /api/v1/overview/watch': {},
  'GET /api/v1/clickhouse': {
    ask: () => ({ query: { query: 'SELECT * FROM agencies() FORMAT JSON' } }),
  },
  'POST /api/v1/clickhouse': {
    ask: () => ({ body: 'SELECT * FROM agencies() FORMAT JSON', type: 'text/plain' }),
    reads: true,
  },
  'GET /api/v1/feed/operations': {},
  'GET /api/v1/policies': { global: 'groups are of no agency' },
  'GET /api/v1/policies/:group/:version': {
    ask: () => ({ params: { group: 'servers', version: 1 } }),
    global: 'groups are of no agency',
  },
  'GET /api/v1/policy-status': {},
  'GET /api/v1/releases': { global: 'releases are the same for all agencies' },
  'GET /api/v1/update-rollouts': { global: 'a release is let out to all agencies' },
  'GET /api/v1/update-status': {},
  'GET /api/v1/posture/checks': {},
  'GET /api/v1/posture/hosts': {},
  'GET /api/v1/posture/policies': { global: 'policies are the same for all agencies' },
  'GET /api/v1/host-facts': {},
  'GET /api/v1/silences': { alike: 'nobody is silent yet' },
  'GET /api/v1/vulnerabilities': {},
  'GET /api/v1/vulnerabilities/export': {},
  'GET /api/v1/vulnerabilities/facets': {},
  'GET /api/v1/vulnerabilities/hosts': {},
  'GET /api/v1/vulnerabilities/feeds': { global: 'hosts of all agencies are matched with feeds' },
  'GET /api/v1/vulnerabilities/cves/:id': { ask: byId('cve') },
  'POST /api/v1/vulnerabilities/import': {
    ask: () => ({
      query: { dryRun: 'true' },
      type: 'text/csv',
      body: 'cve,epss,percentile\nCVE-2024-6387,0.5,0.9\n#',
    }),
    own: 400, // it does not say of which day it is
    wholeTree: true,
  },
  'GET /api/v1/probes': { global: 'no system is probed yet' },
  'GET /api/v1/quotas': {},
  'GET /api/v1/reports': {},
  'GET /api/v1/reports/deadlines': {},
  'GET /api/v1/reports/preview': {
    ask: ({ agencyId }) => ({ query: { kind: 'monthly', period: '2026-08', format: 'json', agencyId } }),
  },
  'GET /api/v1/reports/:id': { ask: byId('reportId') },
  'GET /api/v1/reports/:id/history': { ask: byId('reportId') },
  'GET /api/v1/reports/:id/file': {
    ask: ({ reportId }) => ({ params: { id: reportId }, query: { format: 'json' } }),
  },
  'GET /api/v1/exchange/links': {},
  'GET /api/v1/exchange/links/:id': { ask: byId('linkId') },
  'POST /api/v1/exchange/links': {
    ask: ({ agencyId }) => ({
      body: {
        name: 'another link',
        agencyId,
        settings: { variant: 'soap-2026', organisation: { id: '000.00.00.H01', name: 'x' } },
      },
    }),
    own: 201,
  },
  'PATCH /api/v1/exchange/links/:id': {
    ask: ({ linkId }) => ({ params: { id: linkId }, body: { enabled: false } }),
  },
  'DELETE /api/v1/exchange/links/:id': { ask: byId('spareLinkId'), own: 204 },
  'POST /api/v1/exchange/links/:id/test': { ask: byId('linkId') },
  'POST /api/v1/exchange/links/:id/documents': {
    ask: ({ linkId }) => ({ params: { id: linkId }, body: {} }),
  },
  'GET /api/v1/exchange/documents': {},
  'GET /api/v1/exchange/documents/:id': { ask: byId('documentId') },
  'GET /api/v1/exchange/documents/:id/content': { ask: byId('documentId'), personal: true },
  'GET /api/v1/exchange/documents/:id/receipt': { ask: byId('refusedDocumentId') },
  'POST /api/v1/exchange/documents/:id/retry': { ask: byId('documentId') },
  'POST /api/v1/exchange/documents/:id/cancel': { ask: byId('spareDocumentId') },
  'POST /api/v1/exchange/documents/:id/carried': {
    ask: ({ documentId }) => ({ params: { id: documentId }, body: { note: 'by hand' } }),
  },
  'POST /api/v1/exchange/validate': {
    ask: () => ({ body: { document: '<a/>' } }),
    global: 'nothing of anybody is in it',
    reads: true,
  },
  'POST /api/v1/inspection-packs/jobs': {
    ask: ({ systemId }) => ({ body: { asOf: '2026-11-22', systemId, dryRun: true } }),
    reads: true,
    alike: 'no papers are kept of either',
  },
  'GET /api/v1/inspection-packs/:id': { ask: byId('packId') },
  'DELETE /api/v1/inspection-packs/:id': { ask: byId('sparePackId'), own: 204 },
  'POST /api/v1/inspection-packs': {
    ask: ({ systemId }) => ({ body: { asOf: '2026-11-22', systemId } }),
  },
  'POST /api/v1/reports': {
    ask: ({ agencyId }) => ({ body: { kind: 'monthly', period: '2026-07', agencyId } }),
    own: 201,
  },
  'POST /api/v1/reports/:id/lock': {
    ask: ({ lockableReportId }) => ({ params: { id: lockableReportId }, body: {} }),
  },
  'POST /api/v1/reports/:id/amend': {
    ask: ({ reportId }) => ({ params: { id: reportId }, body: { reason: 'a mistake' } }),
    own: 409, // not locked yet
  },
  'POST /api/v1/reports/:id/signed': {
    ask: ({ reportId }) => ({ params: { id: reportId }, body: '%PDF', type: 'application/pdf' }),
    own: 409, // not locked yet
  },
  'POST /api/v1/reports/:id/sent': {
    ask: ({ reportId }) => ({
      params: { id: reportId },
      body: { number: '1/BC', on: '2026-11-20', channel: 'email', sha256: 'ab'.repeat(32) },
    }),
    own: 409, // not locked yet
  },
  'GET /api/v1/requests': {},
  'GET /api/v1/requests/export': {},
  'GET /api/v1/requests/overdue': {},
  'GET /api/v1/requests/office': {},
  'GET /api/v1/requests/templates': { global: 'texts are the same for all' },
  'GET /api/v1/requests/:id': { ask: byId('requestId') },
  'GET /api/v1/requests/:id/history': { ask: byId('requestId') },
  'GET /api/v1/requests/:id/dispatch': { ask: byId('requestId') },
  'POST /api/v1/requests': { ask: ({ alertId }) => ({ body: { alertIds: [alertId] } }), own: 201 },
  'PATCH /api/v1/requests/:id': {
    ask: ({ draftId }) => ({ params: { id: draftId }, body: { title: 'Kiểm tra máy' } }),
  },
  'POST /api/v1/requests/:id/links': {
    ask: ({ requestId }) => ({ params: { id: requestId }, body: { days: 7 } }),
    own: 201,
  },
  'DELETE /api/v1/requests/:id/links': { ask: byId('requestId'), own: 204 },
  'POST /api/v1/requests/:id/send': { ask: ({ draftId }) => ({ params: { id: draftId }, body: {} }) },
  'POST /api/v1/requests/:id/seen': { ask: byId('requestId') },
  'POST /api/v1/requests/:id/answer': {
    ask: ({ requestId }) => ({
      params: { id: requestId },
      body: { name: 'Minh', steps: [{ step: 1, outcome: 'done' }] },
    }),
  },
  'POST /api/v1/requests/:id/accept': {
    ask: ({ requestId }) => ({ params: { id: requestId }, body: {} }),
    own: 409, // not answered yet
  },
  'POST /api/v1/requests/:id/return': {
    ask: ({ requestId }) => ({ params: { id: requestId }, body: { reason: 'not enough' } }),
    own: 409, // not answered yet
  },
  'POST /api/v1/requests/:id/cancel': {
    ask: ({ draftId }) => ({ params: { id: draftId }, body: { reason: 'a mistake' } }),
  },
  'PUT /api/v1/requests/office': {
    ask: () => ({
      body: {
        superior: 'UBND tỉnh',
        name: 'Sở Y tế',
        symbol: 'SYT-VP',
        place: 'An Giang',
        capacity: ['GIÁM ĐỐC'],
        signer: 'Nguyễn Văn An',
        copies: [],
        archive: 'VT',
        contact: '',
      },
    }),
  },
  'POST /api/v1/requests/bulk/preview': {
    ask: ({ alertId }) => ({ body: { ids: [alertId], reason: 'asked' } }),
    other: 'hidden',
  },
  'POST /api/v1/requests/bulk': {
    ask: ({ alertId }) => ({ body: { ids: [alertId], reason: 'asked' } }),
    own: 201,
    other: 'hidden',
  },
  'GET /api/v1/response-authorisations': {},
  'GET /api/v1/response-authorisations/:id': { ask: byId('authorisationId') },
  'POST /api/v1/response-authorisations': {
    ask: ({ agencyId }) => ({
      body: {
        agencyId,
        title: 'Ủy quyền ban đêm',
        signer: 'Giám đốc',
        documentSha256: 'ab'.repeat(32),
        validFrom: '2026-11-01T00:00:00Z',
        validTo: '2027-11-01T00:00:00Z',
        rules: ['rule-1'],
      },
    }),
    own: 201,
    peopleOnly: true,
  },
  'POST /api/v1/response-authorisations/:id/approve': {
    ask: ({ authorisationId }) => ({ params: { id: authorisationId }, body: {} }),
  },
  'POST /api/v1/response-authorisations/:id/reject': {
    ask: ({ authorisationId }) => ({ params: { id: authorisationId }, body: {} }),
    own: 409, // approved above
  },
  'POST /api/v1/response-authorisations/:id/resume': {
    ask: ({ authorisationId }) => ({ params: { id: authorisationId }, body: {} }),
    own: 409, // it has not stopped
  },
  'POST /api/v1/response-authorisations/:id/revoke': {
    ask: ({ authorisationId }) => ({ params: { id: authorisationId }, body: { reason: 'over' } }),
  },
  'POST /api/v1/responses/bulk/preview': {
    ask: ({ agentId }) => ({
      body: { agentIds: [agentId], command: { action: 'collect-bundle' }, reason: 'alert 81' },
    }),
    other: 'hidden',
  },
  'POST /api/v1/responses/bulk': {
    ask: ({ agentId }) => ({
      body: { agentIds: [agentId], command: { action: 'collect-bundle' }, reason: 'alert 81' },
    }),
    own: 201,
    other: 'hidden',
  },
  'GET /api/v1/responses': {},
  'GET /api/v1/responses/:id': { ask: byId('responseId') },
  'GET /api/v1/retention': {},
  'GET /api/v1/retention/deletions': { wholeTree: true },
  'GET /api/v1/retention/proofs': { global: 'nothing was proved yet' },
  'GET /api/v1/retention/runs/current': { global: 'of the watch post' },
  'GET /api/v1/rules': { global: 'rules are the same for all' },
  'GET /api/v1/same-hosts': {},
  'GET /api/v1/systems': {},
  'PATCH /api/v1/alerts/:id': {
    ask: ({ alertId }) => ({ params: { id: alertId }, body: { state: 'acknowledged' } }),
  },
  'PATCH /api/v1/systems/:id': { ask: ({ systemId }) => ({ params: { id: systemId }, body: { level: 2 } }) },
  'POST /api/v1/agents/approve': { ask: ({ agentId }) => ({ body: { ids: [agentId] } }), other: 'hidden' },
  'POST /api/v1/agents/move': {
    ask: ({ agentId, agencyId }) => ({ body: { ids: [agentId], agencyId } }),
    other: 'hidden',
  },
  'POST /api/v1/agents/revoke': {
    ask: ({ spareAgentId }) => ({ body: { ids: [spareAgentId], reason: 'lost' } }),
    other: 'hidden',
  },
  'POST /api/v1/bandwidth-caps': {
    ask: ({ agencyId }) => ({
      body: {
        agencyId,
        prefix: null,
        fromHour: 1,
        toHour: 2,
        timeZone: 'Asia/Ho_Chi_Minh',
        bytesPerSecond: 50_000,
      },
    }),
    own: 201,
  },
  'PUT /api/v1/bandwidth-caps/:id': {
    ask: ({ capId }) => ({
      params: { id: capId },
      body: { fromHour: 8, toHour: 17, timeZone: 'Asia/Ho_Chi_Minh', bytesPerSecond: 20_000 },
    }),
  },
  'DELETE /api/v1/bandwidth-caps/:id': { ask: byId('capId'), own: 204 },
  'POST /api/v1/holds': {
    ask: ({ agentId }) => ({ body: { subject: { kind: 'agent', agentId }, reason: 'case 7' } }),
    own: 201,
  },
  'POST /api/v1/holds/:id/release': {
    ask: ({ holdId }) => ({ params: { id: holdId }, body: { reason: 'over' } }),
  },
  'POST /api/v1/join-tokens': { ask: ({ agencyId }) => ({ body: { agencyId } }), own: 201 },
  'GET /api/v1/installed': {},
  'GET /api/v1/installed/machines': {},
  'GET /api/v1/installed/refusals': {},
  'GET /api/v1/installed/export': { ask: () => ({ query: { lang: 'vi' } }) },
  'POST /api/v1/installed/import': {
    ask: ({ agencyId, mark }) => ({
      query: { dryRun: 'true', agencyId: String(agencyId) },
      type: 'text/csv',
      body: `Tên máy;Vị trí\r\nmore;${mark}\r\n`,
    }),
  },
  'PUT /api/v1/installed/counts': {
    ask: ({ agencyId }) => ({ body: { agencyId, machines: 12, source: 'stock-taking' } }),
    own: 204,
  },
  'DELETE /api/v1/installed/machines/:id': { ask: byId('machineId'), own: 204 },
  'GET /api/v1/packages': { global: 'packages are the same for all agencies' },
  'POST /api/v1/install-commands': {
    ask: ({ agencyId }) => ({ body: { agencyId, url: 'https://soc.tinh.example:8443' } }),
    own: 201,
  },
  'DELETE /api/v1/join-tokens/:id': { ask: byId('joinTokenId'), own: 204 },
  'GET /api/v1/people-policy': { global: 'the same is asked of all people' },
  'PUT /api/v1/people-policy': {
    ask: () => ({ body: { secondFactorRoles: [], idleMinutes: 60, absoluteHours: 12 } }),
    wholeTree: true,
  },
  'GET /api/v1/notifications/personal': { global: 'of oneself', peopleOnly: true },
  'PUT /api/v1/notifications/personal': {
    ask: () => ({ body: { about: 'mentions' } }),
    global: 'of oneself',
    peopleOnly: true,
  },
  'GET /api/v1/sessions': { global: 'of oneself', peopleOnly: true },
  'DELETE /api/v1/sessions/:id': { ask: () => ({ params: { id: 'none' } }), global: 'of oneself', own: 404 },
  'POST /api/v1/second-factor': { global: 'of oneself', own: 201 },
  'POST /api/v1/second-factor/confirm': {
    ask: () => ({ body: { code: '00000a' } }),
    global: 'of oneself',
    own: 400,
  },
  'DELETE /api/v1/second-factor': { global: 'of oneself', own: 204 },
  'POST /api/v1/step-up': {
    ask: () => ({ body: { password: 'not-this-one-at-all' } }),
    global: 'of oneself',
    own: 400,
  },
  'POST /api/v1/oidc/step-up': {
    ask: () => ({ body: {} }),
    global: 'of oneself',
    own: 403, // who signed in with a password proves it again with one
  },
  'POST /api/v1/oidc/logout': { global: 'of oneself' },
  'POST /api/v1/logout': { global: 'of oneself', own: 204 },
  'POST /api/v1/password': {
    ask: () => ({ body: { current: 'not-this-one-at-all', next: 'quite-another-phrase' } }),
    global: 'of oneself',
    own: 400,
  },
  'POST /api/v1/releases/:version/withdraw': {
    ask: () => ({ params: { version: '9.9.9' } }),
    own: 404,
    wholeTree: true,
  },
  'POST /api/v1/update-rollouts': {
    ask: () => ({ body: { version: '9.9.9' } }),
    own: 404,
    wholeTree: true,
    peopleOnly: true,
  },
  'POST /api/v1/update-rollouts/:id/start': { ...NO_ROLLOUT, peopleOnly: true },
  'POST /api/v1/update-rollouts/:id/resume': { ...NO_ROLLOUT, peopleOnly: true },
  'POST /api/v1/update-rollouts/:id/pause': NO_ROLLOUT,
  'POST /api/v1/update-rollouts/:id/halt': NO_ROLLOUT,
  'POST /api/v1/update-rollouts/:id/end': NO_ROLLOUT,
  'POST /api/v1/policies': {
    ask: () => ({ body: { group: 'servers', document: {}, dryRun: true } }),
    wholeTree: true,
  },
  'POST /api/v1/policies/:group/rollback': {
    ask: () => ({ params: { group: 'servers' }, body: { to: 1 } }),
    wholeTree: true,
  },
  'POST /api/v1/policies/:group/rollout': {
    ask: () => ({ params: { group: 'servers' }, body: { percent: 100 } }),
    wholeTree: true,
  },
  'PUT /api/v1/agent-groups/:group/profile': {
    ask: () => ({ params: { group: 'servers' }, body: { profile: 'always' } }),
    wholeTree: true,
  },
  'POST /api/v1/quotas': {
    ask: ({ agencyId }) => ({ body: { agencyId, perAgent: true, eventsPerSecond: 10 } }),
    own: 201,
  },
  'PUT /api/v1/quotas/:id': {
    ask: ({ quotaId }) => ({ params: { id: quotaId }, body: { eventsPerSecond: 7 } }),
  },
  'DELETE /api/v1/quotas/:id': { ask: byId('quotaId'), own: 204 },
  'POST /api/v1/responses': {
    ask: ({ agentId }) => ({
      body: { agentId, command: { action: 'isolate', durationMs: 60_000 }, reason: 'alert 81' },
    }),
    own: 201,
  },
  'POST /api/v1/responses/:id/approve': {
    ask: ({ responseId }) => ({ params: { id: responseId }, body: { reason: 'right' } }),
  },
  'POST /api/v1/responses/:id/reject': {
    ask: ({ responseId }) => ({ params: { id: responseId }, body: { reason: 'wrong' } }),
    own: 409, // approved above
  },
  'POST /api/v1/retention/runs': { ask: () => ({ body: { dryRun: true } }), wholeTree: true, own: 202 },
  'POST /api/v1/same-hosts/accept': {
    ask: ({ newAgentId }) => ({ body: { ids: [newAgentId] } }),
    other: 'hidden',
  },
  'POST /api/v1/same-hosts/reject': {
    ask: ({ newAgentId }) => ({ body: { ids: [newAgentId] } }),
    other: 'hidden',
  },
  'POST /api/v1/systems': {
    ask: ({ agencyId }) => ({ body: { name: `another of ${agencyId}`, agencyId } }),
    own: 201,
  },
  'POST /api/v1/systems/:id/hosts': {
    ask: ({ systemId, agentId }) => ({ params: { id: systemId }, body: { agentIds: [agentId] } }),
  },
  'POST /api/v1/systems/:id/hosts/remove': {
    ask: ({ systemId, agentId }) => ({ params: { id: systemId }, body: { agentIds: [agentId] } }),
  },
  'PUT /api/v1/retention/budgets': {
    ask: ({ agencyId }) => ({ body: { agencyId, eventsPerDay: 1_000, bytesPerDay: null } }),
  },
  'PUT /api/v1/retention/months': {
    ask: () => ({ body: { basis: 'vn-2026/3', months: 12 } }),
    wholeTree: true,
  },
};

/** Routes without a permission of their own: who may ask is decided in them, or anybody may. */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  'GET /*',
  // Packages, for hosts that have no identity yet.
  'GET /agent/v1/packages/:name',
  'GET /agent/v1/rotation',
  // Signed with an agent's key, of that agent alone.
  'GET /agent/v1/update/payload/:sha256',
  'POST /agent/v1/update',
  'GET /api/v1/openapi.json',
  'GET /healthz',
  'GET /readyz',
  'GET /tra-loi',
  'GET /tra-loi/:token',
  'POST /agent/v1/enrol',
  // Told with a join token, of that token's agency alone.
  'POST /agent/v1/refusal',
  'POST /api/v1/invitations/accept',
  'POST /api/v1/invitations/look',
  'POST /api/v1/login',
  'POST /api/v1/notifications/acknowledge',
  'POST /tra-loi',
  'POST /api/v1/oidc/back-channel-logout',
  'GET /api/v1/oidc',
  'GET /api/v1/oidc/callback',
  'GET /api/v1/oidc/start',
]);
