/** Where others come in: HTTPS for people and agents, and the socket of this machine's operator. */
import type { Server } from 'node:net';
import path from 'node:path';
import type { ApiOptions } from '../api/dependencies.ts';
import { LocalServer, type LocalServerOptions } from '../api/local-server.ts';
import type {
  CaseControl,
  ComplianceControl,
  DemonstrationControl,
  ExchangeControl,
  JobControl,
  NotifyControl,
  PackControl,
} from '../api/ports.ts';
import { buildApi } from '../api/server.ts';
import { readMachine } from '../doctor/read-machine.ts';
import { PayloadStore } from '../services/fleet/payload-store.ts';
import type { OidcClient } from '../oidc/oidc-client.ts';
import type { RequestTemplate } from '../request/request-template.ts';
import { version } from '../version.ts';
import type { Analysis } from './analysis.ts';
import type { ServedIdentity } from './certificates.ts';
import type { Delivery } from './delivery.ts';
import { type Ground, ROOT } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';
import type { Upkeep } from './upkeep.ts';

/** How long the doors may take to close behind clients that do not leave. */
const CLOSE_MS_MAX = 1_000;

type LiveCollector = LocalServerOptions['live'];
/** What people ask for through either door. */
type SharedPorts = Pick<ApiOptions & LiveCollector, keyof ApiOptions & keyof LiveCollector>;

export interface DoorNeeds {
  identity: ServedIdentity;
  delivery: Delivery;
  upkeep: Upkeep;
  news: News;
  analysis: Analysis;
  cases: CaseControl;
  compliance: ComplianceControl;
  demonstration: DemonstrationControl;
  exchange: ExchangeControl;
  jobs: JobControl;
  notifications: NotifyControl;
  packs: PackControl;
  requestTemplates: readonly RequestTemplate[];
  oidc: OidcClient | undefined;
}

/**
 * @returns what operations of this machine work with; its address is the one at which clients of this machine reach it
 * @throws the system's error when it cannot be listened on
 */
export async function openDoors(ground: Ground, stores: Stores, needs: DoorNeeds): Promise<LiveCollector> {
  const ports = sharedPorts(stores, needs);
  const url = await openHttps(ground, stores, needs, ports);
  return openLocalSocket(ground, stores, needs, { ...ports, url });
}

function sharedPorts({ store }: Stores, needs: DoorNeeds): SharedPorts {
  const {
    analysis,
    cases,
    compliance,
    delivery,
    exchange,
    jobs,
    news,
    notifications,
    oidc,
    requestTemplates,
    upkeep,
  } = needs;
  const { pipeline } = delivery;
  return {
    ...analysis,
    store,
    alerts: news.alerts,
    cases,
    compliance,
    exchange,
    jobs,
    presence: delivery.presence,
    sending: delivery.sending,
    health: upkeep.health,
    retention: upkeep.retention.service,
    disk: upkeep.retention.disk,
    policies: pipeline.policies,
    responses: pipeline.responses,
    notifications,
    requestTemplates,
    oidc,
    metrics: delivery.metricsReader,
  };
}

async function openHttps(
  { config, folder, inBackground, log, metrics, now, parts }: Ground,
  { backupFolder, registry }: Stores,
  { delivery, demonstration, identity, news, packs }: DoorNeeds,
  ports: SharedPorts,
): Promise<string> {
  const { pipeline } = delivery;
  const app = await buildApi({
    ...ports,
    packs,
    demonstration,
    registry,
    live: news.live,
    tls: identity.certificates,
    ticketKeys: identity.ticketKeys(),
    consoleDir: path.join(ROOT, 'dashboards', 'console', 'dist'),
    dataDir: folder.path,
    payloads: new PayloadStore(folder.path),
    machine: () => readMachine(folder.path, backupFolder),
    now,
    log,
    emit: (event, detail) => {
      if (event === 'stream.dropped') metrics.streamClientsDropped.inc();
      if (event === 'payload.refused') metrics.payloadsRefused.inc();
      if (event === 'enrol.refused' && 'code' in detail) metrics.enrolmentsRefused.inc({ code: detail.code });
      if (event === 'enrol.refusal-unkept') metrics.refusalsUnkept.inc();
      if (event === 'payload.sent' && 'bytes' in detail) metrics.payloadBytes.inc(detail.bytes);
      if (event === 'package.served' && 'outcome' in detail)
        metrics.packagesServed.inc({ outcome: detail.outcome });
    },
  });
  pipeline.gate.attach(app.server);
  delivery.door.attach(app.server);
  parts.runs('https', () =>
    closeSoon(
      () => app.close(),
      () => app.server.closeAllConnections(),
    ),
  );
  // The server's end waits for its sockets.
  parts.runs('agents', () => pipeline.partFromAgents());
  const kept = identity.keep(app.server, () => inBackground(pipeline.gate.announce()));
  parts.runs('certificates', () => kept.stop());
  await app.listen({ host: config.listen.host, port: config.listen.port });
  return urlOf(config.listen.host, app.server.address());
}

async function openLocalSocket(
  { folder, log, now, parts }: Ground,
  { registry, store }: Stores,
  { delivery, identity, upkeep }: DoorNeeds,
  ports: SharedPorts & { url: string },
): Promise<LiveCollector> {
  const { pipeline } = delivery;
  const live: LiveCollector = {
    ...ports,
    version: version(),
    startedMs: now(),
    audit: upkeep.audit,
    backups: upkeep.backups,
    certificates: identity.certificates,
    countEpoch: (epoch) => store.countEpoch(epoch),
    settled: () => pipeline.settled(),
    settleLedger: () => pipeline.ledger.settle(),
  };
  const local = new LocalServer({
    dataDir: folder.path,
    registry,
    live,
    onFault: (operation, error) => log.error({ err: error, operation }, 'an operation failed'),
  });
  parts.runs('local socket', () => local.close());
  await local.listen();
  return live;
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
