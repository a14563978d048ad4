/** The API over a control plane in memory; the ports that other stages serve are small stand-ins kept here. */
import path from 'node:path';
import { compile } from '../../../rules/sigma/index.ts';
import { readMachine } from '../../../collector/doctor/read-machine.ts';
import { indicatorDesk } from '../../../collector/services/indicators/indicator-desk.ts';
import { Hindsight } from '../../../collector/services/indicators/indicator-hindsight.ts';
import type { HindsightStore } from '../../../collector/store/hindsight-store.ts';
import { vulnerabilityDesk } from '../../../collector/services/vulnerabilities/vulnerability-desk.ts';
import { vulnerabilityJobs } from '../../../collector/services/vulnerabilities/vulnerability-jobs.ts';
import { DemonstrationService } from '../../../collector/services/upkeep/demonstration-service.ts';
import { PayloadStore } from '../../../collector/services/fleet/payload-store.ts';
import { VulnerabilityService } from '../../../collector/services/vulnerabilities/vulnerability-service.ts';
import { feedAnswers } from '../../../collector/vulnerability/feed-answers.ts';
import type { FeedPart } from '../../../collector/vulnerability/feed-parts.ts';
import type { FeedRead, FeedToRead } from '../../../collector/vulnerability/read-feed-file.ts';
import { ExchangeService } from '../../../collector/services/exchange/exchange-service.ts';
import { indicatorJobs } from '../../../collector/services/indicators/indicator-jobs.ts';
import { huntDesk } from '../../../collector/services/hunts/hunt-desk.ts';
import { exceptionWorld } from '../../support/exception-world.ts';
import { memoryHunts } from '../../support/memory-hunts.ts';
import { pino } from 'pino';
import type { Alert } from '../../../collector/api/contract.ts';
import type { ApiLimits, ApiServer } from '../../../collector/api/dependencies.ts';
import type { EventReader, LiveEvent } from '../../../collector/api/ports.ts';
import { SESSION_COOKIE } from '../../../collector/api/principal.ts';
import { buildApi } from '../../../collector/api/server.ts';
import { ruleJobs } from '../../../collector/services/content/rule-desk.ts';
import { alertJobs } from '../../../collector/services/alerts/alert-jobs.ts';
import { responseJobs } from '../../../collector/services/responses/response-jobs.ts';
import { requestJobs } from '../../../collector/services/requests/request-jobs.ts';
import { loadTemplates } from '../../../collector/request/load-templates.ts';
import type { FileScanner } from '../../../collector/case/file-scan.ts';
import { caseControl, readCaseRules } from '../../../collector/services/cases/case-control.ts';
import { caseJobs } from '../../../collector/services/cases/case-jobs.ts';
import { inspectionJobs } from '../../../collector/services/reports/inspection-jobs.ts';
import { PackBuilder } from '../../../collector/services/reports/pack-builder.ts';
import { PackFolders } from '../../../collector/services/reports/pack-folders.ts';
import { ReportDesk } from '../../../collector/services/reports/report-desk.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { severityRank } from '../../../collector/alert/severity-score.ts';
import { createApiToken } from '../../../collector/registry/api-tokens.ts';
import { loadOrCreateCertificate } from '../../../collector/registry/certificate.ts';
import { CASE_PROTECTORS } from '../../../collector/registry/cases/case-protectors.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import type { OidcClient } from '../../../collector/oidc/oidc-client.ts';
import { createUser } from '../../../collector/registry/users.ts';
import type { EventQuery, FoundEvent } from '../../../collector/store/store.ts';
import type { Role } from '../../../collector/api/contract.ts';
import type { ToldRecord } from '../../../collector/store/inventory-store.ts';
import type { ToldBaseline } from '../../../collector/store/fleet-store.ts';
import type { ToldTarget } from '../../../collector/store/probe-store.ts';
import { memoryInventory } from '../../support/memory-inventory.ts';
import { CHEAP, memoryRegistry, temporaryFolder, type TestClock } from '../registry/registry-fixture.ts';
import { NO_SOURCES } from '../../support/no-sources.ts';
import { noEvidence } from '../../support/no-evidence.ts';
import { NO_RULES } from '../../support/no-rules.ts';

export const REQUEST_TEMPLATES = loadTemplates([
  path.join(import.meta.dirname, '../../../rules/requests'),
]).templates;
export const PASSWORD = 'correct-horse-battery';

export function alertOf(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    kind: 'detection',
    risk: 70,
    verdict: null,
    duplicateOf: null,
    assignee: null,
    dueAt: null,
    overdue: false,
    userName: null,
    systemId: null,
    systemLevel: null,
    hosts: 1,
    fleetId: null,
    predecessorId: null,
    version: 1,
    ruleId: 'rule-1',
    title: 'SSH brute force',
    titleVi: 'Dò mật khẩu SSH',
    severity: 'high',
    state: 'new',
    entity: { 'source.ip': '10.1.2.3' },
    agentId: null,
    hostname: 'pc-01',
    agencyId: 1,
    agencyName: 'Cơ quan chủ quản',
    count: 1,
    firstSeen: '2026-11-22T03:00:00.000Z',
    lastSeen: '2026-11-22T03:00:00.000Z',
    createdAt: '2026-11-22T03:00:00.000Z',
    updatedAt: '2026-11-22T03:00:00.000Z',
    tags: ['attack.t1110'],
    message: 'Failed password for root',
    ...change,
  };
}

export function eventOf(seq: number, change: Partial<FoundEvent> = {}): FoundEvent {
  return {
    id: `00000000-0000-4000-8000-000000000001/${'0'.repeat(32)}/0/${seq}`,
    timeMs: 1_000 * seq,
    receivedMs: 1_000 * seq + 1,
    agentId: '00000000-0000-4000-8000-000000000001',
    hostname: 'pc-01',
    agencyId: 1,
    channel: 'log/sshd',
    origin: '/var/log/auth.log',
    logsources: [],
    message: `event ${seq}`,
    fields: { user: 'root' },
    ruleIds: [],
    ...change,
  };
}

export interface World {
  app: ApiServer;
  registry: Registry;
  clock: TestClock;
  dataDir: string;
  fingerprint: string;
  /** PEM of what the server shows. */
  certificate: string;
  events: FoundEvent[];
  inventory: ToldRecord[];
  probes: ToldTarget[];
  baselines: ToldBaseline[];
  searches: EventQuery[];
  jobs: JobRunner;
  /** Looks when it is told to. */
  exchange: ExchangeService;
  /** Looks when it is told to. */
  vulnerabilities: VulnerabilityService;
  /** Alerts whose change was shown. */
  changed: string[];
  readyAsked: number;
  /** How often quotas and caps were read again. */
  reloads: number;
  /** How often agents were told of policies that changed. */
  policyLooks: number;
  /** Agents for whom a command was let go. */
  letGo: string[];
  ready: boolean;
  live: boolean;
  online: Set<string>;
  emitted: { event: string; detail: unknown }[];
  log: string[];
  publish: (event: LiveEvent) => void;
  listeners: () => number;
  close: () => Promise<void>;
}

/** Puts alerts as they are shown into the control plane. */
export async function putAlerts({ registry }: Pick<World, 'registry'>, ...alerts: Alert[]): Promise<void> {
  for (const alert of alerts) {
    const rule = {
      ruleId: alert.ruleId,
      title: alert.title,
      titleVi: alert.titleVi,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity: alert.severity,
      tags: alert.tags,
      falsePositives: [],
      references: [],
    };
    await registry.db
      .insertInto('alert')
      .values({
        id: alert.id,
        rule_id: alert.ruleId,
        group_key: alert.id,
        severity: alert.severity,
        severity_rank: severityRank(alert.severity),
        risk: alert.risk,
        state: alert.state,
        closed: alert.state === 'closed' ? 1 : 0,
        entity: JSON.stringify(alert.entity),
        rule: JSON.stringify(rule),
        agent_id: alert.agentId,
        hostname: alert.hostname,
        agency_id: alert.agencyId,
        detections: alert.count,
        first_seen_ms: Date.parse(alert.firstSeen),
        last_seen_ms: Date.parse(alert.lastSeen),
        created_ms: Date.parse(alert.createdAt),
        updated_ms: Date.parse(alert.updatedAt),
        message: alert.message,
      })
      .execute();
  }
}

export async function alertState(
  { registry }: Pick<World, 'registry'>,
  id: string,
): Promise<string | undefined> {
  const row = await registry.db.selectFrom('alert').select('state').where('id', '=', id).executeTakeFirst();
  return row?.state;
}

const NO_HISTORY: HindsightStore = {
  values: async () => [],
  events: async () => ({ events: [], hasMore: false }),
};

/** Without a thread, which takes longer to start than a feed of a test to read. */
async function readFeedHere(file: FeedToRead, onPart: (part: FeedPart) => Promise<void>): Promise<FeedRead> {
  for (const answer of feedAnswers(file)) {
    if (answer.kind === 'end') return answer.read;
    await onPart(answer.part);
  }
  throw new Error('a feed that has no end');
}

export async function buildWorld(
  options: {
    limits?: Partial<ApiLimits>;
    consoleDir?: string;
    /** The real one, in place of the stand-in. */
    store?: EventReader;
    oidc?: OidcClient;
    /** Fingerprint of the authority that issued the certificate, as if one had. */
    authority?: string;
    /** Of files that people attach; without it none is scanned. */
    scanner?: FileScanner;
  } = {},
): Promise<World> {
  const { registry, clock } = await memoryRegistry();
  const folder = temporaryFolder();
  const certificate = await loadOrCreateCertificate({ dataDir: folder.path, names: [], now: clock.now });
  const listeners = new Set<(event: LiveEvent) => void>();
  const log: string[] = [];
  const exceptions = exceptionWorld(registry, () => world.events);
  const cases = caseControl(registry, {
    dataDir: folder.path,
    rules: await readCaseRules(path.join(import.meta.dirname, '../../..'), folder.path),
    scanner: options.scanner,
    live: { hasListeners: true, publish: (event) => world.publish(event) },
  });
  const packs = new PackBuilder({
    registry,
    files: cases.files,
    reports: new ReportDesk({ registry, dataDir: folder.path }),
    folders: new PackFolders(dataFolder(folder.path).inspectionPacks),
  });
  const told: ToldRecord[] = [];
  const world: Omit<World, 'app' | 'close'> = {
    registry,
    clock,
    dataDir: folder.path,
    fingerprint: certificate.fingerprint,
    certificate: certificate.cert,
    events: [],
    inventory: told,
    probes: [],
    baselines: [],
    searches: [],
    changed: [],
    get vulnerabilities() {
      return service;
    },
    jobs: new JobRunner({
      registry,
      kinds: [
        ...requestJobs(registry, REQUEST_TEMPLATES),
        ...responseJobs(registry, (agentId) => world.online.has(agentId)),
        ...alertJobs(registry, CASE_PROTECTORS),
        ...caseJobs(registry, (ids) => void cases.changed(ids)),
        ...ruleJobs(registry, { hunts: memoryHunts([]) }, NO_RULES),
        ...indicatorJobs(registry, {
          hindsight: new Hindsight(registry, NO_HISTORY, () => undefined),
          onChanged: () => undefined,
          lookBackDays: 0,
        }),
        ...vulnerabilityJobs({ registry, inventory: memoryInventory(told) }),
        ...inspectionJobs(registry, packs, undefined),
        ...exceptions.kinds,
      ],
      onProgress: () => undefined,
      onFault: (error) => log.push(String(error)),
    }),
    exchange: new ExchangeService({
      registry,
      key: Buffer.alloc(32, 1),
      sources: NO_SOURCES,
      leads: () => world.live,
      isAlone: true,
      onOutcome: () => undefined,
      onAlerts: () => undefined,
      onFault: (error) => log.push(String(error)),
      timeoutMs: 2_000,
    }),
    readyAsked: 0,
    reloads: 0,
    policyLooks: 0,
    letGo: [],
    ready: true,
    live: true,
    online: new Set(),
    emitted: [],
    log,
    publish: (event) => listeners.forEach((listener) => listener(event)),
    listeners: () => listeners.size,
  };
  const service = new VulnerabilityService({
    registry,
    inventory: memoryInventory(world.inventory),
    leads: () => true,
    onFault: (error) => log.push(String(error)),
  });
  const app = await buildApi({
    registry,
    dataDir: folder.path,
    payloads: new PayloadStore(folder.path),
    machine: () => readMachine(folder.path, path.join(folder.path, 'backup')),
    tls: { current: certificate, authority: options.authority, statements: [] },
    consoleDir: options.consoleDir,
    now: clock.now,
    passwordCost: CHEAP,
    limits: options.limits,
    log: pino({ level: 'trace' }, { write: (line: string) => log.push(line) }),
    emit: (event, detail) => world.emitted.push({ event, detail }),
    retention: { begin: () => undefined, state: { kind: 'idle' }, last: undefined },
    disk: { isFull: false, room: undefined, cold: undefined },
    hunts: huntDesk({
      registry,
      store: {
        get hunts() {
          return memoryHunts(world.events);
        },
      },
      engine: () => compile([]),
    }),
    exceptions: exceptions.control(world.jobs),
    indicators: indicatorDesk({ registry, look: async () => undefined }),
    vulnerabilities: vulnerabilityDesk({ registry, look: () => service.look(), readFeed: readFeedHere }),
    notifications: {
      key: Buffer.alloc(32, 1),
      test: async () => ({ answer: '250 ok', refused: [] }),
    },
    exchange: world.exchange,
    packs,
    demonstration: new DemonstrationService({
      registry,
      folder: dataFolder(folder.path),
      isOwn: true,
      restart: undefined,
      sleep: () => Promise.resolve(),
      onFault: (error) => log.push(String(error)),
    }),
    requestTemplates: REQUEST_TEMPLATES,
    compliance: noEvidence(registry),
    oidc: options.oidc,
    responses: { letGo: async (agentId) => void world.letGo.push(agentId) },
    policies: {
      look: async () => {
        world.policyLooks += 1;
      },
      rotate: async () => ({ publicKey: '' }),
    },
    sending: {
      reload: async () => {
        world.reloads += 1;
      },
      slowing: () => 0,
    },
    store: options.store ?? {
      search: async (query) => {
        world.searches.push(query);
        return world.events.slice(0, query.limit);
      },
      detections: async ({ ruleId, limit }) =>
        world.events
          .flatMap((event) =>
            event.ruleIds.map((rule) => ({
              ...event,
              eventId: event.id,
              ruleId: rule,
              matched: event.fields,
            })),
          )
          .filter((one) => ruleId === undefined || one.ruleId === ruleId)
          .slice(0, limit),
      findAll: () => Promise.resolve([]),
      find: async ({ seq }) => world.events.find((event) => event.id.endsWith(`/${seq}`)),
      count: async () => world.events.length,
      inventory: memoryInventory(world.inventory),
      posture: {
        states: () => Promise.resolve([]),
        counts: () => Promise.resolve([]),
        hosts: () => Promise.resolve([]),
      },
      fleet: {
        loads: () => Promise.resolve([]),
        baselines: async ({ agentIds }) =>
          world.baselines.filter(({ agentId }) => agentIds?.includes(agentId) === true),
      },
      hunts: memoryHunts([]),
      probes: {
        targets: async ({ agentIds, limit }) =>
          world.probes
            .filter(({ agentId }) => agentIds === undefined || agentIds.includes(agentId))
            .slice(0, limit),
      },
    },
    alerts: { changed: async (ids) => void world.changed.push(...ids) },
    jobs: world.jobs,
    cases,
    rules: NO_RULES,
    presence: {
      isOnline: (agentId) => world.online.has(agentId),
      onlineCount: () => world.online.size,
      disconnect: () => undefined,
    },
    live: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    health: {
      live: () => world.live,
      ready: async () => {
        world.readyAsked += 1;
        return { ok: world.ready, checks: [{ name: 'store', ok: world.ready }] };
      },
    },
    metrics: {
      text: async () => 'vonggac_up 1\n',
      eventsPerSecond: () => 12.5,
      workers: () => ({ wanted: 0, running: 0 }),
      batches: () => ({ storedBatch: 0, projectedBatch: 0 }),
    },
  });
  await app.ready();
  return Object.assign(world, {
    app,
    close: async () => {
      await app.close();
      await world.jobs.stop();
      await world.exchange.stop();
      await registry.close();
      folder.remove();
    },
  });
}

export async function bearer(
  world: World,
  role: Role,
  agencyId?: number,
): Promise<{ authorization: string }> {
  const { token } = await createApiToken(world.registry, { role, agencyId }, 'test');
  return { authorization: `Bearer ${token}` };
}

export async function addUser(
  world: World,
  username: string,
  role: Role,
  mustChangePassword = false,
  agencyId?: number,
): Promise<void> {
  const wanted = { username, password: PASSWORD, role, mustChangePassword, agencyId };
  await createUser(world.registry, wanted, 'test', CHEAP);
}

/** Signs in and returns the headers of a browser on this very site. */
export async function signIn(
  world: World,
  username: string,
  password = PASSWORD,
): Promise<{ cookie: string; 'sec-fetch-site': string }> {
  const response = await world.app.inject({
    method: 'POST',
    url: '/api/v1/login',
    payload: { username, password },
  });
  return sessionOf(response);
}

/** The headers of a browser on this very site that got its session's cookie with this answer. */
export function sessionOf(response: Awaited<ReturnType<World['app']['inject']>>): {
  cookie: string;
  'sec-fetch-site': string;
} {
  const cookie = response.cookies.find(({ name }) => name === SESSION_COOKIE);
  if (response.statusCode !== 200 || cookie === undefined) throw new Error(response.body);
  return { cookie: `${cookie.name}=${cookie.value}`, 'sec-fetch-site': 'same-origin' };
}
