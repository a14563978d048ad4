/**
 * The collector's HTTPS server: console, API, enrolment, health. The agents' WebSocket is attached to `app.server` by
 * the composition root. Invariants: every route declares its access; every error is one of a table; bodies, headers,
 * times and buffers are bounded; no secret reaches the log, since headers and bodies are never logged.
 */
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimitPlugin from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyReply, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { dataFolder } from '../registry/data-folder.ts';
import { PASSWORD_COST } from '../registry/passwords.ts';
import { PackagesFolder } from '../rollout/packages-folder.ts';
import { addressGroup } from '../ingest/address.ts';
import { API_LIMITS, type ApiDependencies, type ApiOptions, type ApiServer } from './dependencies.ts';
import { ApiError, toApiError } from './errors.ts';
import { addBodyPace } from './body-pace.ts';
import { isStrictHost, STRICT_TRANSPORT } from './strict-transport.ts';
import { TLS_RULES } from './tls-rules.ts';
import { addGuard } from './guard.ts';
import { LiveStreams } from './live-streams.ts';
import { OPENAPI } from './openapi.ts';
import { addAgencyChangeRoutes } from './routes/agency-changes.ts';
import { addDemonstrationMarks } from './demonstration-files.ts';
import { addAgencyCsvRoutes } from './routes/agency-csv.ts';
import { addCalendarRoutes } from './routes/calendars.ts';
import { addAgencyRoutes } from './routes/agencies.ts';
import { addPersonalMask } from './personal-answers.ts';
import { sendProblem } from './problem.ts';
import { addAccountRoutes } from './routes/account.ts';
import { addAgentRoutes } from './routes/agents.ts';
import { addAgentUpdateRoutes } from './routes/agent-updates.ts';
import { addComplianceCatalogueRoutes } from './routes/compliance-catalogue.ts';
import { addAttestationRoutes } from './routes/attestations.ts';
import { addComplianceAssessmentRoutes } from './routes/compliance-assessments.ts';
import { addComplianceGapRoutes } from './routes/compliance-gaps.ts';
import { addComplianceListRoutes } from './routes/compliance-lists.ts';
import { addApiTokenRoutes } from './routes/api-tokens.ts';
import { addAssetRoleRoutes } from './routes/asset-roles.ts';
import { addHostRoutes } from './routes/hosts.ts';
import { addAlertBulkRoutes } from './routes/alert-bulk.ts';
import { addAlertRoutes } from './routes/alerts.ts';
import { addAlertViewRoutes } from './routes/alert-views.ts';
import { addBaselineRoutes } from './routes/baselines.ts';
import { addCaseAlertRoutes } from './routes/case-alerts.ts';
import { addCaseChainRoutes } from './routes/case-chains.ts';
import { addCaseClockRoutes } from './routes/case-clocks.ts';
import { addIncidentRoutes } from './routes/incidents.ts';
import { addCaseFileRoutes } from './routes/case-files.ts';
import { addCaseItemRoutes } from './routes/case-items.ts';
import { addCaseMoveRoutes } from './routes/case-moves.ts';
import { addCaseTimelineRoutes } from './routes/case-timeline.ts';
import { addCaseWorkRoutes } from './routes/case-work.ts';
import { addCaseRoutes } from './routes/cases.ts';
import { addConsole } from './routes/console.ts';
import { addCsvExportRoutes } from './routes/csv-exports.ts';
import { addEnrolRefusalRoute } from './routes/enrol-refusal.ts';
import { addEnrolRoute } from './routes/enrol.ts';
import { addRotationRoute } from './routes/rotation.ts';
import { addDossierFileRoutes } from './routes/dossier-files.ts';
import { addDossierRoutes } from './routes/dossiers.ts';
import { addMau08Routes } from './routes/mau-08.ts';
import { addDemonstrationRoutes } from './routes/demonstration.ts';
import { addDetectionRoutes } from './routes/detections.ts';
import { addEventRoutes, EVENT_TURNS } from './routes/events.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addHandoverRoutes } from './routes/handovers.ts';
import { addIndicatorFileRoutes } from './routes/indicator-files.ts';
import { addIndicatorStix } from './routes/indicator-stix.ts';
import { addIndicatorRoutes } from './routes/indicators.ts';
import { addVulnerabilityRoutes } from './routes/vulnerabilities.ts';
import { addVulnerabilityFeedRoutes } from './routes/vulnerability-feeds.ts';
import { addFeedRoute } from './routes/feed.ts';
import { addFigureRoutes } from './routes/figures.ts';
import { addExceptionHiddenRoutes } from './routes/exception-hidden.ts';
import { addExceptionRoutes } from './routes/exceptions.ts';
import { addHuntScheduleRoutes } from './routes/hunt-schedules.ts';
import { addHuntWordRoutes } from './routes/hunt-words.ts';
import { addHuntRoutes, HUNT_TURNS } from './routes/hunts.ts';
import { addLedgerRoutes } from './routes/ledger.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addLoadRoutes } from './routes/load.ts';
import { addSystemHealthRoutes } from './routes/system-health.ts';
import { addPostureRoutes } from './routes/posture.ts';
import { addInventoryRoutes } from './routes/inventory.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addJoinTokenRoutes } from './routes/join-tokens.ts';
import { addAgentGroupRoutes } from './routes/agent-groups.ts';
import { addLimitRoutes } from './routes/limits.ts';
import { addNotificationRoutes } from './routes/notifications.ts';
import { addInstallCommandRoute } from './routes/install-commands.ts';
import { addInstalledRoutes } from './routes/installed.ts';
import { addPackageDownload, addPackageListRoute } from './routes/packages.ts';
import { addPersonalNewsRoutes } from './routes/personal-news.ts';
import { addOncallRoutes } from './routes/oncall.ts';
import { addProbeRoutes } from './routes/probes.ts';
import { addOidcGroupRoutes } from './routes/oidc-groups.ts';
import { addOidcLogoutRoute } from './routes/oidc-logout.ts';
import { addOidcRoutes } from './routes/oidc.ts';
import { addPolicyRoutes } from './routes/policies.ts';
import { addOverviewRoutes } from './routes/overview.ts';
import { addAnswerPage } from './routes/answer-page.ts';
import { addExchangeDocumentRoutes } from './routes/exchange-documents.ts';
import { addExchangeLinkRoutes } from './routes/exchange-links.ts';
import { addInspectionRoutes } from './routes/inspection-packs.ts';
import { addReportRoutes } from './routes/reports.ts';
import { addRequestBulkRoutes } from './routes/request-bulk.ts';
import { addRequestRoutes } from './routes/requests.ts';
import { addAuthorisationRoutes } from './routes/response-authorisations.ts';
import { addResponseBulkRoutes } from './routes/response-bulk.ts';
import { addResponseRoutes } from './routes/responses.ts';
import { addRetentionRoutes } from './routes/retention.ts';
import { addRuleBulkRoutes } from './routes/rule-bulk.ts';
import { addRuleImportRoutes } from './routes/rule-imports.ts';
import { addRuleReportRoutes } from './routes/rule-reports.ts';
import { addRuleCheckRoutes } from './routes/rule-check.ts';
import { addRuleRoutes } from './routes/rules.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addStreamRoute } from './routes/stream.ts';
import { addUpdateRoutes } from './routes/updates.ts';
import { addUserRoutes } from './routes/users.ts';
import { addUnmaskRoutes } from './routes/unmask.ts';
import { addSystemRuleRoutes } from './routes/system-rules.ts';
import { addSystemRoutes } from './routes/systems.ts';
import { ENGINE_STATEMENTS_MAX, TurnBudget, Turns } from './turns.ts';

export type { ApiOptions, ApiServer };

const BODY_BYTES_MAX = 65_536;
const PARAM_CHARS_MAX = 1_024;
const HANDSHAKE_MS_MAX = 10_000;
/** From the end of the handshake to the end of a request's headers. */
const HEADERS_MS_MAX = 10_000;
/** How often connections are looked at that took longer. */
const CHECK_MS = 2_000;
const KEEP_ALIVE_MS = 75_000;
const RATE_KEYS_MAX = 50_000;

const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  // The console's component library writes its styles into the page.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  workerSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  objectSrc: ["'none'"],
};

/** @returns the server, not listening yet: `await app.listen({host, port})`, in the end `await app.close()`. */
export async function buildApi(options: ApiOptions): Promise<ApiServer> {
  const { emit = () => undefined, limits, passwordCost = PASSWORD_COST, ...rest } = options;
  const deps: ApiDependencies = {
    ...rest,
    emit,
    passwordCost,
    limits: { ...API_LIMITS, ...limits },
    engineTurns: new TurnBudget(ENGINE_STATEMENTS_MAX),
  };

  const app: ApiServer = fastify({
    https: {
      key: deps.tls.current.key,
      cert: deps.tls.current.cert,
      ...TLS_RULES,
      handshakeTimeout: HANDSHAKE_MS_MAX,
      headersTimeout: HEADERS_MS_MAX,
      connectionsCheckingInterval: CHECK_MS,
      ...(deps.ticketKeys === undefined ? {} : { ticketKeys: deps.ticketKeys }),
    },
    loggerInstance: deps.log,
    // Requests are logged below, without headers.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: BODY_BYTES_MAX,
    // Bodies are held to a time or a pace, by route (body-pace.ts).
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    exposeHeadRoutes: false,
    trustProxy: false,
    // Idle keep-alive connections would hold up a stop.
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply: FastifyReply) => {
      void sendProblem(reply, toApiError(error), request.id);
    },
  }).withTypeProvider();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => {
    const refused = toApiError(error);
    if (refused.code === 'forbidden') {
      const facts = {
        actor: request.principal?.actor,
        method: request.method,
        route: request.routeOptions.url,
      };
      request.log.warn(facts, 'what was asked for is not permitted');
    }
    if (refused.statusCode >= 500) request.log.error({ err: error, code: refused.code }, 'a request failed');
    return sendProblem(reply, refused, request.id);
  });
  app.setNotFoundHandler(() => {
    throw new ApiError('not-found');
  });

  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    // By host name (strict-transport.ts).
    strictTransportSecurity: false,
  });
  await app.register(cookie);
  await app.register(rateLimitPlugin, {
    global: false,
    cache: RATE_KEYS_MAX,
    keyGenerator: (request) => addressGroup(request.ip),
  });
  await app.register(swagger, OPENAPI);
  addBodyPace(app, deps.limits);
  addGuard(app, deps);
  addPersonalMask(app);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (isStrictHost(request.hostname, deps.tls)) reply.header('strict-transport-security', STRICT_TRANSPORT);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const facts = {
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    request.log.debug(facts, 'request');
  });

  const streams = new LiveStreams({
    feed: deps.live,
    limits: deps.limits,
    emit: (event, detail) => deps.emit(event, detail),
    onFault: (error) => deps.log.error({ err: error }, 'a live stream could not be checked'),
  });
  app.addHook('preClose', async () => streams.close());
  const packages = new PackagesFolder(dataFolder(deps.dataDir).packages);

  await app.register(
    async (api: ApiServer) => {
      addDemonstrationMarks(api, deps);
      addSessionRoutes(api, deps);
      addAccountRoutes(api, deps);
      addOidcRoutes(api, deps);
      await addOidcLogoutRoute(api, deps);
      addOidcGroupRoutes(api, deps);
      addUserRoutes(api, deps);
      addApiTokenRoutes(api, deps);
      addAgencyRoutes(api, deps);
      addAgencyChangeRoutes(api, deps);
      addAgencyCsvRoutes(api, deps);
      addCalendarRoutes(api, deps);
      addSystemRuleRoutes(api, deps);
      addAgentRoutes(api, deps);
      addAlertRoutes(api, deps);
      addAlertBulkRoutes(api, deps);
      addAlertViewRoutes(api, deps);
      addAssetRoleRoutes(api, deps);
      addHostRoutes(api, deps);
      addBaselineRoutes(api, deps);
      addComplianceCatalogueRoutes(api, deps);
      addComplianceAssessmentRoutes(api, deps);
      addComplianceGapRoutes(api, deps);
      addComplianceListRoutes(api, deps);
      addDossierRoutes(api, deps);
      addMau08Routes(api, deps);
      addAttestationRoutes(api, deps);
      await addDossierFileRoutes(api, deps);
      addCaseRoutes(api, deps);
      addCaseAlertRoutes(api, deps);
      addCaseItemRoutes(api, deps);
      addCaseWorkRoutes(api, deps);
      addCaseTimelineRoutes(api, deps);
      addCaseClockRoutes(api, deps);
      addIncidentRoutes(api, deps);
      addCaseMoveRoutes(api, deps);
      addHandoverRoutes(api, deps);
      await addCaseFileRoutes(api, deps);
      addJobRoutes(api, deps);
      const searches = new Turns(EVENT_TURNS, deps.engineTurns);
      addCaseChainRoutes(api, deps, searches);
      addEventRoutes(api, deps, searches);
      addDetectionRoutes(api, deps, searches);
      addUnmaskRoutes(api, deps);
      addInventoryRoutes(api, deps);
      addPostureRoutes(api, deps);
      addLoadRoutes(api, deps);
      addProbeRoutes(api, deps);
      addAuditRoutes(api, deps);
      const hunts = new Turns(HUNT_TURNS, deps.engineTurns);
      addHuntRoutes(api, deps, hunts);
      addHuntWordRoutes(api, deps, searches);
      addCsvExportRoutes(api, deps, { searches, hunts });
      addHuntScheduleRoutes(api, deps);
      addRuleCheckRoutes(api, deps);
      addRuleRoutes(api, deps);
      addRuleImportRoutes(api, deps);
      addRuleBulkRoutes(api, deps);
      addRuleReportRoutes(api, deps);
      addIndicatorRoutes(api, deps);
      addIndicatorFileRoutes(api, deps);
      addIndicatorStix(api, deps);
      addVulnerabilityRoutes(api, deps);
      addVulnerabilityFeedRoutes(api, deps);
      addLedgerRoutes(api, deps);
      addSystemHealthRoutes(api, deps);
      addRetentionRoutes(api, deps);
      addSystemRoutes(api, deps);
      addAgentGroupRoutes(api, deps);
      addLimitRoutes(api, deps);
      addExceptionRoutes(api, deps);
      addExceptionHiddenRoutes(api, deps);
      addPolicyRoutes(api, deps);
      addUpdateRoutes(api, deps);
      addNotificationRoutes(api, deps);
      addPersonalNewsRoutes(api, deps);
      addOncallRoutes(api, deps);
      addRequestRoutes(api, deps);
      await addReportRoutes(api, deps);
      addExchangeLinkRoutes(api, deps);
      addExchangeDocumentRoutes(api, deps);
      addInspectionRoutes(api, deps);
      addDemonstrationRoutes(api, deps);
      addRequestBulkRoutes(api, deps);
      addResponseRoutes(api, deps);
      addAuthorisationRoutes(api, deps);
      addResponseBulkRoutes(api, deps);
      addJoinTokenRoutes(api, deps);
      addPackageListRoute(api, deps, packages);
      addInstallCommandRoute(api, deps, packages);
      addInstalledRoutes(api, deps);
      addOverviewRoutes(api, deps);
      addFeedRoute(api, deps);
      await addFigureRoutes(api, deps);
      addStreamRoute(api, deps, streams);
      api.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
  addAnswerPage(app, deps);
  addHealthRoutes(app, deps);
  addEnrolRoute(app, deps);
  addEnrolRefusalRoute(app, deps);
  addPackageDownload(app, deps, packages);
  addRotationRoute(app, deps);
  addAgentUpdateRoutes(app, deps);
  await addConsole(app, deps);
  return app;
}
