/**
 * What a person's own message says, as they may see it now: who lost sight of an agency since is told nothing of it. Invariant:
 * a case's texts and parts are cut as its page is (cases/find-case.ts).
 */
import { SEVERITIES } from '../../alert/severity-score.ts';
import { holds } from '../../api/access.ts';
import type { Notice } from '../../notify/notice.ts';
import { SUBJECTS_TOLD_MAX, type PersonalSubject } from '../../notify/personal-notice.ts';
import { scopeOfAgency } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { alertSubjects, caseSubjects } from './personal-subjects.ts';

/** Rows of one message that are looked at; what is more is counted. */
const NEWS_MAX = 5_000;
/** Undefined: there is nothing that they may be told. */
export async function readPersonalNotice(
  db: RegistryDb,
  messageId: string,
  username: string,
): Promise<Notice | undefined> {
  const person = await db
    .selectFrom('user_account')
    .select(['username', 'display_name as displayName', 'email', 'role', 'agency_id as agencyId'])
    .where('username', '=', username)
    .where('disabled_ms', 'is', null)
    .executeTakeFirst();
  if (person === undefined || person.email === null) return undefined;
  const scope = await scopeOfAgency(db, person.agencyId);
  const items = await db
    .selectFrom('personal_news')
    .select([
      'source',
      'act_id as actId',
      'subject_id as subjectId',
      'why',
      'at_ms as atMs',
      'severity_rank as severityRank',
    ])
    .where('message_id', '=', messageId)
    .orderBy('severity_rank', 'desc')
    .orderBy('at_ms', 'desc')
    .limit(NEWS_MAX)
    .execute();
  const ofAlerts = holds(person, 'alert:read') ? items.filter(({ source }) => source !== 'case-act') : [];
  const ofCases = holds(person, 'case:read') ? items.filter(({ source }) => source === 'case-act') : [];
  const subjects = [
    ...(await caseSubjects(db, ofCases, scope)),
    ...(await alertSubjects(db, ofAlerts, scope)),
  ];
  if (subjects.length === 0) return undefined;
  const told = subjects
    .toSorted((a, b) => rankOf(b) - rankOf(a) || (b.acts[0]?.atMs ?? 0) - (a.acts[0]?.atMs ?? 0))
    .slice(0, SUBJECTS_TOLD_MAX);
  return {
    id: messageId,
    kind: 'personal',
    atMs: Math.max(...items.map(({ atMs }) => atMs)),
    alerts: [],
    total: subjects.reduce((sum, { actsInAll }) => sum + actsInAll, 0),
    person: { name: person.displayName ?? person.username, email: person.email },
    personal: { subjects: told, subjectsInAll: subjects.length },
  };
}

/** What calls the person comes first. */
const rankOf = ({ severity, acts }: PersonalSubject): number =>
  SEVERITIES.indexOf(severity) + (acts.some(({ why }) => why === 'mention') ? SEVERITIES.length : 0);
