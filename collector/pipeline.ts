/**
 * Wires the stages an event goes through, from an agent's session to the projector:
 * session -> detector (normalise, match) -> writer -> store -> marks and acks -> projector.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CorrelationRecord, Detection } from './alert/detection.ts';
import type { Suppressor } from './alert/judge-detection.ts';
import type { Registry, RegistryDb } from './registry/database.ts';
import type { ExceptionDesk } from './services/exceptions/exception-desk.ts';
import { eventId } from './detect/hits.ts';
import { Detector, type DetectorPorts } from './detect/detector.ts';
import { interpretFrame } from './detect/interpret-frame.ts';
import { LateWorker } from './detect/late-worker.ts';
import { Projector } from './detect/projector.ts';
import type { RuleBook } from './detect/rule-book.ts';
import { SendingLimits } from './services/fleet/sending-limits.ts';
import { Bandwidth } from './ingest/bandwidth.ts';
import { ERROR_CODES, type ErrorCode } from './protocol/error.ts';
import type { FrontDoor } from './ingest/front-door.ts';
import { AgentGate } from './ingest/gate.ts';
import { QuotaBook } from './ingest/quota-book.ts';
import { LaneBook } from './ingest/lane-book.ts';
import { LedgerService } from './services/fleet/ledger-service.ts';
import { noteTrust } from './registry/certificate-trust.ts';
import { findAgents } from './registry/agents.ts';
import { batched } from './registry/batched.ts';
import { admitAgent, admitSession } from './registry/session-admission.ts';
import { SessionNotes } from './registry/session-notes.ts';
import type { Gap } from './registry/ledger-count.ts';
import { recordLoss } from './registry/loss-book.ts';
import { applyLate, findLateHits, takeLateBatches } from './registry/late-book.ts';
import { applyProjection, readProjectorPlace } from './registry/projection.ts';
import { Duty } from './side-by-side/duty.ts';
import type { Membership } from './side-by-side/membership.ts';
import { AgentOwnership } from './side-by-side/ownership.ts';
import type { KeptUnit } from './store/batch-line.ts';
import { PolicyService } from './services/fleet/policy-service.ts';
import { QueueKeeper } from './services/alerts/queue-keeper.ts';
import { arrangeOpenQueue } from './registry/queue/arrange.ts';
import { ResponseService } from './services/responses/response-service.ts';
import { BatchWriter } from './store/batch-writer.ts';
import type { EventStore, HitRow, RowBatch } from './store/store.ts';
import { interpretationNews } from './telemetry/interpretation-news.ts';
import { faultPoint } from './telemetry/fault-point.ts';
import type { Logger } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { FrameWorkers } from './workers/frame-workers.ts';
import type { RuleSource } from './workers/messages.ts';

/** Settings of the delivery path, with the reasons for their values. */
const DELIVERY = {
  /** Large inserts are cheap per row; this many rows are one part. */
  batchRowsMax: 20_000,
  /**
   * A lone event waits a little for company, so that a trickle of events is two inserts a second, each of which costs
   * some 25 ms whatever is in it; under load it pays to wait longer. With the insert itself an alert is still told within two seconds.
   */
  linger: { min: 400, max: 800, fullRate: 2_000 },
  /** Rows accepted and not yet durable, in payload bytes, before no more is taken from what has arrived. */
  waitingBytesMax: 32 * 1_048_576,
  /** Frames that have arrived while the store was behind, before those who have most of them are no longer read. */
  arrivedBytesMax: 32 * 1_048_576,
  retryMs: { min: 200, max: 5_000 },
  unauthenticatedMax: 2_000,
  /** A commune's two hundred hosts may come back at once behind one address. */
  unauthenticatedPerAddressMax: 400,
  /** Far above any honest agent on a bad line. */
  agentWritesPerMinuteMax: 600,
  heartbeatMs: 30_000,
  sessionNotesMs: 500,
  latenessMs: 300_000,
  snapshotEveryBatches: 50,
  hitRowsInMemoryMax: 50_000,
  projectorRetryMs: 1_000,
  /** Alerts are told before the queue is arranged; the list follows so much later. */
  queuePauseMs: 2_000,
  lateLingerMs: 300,
  lateBatchesMax: 200,
  lateAsideMax: 20_000,
} as const;

export interface PipelineOptions {
  registry: Registry;
  /** Where the keys lie that policies are signed with. */
  dataDir: string;
  store: EventStore;
  book: RuleBook;
  /** What is excepted; left out: nothing. */
  exceptions?: Pick<ExceptionDesk, 'suppressor'> | undefined;
  metrics: Metrics;
  log: Logger;
  /** What stands in front of the sockets. */
  door: Pick<FrontDoor, 'waiting' | 'handshakesPerSecondMax'>;
  /** Sockets open at once. */
  socketsMax: number;
  /** SHA-256 of the certificate served now. */
  collectorFingerprint: () => string;
  /** Certificates that agents are told to trust. */
  announced: () => readonly string[] | undefined;
  /** With other collectors on the same control plane and store. */
  membership?: Membership | undefined;
  now: () => number;
  /** Threads that make rows of frames; without them it is done here. */
  workers?: FrameWorkers | undefined;
  /** Indicators of compromise that an event shows. */
  recognise?: DetectorPorts['recognise'];
  /** Rows became durable. */
  onStored: (rows: number) => void;
  onPresence: (agentId: string, online: boolean, network: string, address?: string) => void;
  /** Sequences were found that are neither stored nor declared lost. */
  onGaps: (gaps: readonly Gap[]) => void;
  /** Alerts that are new or changed, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
  /** Hits of rules came that are not known here: reads the rules again where they changed. */
  onUnknownRules: () => Promise<void>;
}

export interface Pipeline {
  gate: AgentGate;
  /** Quotas and bandwidth caps in force. */
  limits: Pick<SendingLimits, 'reload'>;
  policies: PolicyService;
  responses: ResponseService;
  /** How many of a quota's meters slow somebody down now. */
  slowing: (quotaId: number) => number;
  /** With other collectors: who takes which agent's events. */
  ownership: AgentOwnership | undefined;
  ledger: LedgerService;
  /**
   * Resolves when events are matched by these and hits correlated, without losing what is under way. @param sources what
   * the book was made of
   */
  useRules: (book: RuleBook, sources: readonly RuleSource[]) => Promise<void>;
  /** While held, no events are taken: the disk is nearly full. */
  holdForDisk: (isFull: boolean) => void;
  /** The event store does not keep up. */
  isBehind: () => boolean;
  /** Whether what one collector does for all (alerts, the ledger's counts, retention) is this one's to do. */
  leads: () => boolean;
  /** Numbers of the last batch stored and of the last one that became alerts. */
  batches: () => { storedBatch: number; projectedBatch: number };
  /** Resolves when everything stored so far has become alerts. */
  settled: () => Promise<void>;
  /** Says goodbye to the agents, stores what was accepted, and cuts off who then stays. */
  partFromAgents: () => Promise<void>;
  /** Parts from the agents, projects what is stored, saves the marks. */
  stop: () => Promise<void>;
}

export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { registry, store, book, metrics, log, now, membership, workers } = options;
  const [marks, lastBatch, place] = await Promise.all([
    // With others, an agent's marks are read when it becomes ours.
    membership === undefined ? store.readMarks() : [],
    store.lastBatch(),
    readProjectorPlace(registry.db),
  ]);
  if (place.cursor > lastBatch) {
    log.warn(
      { cursor: place.cursor, lastBatch },
      'the alerts are ahead of the event store: it was restored from an older copy',
    );
  }
  const head = Math.max(lastBatch, place.cursor);
  let storedBatch = lastBatch;
  let projectedBatch = place.cursor;
  const lanes = new LaneBook(marks);
  const detector = new Detector(book, {
    recognise: options.recognise,
    ...interpretationNews(metrics, log),
  });

  const guard = (trx: RegistryDb): Promise<void> => duty?.guard(trx) ?? Promise.resolve();
  const suppressor = async (
    detections: readonly Detection[],
    correlations: readonly CorrelationRecord[],
  ): Promise<Suppressor | undefined> =>
    options.exceptions?.suppressor(
      detections,
      correlations.map(({ detection }) => detection),
    );
  const countSuppressed = (suppressed: ReadonlyMap<string, number>): void => {
    for (const [by, count] of suppressed)
      if (by.startsWith('exception:')) metrics.detectionsExcepted.inc(count);
  };
  const projector = new Projector({
    engine: book.engine,
    reach: book.reach,
    rules: book,
    latenessMs: DELIVERY.latenessMs,
    snapshotEveryBatches: DELIVERY.snapshotEveryBatches,
    rowsInMemoryMax: DELIVERY.hitRowsInMemoryMax,
    retryMs: DELIVERY.projectorRetryMs,
    ports: {
      readHits: (after, to) => store.readHits(after, to),
      apply: async (projection) => {
        const { detections, correlations } = projection;
        const suppress = await suppressor(detections, correlations);
        const applied = await applyProjection(registry.db, { ...projection, suppress, nowMs: now() }, guard);
        countSuppressed(applied.suppressed);
        if (applied.alertIds.length > 0) {
          options.onAlerts(applied.alertIds);
          queue.kick();
        }
        return applied;
      },
      onDetections: (kind, count) => metrics.detections.inc({ kind }, count),
      onLate: (matches) => {
        metrics.lateMatches.inc(matches);
        lateWorker.kick();
      },
      onRetry: (error) => log.error({ err: error }, 'projecting alerts failed; trying again'),
      onProgress: (cursor) => {
        projectedBatch = cursor;
        metrics.projectorCursor.set(cursor);
        lateWorker.advanced();
      },
      onUnknownRules: () => options.onUnknownRules(),
      onUnkept: (error) =>
        log.warn(
          { err: error },
          'the state of the correlations could not be kept or taken over: events are replayed instead',
        ),
    },
  });

  const queue = new QueueKeeper({
    arrange: () => arrangeOpenQueue(registry.db, { nowMs: now() }, guard),
    pauseMs: DELIVERY.queuePauseMs,
    onAlerts: options.onAlerts,
    onFault: (error) => log.error({ err: error }, 'the queue of alerts could not be arranged'),
  });

  const lateWorker = new LateWorker({
    engine: book.engine,
    reach: book.reach,
    rules: book,
    lingerMs: DELIVERY.lateLingerMs,
    batchesMax: DELIVERY.lateBatchesMax,
    asideMax: DELIVERY.lateAsideMax,
    retryMs: DELIVERY.projectorRetryMs,
    place: () => projector.place,
    take: (batchesMax) => takeLateBatches(registry.db, batchesMax),
    earlier: (fromBatch) => findLateHits(registry.db, fromBatch),
    readHits: (query) => store.readHitsByTime(query),
    apply: async (look) => {
      const suppress = await suppressor([], look.added);
      const applied = await applyLate(registry.db, { ...look, suppress, nowMs: now() }, guard);
      countSuppressed(applied.suppressed);
      if (applied.alertIds.length > 0) options.onAlerts(applied.alertIds);
      return applied;
    },
    onHits: (count) => metrics.detections.inc({ kind: 'correlation' }, count),
    onRetry: (error) => log.error({ err: error }, 'looking back for late events failed; trying again'),
  });

  const held = { store: false, disk: false };
  const tellFull = (change: Partial<typeof held>): void => {
    Object.assign(held, change);
    gate.setFull(held.store || held.disk);
  };

  const writer = new BatchWriter({
    store: {
      collect: (expected) => store.collect(expected),
      saveMarks: (saved) => store.saveMarks(saved),
      insert: async (batch) => {
        membership?.require();
        const done = metrics.insertSeconds.startTimer();
        await store.insert(batch);
        done();
      },
    },
    firstBatch: head + 1,
    takeNumber: membership && (() => membership.claimBatch()),
    rowsMax: DELIVERY.batchRowsMax,
    linger: DELIVERY.linger,
    bytesMax: DELIVERY.waitingBytesMax,
    retryMs: DELIVERY.retryMs,
    now,
    clock: () => performance.now(),
    onCommitted: (units, batches) => committed(units, batches),
    onFull: (full) => {
      log.info({ full }, full ? 'the store is behind: agents are told to wait' : 'the store has caught up');
      tellFull({ store: full });
    },
    onRetry: (error, attempt) => {
      metrics.insertRetries.inc();
      log.warn({ err: error, attempt }, 'the event store did not take the batch; trying again');
    },
    onRejected: (name, error, rows) => {
      metrics.eventsRejected.inc(rows);
      log.warn(
        { event: eventId(name), rows, err: error },
        'the event store refused rows; they are kept as rejected',
      );
    },
  });

  const ledger = new LedgerService({
    registry,
    store,
    head: () => storedBatch,
    log,
    onGaps: (gaps) => {
      metrics.sequenceGaps.inc(gaps.length);
      options.onGaps(gaps);
    },
  });

  function committed(units: readonly KeptUnit[], batches: readonly RowBatch[]): void {
    for (const batch of batches) {
      metrics.eventsStored.inc(batch.rows.length);
      options.onStored(batch.rows.length);
      metrics.batchesStored.inc();
      storedBatch = batch.batch;
      metrics.storedBatch.set(batch.batch);
      if (membership === undefined) projector.offer(batch.batch, hitRows(batch));
      else membership.settle(batch.batch);
    }
    if (units.length === 0) return;
    faultPoint('collector.before-ack');
    const touched = new Map<string, { agentId: string; lane: number }>();
    for (const { mark } of units) {
      lanes.commit(mark);
      touched.set(`${mark.agentId}/${mark.lane}`, mark);
    }
    for (const { agentId, lane } of touched.values()) gate.acknowledge(agentId, lane);
    faultPoint('collector.after-ack');
  }

  const onFault = (what: string, error: unknown): void => log.error({ err: error }, what);
  const ownership =
    membership &&
    new AgentOwnership({
      db: registry.db,
      collectorId: membership.id,
      readMarks: (agentIds) => store.readMarks(agentIds),
      learn: (learned) => lanes.learn(learned),
      isSettled: (agentId) => lanes.isSettled(agentId),
      agentsOnline: () => gate.agentsOnline(),
      disconnect: (agentId, code) =>
        void gate.disconnect(agentId, isErrorCode(code) ? code : 'server-error', 'ended by the collector'),
      onFault,
    });
  const duty =
    membership &&
    new Duty({
      db: registry.db,
      name: 'project',
      collectorId: membership.id,
      begin: async () => {
        storedBatch = await membership.settledHead();
        const from = await readProjectorPlace(registry.db);
        try {
          await projector.start(from, storedBatch);
          await ledger.start(storedBatch);
        } catch (error) {
          // Half a replay cannot be begun again: another collector, or the next life of this one, does it whole.
          membership.giveUp(new Error('the alerts could not be taken over', { cause: error }));
          throw error;
        }
        lateWorker.start();
        log.info({ head: storedBatch }, 'this collector turns hits into alerts');
      },
      goOn: async () => {
        storedBatch = await membership.settledHead();
        projector.advance(storedBatch);
      },
      onFault,
    });
  const findInTurn = batched((ids) => findAgents(registry, ids));
  const sessionNotes = new SessionNotes(registry);
  const notesTimer = setInterval(() => {
    sessionNotes
      .flush()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'what agents say of their hosts could not be written'),
      );
  }, DELIVERY.sessionNotesMs);

  const quotas = new QuotaBook({ clock: () => performance.now() });
  const bandwidth = new Bandwidth({ now });
  const limits = new SendingLimits({
    registry,
    quotas,
    bandwidth,
    onShares: (agentIds) => void gate.announce(agentIds),
    onQuotas: () => void gate.announce(),
    onFault: (error) => log.warn({ err: error }, 'quotas and bandwidth caps could not be read again'),
  });

  const policies = new PolicyService({
    registry,
    dataDir: options.dataDir,
    agentsOnline: () => gate.agentsOnline(),
    tell: (agentId, messages) => gate.tell(agentId, messages),
    onReport: (state) => metrics.policyReports.inc({ state }),
    onHalted: (group, version, reason) =>
      log.error({ group, version, reason }, 'a policy is not let out any further: hosts refuse it'),
    onFault: (error) => log.error({ err: error }, 'policies could not be told'),
  });

  const responses = new ResponseService({
    registry,
    key: () => policies.key('command'),
    agentsOnline: () => gate.agentsOnline(),
    tell: (agentId, messages) => gate.tell(agentId, messages),
    onReport: (state) => metrics.commandReports.inc({ state }),
    onFault: (error) => log.error({ err: error }, 'commands could not be told'),
  });

  const gate = new AgentGate({
    commandReported: (agentId, report) => responses.reported(agentId, report),
    policyReported: async (agentId, report, isFirst) => {
      const told = await policies.reported(agentId, report, isFirst);
      // After the keys; only in a session whose agent says what it runs is it ready to hear of commands.
      return isFirst ? [...told, ...(await responses.pending(agentId))] : told;
    },
    quotas,
    bandwidth,
    onHeld: (quota) => metrics.quotaHeld.inc({ quota: String(quota) }),
    lanes,
    ownership,
    collectorFingerprint: options.collectorFingerprint,
    announced: options.announced,
    policy: { version: 1, idleMsMax: DELIVERY.heartbeatMs * 3, inFlightBatchesMax: 16 },
    findAgent: (agentId) => admitAgent(registry, agentId, findInTurn),
    noteSession: (hello, clockSkewMs) =>
      admitSession(registry, hello, { clockSkewMs, atMs: now() }, sessionNotes),
    trusted: (agentId, fingerprints) => noteTrust(registry, agentId, fingerprints),
    recordLoss: ({ agentId, epoch, lane, fromSeq, toSeq, reason }) =>
      recordLoss(registry.db, {
        agent_id: agentId,
        epoch,
        lane,
        from_seq: fromSeq,
        to_seq: toSeq,
        reason,
        recorded_ms: now(),
      }),
    recordAccount: (account) => ledger.recordAccount(account),
    interpret: (work) => workers?.interpret(work) ?? interpretFrame(detector, work, now()),
    hasRoom: () => workers?.hasRoom() ?? true,
    accept: ({ sender, lane, lastSeq, rows, bytes }) => {
      const mark = { agentId: sender.agentId, epoch: sender.epoch, lane, seq: lastSeq };
      writer.add({ mark, rows, bytes, saveMark: rows.length === 0 });
    },
    holds: (agentId) => writer.holds(agentId),
    waitingBytesMax: DELIVERY.arrivedBytesMax,
    socketsMax: options.socketsMax,
    unauthenticatedMax: DELIVERY.unauthenticatedMax,
    unauthenticatedPerAddressMax: DELIVERY.unauthenticatedPerAddressMax,
    waitingOutside: () => options.door.waiting,
    admissionsPerSecond: () => options.door.handshakesPerSecondMax,
    writesPerMinuteMax: DELIVERY.agentWritesPerMinuteMax,
    heartbeatMs: DELIVERY.heartbeatMs,
    now,
    emit: (event, detail) => {
      count(metrics, event, detail);
      if ('records' in detail) ledger.noteDuplicates(detail.agentId, detail.lane, detail.records);
    },
    onPresence: (agentId, online, network, address) => {
      metrics.sessionsOpen.set(gate.onlineCount);
      options.onPresence(agentId, online, network, address);
    },
    onFault: (error) => log.error({ err: error }, 'an agent session failed'),
  });

  const settled = async (): Promise<void> => {
    if (membership !== undefined) await untilProjected(registry, await membership.settledHead());
    else await projector.settled();
    await lateWorker.settled();
  };
  if (duty === undefined) {
    await projector.start(place, head);
    await ledger.start(lastBatch);
    lateWorker.start();
  } else {
    ledger.startNotes();
    ownership?.start();
    duty.start();
  }
  await limits.start();
  await policies.start();
  responses.start();
  let parted: Promise<void> | undefined;
  const partFromAgents = (): Promise<void> =>
    (parted ??= (async () => {
      await within(UNDER_WAY_MS_MAX, gate.stop());
      await within(2_000, writer.drain());
      await within(GOODBYE_MS_MAX, gate.left());
      gate.terminate();
    })());
  return {
    gate,
    limits,
    policies,
    responses,
    slowing: (quotaId) => quotas.slowing(quotaId),
    holdForDisk: (disk) => tellFull({ disk }),
    useRules: async (next, sources) => {
      const switchWorkers = await workers?.prepare(sources);
      switchWorkers?.();
      detector.use(next);
      projector.use({ engine: next.engine, reach: next.reach, rules: next });
      lateWorker.use({ engine: next.engine, reach: next.reach, rules: next });
    },
    isBehind: () => held.store,
    ownership,
    ledger,
    leads: () => duty?.isOurs ?? true,
    batches: () => ({ storedBatch, projectedBatch }),
    settled,
    partFromAgents,
    stop: async () => {
      await partFromAgents();
      limits.stop();
      policies.stop();
      responses.stop();
      clearInterval(notesTimer);
      await sessionNotes
        .flush()
        .catch((error: unknown) =>
          log.warn({ err: error }, 'what agents say of their hosts could not be written'),
        );
      await writer.stop();
      await ownership?.stop();
      if (duty === undefined || duty.isOurs) await within(1_000, settled());
      await duty?.stop();
      await within(1_000, ledger.stop());
      await projector.stop();
      await queue.stop();
      await lateWorker.stop();
      await store.saveMarks([...lanes.all()]).catch((error: unknown) => {
        log.warn({ err: error }, 'the marks could not be saved; they are read from the events instead');
      });
    },
  };
}

const SETTLE_POLL_MS = 100;

/** How long frames that are under way in workers have: what is not done is with the agents. */
const UNDER_WAY_MS_MAX = 1_000;

/** How long agents that were told to go have for their closing frame. */
const GOODBYE_MS_MAX = 700;

/** Resolves when the batches up to `head` have become alerts, by whichever collector. */
async function untilProjected(registry: Registry, head: number): Promise<void> {
  while ((await readProjectorPlace(registry.db)).cursor < head) await sleep(SETTLE_POLL_MS);
}

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);
const isErrorCode = (code: string): code is ErrorCode => CODES.has(code);

type Emit = ConstructorParameters<typeof AgentGate>[0]['emit'];

const count = (metrics: Metrics, event: Parameters<Emit>[0], detail: Parameters<Emit>[1]): void => {
  if ('code' in detail) metrics.sessionsRefused.inc({ code: detail.code });
  else if ('reason' in detail) metrics.eventsLost.inc({ reason: detail.reason }, detail.count);
  else if ('clockSkewMs' in detail) metrics.sessionsOpened.inc();
  else if (event === 'events.received') {
    metrics.eventsReceived.inc(detail.count);
    if ('bytes' in detail) metrics.eventBytesReceived.inc(detail.bytes);
  } else if (event === 'events.duplicate') metrics.eventsDuplicate.inc(detail.count);
  else metrics.eventsRejected.inc(detail.count);
};

/** The rows of a batch that rules hit, as the projector reads them. */
function hitRows({ batch, receivedMs, rows }: RowBatch): HitRow[] {
  return rows.hits.map((hit) => ({ ...hit, batch, receivedMs }));
}

/** Waits for `work`, but not longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
