/**
 * Composition root of the collector: the only file that wires stages. What is opened is closed in reverse order, so
 * that what was accepted is stored and acknowledged before the store and the control plane go.
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { AgencyService } from './agency-service.ts';
import { toAgentSummary } from './api/agent-summary.ts';
import type {
  DiskState,
  Health,
  HealthCheck,
  MetricsReader,
  Presence,
  RuleReader,
  SendingControl,
} from './api/ports.ts';
import { LocalServer } from './api/local-server.ts';
import { buildApi } from './api/server.ts';
import { alertControl } from './alert-control.ts';
import { alertJobs } from './alert-jobs.ts';
import { caseControl, ClockWatch, readCaseRules } from './case-control.ts';
import { caseJobs } from './case-jobs.ts';
import { CertificateKeeper } from './certificate-keeper.ts';
import { BackupRunner } from './backup/runner.ts';
import { backupSize, makeBackup } from './backup-source.ts';
import { ownCertificate, type CollectorConfig } from './config.ts';
import { exceptionControl } from './exception-control.ts';
import { ExceptionDesk } from './exception-desk.ts';
import { exceptionJobs } from './exception-jobs.ts';
import { exceptionRules } from './exception-rules.ts';
import { ExceptionService } from './exception-service.ts';
import { readRuleTexts } from './detect/rule-book.ts';
import { FrontDoor } from './ingest/front-door.ts';
import { IndicatorService } from './indicator-service.ts';
import { indicatorDesk } from './indicator-desk.ts';
import { Hindsight } from './indicator-hindsight.ts';
import { indicatorJobs } from './indicator-jobs.ts';
import { indicatorNews } from './indicator-news.ts';
import { JobRunner } from './job-runner.ts';
import { jobNews } from './job-news.ts';
import { LivenessService } from './liveness-service.ts';
import { LiveHub } from './live-hub.ts';
import { ruleJobs, rulePort } from './rule-desk.ts';
import { RuleService } from './rule-service.ts';
import { Heartbeat } from './notify/heartbeat.ts';
import { NotifyService } from './notify-service.ts';
import { startPipeline } from './pipeline.ts';
import type { AlertProtector } from './registry/alert-protectors.ts';
import { readAgent } from './registry/agents.ts';
import { CASE_PROTECTORS } from './registry/cases/case-protectors.ts';
import { countTrust } from './registry/certificate-trust.ts';
import { dataFolder, prepareDataFolder } from './registry/data-folder.ts';
import { lockDataFolder } from './registry/data-lock.ts';
import { sealFactors } from './registry/people/sealed-factor.ts';
import { openSealingKey, SealError } from './registry/sealed-secret.ts';
import { OidcClient } from './oidc/oidc-client.ts';
import { readOidcFiles } from './oidc/oidc-settings.ts';
import { openRegistry, type Registry, type RegistryHome } from './registry/database.ts';
import { AutomaticService } from './automatic-service.ts';
import { responseJobs } from './response-jobs.ts';
import { requestJobs } from './request-jobs.ts';
import { RequestService } from './request-service.ts';
import { loadTemplates } from './request/load-templates.ts';
import { ensureFirstAdministrator } from './registry/first-administrator.ts';
import { chooseRegistryHome } from './registry/registry-home.ts';
import { closePresence } from './registry/presence.ts';
import { SeenNotes } from './registry/seen-notes.ts';
import { ticketKey } from './registry/ticket-keys.ts';
import { readLimits, socketBudget } from './socket-budget.ts';
import { readServerHome } from './store/clickhouse-home.ts';
import { parseReserve } from './retention/disk-watch.ts';
import { defaultReserveBytes } from './retention/forecast.ts';
import { huntDesk } from './hunt-desk.ts';
import { HuntScheduleService } from './hunt-schedule-service.ts';
import { startAuditDesk } from './audit-desk.ts';
import { startRetentionDesk } from './retention-desk.ts';
import { Membership } from './side-by-side/membership.ts';
import { fromEventId } from './store/event-query.ts';
import { openStore } from './store/open-store.ts';
import type { StoreBackups } from './store/store-backup.ts';
import { openLogFile } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { RateMeter } from './telemetry/rate-meter.ts';
import { backUpBeforeUpgrade } from './upgrade-backup.ts';

const ROOT = path.dirname(import.meta.dirname);
const SEEN_FLUSH_MS = 10_000;
const NOTIFY_TIMEOUT_MS = 15_000;
const HEARTBEAT_MS = 60_000;
const TICKET_CHECK_MS = 3_600_000;
/** The agents' reconnect storm after a restart goes through here (ingest/front-door.ts). */
const FRONT_DOOR = {
  handshakesMax: 256,
  handshakesPerAddressMax: 128,
  waitingMax: 12_000,
  /** A little less than an agent's patience. */
  waitMsMax: 14_000,
  stuckMs: 3_000,
} as const;
/** Parts that keep alerts from bulk acts name themselves here. */
const ALERT_PROTECTORS: readonly AlertProtector[] = [...CASE_PROTECTORS];
/** How soon a collector takes up rules that were changed at another. */
const RULES_TICK_MS = 2_000;
const CERTIFICATE_TICK_MS = 5_000;
/** How long the doors may take to close behind clients that do not leave. */
const CLOSE_MS_MAX = 1_000;

/** What is said while the start takes long. */
export interface StartNotices {
  /** A backup of that name is made before the databases are changed. */
  upgradeBackup?: ((name: string) => void) | undefined;
}

export interface RunningCollector {
  /** e.g. `https://127.0.0.1:8443`. */
  url: string;
  /** SHA-256 of the certificate, lower-case hex. */
  fingerprint: string;
  /** The file with the first administrator's password while it waits to be used. */
  initialPasswordFile: string | undefined;
  rules: {
    loaded: number;
    rejected: readonly { source: string; line: number; column: number; message: string }[];
  };
  /** Resolves when this collector has to end by itself, with why. */
  failed: Promise<Error>;
  /** Set when the system's limit of open files is too low for a province's agents. */
  fewFiles: { limit: number; wanted: number; socketsMax: number } | undefined;
  /** Stores and acknowledges what was accepted, then closes everything. Calling it again waits for the same end. */
  stop: () => Promise<void>;
}

/** Runs the last-in first-out; one that fails does not keep the others from running. */
class Closers {
  readonly #closers: { name: string; close: () => Promise<void> | void }[] = [];

  add(name: string, close: () => Promise<void> | void): void {
    this.#closers.push({ name, close });
  }

  async run(onError: (name: string, error: unknown) => void): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      try {
        await closer.close();
      } catch (error) {
        onError(closer.name, error);
      }
    }
  }
}

/**
 * Starts a collector and resolves when it serves.
 * @throws DataFolderError, DataFolderInUseError, EngineStartError, CertificateError, RegistryOpenError, and the
 *   system's error when the address cannot be listened on; whatever had been opened is closed again.
 */
export async function startCollector(
  config: CollectorConfig,
  notices: StartNotices = {},
): Promise<RunningCollector> {
  const now = Date.now;
  const closers = new Closers();
  const folder = dataFolder(config.dataDir);
  let stopping: Promise<void> | undefined;
  try {
    prepareDataFolder(folder);
    const lock = lockDataFolder(folder);
    closers.add('data folder lock', () => lock.release());
    const { log, close: closeLog } = await openLogFile(path.join(folder.path, 'logs'), config.logLevel);
    closers.add('log', closeLog);
    const stop = (): Promise<void> => {
      stopping ??= closers.run((name, error) =>
        log.error({ err: error, part: name }, 'a part did not close well'),
      );
      return stopping;
    };

    const backupFolder = config.backupDir ?? folder.backup;
    const server = readServerHome(config);
    const home = chooseRegistryHome(folder.registry, config);
    let membership: Membership | undefined;
    const [opened, shipped, folders] = await Promise.all([
      openStore({
        dataDir: folder.path,
        log,
        coldDir: config.coldDir,
        backupFolder,
        beforeMigrating: backUpBeforeUpgrade({
          folder,
          home,
          backupFolder,
          wanted: config.upgradeBackup === 'on',
          version: version(),
          now,
          log,
          onBegin: notices.upgradeBackup ?? (() => undefined),
        }),
        server,
        settledHead: () => membership?.settledHead() ?? Promise.resolve(Number.MAX_SAFE_INTEGER),
      }),
      readRuleTexts([path.join(ROOT, 'rules', 'detections')], ROOT),
      readRuleTexts(config.rules, ROOT),
    ]);
    closers.add('event store', () => opened.close());
    let sealingKey: Buffer | undefined;
    const registry = await openRegistry({
      ...home,
      now,
      sealingKey: () => (sealingKey ??= openSealingKey(folder.notifyKey, randomBytes)),
      onLost: (error) => log.warn({ err: error }, 'a connection to the control plane broke'),
    });
    closers.add('control plane', () => registry.close());
    await sealFactors(registry).catch((error: unknown) => {
      // Nobody's events wait for it; recovery codes go on to work.
      if (!(error instanceof SealError)) throw error;
      log.error({ err: error }, 'codes of second factors cannot be checked here');
    });
    const oidc = config.oidc && new OidcClient(readOidcFiles(config.oidc), now);
    const initialPasswordFile = await ensureFirstAdministrator(registry, folder.path);
    let onCertificate = (): void => undefined;
    const certificates = await CertificateKeeper.open({
      dataDir: folder.path,
      names: [os.hostname()],
      own: ownCertificate(config),
      now,
      isTrustedByAll: async (fingerprint) => {
        const { trusting, agents } = await countTrust(registry, fingerprint);
        return agents > 0 && trusting === agents;
      },
      onChange: () => onCertificate(),
      warn: (facts, message) => log.warn(facts, message),
    });
    const ruleService = await RuleService.open({
      registry,
      packs: [
        { origin: 'shipped', texts: shipped },
        { origin: 'folder', texts: folders },
      ],
      log,
      everyMs: RULES_TICK_MS,
    });
    const { book } = ruleService;
    for (const rejected of book.rejected) log.error({ ...rejected }, 'a rule was rejected');
    log.info({ rules: book.summaries.length, rejected: book.rejected.length }, 'rules loaded');

    const metrics = createMetrics();
    const storedRate = new RateMeter(now);
    const live = new LiveHub();
    const seen = new SeenNotes(registry);
    const publishAgent = async (agentId: string): Promise<void> => {
      if (!live.hasListeners) return;
      const agent = await readAgent(registry, agentId);
      if (agent !== undefined)
        live.publish({ type: 'agent', agent: toAgentSummary(agent, pipeline.gate.isOnline(agentId)) });
    };
    const alerts = alertControl(registry, live);
    const publishAlerts = (ids: readonly string[]): Promise<void> => alerts.changed(ids);
    const inBackground = (work: Promise<void>): void => {
      work.catch((error: unknown) => log.error({ err: error }, 'telling the console failed'));
    };
    const failure = Promise.withResolvers<Error>();
    // Where control plane and events are both on servers, other collectors may work beside this one.
    if ('postgres' in home) {
      const entered = await Membership.enter({
        ownStore: server === undefined,
        db: registry.db,
        name: `${os.hostname()}:${process.pid}`,
        head: await opened.store.lastBatch(),
        outlastInserts: () => opened.store.outlastInserts(),
        atBurial: closePresence,
        onLost: (error) => {
          log.error({ err: error }, 'this collector ends: others take over what it did');
          failure.resolve(error);
        },
        onFault: (what, error) => log.warn({ err: error }, what),
      });
      closers.add('membership', () => entered.leave());
      if (server !== undefined) membership = entered;
    }
    const { socketsMax, shortOf } = socketBudget(readLimits());
    if (shortOf !== undefined) log.warn(shortOf, 'the limit of open files is low: fewer agents can connect');
    const door = new FrontDoor({
      ...FRONT_DOOR,
      socketsMax,
      clock: () => performance.now(),
      onRefused: (why) => metrics.connectionsRefused.inc({ why }),
    });
    const liveness = new LivenessService({
      registry,
      log,
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
      among: membership && { collectorId: membership.id, leads: () => pipeline.leads() },
    });
    await liveness.start();
    closers.add('liveness', () => liveness.stop());
    const exceptionRuleFacts = exceptionRules(() => ruleService.book);
    const exceptions = new ExceptionDesk({
      db: registry.db,
      words: exceptionRuleFacts.words,
      readEvents: (names, span) => opened.store.findAll(names, span),
      nameOf: fromEventId,
      now,
      onRejected: (exception, problem) =>
        log.error({ exception, problem }, 'an exception is no longer understood: it takes nothing'),
    });
    const indicators = new IndicatorService({
      registry,
      seed: randomBytes(4).readUInt32LE(),
      ...indicatorNews(metrics, log),
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
    });
    await indicators.start();
    closers.add('indicators', () => indicators.stop());
    const pipeline = await startPipeline({
      exceptions,
      recognise: (fields, nowMs, agentId) => indicators.match(fields, nowMs, agentId),
      membership,
      registry,
      dataDir: folder.path,
      door,
      socketsMax,
      store: opened.store,
      book,
      metrics,
      log,
      collectorFingerprint: () => certificates.current.fingerprint,
      announced: () => certificates.announced,
      now,
      onStored: (rows) => storedRate.add(rows),
      onPresence: (agentId, online, network, address) => {
        seen.note(agentId, now());
        liveness.note(agentId, online, network, address);
        inBackground(publishAgent(agentId));
      },
      onUnknownRules: () => ruleService.refresh(),
      onGaps: (gaps) => void liveness.raiseGaps(gaps),
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
    });
    closers.add('pipeline', () => pipeline.stop());
    ruleService.start((next) => pipeline.useRules(next));
    closers.add('rules', () => ruleService.stop());

    const seenTimer = setInterval(() => {
      for (const agentId of pipeline.gate.agentsOnline()) seen.note(agentId, now());
      seen
        .flush()
        .catch((error: unknown) => log.warn({ err: error }, 'the last-seen times could not be written'));
    }, SEEN_FLUSH_MS);
    closers.add('last-seen times', async () => {
      clearInterval(seenTimer);
      await seen.flush();
    });

    const retention = await startRetentionDesk({
      registry,
      store: opened.store,
      pipeline,
      metrics,
      log,
      dataDir: folder.path,
      isEmbedded: config.clickhouseUrl === undefined,
      reserveOf: parseReserve(config.diskReserve ?? '') ?? defaultReserveBytes,
      hour: config.retentionHour,
      coldAfterDays: config.coldAfterDays,
      diskAlertDays: config.diskAlertDays,
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
    });
    closers.add('retention', () => retention.stop());

    const caseRules = await readCaseRules(ROOT, folder.path);
    const cases = caseControl(registry, { dataDir: folder.path, rules: caseRules, live });
    const clocks = new ClockWatch({
      registry,
      files: cases.files,
      leads: () => pipeline.leads(),
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
      onFault: (error) => log.error({ err: error }, 'legal clocks could not be looked at; trying again'),
    });
    clocks.start();
    closers.add('legal clocks', () => clocks.stop());

    const notifications = new NotifyService({
      registry,
      key: registry.sealingKey(),
      context: { hostname: os.hostname(), version: version(), timeoutMs: NOTIFY_TIMEOUT_MS, now },
      leads: () => pipeline.leads(),
      chance: Math.random,
      onOutcome: (outcome, channel, problem) => {
        metrics.notifications.inc({ outcome });
        if (outcome !== 'sent') log.warn({ channel, problem, outcome }, 'a message was not taken');
      },
      onFault: (error) => log.error({ err: error }, 'messages could not be sent; trying again'),
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
    });
    notifications.start();
    closers.add('notifications', () => notifications.stop());

    const audit = startAuditDesk({
      registry,
      targets: config.auditHeads,
      everyMs: config.auditHeadMinutes * 60_000,
      caFile: config.auditHeadsCaFile,
      log,
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
    });
    closers.add("audit trail's heads", () => audit.stop());

    const health: Health = {
      live: () => true,
      ready: async () => {
        const checks = [
          await check('event store', () => opened.store.ping()),
          {
            name: 'writer',
            ok: !pipeline.isBehind(),
            message: pipeline.isBehind() ? 'the event store is behind' : undefined,
          },
          diskCheck(retention.disk),
        ];
        return { ok: checks.every(({ ok }) => ok), checks };
      },
    };
    if (config.heartbeatUrl !== undefined) {
      const heartbeat = new Heartbeat({
        url: config.heartbeatUrl,
        everyMs: HEARTBEAT_MS,
        timeoutMs: NOTIFY_TIMEOUT_MS,
        isWell: async () => (await health.ready()).ok,
        onChange: (problem) => {
          if (problem === undefined) log.info('the watch outside hears the heartbeat again');
          else log.warn({ problem }, 'the watch outside does not hear the heartbeat');
        },
      });
      heartbeat.start();
      closers.add('heartbeat', () => heartbeat.stop());
    }
    const metricsReader: MetricsReader = {
      text: () => metrics.registry.metrics(),
      eventsPerSecond: () => storedRate.perSecond(),
      batches: () => pipeline.batches(),
    };
    const { store } = opened;
    const backups = backupRunner(opened.backups, {
      folder: backupFolder,
      registry,
      home,
      dataDir: folder.path,
      onFailure: (error) => log.error({ err: error }, 'the backup failed'),
    });
    const { templates: requestTemplates, rejected: badTemplates } = loadTemplates([
      path.join(ROOT, 'rules', 'requests'),
      path.join(folder.path, 'request-templates'),
    ]);
    for (const bad of badTemplates) log.error({ ...bad }, 'a template of requests was rejected');
    const requests = new RequestService({
      registry,
      leads: () => pipeline.leads(),
      onFault: (error) => log.error({ err: error }, 'requests could not be looked at; trying again'),
    });
    const automatic = new AutomaticService({
      registry,
      leads: () => pipeline.leads(),
      letGo: (agentId) => pipeline.responses.letGo(agentId),
      onActs: ({ alertIds, outcomes }) => {
        for (const outcome of outcomes) metrics.automaticResponses.inc({ outcome });
        log.warn({ alerts: alertIds.length, outcomes }, 'rules acted by a signed authorisation');
        inBackground(publishAlerts(alertIds));
      },
      onFault: (error) => log.error({ err: error }, 'rules could not act by authorisations; trying again'),
    });
    automatic.start();
    closers.add('automatic responses', () => automatic.stop());
    requests.start();
    closers.add('requests', () => requests.stop());
    const hindsight = new Hindsight(registry, store.hindsight, (ids) => inBackground(publishAlerts(ids)));
    const jobs = new JobRunner({
      registry,
      kinds: [
        ...alertJobs(registry, ALERT_PROTECTORS),
        ...exceptionJobs({
          registry,
          hunts: opened.store.hunts,
          desk: exceptions,
          hits: store,
          book: () => ruleService.book,
          onAlerts: (ids) => inBackground(publishAlerts(ids)),
          protectors: ALERT_PROTECTORS,
          ...exceptionRuleFacts,
        }),
        ...requestJobs(registry, requestTemplates),
        ...responseJobs(registry, (agentId) => pipeline.gate.isOnline(agentId)),
        ...caseJobs(registry),
        ...ruleJobs(registry, store, ruleService),
        ...indicatorJobs(registry, hindsight, () => void indicators.look()),
      ],
      leads: () => pipeline.leads(),
      onProgress: jobNews(live, now),
      onFault: (error, job) => log.error({ err: error, job: job?.id, kind: job?.kind }, 'a job failed'),
    });
    jobs.start();
    closers.add('jobs', () => jobs.stop());
    const exceptionService = new ExceptionService({
      registry,
      jobs,
      leads: () => pipeline.leads(),
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
      onFault: (error) => log.error({ err: error }, 'the register of exceptions could not be looked through'),
    });
    exceptionService.start();
    closers.add('exceptions', () => exceptionService.stop());
    const exceptionPort = exceptionControl({
      registry,
      jobs,
      ...exceptionRuleFacts,
      findEvent: (name) => opened.store.find(name),
      nameOf: fromEventId,
      onEnded: () => exceptionService.kick(),
    });
    const indicatorControl = indicatorDesk({ registry, look: () => indicators.look() });
    const hunts = huntDesk({ registry, store, engine: () => ruleService.book.engine });
    const huntSchedules = new HuntScheduleService({
      registry,
      hunts,
      leads: () => pipeline.leads(),
      onAlerts: (ids) => inBackground(publishAlerts(ids)),
      onFault: (error) => log.error({ err: error }, 'scheduled hunts could not be run; trying again'),
    });
    huntSchedules.start();
    closers.add('scheduled hunts', () => huntSchedules.stop());
    const rules: RuleReader = {
      list: () => ({ rules: ruleService.book.summaries, rejected: ruleService.book.rejected }),
      ...rulePort({ registry, store, service: ruleService }),
    };
    const presence: Presence = {
      isOnline: (agentId) => pipeline.gate.isOnline(agentId),
      onlineCount: () => pipeline.gate.onlineCount,
      disconnect: (agentId, code) => {
        if (pipeline.gate.disconnect(agentId, code, 'ended by the collector')) return;
        const elsewhere = pipeline.ownership?.endElsewhere(agentId, code);
        if (elsewhere !== undefined) inBackground(elsewhere);
      },
    };
    const newTicketKey = (): Buffer =>
      ticketKey({
        dataDir: folder.path,
        fingerprint: certificates.current.fingerprint,
        now,
        random: randomBytes,
      });
    const sending: SendingControl = {
      reload: () => pipeline.limits.reload(),
      slowing: (id) => pipeline.slowing(id),
    };
    const agencies = new AgencyService({ registry, presence, sending, log });
    closers.add('agencies', () => agencies.stop());
    const app = await buildApi({
      registry,
      store,
      alerts,
      cases,
      jobs,
      rules,
      presence,
      live,
      health,
      retention: retention.service,
      disk: retention.disk,
      sending,
      policies: pipeline.policies,
      responses: pipeline.responses,
      notifications,
      requestTemplates,
      hunts,
      exceptions: exceptionPort,
      indicators: indicatorControl,
      oidc,
      metrics: metricsReader,
      tls: certificates,
      ticketKeys: newTicketKey(),
      consoleDir: path.join(ROOT, 'dashboards', 'console', 'dist'),
      dataDir: folder.path,
      now,
      log,
      emit: (event) => {
        if (event === 'stream.dropped') metrics.streamClientsDropped.inc();
      },
    });
    pipeline.gate.attach(app.server);
    door.attach(app.server);
    const ticketTimer = setInterval(() => app.server.setTicketKeys(newTicketKey()), TICKET_CHECK_MS);
    closers.add('session tickets', () => clearInterval(ticketTimer));
    closers.add('doors', () =>
      closeSoon(
        () => app.close(),
        () => app.server.closeAllConnections(),
      ),
    );
    // The server's end waits for its sockets.
    closers.add('agents', () => pipeline.partFromAgents());
    onCertificate = () => {
      const { key, cert, fingerprint } = certificates.current;
      app.server.setSecureContext({ key, cert, minVersion: 'TLSv1.2', ticketKeys: newTicketKey() });
      log.info({ fingerprint, announced: certificates.announced }, 'the certificates changed');
      inBackground(pipeline.gate.announce());
    };
    const certificateTimer = setInterval(() => {
      certificates
        .tick()
        .catch((error: unknown) => log.error({ err: error }, 'the certificate could not be changed'));
    }, CERTIFICATE_TICK_MS);
    closers.add('certificates', () => clearInterval(certificateTimer));
    await app.listen({ host: config.listen.host, port: config.listen.port });
    agencies.start();
    const url = urlOf(config.listen.host, app.server.address());
    const local = new LocalServer({
      dataDir: folder.path,
      registry,
      live: {
        url,
        version: version(),
        startedMs: now(),
        health,
        metrics: metricsReader,
        presence,
        rules,
        store,
        alerts,
        cases,
        jobs,
        retention: retention.service,
        disk: retention.disk,
        backups,
        limits: sending,
        policies: pipeline.policies,
        responses: pipeline.responses,
        audit,
        notifications,
        requestTemplates,
        oidc,
        hunts,
        exceptions: exceptionPort,
        indicators: indicatorControl,
        countEpoch: (epoch) => store.countEpoch(epoch),
        settled: () => pipeline.settled(),
        certificates,
        settleLedger: () => pipeline.ledger.settle(),
      },
      onFault: (operation, error) => log.error({ err: error, operation }, 'an operation failed'),
    });
    closers.add('local socket', () => local.close());
    await local.listen();
    log.info({ url, version: version() }, 'ready');
    return {
      url,
      fingerprint: certificates.current.fingerprint,
      initialPasswordFile,
      rules: { loaded: book.summaries.length, rejected: book.rejected },
      failed: failure.promise,
      fewFiles: shortOf && { ...shortOf, socketsMax },
      stop,
    };
  } catch (error) {
    await closers.run(() => undefined);
    throw error;
  }
}

function backupRunner(
  backups: StoreBackups | undefined,
  options: {
    folder: string;
    registry: Registry;
    home: RegistryHome;
    dataDir: string;
    onFailure: (error: unknown) => void;
  },
): BackupRunner | undefined {
  if (backups === undefined) return undefined;
  const { folder, registry, home, dataDir, onFailure } = options;
  const parts = { dataDir, registry, home, backups, version: version() };
  return new BackupRunner({
    folder,
    size: () => backupSize(parts),
    make: (name, onProgress) => makeBackup(parts, { folder, name, onProgress }),
    onFailure,
  });
}

/** Events wait on the hosts while the disk is nearly full. */
function diskCheck({ isFull, room }: DiskState): HealthCheck {
  if (!isFull || room === undefined) return { name: 'disk', ok: true };
  const gib = (bytes: number): string => (bytes / 1_073_741_824).toFixed(1);
  const message = `${gib(room.freeBytes)} GiB free, ${gib(room.reserveBytes)} GiB must stay free: events wait on the hosts`;
  return { name: 'disk', ok: false, message };
}

async function check(
  name: string,
  probe: () => Promise<void>,
): Promise<{ name: string; ok: boolean; message?: string }> {
  try {
    await probe();
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Closes politely, and by force what has not closed in time. */
async function closeSoon(close: () => Promise<void>, force: () => void): Promise<void> {
  const timer = setTimeout(force, CLOSE_MS_MAX);
  try {
    await close();
  } finally {
    clearTimeout(timer);
  }
}

/** As clients of this machine reach it: an unspecified address is one to listen on, not one to go to. */
function urlOf(host: string, address: ReturnType<Server['address']>): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reachable = UNSPECIFIED.get(host) ?? host;
  return `https://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

const UNSPECIFIED = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Version of this build. */
export function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
