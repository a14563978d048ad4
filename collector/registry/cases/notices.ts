/**
 * Notices of incidents: made from the case as it stands, and locked. Invariants: a locked body does not change; a later notice says
 * what it says otherwise than the one before; a notice is made by who sees the whole case.
 */
import { dayShort } from '../../report/short-day.ts';
import type { LegalClocks } from '../../case/legal-clocks.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { bodyDigest } from '../../report/body.ts';
import { missingOf, type NoticeBody, type NoticeSystem, readNotice } from '../../report/notice-body.ts';
import { noticeDifferences } from '../../report/notice-document.ts';
import type { NoticeKind } from '../../report/notice-words.ts';
import { type AgencyScope, inScope, readAgency } from '../agencies.ts';
import { listDossiers } from '../compliance/dossiers.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { readOffice } from '../requests/request-offices.ts';
import { type InformationSystem, readSystem } from '../systems.ts';
import { type CaseBy, type CaseRow, requireCase, withMerged } from './find-case.ts';
import { readIncident } from './incidents.ts';
import { listTold } from './told.ts';
import { noteAct } from './write-case.ts';

const EVERYWHERE = { kind: 'all' } as const;
const NOTICES_MAX = 100;
const FULL_CLOCK = 'vn-2026-72h';
/** The clock whose receiver a notice goes to. */
const CLOCK_OF: Readonly<Record<NoticeKind, string>> = {
  'initial-24h': 'vn-2026-24h',
  'report-72h': FULL_CLOCK,
  update: FULL_CLOCK,
  final: FULL_CLOCK,
  'older-initial': 'vn-2022-5d',
  'older-final': 'vn-2022-5d',
};
/** Kinds that tell the same story on and on. */
const STORY: readonly NoticeKind[] = ['report-72h', 'update', 'final'];

export interface NoticeRow {
  id: number;
  kind: NoticeKind;
  revision: number;
  sha256: string;
  missing: string[];
  lockedMs: number;
  lockedBy: string;
}

async function systemOf(db: RegistryDb, system: InformationSystem): Promise<NoticeSystem> {
  const { id, name, level, agencyName, operatorName } = system;
  const dossiers = await listDossiers(db, id, EVERYWHERE);
  const facts = dossiers.map((one) => one.facts).findLast(({ endedOn }) => endedOn === null);
  const { approvalNumber = null, approvedOn = null, ownerText = null, operatorText = null } = facts ?? {};
  const day = approvedOn === null ? '' : ` ngày ${dayShort(approvedOn)}`;
  return {
    name,
    level,
    approval: approvalNumber === null ? '' : `${approvalNumber}${day}`,
    owner: ownerText ?? agencyName,
    operator: operatorText ?? operatorName ?? agencyName,
  };
}

/** The one system's operator or owner, else whose case it is. */
function issuerOf(row: CaseRow, systems: readonly InformationSystem[], scope: AgencyScope): number {
  const [system] = systems;
  if (system === undefined || systems.length > 1) return row.agency_id;
  const issuer = system.operatorId ?? system.agencyId;
  return inScope(scope, issuer) ? issuer : row.agency_id;
}

export interface NoticeWanted {
  kind: NoticeKind;
  rules: LegalClocks;
  scope: AgencyScope;
  nowMs: number;
  draft: boolean;
}

/** A notice of the case as it stands now. */
export async function buildNotice(db: RegistryDb, row: CaseRow, wanted: NoticeWanted): Promise<NoticeBody> {
  const { kind, rules, scope, nowMs, draft } = wanted;
  const { facts, grade, systems } = await readIncident(db, row);
  const known = await Promise.all(systems.map(({ id }) => readSystem(db, id)));
  const agency = await readAgency(db, issuerOf(row, known, scope));
  const { office } = await readOffice(db, agency.id);
  const told = await listTold(db, row.id, scope);
  const full = await db
    .selectFrom('case_clock')
    .select('due_ms')
    .where('case_id', '=', row.id)
    .where('kind', '=', FULL_CLOCK)
    .executeTakeFirst();
  const receiver = rules.clocks.find(({ id }) => id === CLOCK_OF[kind])?.receiver ?? '';
  const earlier = await newestNotice(db, row.id, [kind]);
  const body: NoticeBody = {
    format: 'vonggac-report-1',
    period: legalDayAt(nowMs),
    agency: { id: agency.id, name: agency.name },
    system: null,
    office,
    addressees: receiver === '' ? [] : [receiver],
    // Whole seconds: files know no finer ones.
    madeMs: Math.floor(nowMs / 1000) * 1000,
    draft,
    revision: (earlier?.revision ?? 0) + 1,
    amendment: null,
    notice: {
      kind,
      number: row.number,
      title: row.title,
      drill: row.drill === 1,
      severity: row.severity,
      class: row.class,
      facts,
      isSerious: grade.isSerious,
      grounds: grade.grounds,
      systems: await Promise.all(known.map((system) => systemOf(db, system))),
      told: told.map(({ atMs, receiver: to, channel, number }) => ({ atMs, receiver: to, channel, number })),
      fullDueMs: full?.due_ms ?? null,
      revision: (earlier?.revision ?? 0) + 1,
    },
  };
  return withDifferences(db, row, body);
}

/** Against the newest of its story; a first one has nothing before it. */
async function withDifferences(db: RegistryDb, row: CaseRow, body: NoticeBody): Promise<NoticeBody> {
  const { kind } = body.notice;
  const before = await newestNotice(db, row.id, STORY.includes(kind) ? STORY : [kind]);
  if (before === undefined) return body;
  const reason = `Cập nhật so với văn bản lập ngày ${dayShort(legalDayAt(before.lockedMs))}`;
  const told = noticeDifferences(readNotice(before.body, before.sha256), body);
  return { ...body, amendment: { of: before.sha256, reason, ...told } };
}

function newestNotice(db: RegistryDb, caseId: string, kinds: readonly NoticeKind[]) {
  return db
    .selectFrom('case_notice')
    .select(['revision', 'body', 'sha256', 'locked_ms as lockedMs'])
    .where('case_id', '=', caseId)
    .where('kind', 'in', kinds)
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Locks a notice as the case stands. @throws RefusalError as requireCase, case-limit */
export function lockNotice(
  registry: Registry,
  id: string,
  { kind, rules }: { kind: NoticeKind; rules: LegalClocks },
  by: CaseBy,
): Promise<{ caseId: string; noticeId: number }> {
  const nowMs = registry.now();
  const { actor, scope } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole');
    const { count } = await trx
      .selectFrom('case_notice')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    if (count >= NOTICES_MAX)
      throw new RefusalError('case-limit', row.number, `a case holds at most ${NOTICES_MAX} notices`);
    const body = await buildNotice(trx, row, { kind, rules, scope, nowMs, draft: false });
    const text = JSON.stringify(body);
    const sha256 = bodyDigest(text);
    const missing = missingOf(body.notice);
    const { revision } = body.notice;
    const { id: noticeId } = await trx
      .insertInto('case_notice')
      .values({
        case_id: row.id,
        agency_id: row.agency_id,
        kind,
        revision,
        body: text,
        sha256,
        missing: JSON.stringify(missing),
        locked_ms: nowMs,
        locked_by: actor,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const detail = { notice: noticeId, kind, revision, sha256, missing };
    await noteAct(trx, row.id, { actor, action: 'case.lock-notice', detail, nowMs });
    return { caseId: row.id, noticeId };
  });
}

/** Oldest first; of merged cases too. */
export async function listNotices(db: RegistryDb, caseId: string): Promise<NoticeRow[]> {
  const rows = await db
    .selectFrom('case_notice')
    .select(['id', 'kind', 'revision', 'sha256', 'missing', 'locked_ms as lockedMs', 'locked_by as lockedBy'])
    .where('case_id', 'in', await withMerged(db, caseId))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, missing: JSON.parse(row.missing) as string[] })); // written by us
}

/** A locked notice of the case. @throws RefusalError case-part-unknown @throws RangeError when it is not what was locked */
export async function lockedNotice(db: RegistryDb, row: CaseRow, noticeId: number): Promise<NoticeBody> {
  const found = await db
    .selectFrom('case_notice')
    .select(['body', 'sha256'])
    .where('id', '=', noticeId)
    .where('case_id', 'in', await withMerged(db, row.id))
    .executeTakeFirst();
  if (found !== undefined) return readNotice(found.body, found.sha256);
  throw new RefusalError(
    'case-part-unknown',
    String(noticeId),
    `case ${row.number} has no notice ${noticeId}`,
  );
}
