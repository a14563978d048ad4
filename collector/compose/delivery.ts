/**
 * The way of the events, from the agents' sockets to alerts, and what watches whether they come. The pipeline tells the
 * watch who is here and the watch asks the pipeline who leads: the only knot of two parts, tied here and seen nowhere else.
 */
import { toAgentSummary } from '../api/agent-summary.ts';
import type { MetricsReader, Presence, SendingControl } from '../api/ports.ts';
import { FrontDoor } from '../ingest/front-door.ts';
import { LivenessService } from '../services/fleet/liveness-service.ts';
import { type Pipeline, startPipeline } from '../pipeline.ts';
import { readAgent } from '../registry/agents.ts';
import { SeenNotes } from '../registry/seen-notes.ts';
import type { Membership } from '../side-by-side/membership.ts';
import { readLimits, socketBudget } from '../ingest/socket-budget.ts';
import { RateMeter } from '../telemetry/rate-meter.ts';
import type { ServedIdentity } from './certificates.ts';
import type { Detection } from './detection.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';
import { startWorkers } from './workers.ts';

const SEEN_FLUSH_MS = 10_000;
/** The agents' reconnect storm after a restart goes through here (ingest/front-door.ts). */
const FRONT_DOOR = {
  handshakesMax: 256,
  handshakesPerAddressMax: 128,
  waitingMax: 12_000,
  /** A little less than an agent's patience. */
  waitMsMax: 14_000,
  stuckMs: 3_000,
} as const;

export interface Delivery {
  pipeline: Pipeline;
  door: FrontDoor;
  /** Whether what one collector does for all is this one's to do. */
  leads: () => boolean;
  presence: Presence;
  sending: SendingControl;
  metricsReader: MetricsReader;
  /** Set when the system's limit of open files is too low for a province's agents. */
  fewFiles: { limit: number; wanted: number; socketsMax: number } | undefined;
}

export interface DeliveryNeeds {
  detection: Detection;
  identity: ServedIdentity;
  membership: Membership | undefined;
  news: News;
}

export async function startDelivery(
  ground: Ground,
  { registry, store }: Stores,
  { detection, identity, membership, news }: DeliveryNeeds,
): Promise<Delivery> {
  const { folder, inBackground, log, metrics, now, parts } = ground;
  const { rules, indicators } = detection;
  const { socketsMax, shortOf } = socketBudget(readLimits());
  if (shortOf !== undefined) log.warn(shortOf, 'the limit of open files is low: fewer agents can connect');
  const door = new FrontDoor({
    ...FRONT_DOOR,
    socketsMax,
    clock: () => performance.now(),
    onRefused: (why) => metrics.connectionsRefused.inc({ why }),
  });
  const stored = new RateMeter(now);
  const seen = new SeenNotes(registry);
  const liveness = new LivenessService({
    registry,
    log,
    onAlerts: news.onAlerts,
    among: membership && { collectorId: membership.id, leads: () => pipeline.leads() },
  });
  await parts.start('liveness', liveness);

  const publishAgent = async (agentId: string): Promise<void> => {
    if (!news.live.hasListeners) return;
    const agent = await readAgent(registry, agentId);
    if (agent === undefined) return;
    news.live.publish({ type: 'agent', agent: toAgentSummary(agent, pipeline.gate.isOnline(agentId)) });
  };
  const workers = await startWorkers(ground, detection);
  const pipeline = await startPipeline({
    exceptions: detection.exceptions,
    workers,
    recognise: (fields, nowMs, agentId) => indicators.match(fields, nowMs, agentId),
    membership,
    registry,
    dataDir: folder.path,
    door,
    socketsMax,
    store,
    book: rules.book,
    metrics,
    log,
    collectorFingerprint: () => identity.certificates.current.fingerprint,
    announced: () => identity.certificates.announced,
    now,
    onStored: (rows) => stored.add(rows),
    onPresence: (agentId, online, network, address) => {
      seen.note(agentId, now());
      liveness.note(agentId, online, network, address);
      inBackground(publishAgent(agentId));
    },
    onUnknownRules: () => rules.refresh(),
    onGaps: (gaps) => void liveness.raiseGaps(gaps),
    onAlerts: news.onAlerts,
  });
  parts.runs('pipeline', () => pipeline.stop());
  await parts.start('rules', {
    start: () => rules.start((next, sources) => pipeline.useRules(next, sources)),
    stop: () => rules.stop(),
  });
  keepSeen(ground, seen, pipeline);

  return {
    pipeline,
    door,
    leads: () => pipeline.leads(),
    presence: presenceOf(pipeline, inBackground),
    sending: {
      reload: () => pipeline.limits.reload(),
      slowing: (id) => pipeline.slowing(id),
    },
    metricsReader: {
      text: () => metrics.registry.metrics(),
      eventsPerSecond: () => stored.perSecond(),
      batches: () => pipeline.batches(),
      workers: () => workers?.state ?? { wanted: 0, running: 0 },
    },
    fewFiles: shortOf && { ...shortOf, socketsMax },
  };
}

/** Writes down now and then when agents were seen last. */
function keepSeen({ log, now, parts }: Ground, seen: SeenNotes, pipeline: Pipeline): void {
  const timer = setInterval(() => {
    for (const agentId of pipeline.gate.agentsOnline()) seen.note(agentId, now());
    seen
      .flush()
      .catch((error: unknown) => log.warn({ err: error }, 'the last-seen times could not be written'));
  }, SEEN_FLUSH_MS);
  parts.runs('last-seen times', async () => {
    clearInterval(timer);
    await seen.flush();
  });
}

function presenceOf(pipeline: Pipeline, inBackground: Ground['inBackground']): Presence {
  return {
    isOnline: (agentId) => pipeline.gate.isOnline(agentId),
    onlineCount: () => pipeline.gate.onlineCount,
    disconnect: (agentId, code) => {
      if (pipeline.gate.disconnect(agentId, code, 'ended by the collector')) return;
      const elsewhere = pipeline.ownership?.endElsewhere(agentId, code);
      if (elsewhere !== undefined) inBackground(elsewhere);
    },
  };
}
