/** Prometheus metrics of the collector: every hop and every drop has a counter here. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  eventsReceived: Counter;
  eventBytesReceived: Counter;
  eventsDuplicate: Counter;
  eventsRejected: Counter;
  eventsLost: Counter<'reason'>;
  sequenceGaps: Counter;
  eventsStored: Counter;
  batchesStored: Counter;
  insertRetries: Counter;
  sessionsOpened: Counter;
  sessionsRefused: Counter<'code'>;
  connectionsRefused: Counter<'why'>;
  quotaHeld: Counter<'quota'>;
  policyReports: Counter<'state'>;
  commandReports: Counter<'state'>;
  notifications: Counter<'outcome'>;
  automaticResponses: Counter<'outcome'>;
  filesScanned: Counter<'outcome'>;
  packagesServed: Counter<'outcome'>;
  sessionsOpen: Gauge;
  detections: Counter<'kind'>;
  detectionsExcepted: Counter;
  lateMatches: Counter;
  indicatorMatches: Counter;
  indicatorMatchesHeld: Counter;
  indicators: Gauge;
  indicatorIndexBytes: Gauge;
  projectorCursor: Gauge;
  storedBatch: Gauge;
  unparsedLines: Counter<'channel'>;
  streamClientsDropped: Counter;
  payloadBytes: Counter;
  payloadsRefused: Counter;
  enrolmentsRefused: Counter<'code'>;
  refusalsUnkept: Counter;
  diskFreeBytes: Gauge;
  diskReserveBytes: Gauge;
  diskFull: Gauge;
  retentionDeletedRows: Counter;
  insertSeconds: Histogram;
  workers: Gauge;
  workerEvents: Counter<'worker'>;
  workerBusySeconds: Counter<'worker'>;
  workerDeaths: Counter;
}

/** `name` and `help` of each metric in one place; all begin with `vonggac_`. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `vonggac_${name}`, help, registers });
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `vonggac_${name}`, help, registers });
  return {
    registry,
    eventsReceived: counter('events_received_total', 'Events that arrived from agents, duplicates included'),
    eventBytesReceived: counter(
      'event_bytes_received_total',
      'Uncompressed payload bytes that arrived from agents',
    ),
    eventsDuplicate: counter('events_duplicate_total', 'Events that were pending or stored already'),
    eventsRejected: counter('events_rejected_total', 'Events stored as rejected rows'),
    eventsLost: new Counter({
      name: 'vonggac_events_lost_total',
      help: 'Events that agents declared lost',
      labelNames: ['reason'],
      registers,
    }),
    sequenceGaps: counter(
      'sequence_gaps_total',
      'Runs of sequences that are neither stored nor declared lost; there should be none',
    ),
    eventsStored: counter('events_stored_total', 'Events durably stored'),
    batchesStored: counter('batches_stored_total', 'Batches durably stored'),
    insertRetries: counter('insert_retries_total', 'Inserts that had to be tried again'),
    sessionsOpened: counter('sessions_opened_total', 'Agent sessions that proved their identity'),
    sessionsRefused: new Counter({
      name: 'vonggac_sessions_refused_total',
      help: 'Agent sessions refused or ended with an error',
      labelNames: ['code'],
      registers,
    }),
    automaticResponses: new Counter({
      name: 'vonggac_automatic_responses_total',
      help: 'What came of alerts that a signed authorisation lets rules act on',
      labelNames: ['outcome'],
      registers,
    }),
    notifications: new Counter({
      name: 'vonggac_notifications_total',
      help: 'What became of tries to send messages about alerts',
      labelNames: ['outcome'],
      registers,
    }),
    commandReports: new Counter({
      name: 'vonggac_command_reports_total',
      help: 'What agents said of commands',
      labelNames: ['state'],
      registers,
    }),
    policyReports: new Counter({
      name: 'vonggac_policy_reports_total',
      help: 'What agents said of their policies',
      labelNames: ['state'],
      registers,
    }),
    quotaHeld: new Counter({
      name: 'vonggac_quota_held_total',
      help: 'Times that an agent had to wait for a quota',
      labelNames: ['quota'],
      registers,
    }),
    connectionsRefused: new Counter({
      name: 'vonggac_connections_refused_total',
      help: 'Connections turned away before their TLS handshake was done',
      labelNames: ['why'],
      registers,
    }),
    filesScanned: new Counter({
      name: 'vonggac_files_scanned_total',
      help: 'Files that people attached, by what the virus scanner said',
      labelNames: ['outcome'],
      registers,
    }),
    packagesServed: new Counter({
      name: 'vonggac_packages_served_total',
      help: 'Downloads of packages of the agent: whole, a part, broken off, refused since too many left at a time',
      labelNames: ['outcome'],
      registers,
    }),
    sessionsOpen: gauge('sessions_open', 'Agent sessions open now'),
    detectionsExcepted: new Counter({
      name: 'vonggac_detections_excepted_total',
      help: 'Detections that an exception or a maintenance window kept from becoming alerts',
      registers,
    }),
    detections: new Counter({
      name: 'vonggac_detections_total',
      help: 'Detections projected into alerts',
      labelNames: ['kind'],
      registers,
    }),
    lateMatches: counter(
      'late_matches_total',
      'Base matches too late for the live correlator, correlated over history',
    ),
    indicatorMatches: counter('indicator_matches_total', 'Indicators of compromise that events showed'),
    indicatorMatchesHeld: counter(
      'indicator_matches_held_total',
      'The same, left out since the indicator is throttled',
    ),
    indicators: gauge('indicators', 'Indicators of compromise that events are matched by'),
    indicatorIndexBytes: gauge('indicator_index_bytes', 'Memory of their index'),
    projectorCursor: gauge('projector_cursor', 'Last batch projected into alerts'),
    storedBatch: gauge('stored_batch', 'Last batch stored'),
    unparsedLines: new Counter({
      name: 'vonggac_unparsed_lines_total',
      help: 'Log lines of unknown form, kept whole',
      labelNames: ['channel'],
      registers,
    }),
    streamClientsDropped: counter(
      'stream_clients_dropped_total',
      'Live streams cut because the client was too slow',
    ),
    payloadBytes: counter('update_payload_bytes_sent_total', 'Bytes of releases sent to agents'),
    payloadsRefused: counter(
      'update_payloads_refused_total',
      'Loads of releases refused since too many were under way',
    ),
    enrolmentsRefused: new Counter({
      name: 'vonggac_enrolments_refused_total',
      help: 'Enrolments refused, by the code told to the host',
      labelNames: ['code'],
      registers,
    }),
    refusalsUnkept: counter(
      'enrol_refusals_unkept_total',
      'Refused enrolments of which no record was kept, since the agency has too many',
    ),
    diskFreeBytes: gauge('disk_free_bytes', 'Room on the disk of the events'),
    diskReserveBytes: gauge('disk_reserve_bytes', 'Room that must stay free: below it no events are taken'),
    diskFull: gauge('disk_full', '1 while no events are taken because the disk is nearly full'),
    retentionDeletedRows: counter('retention_deleted_rows_total', 'Events that retention deleted'),
    insertSeconds: new Histogram({
      name: 'vonggac_insert_seconds',
      help: 'Duration of one insert into the event store',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    workers: gauge('workers', 'Threads that make rows of what agents send; 0: the main thread does it'),
    workerEvents: new Counter({
      name: 'vonggac_worker_events_total',
      help: 'Events that a worker made rows of',
      labelNames: ['worker'],
      registers,
    }),
    workerBusySeconds: new Counter({
      name: 'vonggac_worker_busy_seconds_total',
      help: 'Time that a worker had work',
      labelNames: ['worker'],
      registers,
    }),
    workerDeaths: counter(
      'worker_deaths_total',
      'Workers that ended by themselves; others did what they left',
    ),
  };
}
