import rateLimitPlugin from '@fastify/rate-limit';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roleSchema } from '../../../collector/api/contract.ts';
import { PERMISSIONS } from '../../../collector/api/permissions.ts';
import { API_LIMITS, type ApiServer } from '../../../collector/api/dependencies.ts';
import { addGuard } from '../../../collector/api/guard.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import {
  addUser,
  alertOf,
  bearer,
  buildWorld,
  eventOf,
  PASSWORD,
  signIn,
  type World,
  alertState,
  putAlerts,
} from './api-fixture.ts';

const ROLES = roleSchema.options;
let world: World;

beforeAll(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 10_000, refusedPerMinute: 10_000 } });
  for (const role of ROLES) await addUser(world, role, role);
  await addUser(world, 'fresh', 'administrator', true);
});
afterAll(() => world.close());

const urlOf = (url: string): string => url.replace(':id', 'none').replace('*', 'index');
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

describe('routes', () => {
  it('are all declared, and the table is the whole contract', () => {
    expect(
      world.app.declaredRoutes.map((route) => `${route.method} ${route.url} ${route.access}`).sort(),
    ).toEqual([
      'DELETE /api/v1/agencies/:id/calendar agency:write',
      'DELETE /api/v1/agencies/:id/codes/:codeId agency:write',
      'DELETE /api/v1/agents/:id/baseline-approvals/:partId agent:write',
      'DELETE /api/v1/alert-views/:id alert:read',
      'DELETE /api/v1/alerts/:id/watch alert:read',
      'DELETE /api/v1/api-tokens/:id api-token:write',
      'DELETE /api/v1/bandwidth-caps/:id bandwidth:write',
      'DELETE /api/v1/cases/:id/alerts/:partId case:write',
      'DELETE /api/v1/cases/:id/events/:partId case:write',
      'DELETE /api/v1/cases/:id/items/:partId case:write',
      'DELETE /api/v1/cases/:id/links/:other case:write',
      'DELETE /api/v1/cases/:id/timeline/:partId case:write',
      'DELETE /api/v1/cases/:id/watch case:read',
      'DELETE /api/v1/compliance/lists/:kind system:write',
      'DELETE /api/v1/compliance/overrides policy:write',
      'DELETE /api/v1/demonstration user:write',
      'DELETE /api/v1/exchange/links/:id exchange:write',
      'DELETE /api/v1/hunts/:id hunt:save',
      'DELETE /api/v1/hunts/:id/schedule hunt:save',
      'DELETE /api/v1/indicators/allowed/:id indicator:write',
      'DELETE /api/v1/inspection-packs/:id inspection:read',
      'DELETE /api/v1/installed/machines/:id agent:write',
      'DELETE /api/v1/join-tokens/:id join-token:write',
      'DELETE /api/v1/notifications/channels/:id notify:write',
      'DELETE /api/v1/notifications/escalations/:id notify:write',
      'DELETE /api/v1/notifications/rosters/:id notify:write',
      'DELETE /api/v1/quotas/:id quota:write',
      'DELETE /api/v1/requests/:id/links request:write',
      'DELETE /api/v1/rules/:id/scopes/:scopeId rule:write',
      'DELETE /api/v1/second-factor self',
      'DELETE /api/v1/sessions/:id self',
      'DELETE /api/v1/systems/:id/rules/:ruleId system:write',
      'DELETE /api/v1/users/:username/identity user:write',
      'DELETE /api/v1/users/:username/second-factor user:write',
      'DELETE /api/v1/users/:username/sessions user:write',
      'GET /* public',
      'GET /agent/v1/packages/:name public',
      'GET /agent/v1/rotation public',
      'GET /agent/v1/update/payload/:sha256 enrol',
      'GET /api/v1/agencies agency:read',
      'GET /api/v1/agencies/:id agency:read',
      'GET /api/v1/agencies/:id/calendar agency:read',
      'GET /api/v1/agencies/:id/calendar/days agency:read',
      'GET /api/v1/agencies/:id/offices system:read',
      'GET /api/v1/agencies/:id/responsible agency:read',
      'GET /api/v1/agencies/export agency:read',
      'GET /api/v1/agency-changes agency:read',
      'GET /api/v1/agency-changes/:id agency:read',
      'GET /api/v1/agent-groups agent:read',
      'GET /api/v1/agents agent:read',
      'GET /api/v1/agents/:id agent:read',
      'GET /api/v1/agents/:id/baseline-approvals event:read',
      'GET /api/v1/agents/:id/inventory event:read',
      'GET /api/v1/agents/:id/inventory/diff event:read',
      'GET /api/v1/agents/:id/load event:read',
      'GET /api/v1/agents/:id/posture event:read',
      'GET /api/v1/agents/:id/tags agent:read',
      'GET /api/v1/agents/:id/vulnerabilities vulnerability:read',
      'GET /api/v1/alert-views alert:read',
      'GET /api/v1/alerts alert:read',
      'GET /api/v1/alerts/:id alert:read',
      'GET /api/v1/alerts/:id/cases case:read',
      'GET /api/v1/alerts/:id/history alert:read',
      'GET /api/v1/alerts/:id/notes alert:read',
      'GET /api/v1/alerts/export alert:read',
      'GET /api/v1/alerts/facets alert:read',
      'GET /api/v1/api-tokens api-token:read',
      'GET /api/v1/audit audit:read',
      'GET /api/v1/audit/export audit:read',
      'GET /api/v1/audit/head audit:read',
      'GET /api/v1/bandwidth-caps bandwidth:read',
      'GET /api/v1/calendars agency:read',
      'GET /api/v1/case-proposals case:read',
      'GET /api/v1/case-rules case:read',
      'GET /api/v1/cases case:read',
      'GET /api/v1/cases/:id case:read',
      'GET /api/v1/cases/:id/alerts case:read',
      'GET /api/v1/cases/:id/attachments case:read',
      'GET /api/v1/cases/:id/attachments/:partId case:read',
      'GET /api/v1/cases/:id/chain case:read',
      'GET /api/v1/cases/:id/clocks case:read',
      'GET /api/v1/cases/:id/events case:read',
      'GET /api/v1/cases/:id/history case:read',
      'GET /api/v1/cases/:id/incident case:read',
      'GET /api/v1/cases/:id/items case:read',
      'GET /api/v1/cases/:id/moves case:read',
      'GET /api/v1/cases/:id/notes case:read',
      'GET /api/v1/cases/:id/notices case:read',
      'GET /api/v1/cases/:id/notices/:partId/file case:read',
      'GET /api/v1/cases/:id/notices/preview case:read',
      'GET /api/v1/cases/:id/tasks case:read',
      'GET /api/v1/cases/:id/timeline case:read',
      'GET /api/v1/cases/:id/told case:read',
      'GET /api/v1/cases/facets case:read',
      'GET /api/v1/clickhouse feed:read',
      'GET /api/v1/compliance/assessments system:read',
      'GET /api/v1/compliance/assessments/controls system:read',
      'GET /api/v1/compliance/attestations system:read',
      'GET /api/v1/compliance/attestations/:id system:read',
      'GET /api/v1/compliance/attestations/:id/history system:read',
      'GET /api/v1/compliance/controls system:read',
      'GET /api/v1/compliance/criteria system:read',
      'GET /api/v1/compliance/documents system:read',
      'GET /api/v1/compliance/documents/:id system:read',
      'GET /api/v1/compliance/dossier-deadlines system:read',
      'GET /api/v1/compliance/dossier-findings system:read',
      'GET /api/v1/compliance/dossier-imports system:read',
      'GET /api/v1/compliance/gaps system:read',
      'GET /api/v1/compliance/lists system:read',
      'GET /api/v1/compliance/lists/:kind system:read',
      'GET /api/v1/compliance/mau-08 system:read',
      'GET /api/v1/compliance/overrides system:read',
      'GET /api/v1/compliance/profiles system:read',
      'GET /api/v1/compliance/snapshots system:read',
      'GET /api/v1/compliance/snapshots/:day system:read',
      'GET /api/v1/compliance/systems/:id/assessment system:read',
      'GET /api/v1/compliance/systems/:id/controls/:control system:read',
      'GET /api/v1/compliance/systems/:id/gaps/:control system:read',
      'GET /api/v1/compliance/systems/:id/hosts/:agentId system:read',
      'GET /api/v1/compliance/systems/:id/trend system:read',
      'GET /api/v1/demonstration self',
      'GET /api/v1/detections event:read',
      'GET /api/v1/dossiers/:id system:read',
      'GET /api/v1/dossiers/:id/answers system:read',
      'GET /api/v1/dossiers/:id/history system:read',
      'GET /api/v1/events event:read',
      'GET /api/v1/events/:id event:read',
      'GET /api/v1/events/export event:read',
      'GET /api/v1/exceptions exception:read',
      'GET /api/v1/exceptions/:id exception:read',
      'GET /api/v1/exceptions/:id/hidden exception:read',
      'GET /api/v1/exceptions/:id/history exception:read',
      'GET /api/v1/exchange/documents exchange:read',
      'GET /api/v1/exchange/documents/:id exchange:read',
      'GET /api/v1/exchange/documents/:id/content exchange:read',
      'GET /api/v1/exchange/documents/:id/receipt exchange:read',
      'GET /api/v1/exchange/links exchange:read',
      'GET /api/v1/exchange/links/:id exchange:read',
      'GET /api/v1/feed/operations feed:read',
      'GET /api/v1/handovers case:read',
      'GET /api/v1/handovers/:id case:read',
      'GET /api/v1/handovers/:id/print case:read',
      'GET /api/v1/holds hold:read',
      'GET /api/v1/host-facts agent:read',
      'GET /api/v1/hunts hunt:run',
      'GET /api/v1/hunts/:id hunt:run',
      'GET /api/v1/hunts/:id/runs hunt:run',
      'GET /api/v1/hunts/fields hunt:run',
      'GET /api/v1/indicators indicator:read',
      'GET /api/v1/indicators/:id indicator:read',
      'GET /api/v1/indicators/:id/sightings indicator:read',
      'GET /api/v1/indicators/allowed indicator:read',
      'GET /api/v1/indicators/export indicator:read',
      'GET /api/v1/indicators/sources indicator:read',
      'GET /api/v1/indicators/sources/:name indicator:read',
      'GET /api/v1/indicators/stix indicator:read',
      'GET /api/v1/inspection-packs/:id inspection:read',
      'GET /api/v1/installed agent:read',
      'GET /api/v1/installed/export agent:read',
      'GET /api/v1/installed/machines agent:read',
      'GET /api/v1/installed/refusals agent:read',
      'GET /api/v1/integrity/baselines event:read',
      'GET /api/v1/inventory/find event:read',
      'GET /api/v1/jobs live:read',
      'GET /api/v1/jobs/:id live:read',
      'GET /api/v1/join-tokens join-token:read',
      'GET /api/v1/join-tokens/:id/uses join-token:read',
      'GET /api/v1/ledger ledger:read',
      'GET /api/v1/me self',
      'GET /api/v1/notifications/channels notify:read',
      'GET /api/v1/notifications/channels/:id notify:read',
      'GET /api/v1/notifications/escalations notify:read',
      'GET /api/v1/notifications/escalations/:id notify:read',
      'GET /api/v1/notifications/messages notify:read',
      'GET /api/v1/notifications/personal self',
      'GET /api/v1/notifications/rosters notify:read',
      'GET /api/v1/notifications/rosters/:id notify:read',
      'GET /api/v1/notifications/rosters/:id/on-duty notify:read',
      'GET /api/v1/notifications/rosters/:id/turns notify:read',
      'GET /api/v1/oidc public',
      'GET /api/v1/oidc/callback public',
      'GET /api/v1/oidc/groups user:read',
      'GET /api/v1/oidc/start public',
      'GET /api/v1/openapi.json public',
      'GET /api/v1/overview overview:read',
      'GET /api/v1/overview/watch overview:read',
      'GET /api/v1/packages join-token:read',
      'GET /api/v1/people-policy user:read',
      'GET /api/v1/policies policy:read',
      'GET /api/v1/policies/:group/:version policy:read',
      'GET /api/v1/policy-status policy:read',
      'GET /api/v1/posture/checks event:read',
      'GET /api/v1/posture/hosts event:read',
      'GET /api/v1/posture/policies event:read',
      'GET /api/v1/probes event:read',
      'GET /api/v1/quotas quota:read',
      'GET /api/v1/releases policy:read',
      'GET /api/v1/reports report:read',
      'GET /api/v1/reports/:id report:read',
      'GET /api/v1/reports/:id/file report:read',
      'GET /api/v1/reports/:id/history report:read',
      'GET /api/v1/reports/deadlines report:read',
      'GET /api/v1/reports/preview report:read',
      'GET /api/v1/requests request:read',
      'GET /api/v1/requests/:id request:read',
      'GET /api/v1/requests/:id/dispatch request:read',
      'GET /api/v1/requests/:id/history request:read',
      'GET /api/v1/requests/export request:read',
      'GET /api/v1/requests/office request:read',
      'GET /api/v1/requests/overdue request:read',
      'GET /api/v1/requests/templates request:read',
      'GET /api/v1/response-authorisations response:read',
      'GET /api/v1/response-authorisations/:id response:read',
      'GET /api/v1/responses response:read',
      'GET /api/v1/responses/:id response:read',
      'GET /api/v1/retention retention:read',
      'GET /api/v1/retention/deletions retention:read',
      'GET /api/v1/retention/proofs retention:read',
      'GET /api/v1/retention/runs/current retention:read',
      'GET /api/v1/roles role:read',
      'GET /api/v1/rules rule:read',
      'GET /api/v1/rules/:id rule:read',
      'GET /api/v1/rules/:id/diff rule:read',
      'GET /api/v1/rules/:id/versions rule:read',
      'GET /api/v1/rules/:id/versions/:number rule:read',
      'GET /api/v1/rules/content rule:read',
      'GET /api/v1/rules/facets rule:read',
      'GET /api/v1/rules/imports/:id rule:read',
      'GET /api/v1/rules/reports/coverage rule:read',
      'GET /api/v1/rules/reports/dead rule:read',
      'GET /api/v1/rules/reports/navigator rule:read',
      'GET /api/v1/rules/reports/noisy rule:read',
      'GET /api/v1/rules/reports/sight rule:read',
      'GET /api/v1/rules/reports/sights rule:read',
      'GET /api/v1/rules/reports/stats rule:read',
      'GET /api/v1/same-hosts agent:read',
      'GET /api/v1/sessions self',
      'GET /api/v1/silences agent:read',
      'GET /api/v1/stream live:read',
      'GET /api/v1/system-health metrics:read',
      'GET /api/v1/systems system:read',
      'GET /api/v1/systems/:id system:read',
      'GET /api/v1/systems/:id/dossiers system:read',
      'GET /api/v1/systems/:id/hosts system:read',
      'GET /api/v1/systems/:id/hosts/:agentId/why system:read',
      'GET /api/v1/systems/:id/rules system:read',
      'GET /api/v1/systems/export system:read',
      'GET /api/v1/update-rollouts policy:read',
      'GET /api/v1/update-status policy:read',
      'GET /api/v1/users user:read',
      'GET /api/v1/vulnerabilities vulnerability:read',
      'GET /api/v1/vulnerabilities/cves/:id vulnerability:read',
      'GET /api/v1/vulnerabilities/export vulnerability:read',
      'GET /api/v1/vulnerabilities/facets vulnerability:read',
      'GET /api/v1/vulnerabilities/feeds vulnerability:read',
      'GET /api/v1/vulnerabilities/hosts vulnerability:read',
      'GET /healthz public',
      'GET /metrics metrics',
      'GET /readyz public',
      'GET /tra-loi public',
      'GET /tra-loi/:token public',
      'PATCH /api/v1/agencies/:id agency:write',
      'PATCH /api/v1/agencies/:id/offices/:role compliance:write',
      'PATCH /api/v1/alert-views/:id alert:read',
      'PATCH /api/v1/alerts/:id alert:write',
      'PATCH /api/v1/cases/:id case:write',
      'PATCH /api/v1/cases/:id/incident case:write',
      'PATCH /api/v1/cases/:id/tasks/:partId case:write',
      'PATCH /api/v1/dossiers/:id compliance:write',
      'PATCH /api/v1/exchange/links/:id exchange:write',
      'PATCH /api/v1/indicators/:id indicator:write',
      'PATCH /api/v1/notifications/channels/:id notify:write',
      'PATCH /api/v1/requests/:id request:write',
      'PATCH /api/v1/systems/:id system:write',
      'PATCH /api/v1/users/:username user:write',
      'POST /agent/v1/enrol enrol',
      'POST /agent/v1/refusal enrol',
      'POST /agent/v1/update enrol',
      'POST /api/v1/agencies agency:write',
      'POST /api/v1/agencies/:id/calendar/days agency:write',
      'POST /api/v1/agencies/:id/codes agency:write',
      'POST /api/v1/agencies/:id/codes/:codeId/end agency:write',
      'POST /api/v1/agencies/import agency:write',
      'POST /api/v1/agency-changes agency:write',
      'POST /api/v1/agency-changes/:id/cancel agency:write',
      'POST /api/v1/agency-changes/:id/reverse agency:write',
      'POST /api/v1/agency-changes/:id/reverse/preview agency:write',
      'POST /api/v1/agency-changes/preview agency:write',
      'POST /api/v1/agents/:id/baseline-approvals agent:write',
      'POST /api/v1/agents/approve agent:write',
      'POST /api/v1/agents/move agent:write',
      'POST /api/v1/agents/revoke agent:write',
      'POST /api/v1/agents/tag agent:write',
      'POST /api/v1/alert-views alert:read',
      'POST /api/v1/alerts/:id/notes alert:write',
      'POST /api/v1/alerts/:id/unmask personal:unmask',
      'POST /api/v1/alerts/bulk alert:bulk',
      'POST /api/v1/alerts/bulk/preview alert:bulk',
      'POST /api/v1/api-tokens api-token:write',
      'POST /api/v1/bandwidth-caps bandwidth:write',
      'POST /api/v1/case-moves/:id/undo case:write',
      'POST /api/v1/cases case:write',
      'POST /api/v1/cases/:id/alerts case:write',
      'POST /api/v1/cases/:id/alerts/bulk case:write',
      'POST /api/v1/cases/:id/alerts/bulk/preview case:write',
      'POST /api/v1/cases/:id/attachments case:write',
      'POST /api/v1/cases/:id/attachments/:partId/delete case:write',
      'POST /api/v1/cases/:id/attachments/:partId/unmask personal:unmask',
      'POST /api/v1/cases/:id/checklist case:write',
      'POST /api/v1/cases/:id/clocks case:write',
      'POST /api/v1/cases/:id/clocks/:partId/meet case:write',
      'POST /api/v1/cases/:id/clocks/:partId/stop case:write',
      'POST /api/v1/cases/:id/close case:write',
      'POST /api/v1/cases/:id/events case:write',
      'POST /api/v1/cases/:id/export case:read',
      'POST /api/v1/cases/:id/items case:write',
      'POST /api/v1/cases/:id/links case:write',
      'POST /api/v1/cases/:id/merge case:write',
      'POST /api/v1/cases/:id/notes case:write',
      'POST /api/v1/cases/:id/notices case:write',
      'POST /api/v1/cases/:id/reopen case:write',
      'POST /api/v1/cases/:id/split case:write',
      'POST /api/v1/cases/:id/tasks case:write',
      'POST /api/v1/cases/:id/timeline case:write',
      'POST /api/v1/cases/:id/told case:write',
      'POST /api/v1/cases/:id/unmask personal:unmask',
      'POST /api/v1/clickhouse feed:read',
      'POST /api/v1/compliance/attestations compliance:write',
      'POST /api/v1/compliance/attestations/:id/decide compliance:write',
      'POST /api/v1/compliance/criteria/evaluation system:read',
      'POST /api/v1/compliance/documents compliance:write',
      'POST /api/v1/compliance/documents/:id/delete compliance:write',
      'POST /api/v1/compliance/dossier-imports compliance:write',
      'POST /api/v1/compliance/dossier-imports/:id/undo compliance:write',
      'POST /api/v1/compliance/mau-08/confirm compliance:write',
      'POST /api/v1/compliance/snapshots compliance:approve',
      'POST /api/v1/compliance/systems/:id/gaps/:control/request request:write',
      'POST /api/v1/demonstration user:write',
      'POST /api/v1/dossiers/:id/answers compliance:write',
      'POST /api/v1/events/:id/unmask personal:unmask',
      'POST /api/v1/exceptions exception:request',
      'POST /api/v1/exceptions/:id/approve exception:approve',
      'POST /api/v1/exceptions/:id/extend exception:approve',
      'POST /api/v1/exceptions/:id/raise alert:bulk',
      'POST /api/v1/exceptions/:id/raise/preview alert:bulk',
      'POST /api/v1/exceptions/:id/reject exception:approve',
      'POST /api/v1/exceptions/:id/revoke exception:approve',
      'POST /api/v1/exceptions/:id/simulate exception:request',
      'POST /api/v1/exceptions/:id/withdraw exception:request',
      'POST /api/v1/exceptions/simulate exception:request',
      'POST /api/v1/exchange/documents/:id/cancel exchange:write',
      'POST /api/v1/exchange/documents/:id/carried exchange:write',
      'POST /api/v1/exchange/documents/:id/retry exchange:write',
      'POST /api/v1/exchange/links exchange:write',
      'POST /api/v1/exchange/links/:id/documents exchange:write',
      'POST /api/v1/exchange/links/:id/test exchange:write',
      'POST /api/v1/exchange/validate exchange:read',
      'POST /api/v1/handovers case:write',
      'POST /api/v1/handovers/:id/acknowledge case:write',
      'POST /api/v1/handovers/preview case:write',
      'POST /api/v1/holds hold:write',
      'POST /api/v1/holds/:id/release hold:write',
      'POST /api/v1/hunts hunt:save',
      'POST /api/v1/hunts/check hunt:run',
      'POST /api/v1/hunts/export hunt:run',
      'POST /api/v1/hunts/rule hunt:run',
      'POST /api/v1/hunts/run hunt:run',
      'POST /api/v1/hunts/summary hunt:run',
      'POST /api/v1/indicators indicator:write',
      'POST /api/v1/indicators/:id/restore indicator:write',
      'POST /api/v1/indicators/:id/retire indicator:write',
      'POST /api/v1/indicators/allowed indicator:write',
      'POST /api/v1/indicators/bulk indicator:write',
      'POST /api/v1/indicators/import indicator:write',
      'POST /api/v1/indicators/retro indicator:write',
      'POST /api/v1/inspection-packs inspection:read',
      'POST /api/v1/inspection-packs/jobs inspection:read',
      'POST /api/v1/install-commands join-token:write',
      'POST /api/v1/installed/import agent:write',
      'POST /api/v1/invitations/accept public',
      'POST /api/v1/invitations/look public',
      'POST /api/v1/jobs/:id/approve live:read',
      'POST /api/v1/jobs/:id/cancel live:read',
      'POST /api/v1/jobs/:id/reject live:read',
      'POST /api/v1/jobs/:id/undo live:read',
      'POST /api/v1/join-tokens join-token:write',
      'POST /api/v1/login public',
      'POST /api/v1/logout self',
      'POST /api/v1/notifications/acknowledge public',
      'POST /api/v1/notifications/channels notify:write',
      'POST /api/v1/notifications/channels/:id/test notify:write',
      'POST /api/v1/notifications/escalations notify:write',
      'POST /api/v1/notifications/messages/:id/retry notify:write',
      'POST /api/v1/notifications/rosters notify:write',
      'POST /api/v1/oidc/back-channel-logout public',
      'POST /api/v1/oidc/groups/effect user:read',
      'POST /api/v1/oidc/groups/try user:read',
      'POST /api/v1/oidc/logout self',
      'POST /api/v1/oidc/step-up self',
      'POST /api/v1/password self',
      'POST /api/v1/policies policy:write',
      'POST /api/v1/policies/:group/rollback policy:write',
      'POST /api/v1/policies/:group/rollout policy:write',
      'POST /api/v1/policies/check policy:write',
      'POST /api/v1/quotas quota:write',
      'POST /api/v1/releases/:version/withdraw policy:write',
      'POST /api/v1/reports report:write',
      'POST /api/v1/reports/:id/amend report:write',
      'POST /api/v1/reports/:id/lock report:write',
      'POST /api/v1/reports/:id/sent report:write',
      'POST /api/v1/reports/:id/signed report:write',
      'POST /api/v1/requests request:write',
      'POST /api/v1/requests/:id/accept request:write',
      'POST /api/v1/requests/:id/answer request:answer',
      'POST /api/v1/requests/:id/cancel request:write',
      'POST /api/v1/requests/:id/links request:write',
      'POST /api/v1/requests/:id/return request:write',
      'POST /api/v1/requests/:id/seen request:answer',
      'POST /api/v1/requests/:id/send request:write',
      'POST /api/v1/requests/bulk request:write',
      'POST /api/v1/requests/bulk/preview request:write',
      'POST /api/v1/response-authorisations response:request',
      'POST /api/v1/response-authorisations/:id/approve response:approve',
      'POST /api/v1/response-authorisations/:id/reject response:approve',
      'POST /api/v1/response-authorisations/:id/resume response:approve',
      'POST /api/v1/response-authorisations/:id/revoke response:request',
      'POST /api/v1/responses response:request',
      'POST /api/v1/responses/:id/approve response:approve',
      'POST /api/v1/responses/:id/reject response:approve',
      'POST /api/v1/responses/bulk response:request',
      'POST /api/v1/responses/bulk/preview response:request',
      'POST /api/v1/retention/runs retention:write',
      'POST /api/v1/rules rule:write',
      'POST /api/v1/rules/:id/activate rule:write',
      'POST /api/v1/rules/:id/back-test hunt:run',
      'POST /api/v1/rules/:id/state rule:write',
      'POST /api/v1/rules/:id/versions rule:write',
      'POST /api/v1/rules/bulk rule:write',
      'POST /api/v1/rules/bulk/preview rule:write',
      'POST /api/v1/rules/check rule:read',
      'POST /api/v1/rules/imports rule:write',
      'POST /api/v1/rules/imports/preview rule:write',
      'POST /api/v1/same-hosts/accept agent:write',
      'POST /api/v1/same-hosts/reject agent:write',
      'POST /api/v1/second-factor self',
      'POST /api/v1/second-factor/confirm self',
      'POST /api/v1/step-up self',
      'POST /api/v1/systems system:write',
      'POST /api/v1/systems/:id/dossiers compliance:write',
      'POST /api/v1/systems/:id/hosts system:write',
      'POST /api/v1/systems/:id/hosts/remove system:write',
      'POST /api/v1/systems/:id/rules system:write',
      'POST /api/v1/systems/import system:write',
      'POST /api/v1/systems/rules/preview system:read',
      'POST /api/v1/systems/starter system:write',
      'POST /api/v1/update-rollouts policy:write',
      'POST /api/v1/update-rollouts/:id/end policy:write',
      'POST /api/v1/update-rollouts/:id/halt policy:write',
      'POST /api/v1/update-rollouts/:id/pause policy:write',
      'POST /api/v1/update-rollouts/:id/resume policy:write',
      'POST /api/v1/update-rollouts/:id/start policy:write',
      'POST /api/v1/users user:write',
      'POST /api/v1/users/:username/reset user:write',
      'POST /api/v1/vulnerabilities/import vulnerability:write',
      'POST /tra-loi public',
      'PUT /api/v1/agencies/:id/calendar agency:write',
      'PUT /api/v1/agent-groups/:group/profile agent:write',
      'PUT /api/v1/agents/:id/role agent:write',
      'PUT /api/v1/alert-views/first alert:read',
      'PUT /api/v1/alerts/:id/watch alert:read',
      'PUT /api/v1/bandwidth-caps/:id bandwidth:write',
      'PUT /api/v1/cases/:id/attachments/:partId/quarantine case:write',
      'PUT /api/v1/cases/:id/watch case:read',
      'PUT /api/v1/compliance/lists/:kind system:write',
      'PUT /api/v1/compliance/overrides policy:write',
      'PUT /api/v1/compliance/systems/:id/gaps/:control compliance:write',
      'PUT /api/v1/hunts/:id hunt:save',
      'PUT /api/v1/hunts/:id/schedule hunt:save',
      'PUT /api/v1/indicators/sources/:name indicator:write',
      'PUT /api/v1/installed/counts agent:write',
      'PUT /api/v1/notifications/escalations/:id notify:write',
      'PUT /api/v1/notifications/personal self',
      'PUT /api/v1/notifications/rosters/:id notify:write',
      'PUT /api/v1/oidc/groups user:write',
      'PUT /api/v1/people-policy user:write',
      'PUT /api/v1/quotas/:id quota:write',
      'PUT /api/v1/requests/office request:write',
      'PUT /api/v1/retention/budgets retention:write',
      'PUT /api/v1/retention/months retention:write',
      'PUT /api/v1/rules/:id/scopes rule:write',
      'PUT /api/v1/users/:username/identity user:write',
    ]);
  });

  it('let nobody in without a credential, but for the public ones', async () => {
    for (const route of world.app.declaredRoutes) {
      const open = route.access === 'public' || route.access === 'enrol';
      const response = await world.app.inject({
        method: route.method as Method,
        url: urlOf(route.url),
        remoteAddress: '192.0.2.7',
      });
      const refused = response.statusCode === 401 && response.json().code === 'unauthenticated';
      expect([route.url, refused]).toEqual([route.url, !open]);
    }
  });

  it('keep one who must change the password to the routes that need no permission', async () => {
    const headers = await signIn(world, 'fresh');
    for (const route of world.app.declaredRoutes) {
      const needsPermission =
        (PERMISSIONS as readonly string[]).includes(route.access) || route.access === 'metrics';
      if (!needsPermission) continue;
      const response = await world.app.inject({
        method: route.method as Method,
        url: urlOf(route.url),
        headers,
        remoteAddress: '192.0.2.7',
      });
      expect([route.url, response.statusCode, response.json().code]).toEqual([
        route.url,
        403,
        'password-change-required',
      ]);
    }
    expect((await world.app.inject({ url: '/api/v1/me', headers })).json()).toMatchObject({
      username: 'fresh',
      role: 'administrator',
      mustChangePassword: true,
    });
  });

  it('cannot be added without declaring their access', async () => {
    const bare: ApiServer = fastify({ https: {} }).withTypeProvider();
    await bare.register(rateLimitPlugin, { global: false });
    addGuard(bare, { registry: world.registry, limits: API_LIMITS });
    expect(() => bare.get('/forgotten', async () => 'secret')).toThrow(
      'GET /forgotten does not declare its access',
    );
  });
});

describe('a credential', () => {
  it('that is malformed does not fall back to the cookie beside it', async () => {
    const { cookie } = await signIn(world, 'analyst');
    for (const authorization of [
      'Bearer nonsense',
      'Basic YTpi',
      'Bearer ',
      `Bearer vgapi_${'A'.repeat(43)}`,
    ]) {
      const response = await world.app.inject({ url: '/api/v1/me', headers: { cookie, authorization } });
      expect([authorization, response.statusCode]).toEqual([authorization, 401]);
    }
  });

  it('by cookie cannot change anything from another site', async () => {
    const { cookie } = await signIn(world, 'analyst');
    await putAlerts(world, alertOf('a1'));
    const patch = (headers: Record<string, string>) =>
      world.app.inject({
        method: 'PATCH',
        url: '/api/v1/alerts/a1',
        headers: { cookie, host: 'soc.example', ...headers },
        payload: { state: 'acknowledged' },
      });
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'http://soc.example' },
      { origin: 'null' },
      { origin: 'https://soc.example', 'sec-fetch-site': 'cross-site' },
    ]) {
      const response = await patch(headers);
      expect([headers, response.statusCode, response.json().code]).toEqual([headers, 403, 'cross-site']);
    }
    expect(await alertState(world, 'a1')).toBe('new');
    expect((await patch({ origin: 'https://soc.example' })).statusCode).toBe(200);
    expect((await patch({ 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200);
  });

  it('of an agency sees that subtree and nothing beside it', async () => {
    const { id: mine } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
    const headers = await bearer(world, 'administrator', mine);
    await putAlerts(world, alertOf('theirs'), alertOf('mine', { agencyId: mine }));
    world.events = [eventOf(1)];
    const list = (await world.app.inject({ url: '/api/v1/alerts', headers })).json();
    expect(list.alerts.map((alert: { id: string }) => alert.id)).toEqual(['mine']);
    expect((await world.app.inject({ url: '/api/v1/alerts/theirs', headers })).statusCode).toBe(404);
    const patched = await world.app.inject({
      method: 'PATCH',
      url: '/api/v1/alerts/theirs',
      headers,
      payload: { state: 'closed' },
    });
    expect([patched.statusCode, await alertState(world, 'theirs')]).toEqual([404, 'new']);
    await world.app.inject({ url: '/api/v1/events', headers });
    expect(world.searches.at(-1)?.agencyIds).toEqual([mine]);
    const event = `/api/v1/events/${encodeURIComponent(eventOf(1).id)}`;
    expect((await world.app.inject({ url: event, headers })).statusCode).toBe(404);
    expect(
      (await world.app.inject({ url: event, headers: await bearer(world, 'agency-viewer') })).statusCode,
    ).toBe(200);
    expect((await world.app.inject({ url: '/api/v1/overview', headers })).json()).toMatchObject({
      eventsStored: 0,
      agentsTotal: 0,
      agentsOnline: 0,
    });
  });
});

describe('/metrics', () => {
  it.each([
    ['127.0.0.1', {}, 200],
    ['::1', {}, 200],
    ['::ffff:127.0.0.1', {}, 200],
    ['192.0.2.7', {}, 401],
    ['127.0.0.1', { 'x-forwarded-for': '192.0.2.7' }, 401],
  ] as const)('from %s with %j answers %i', async (remoteAddress, headers, status) => {
    const response = await world.app.inject({ url: '/metrics', remoteAddress, headers });
    expect(response.statusCode).toBe(status);
    expect(response.body === 'vonggac_up 1\n').toBe(status === 200);
  });

  it('from elsewhere takes a token', async () => {
    const headers = await bearer(world, 'agency-viewer');
    const response = await world.app.inject({ url: '/metrics', remoteAddress: '192.0.2.7', headers });
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
  });
});

describe('the log', () => {
  it('never holds a password, a cookie or a token', async () => {
    const { cookie } = await signIn(world, 'agency-viewer');
    const { authorization } = await bearer(world, 'agency-viewer');
    await world.app.inject({ url: '/api/v1/me', headers: { cookie } });
    await world.app.inject({ url: '/api/v1/me', headers: { authorization } });
    const log = world.log.join('');
    expect(log).toContain('/api/v1/me');
    for (const secret of [PASSWORD, cookie.split('=')[1] ?? '?', authorization.slice(7)]) {
      expect(log.includes(secret)).toBe(false);
    }
  });
});
