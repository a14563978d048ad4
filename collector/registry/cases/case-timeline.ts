/**
 * Everything of a case in the order of time: what alerts and kept events prove, what people wrote and did, commands to its hosts.
 * Invariant: a page reads at most so many rows of each kind; places name (time, kind, id), so pages neither miss nor repeat.
 */
import { sql } from 'kysely';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';

export const TIMELINE_KINDS = [
  'act',
  'alert',
  'detection',
  'entry',
  'event',
  'note',
  'response',
  'task',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export interface TimelineLine {
  timeMs: number;
  kind: TimelineKind;
  /** Names the line among those of its kind. */
  id: string;
  actor: string | null;
  hostname: string | null;
  text: string;
  /** What it is about, e.g. an alert's id. */
  ref: string | null;
  /** Fields that the text was made of: they say which of its words name people. */
  fields?: unknown;
}

export interface TimelinePlace {
  timeMs: number;
  kind: TimelineKind;
  id: string;
}

interface Ask {
  caseIds: readonly string[];
  caseId: string;
  scope: AgencyScope;
  limit: number;
  after: TimelinePlace | undefined;
}

const TEXT_MAX = 1_000;

/** Of a kind: from where its rows go on after the place. */
function fromMs({ after }: Ask): number {
  return after === undefined ? Number.MIN_SAFE_INTEGER : after.timeMs;
}

const isAfter = (line: TimelinePlace, place: TimelinePlace): boolean =>
  line.timeMs > place.timeMs ||
  (line.timeMs === place.timeMs &&
    (line.kind > place.kind || (line.kind === place.kind && line.id > place.id)));

const compare = (a: TimelinePlace, b: TimelinePlace): number => (isAfter(a, b) ? 1 : -1);
/** Ids of numbers that sort as the numbers do. */
const padded = (id: number): string => String(id).padStart(12, '0');

type Reader = (db: RegistryDb, ask: Ask) => Promise<TimelineLine[]>;
/** Lines of one kind that may share a millisecond, e.g. a batch of detections: the database may sort their ids another way. */
const SAME_MS_MAX = 1_000;

const rowsMax = ({ limit }: Ask): number => limit + SAME_MS_MAX;

/** A table whose rows lie in a case, each of an agency: its columns, by what they are of a line. */
interface Part {
  table: 'case_event' | 'case_note' | 'case_entry' | 'case_task';
  time: string;
  by: string;
  text: string;
  ref?: string;
}

async function partRows(db: RegistryDb, ask: Ask, { table, time, by, text, ref = 'id' }: Part) {
  const column = <T>(name: string) => sql.ref<T>(`part.${name}`);
  let query = db
    .selectFrom(sql.table<{ id: number; case_id: string; agency_id: number }>(table).as('part'))
    .select([
      'part.id',
      column<number>(time).as('timeMs'),
      column<string>(by).as('by'),
      column<string>(text).as('text'),
      column<string | number>(ref).as('ref'),
    ])
    .where('part.case_id', '=', ask.caseId)
    .where(column<number>(time), '>=', fromMs(ask))
    .orderBy(column(time))
    .orderBy('part.id')
    .limit(rowsMax(ask));
  if (ask.scope.kind === 'some') query = query.where('part.agency_id', 'in', ask.scope.agencyIds);
  return (await query.execute()).map((row) => ({ ...row, id: padded(row.id), ref: String(row.ref) }));
}

/** What people wrote. */
async function writtenLines(
  db: RegistryDb,
  ask: Ask,
  kind: 'note' | 'entry' | 'task',
  part: Part,
): Promise<TimelineLine[]> {
  const rows = await partRows(db, ask, part);
  return rows.map(({ by: actor, ...row }) => ({ ...row, kind, actor, hostname: null }));
}

const READERS: Readonly<Record<TimelineKind, Reader>> = {
  async alert(db, ask) {
    let query = db
      .selectFrom('case_alert')
      .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
      .select(['alert.id', 'alert.first_seen_ms', 'alert.hostname', 'alert.rule'])
      .where('case_alert.case_id', '=', ask.caseId)
      .where('alert.first_seen_ms', '>=', fromMs(ask))
      .orderBy('alert.first_seen_ms')
      .orderBy('alert.id')
      .limit(rowsMax(ask));
    if (ask.scope.kind === 'some') query = query.where('alert.agency_id', 'in', ask.scope.agencyIds);
    return (await query.execute()).map((row) => {
      const rule = JSON.parse(row.rule) as { title: string; titleVi: string | null }; // written by us
      const text = rule.titleVi ?? rule.title;
      return {
        timeMs: row.first_seen_ms,
        kind: 'alert',
        id: row.id,
        actor: null,
        hostname: row.hostname,
        text,
        ref: row.id,
      };
    });
  },
  async detection(db, ask) {
    let query = db
      .selectFrom('case_alert')
      .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
      .innerJoin('alert_detection', 'alert_detection.alert_id', 'alert.id')
      .select([
        'alert.id as alert',
        'alert_detection.detection_id as id',
        'alert_detection.time_ms as timeMs',
        'alert_detection.hostname as hostname',
        'alert_detection.message as message',
        'alert_detection.matched as matched',
      ])
      .where('case_alert.case_id', '=', ask.caseId)
      .where('alert_detection.time_ms', '>=', fromMs(ask))
      .orderBy('alert_detection.time_ms')
      .orderBy('alert_detection.detection_id')
      .limit(rowsMax(ask));
    if (ask.scope.kind === 'some') query = query.where('alert.agency_id', 'in', ask.scope.agencyIds);
    return (await query.execute()).map((row) => ({
      timeMs: row.timeMs,
      kind: 'detection',
      id: `${row.id} ${row.alert}`,
      actor: null,
      hostname: row.hostname,
      text: row.message,
      ref: row.alert,
      fields: JSON.parse(row.matched) as unknown,
    }));
  },
  async event(db, ask) {
    const rows = await partRows(db, ask, {
      table: 'case_event',
      time: 'time_ms',
      by: 'hostname',
      text: 'event',
      ref: 'event_id',
    });
    return rows.map(({ by: hostname, text: kept, ref, ...row }) => {
      const { message, fields } = JSON.parse(kept) as { message: string; fields: unknown }; // written by us
      return { ...row, kind: 'event', actor: null, hostname, text: message, ref, fields };
    });
  },
  note: (db, ask) =>
    writtenLines(db, ask, 'note', { table: 'case_note', time: 'at_ms', by: 'author', text: 'text' }),
  entry: (db, ask) =>
    writtenLines(db, ask, 'entry', { table: 'case_entry', time: 'time_ms', by: 'added_by', text: 'text' }),
  task: (db, ask) =>
    writtenLines(db, ask, 'task', {
      table: 'case_task',
      time: 'created_ms',
      by: 'created_by',
      text: 'title',
    }),
  async act(db, ask) {
    let query = db
      .selectFrom('case_act')
      .innerJoin('case_file', 'case_file.id', 'case_act.case_id')
      .select([
        'case_act.id as id',
        'case_act.at_ms as atMs',
        'case_act.actor as actor',
        'case_act.action as action',
        'case_file.number as number',
      ])
      .where('case_act.case_id', 'in', ask.caseIds)
      .where('case_act.at_ms', '>=', fromMs(ask))
      // Their own lines say these.
      .where('case_act.action', 'not in', ['case.note', 'case.add-entry', 'case.add-task', 'case.keep-event'])
      .orderBy('case_act.at_ms')
      .orderBy('case_act.id')
      .limit(rowsMax(ask));
    if (ask.scope.kind === 'some') query = query.where('case_act.agency_id', 'in', ask.scope.agencyIds);
    return (await query.execute()).map((row) => ({
      timeMs: row.atMs,
      kind: 'act',
      id: padded(row.id),
      actor: row.actor,
      hostname: null,
      text: row.action,
      ref: row.number,
    }));
  },
  async response(db, ask) {
    const hosts = db
      .selectFrom('case_alert')
      .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
      .select('alert.agent_id')
      .where('case_alert.case_id', '=', ask.caseId)
      .where('alert.agent_id', 'is not', null);
    const items = db
      .selectFrom('case_item')
      .select('value as agent_id')
      .where('case_id', '=', ask.caseId)
      .where('kind', '=', 'host');
    const file = await db
      .selectFrom('case_file')
      .select(['created_ms', 'closed_ms'])
      .where('id', '=', ask.caseId)
      .executeTakeFirstOrThrow();
    let query = db
      .selectFrom('response_command')
      .innerJoin('agent', 'agent.id', 'response_command.agent_id')
      .select([
        'response_command.id as id',
        'requested_ms as requestedMs',
        'requested_by as requestedBy',
        'action',
        'response_command.state as state',
        'agent.hostname as hostname',
      ])
      .where((eb) => eb.or([eb('agent.id', 'in', hosts), eb('agent.id', 'in', items)]))
      .where('requested_ms', '>=', Math.max(fromMs(ask), file.created_ms))
      .orderBy('requested_ms')
      .orderBy('response_command.id')
      .limit(rowsMax(ask));
    if (file.closed_ms !== null) query = query.where('requested_ms', '<=', file.closed_ms);
    if (ask.scope.kind === 'some') query = query.where('agent.agency_id', 'in', ask.scope.agencyIds);
    return (await query.execute()).map((row) => ({
      timeMs: row.requestedMs,
      kind: 'response',
      id: row.id,
      actor: row.requestedBy,
      hostname: row.hostname,
      text: `${row.action} (${row.state})`,
      ref: row.id,
    }));
  },
};

/** The oldest first. */
export async function readTimeline(
  db: RegistryDb,
  ask: {
    caseId: string;
    caseIds: readonly string[];
    scope: AgencyScope;
    kinds?: readonly TimelineKind[] | undefined;
    limit: number;
    after?: TimelinePlace | undefined;
  },
): Promise<{ lines: TimelineLine[]; next: TimelinePlace | undefined }> {
  const { kinds = TIMELINE_KINDS, limit, after } = ask;
  const found: TimelineLine[] = [];
  for (const kind of kinds) found.push(...(await READERS[kind](db, { ...ask, limit: limit + 1, after })));
  const lines = found
    .filter((line) => after === undefined || isAfter(line, after))
    .toSorted(compare)
    .slice(0, limit + 1)
    .map((line) => ({ ...line, text: line.text.slice(0, TEXT_MAX) }));
  const page = lines.slice(0, limit);
  const last = lines.length > limit ? page.at(-1) : undefined;
  return { lines: page, next: last && { timeMs: last.timeMs, kind: last.kind, id: last.id } };
}
