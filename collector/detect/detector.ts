/**
 * The live path between ingest and store: records become events, events are matched, matches become hits on rows.
 * Pure but for its counters; a row's hit keeps only the fields that alerts and correlations need.
 */
import { type EventShape, type Match, ShapedEvent } from '../../rules/sigma/index.ts';
import type { AdmittedRecord, RejectedRecord, SenderFacts } from '../ingest/admitted.ts';
import { INDICATOR_RULE } from '../alert/indicator-rules.ts';
import type { IndicatorHit } from '../indicator/indicator-index.ts';
import type { FieldValue, NormalEvent } from '../normalize/event.ts';
import { normalize } from '../normalize/normalize.ts';
import type { SourceRecord } from '../protocol/record.ts';
import { LOG_CHANNELS, type LogChannel } from '../protocol/record-names.ts';
import type { EventRow, RowHit } from '../store/store.ts';
import { RULE_STATE } from './hits.ts';
import { indicatorHit } from './indicator-hits.ts';
import type { RuleBook } from './rule-book.ts';

type RowSender = Pick<EventRow, 'agentId' | 'epoch' | 'lane' | 'seq' | 'hostname' | 'agencyId'>;

const HOUR_MS = 3_600_000;

/** Channel of rows that could not become events. */
const REJECTED = 'rejected';

const NO_HITS: readonly RowHit[] = [];
const NO_INDICATORS: readonly IndicatorHit[] = [];

/** Longest value a hit keeps of a field. */
const HIT_VALUE_MAX = 1_024;

/** Longest list of values a hit keeps of a field. */
const HIT_ITEMS_MAX = 64;

/** Longest text kept of a record that could not become an event. */
const REJECTED_TEXT_MAX = 16_384;

export interface DetectorPorts {
  /** A line of unknown form, kept whole. @param channel as in stored rows. */
  onUnparsed: (channel: string) => void;
  /** A defect of ours met this record: it is kept as rejected, so that it holds up nobody. */
  onFault: (error: unknown) => void;
  /** Indicators of compromise that the event shows. */
  recognise?:
    | ((fields: NormalEvent['fields'], receivedMs: number, agentId: string) => readonly IndicatorHit[])
    | undefined;
}

/** Records of one frame, each admitted by itself. */
export interface AdmittedFrame {
  sender: SenderFacts;
  lane: number;
  records: readonly AdmittedRecord[];
}

export class Detector {
  #book: RuleBook;
  readonly #ports: DetectorPorts;
  /** Rule id -> fields that its correlations and its alert's entity need. */
  #needed = new Map<string, readonly string[]>();

  constructor(book: RuleBook, ports: DetectorPorts) {
    this.#book = book;
    this.#ports = ports;
  }

  /** From the next record on. */
  use(book: RuleBook): void {
    this.#book = book;
    this.#needed = new Map();
  }

  /**
   * All records are normalised before any is matched, and those with the same names are matched one after another: what
   * a step reads of templates and rules is then at hand for the next.
   */
  rows({ sender, lane, records }: AdmittedFrame, receivedMs: number): EventRow[] {
    const rows = records.map((admitted) => this.#row(sender, lane, admitted, receivedMs));
    for (const at of byNames(rows)) {
      const row = rows[at];
      const admitted = records[at];
      if (row === undefined || admitted === undefined || 'rejected' in admitted) continue;
      try {
        row.hits = this.hits(row.event, receivedMs, sender.agentId);
      } catch (error) {
        rows[at] = this.#failed(row, admitted.record, error, receivedMs);
      }
    }
    return rows;
  }

  /** Without hits. */
  #row(sender: SenderFacts, lane: number, admitted: AdmittedRecord, receivedMs: number): EventRow {
    const { agentId, epoch, hostname, agencyId, timeZone, clockSkewMs } = sender;
    const name = { agentId, epoch, lane, seq: admitted.seq, hostname, agencyId };
    if ('rejected' in admitted) return rejectedRow(name, admitted, receivedMs);
    const { record } = admitted;
    try {
      const event = normalize(record, { hostname, timeZone, receivedMs, clockSkewMs });
      const channel = channelOf(record);
      if (!event.parsed) this.#ports.onUnparsed(channel);
      return {
        ...name,
        channel,
        origin: originOf(record),
        readHour: hourOf(record.at),
        event,
        hits: NO_HITS,
      };
    } catch (error) {
      return this.#failed(name, record, error, receivedMs);
    }
  }

  #failed(name: RowSender, record: SourceRecord, error: unknown, receivedMs: number): EventRow {
    this.#ports.onFault(error);
    const raw = JSON.stringify(record).slice(0, REJECTED_TEXT_MAX).toWellFormed();
    const rejected = `the collector failed on it: ${String(error)}`;
    const claims = { channel: channelOf(record), atMs: record.at };
    return rejectedRow(name, { rejected, raw, claims }, receivedMs);
  }

  /** What rules and indicators find in an event. */
  hits(event: NormalEvent, receivedMs: number, agentId: string): readonly RowHit[] {
    const indicators = this.#ports.recognise?.(event.fields, receivedMs, agentId) ?? NO_INDICATORS;
    const matches = this.#match(event);
    if (matches.length === 0 && indicators.length === 0) return NO_HITS;
    const found = this.#ruleHits(event, matches);
    return indicators.length === 0 ? found : [...found, indicatorHit(INDICATOR_RULE, indicators)];
  }

  #ruleHits(event: NormalEvent, matches: readonly Match[]): RowHit[] {
    return matches.map((match) => {
      const fields: Record<string, FieldValue> = {};
      for (const name of this.#fieldsOf(match.rule.id)) keep(fields, name, event.fields.get(name));
      for (const { field } of match.fields)
        if (field !== undefined) keep(fields, field, event.fields.get(field));
      if (this.#book.isTest(match.rule.id)) fields[RULE_STATE] = 'test';
      return { ruleId: match.rule.id, fields };
    });
  }

  /** Rules see a raw line as the field `message`: lent, since a copy of the fields costs more than the match. */
  #match({ fields, message, logsources }: NormalEvent): Match[] {
    const { engine } = this.#book;
    if (typeof message !== 'string') return engine.match(fields, logsources);
    return fields.lend('message', message, () => engine.match(fields, logsources));
  }

  #fieldsOf(ruleId: string): readonly string[] {
    let fields = this.#needed.get(ruleId);
    if (fields === undefined) {
      const { engine } = this.#book;
      fields = [...new Set([...engine.correlationFields(ruleId), ...this.#book.entityFields(ruleId)])];
      this.#needed.set(ruleId, fields);
    }
    return fields;
  }
}

/** Places of the rows that rules may hit, those of events with the same names side by side. */
function byNames(rows: readonly EventRow[]): number[] {
  const places = new Map<EventShape, number[]>();
  for (const [at, { channel, event }] of rows.entries()) {
    if (channel === REJECTED) continue;
    const alike = places.get(event.fields.shape);
    if (alike === undefined) places.set(event.fields.shape, [at]);
    else alike.push(at);
  }
  return [...places.values()].flat();
}

function keep(fields: Record<string, FieldValue>, name: string, value: FieldValue | undefined): void {
  if (value !== undefined) fields[name] = short(value);
}

/** A list is cut too: the same text may be kept once for each rule that it hits. */
function short(value: FieldValue): FieldValue {
  if (typeof value === 'string') {
    return value.length > HIT_VALUE_MAX ? value.slice(0, HIT_VALUE_MAX).toWellFormed() : value;
  }
  return Array.isArray(value) ? value.slice(0, HIT_ITEMS_MAX).map((item: FieldValue) => short(item)) : value;
}

function rejectedRow(
  { agentId, epoch, lane, seq, hostname, agencyId }: RowSender,
  admitted: Omit<RejectedRecord, 'seq'>,
  receivedMs: number,
): EventRow {
  return {
    agentId,
    epoch,
    lane,
    seq,
    hostname,
    agencyId,
    channel: REJECTED,
    origin: '',
    readHour: hourOf(admitted.claims.atMs ?? receivedMs),
    hits: [],
    event: rejectedEvent(admitted, receivedMs),
  };
}

function rejectedEvent(admitted: Omit<RejectedRecord, 'seq'>, receivedMs: number): NormalEvent {
  return {
    timeMs: receivedMs,
    logsources: [],
    columns: {},
    fields: ShapedEvent.from({
      'error.message': admitted.rejected,
      'event.channel': admitted.claims.channel,
    }),
    message: admitted.raw,
    parsed: false,
  };
}

/** Whole hours since 1970. */
function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS);
}

/** Made once: a text that is put together for each event is hashed and compared for each, too. */
const LOG_CHANNEL_NAMES: ReadonlyMap<LogChannel, string> = new Map(
  LOG_CHANNELS.map((channel) => [channel, `log/${channel}`]),
);

/** e.g. `log/sshd`, `integrity`. */
function channelOf(record: SourceRecord): string {
  return record.kind === 'log'
    ? (LOG_CHANNEL_NAMES.get(record.channel) ?? `log/${record.channel}`)
    : record.kind;
}

function originOf(record: SourceRecord): string {
  switch (record.kind) {
    case 'log':
      return record.origin;
    case 'integrity':
      return record.path;
    case 'inventory':
      return record.category;
    case 'agent':
      return record.subject;
    case 'activity':
      return record.category;
    case 'posture':
      return record.policy;
    case 'probe':
      return record.target;
    case 'response':
      return record.action ?? '';
  }
}
