/**
 * Composition root of the collector: the parts in the order of their start, each made of those above it
 * (`collector/compose`). They stop in the reverse order, so that what was accepted is stored and acknowledged before the
 * store and the control plane go.
 */
import { AgencyService } from './services/fleet/agency-service.ts';
import { startAnalysis } from './compose/analysis.ts';
import { startCases } from './compose/cases.ts';
import { startCompliance } from './compose/compliance.ts';
import { openCertificates } from './compose/certificates.ts';
import { openRules, readPacks } from './compose/content.ts';
import { openDemonstration, startDemonstration } from './compose/demonstration.ts';
import { type Delivery, startDelivery } from './compose/delivery.ts';
import { startDetection } from './compose/detection.ts';
import { openDoors } from './compose/doors.ts';
import { startExchange } from './compose/exchange.ts';
import { openGround } from './compose/ground.ts';
import { startInspection } from './compose/inspection.ts';
import { startJobs } from './compose/jobs.ts';
import { openNews } from './compose/news.ts';
import { startNotify } from './compose/notify.ts';
import { Parts } from './compose/parts.ts';
import { startRequests } from './compose/requests.ts';
import { startAutomatic } from './compose/responses.ts';
import { openStores } from './compose/stores.ts';
import { startUpdates } from './compose/updates.ts';
import { startUpkeep } from './compose/upkeep.ts';
import type { CollectorConfig } from './config.ts';
import { OidcClient } from './oidc/oidc-client.ts';
import { readOidcFiles } from './oidc/oidc-settings.ts';
import { version } from './version.ts';

/** What is said while the start takes long. */
export interface StartNotices {
  /** A backup of that name is made before the databases are changed. */
  upgradeBackup?: ((name: string) => void) | undefined;
  /** Somebody asked for a start anew, in the data folder that counts then; without it nobody may ask. */
  restart?: (() => void) | undefined;
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
  fewFiles: Delivery['fewFiles'];
  /** Stores and acknowledges what was accepted, then closes everything. Calling it again waits for the same end. */
  stop: () => Promise<void>;
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
  const parts = new Parts();
  try {
    return await startParts(config, parts, notices);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function startParts(
  config: CollectorConfig,
  parts: Parts,
  notices: StartNotices,
): Promise<RunningCollector> {
  const failure = Promise.withResolvers<Error>();
  const ground = await openGround(config, parts);
  const [stores, packs] = await Promise.all([
    openStores(ground, notices.upgradeBackup ?? (() => undefined)),
    readPacks(config),
  ]);
  const { registry, initialPasswordFile } = stores;
  const oidc = config.oidc && new OidcClient(readOidcFiles(config.oidc), ground.now);
  const identity = await openCertificates(ground, stores);
  const rules = await openRules(ground, stores, packs);
  const { book } = rules;
  const membership = await stores.join(failure.resolve);
  const news = openNews(ground, stores);

  const detection = await startDetection(ground, stores, rules, news);
  const delivery = await startDelivery(ground, stores, { detection, identity, membership, news });
  const { leads, pipeline, presence, sending } = delivery;
  const upkeep = await startUpkeep(ground, stores, { pipeline, news });
  const cases = await startCases(ground, stores, { leads, news });
  const notifications = await startNotify(ground, stores, { leads, news });
  await startAutomatic(ground, stores, { pipeline, news });
  const requestTemplates = await startRequests(ground, stores, leads);
  const inspection = await startInspection(ground, stores, cases);
  const jobs = await startJobs(ground, stores, {
    cases,
    detection,
    delivery,
    news,
    packs: inspection,
    requestTemplates,
  });
  const analysis = await startAnalysis(ground, stores, { detection, jobs, leads, news });
  await parts.start('agencies', new AgencyService({ registry, presence, sending, log: ground.log }));

  await startUpdates(ground, stores);

  const compliance = await startCompliance(ground, stores, { leads, places: () => upkeep.audit.places });

  const exchange = await startExchange(ground, stores, { leads, news });

  const demonstration = openDemonstration(ground, stores, notices.restart);
  const live = await openDoors(ground, stores, {
    identity,
    delivery,
    upkeep,
    news,
    analysis,
    cases,
    compliance,
    demonstration,
    exchange,
    jobs,
    notifications,
    packs: inspection,
    requestTemplates,
    oidc,
  });
  const { url } = live;
  await startDemonstration(ground, stores, { demonstration, live });
  ground.log.info({ url, version: version() }, 'ready');
  return {
    url,
    fingerprint: identity.certificates.current.fingerprint,
    initialPasswordFile,
    rules: { loaded: book.summaries.length, rejected: book.rejected },
    failed: failure.promise,
    fewFiles: delivery.fewFiles,
    stop: async () => {
      await parts.stop();
      demonstration.settle();
    },
  };
}
