/** What a message of the outbox says, as what it tells of is now. */
import { severityRank } from '../alert/severity-score.ts';
import { severitySchema } from '../api/contract-vocabulary.ts';
import { ALERTS_TOLD_MAX, type Notice, type NoticeAlert } from '../notify/notice.ts';
import { personOnDutySchema } from '../oncall/roster.ts';
import type { RegistryDb } from './database.ts';
import type { DueMessage } from './notify-messages.ts';
import { readPersonalNotice } from './personal-news/read-personal.ts';
import { readRequestNotices } from './requests/request-notices.ts';
import { ruleFactsSchema } from './rule-facts.ts';

/** Undefined: nothing of it is there any more. */
export async function readNotice(db: RegistryDb, message: DueMessage): Promise<Notice | undefined> {
  if (message.username !== null) return readPersonalNotice(db, message.id, message.username);
  const all = db
    .selectFrom('alert')
    .where('alert.id', 'in', (eb) =>
      eb.selectFrom('notify_item').select('alert_id').where('message_id', '=', message.id),
    );
  const alerts = message.ladderId === null ? all : all.where('alert.state', '=', 'new');
  const { count } = await alerts
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await alerts
    .leftJoin('agency', 'agency.id', 'alert.agency_id')
    .select([
      'alert.id',
      'rule_id',
      'alert.severity',
      'rule',
      'agency.name as agency',
      'hostname',
      'detections',
      'state',
      'message',
      'first_seen_ms',
      'last_seen_ms',
    ])
    .orderBy('alert.severity_rank', 'desc')
    .orderBy('risk', 'desc')
    .orderBy('alert.id')
    .limit(ALERTS_TOLD_MAX)
    .execute();
  const requests = await readRequestNotices(db, message.id, ALERTS_TOLD_MAX);
  if (rows.length + requests.told.length === 0) return undefined;
  const total = count + requests.total;
  return {
    id: message.id,
    kind: total > 1 ? 'digest' : 'alert',
    atMs: message.createdMs,
    total,
    person: message.person === null ? undefined : personOnDutySchema.parse(JSON.parse(message.person)),
    alerts: mixed(
      requests.told,
      rows.map((row): NoticeAlert => {
        const { title, titleVi } = ruleFactsSchema.parse(JSON.parse(row.rule));
        return {
          id: row.id,
          ruleId: row.rule_id,
          severity: severitySchema.parse(row.severity),
          title,
          titleVi: titleVi ?? '',
          agency: row.agency ?? '',
          hostname: row.hostname,
          detections: row.detections,
          state: row.state,
          message: row.message,
          firstSeenMs: row.first_seen_ms,
          lastSeenMs: row.last_seen_ms,
        };
      }),
    ),
  };
}

/** The most serious first; of equally serious ones requests, which have a deadline. */
function mixed(requests: readonly NoticeAlert[], alerts: readonly NoticeAlert[]): NoticeAlert[] {
  return [...requests, ...alerts]
    .toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, ALERTS_TOLD_MAX);
}
