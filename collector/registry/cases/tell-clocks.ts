/**
 * Tells of legal clocks before they are due and when they are over. Invariant: each stage of a clock is told once, through the alerts
 * of the house, and so through the outbox; what was told is closed when the clock ends.
 */
import type { RuleFacts } from '../../alert/detection.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { houseAlertId, raiseHouseAlert, resolveHouseAlert } from '../house-alerts.ts';
import { isoTime } from '../iso-time.ts';
import { CLOCK_FIELDS } from './case-clocks.ts';

type Stage = 'warned' | 'overdue';

export const CLOCK_RULE = 'vonggac:legal-clock';

function ruleOf(stage: Stage, clock: { title: string; titleVi: string }): RuleFacts {
  const late = stage === 'overdue';
  return {
    ruleId: CLOCK_RULE,
    title: late ? `Legal term has passed: ${clock.title}` : `Legal term ends soon: ${clock.title}`,
    titleVi: late
      ? `Đã quá thời hạn pháp lý: ${clock.titleVi}`
      : `Sắp hết thời hạn pháp lý: ${clock.titleVi}`,
    description: 'A case has a term set by law for telling of an incident.',
    descriptionVi: 'Vụ việc có thời hạn thông báo sự cố theo quy định pháp luật.',
    advice: 'Send the notice, then note in the case when it was met; or stop the clock with a reason.',
    adviceVi: 'Gửi thông báo rồi ghi nhận thời điểm hoàn thành trong vụ việc; hoặc dừng thời hạn kèm lý do.',
    severity: late ? 'critical' : 'high',
    tags: [],
    falsePositives: [],
    references: [],
  };
}

const findingOf = (id: number, stage: Stage): string => `clock ${id} ${stage}`;
/** Clocks at one look. */
const LOOK_MAX = 200;

/** Tells of clocks that end soon or are over, and takes back what was told of those that ended. @returns ids of alerts that changed */
export async function tellClocks(registry: Registry): Promise<string[]> {
  const nowMs = registry.now();
  const { db } = registry;
  const due = await db
    .selectFrom('case_clock')
    .innerJoin('case_file', 'case_file.id', 'case_clock.case_id')
    .select([
      ...CLOCK_FIELDS,
      'case_file.number as number',
      'case_file.drill as drill',
      'case_clock.told as told',
    ])
    .where('case_clock.met_ms', 'is', null)
    .where('case_clock.stopped_ms', 'is', null)
    .where('case_clock.warn_ms', '<=', nowMs)
    .where((eb) =>
      eb.or([
        eb('case_clock.told', 'is', null),
        eb.and([eb('case_clock.told', '=', 'warned'), eb('case_clock.due_ms', '<=', nowMs)]),
      ]),
    )
    .orderBy('case_clock.warn_ms')
    .limit(LOOK_MAX)
    .execute();
  const ended = await db
    .selectFrom('case_clock')
    .select(['id', 'told'])
    .where('told', 'in', ['warned', 'overdue'])
    .where((eb) => eb.or([eb('met_ms', 'is not', null), eb('stopped_ms', 'is not', null)]))
    .limit(LOOK_MAX)
    .execute();
  if (due.length + ended.length === 0) return [];
  return db.transaction().execute(async (trx) => {
    const ids: string[] = [];
    for (const clock of due) ids.push(...(await tellOne(trx, clock, nowMs)));
    for (const { id } of ended) {
      ids.push(...(await resolveBoth(trx, id, nowMs)));
      await trx.updateTable('case_clock').set({ told: 'ended' }).where('id', '=', id).execute();
    }
    return ids;
  });
}

async function resolveBoth(trx: RegistryTransaction, id: number, nowMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (const stage of ['warned', 'overdue'] as const) {
    const alertId = houseAlertId(CLOCK_RULE, findingOf(id, stage));
    const changed = await resolveHouseAlert(trx, { id: alertId, note: 'the clock has ended' }, nowMs);
    if (changed !== undefined) ids.push(changed);
  }
  return ids;
}

async function tellOne(
  trx: RegistryTransaction,
  clock: {
    id: number;
    agencyId: number;
    number: string;
    drill: number;
    kind: string;
    title: string;
    titleVi: string;
    dueMs: number;
  },
  nowMs: number,
): Promise<string[]> {
  const stage: Stage = clock.dueMs <= nowMs ? 'overdue' : 'warned';
  await trx.updateTable('case_clock').set({ told: stage }).where('id', '=', clock.id).execute();
  // A drill is watched in its case only: nobody is woken for it.
  if (clock.drill === 1) return [];
  const ids: string[] = [];
  const earlier = houseAlertId(CLOCK_RULE, findingOf(clock.id, 'warned'));
  if (stage === 'overdue') {
    const changed = await resolveHouseAlert(trx, { id: earlier, note: 'the term has passed' }, nowMs);
    if (changed !== undefined) ids.push(changed);
  }
  const told = await raiseHouseAlert(
    trx,
    {
      rule: ruleOf(stage, clock),
      finding: findingOf(clock.id, stage),
      entity: { case: clock.number, clock: clock.kind },
      agencyId: clock.agencyId,
      agentId: null,
      hostname: null,
      timeMs: nowMs,
      message: `${clock.number}: ${clock.titleVi}: ${isoTime(clock.dueMs)}`,
      matched: { case: clock.number, clock: clock.kind, dueAt: isoTime(clock.dueMs) },
    },
    nowMs,
  );
  if (told !== undefined) ids.push(told);
  return ids;
}
