/**
 * Scores, what fails most, patches and the plan of a report, from the snapshots that were kept on its last day or before it within
 * its period. A system without one is not assessed, and says so.
 */
import type { SnapshotBody } from '../../compliance/snapshot.ts';
import { scoreOf } from '../../compliance/score.ts';
import type { Status } from '../../compliance/status.ts';
import type { ReportPeriod } from '../../report/period.ts';
import {
  type Assessment,
  type GroupScore,
  known,
  type Known,
  type PatchState,
  type PlanRow,
  type SystemScore,
  unknown,
} from '../../report/summary-facts.ts';
import { builtInCatalogue, type CatalogueControl } from '../../../rules/compliance/index.ts';
import { readSnapshot } from '../compliance/snapshots.ts';
import type { RegistryDb } from '../database.ts';
import type { LawProfile } from '../tables/agency.ts';
import type { GapState } from '../tables/compliance.ts';
import type { ReachedSystem } from './report-reach.ts';

const FAILED_MAX = 10;
const PLAN_MAX = 500;
const PATCH_KIND = 'patched';

const NOT_KEPT = 'chưa có kết quả đánh giá trong kỳ';

interface Kept {
  system: ReachedSystem;
  day: string;
  body: SnapshotBody;
}

export async function readAssessment(
  db: RegistryDb,
  systems: readonly ReachedSystem[],
  { from, day }: Pick<ReportPeriod, 'from' | 'day'>,
): Promise<{ assessment: Known<Assessment>; patches: Known<PatchState> }> {
  const kept: Kept[] = [];
  for (const system of systems) {
    const found = await readSnapshot(db, system.id, day);
    if (found !== undefined && found.day >= from) kept.push({ system, ...found });
  }
  if (kept.length === 0) return { assessment: unknown(NOT_KEPT), patches: unknown(`bản vá: ${NOT_KEPT}`) };
  const assessment = {
    day: kept.map((one) => one.day).reduce((last, one) => (one > last ? one : last)),
    groups: groupScores(kept),
    systems: systems.map((system) => systemScore(system, kept)),
    failed: mostFailed(kept),
  };
  return { assessment: known(assessment), patches: patchState(kept) };
}

function controlOf(profile: LawProfile, id: string): CatalogueControl | undefined {
  return builtInCatalogue()
    .profiles.get(profile)
    ?.controls.find((control) => control.id === id);
}

function groupTitle(profile: LawProfile, group: string): string {
  const groups = builtInCatalogue().profiles.get(profile)?.groups;
  return groups?.find(({ id }) => id === group)?.title.vi ?? group;
}

/** To a share; what is 100 % only when all of it is stays below otherwise. */
const share = (percent: number | null): number | null => (percent === null ? null : percent / 100);

function groupScores(kept: readonly Kept[]): GroupScore[] {
  const statuses = new Map<string, { title: string; of: Status[] }>();
  for (const { body } of kept) {
    for (const { id, status } of body.controls) {
      const group = controlOf(body.profile, id)?.group ?? id.split('-')[0] ?? id;
      const known = statuses.get(group) ?? { title: groupTitle(body.profile, group), of: [] };
      known.of.push(status);
      statuses.set(group, known);
    }
  }
  return [...statuses].map(([group, { title, of }]) => {
    const { percent, total, coveragePercent, ...counts } = scoreOf(of);
    const isAssessed = coveragePercent !== null && coveragePercent > 0 && total > 0;
    return { group, title, counts, score: isAssessed ? share(percent) : null };
  });
}

function systemScore(system: ReachedSystem, kept: readonly Kept[]): SystemScore {
  const { name, agencyName, level } = system;
  const row = { system: name, agency: agencyName, level };
  const body = kept.find((one) => one.system.id === system.id)?.body;
  if (body === undefined) return { ...row, score: null, coverage: null, why: NOT_KEPT };
  if (body.level === null) return { ...row, score: null, coverage: null, why: 'chưa xác định cấp độ' };
  const { percent, coveragePercent } = body.score;
  const isAssessed = coveragePercent !== null && coveragePercent > 0;
  return {
    ...row,
    score: isAssessed ? share(percent) : null,
    coverage: share(coveragePercent),
    why: isAssessed ? null : 'chưa có yêu cầu nào đánh giá được',
  };
}

function mostFailed(kept: readonly Kept[]): Assessment['failed'] {
  const failed = new Map<string, Assessment['failed'][number]>();
  for (const { body } of kept) {
    for (const { id, status } of body.controls) {
      if (status !== 'not-met') continue;
      const control = controlOf(body.profile, id);
      const clause = body.level === null ? undefined : control?.clauses[body.level];
      const known = failed.get(id) ?? {
        control: id,
        title: control?.title.vi ?? '',
        clause: clause ?? '',
        systems: 0,
      };
      failed.set(id, { ...known, systems: known.systems + 1 });
    }
  }
  return [...failed.values()]
    .toSorted((a, b) => b.systems - a.systems || (a.control < b.control ? -1 : 1))
    .slice(0, FAILED_MAX);
}

/** Unknown where no system is asked for patches. */
function patchState(kept: readonly Kept[]): Known<PatchState> {
  const asked = kept.flatMap(({ body }) =>
    body.controls.flatMap(({ evidence }) => evidence.filter(({ kind }) => kind === PATCH_KIND)),
  );
  if (asked.length === 0) return unknown('không có hệ thống nào được đánh giá về bản vá trong kỳ');
  const sum = (pick: (counts: (typeof asked)[number]['counts']) => number): number =>
    asked.reduce((total, { counts }) => total + pick(counts), 0);
  return known({
    inTime: sum(({ met }) => met),
    late: sum(({ notMet }) => notMet),
    excepted: sum(({ excepted }) => excepted),
    notAssessed: sum(({ notAssessed }) => notAssessed),
  });
}

const GAP_WORDS: Readonly<Record<GapState, string>> = {
  planned: 'đã lên kế hoạch',
  'in-progress': 'đang thực hiện',
  done: 'đã xong',
  dropped: 'không thực hiện',
};

/** What is open of the plan, nearest day first. */
export async function readPlan(
  db: RegistryDb,
  systems: readonly ReachedSystem[],
  day: string,
): Promise<PlanRow[]> {
  const byId = new Map(systems.map((system) => [system.id, system]));
  if (byId.size === 0) return [];
  const rows = await db
    .selectFrom('compliance_gap')
    .select(['system_id as systemId', 'control', 'owner', 'due_on as due', 'state'])
    .where('system_id', 'in', [...byId.keys()])
    .where('state', 'in', ['planned', 'in-progress'])
    .orderBy('due_on')
    .orderBy('id')
    .limit(PLAN_MAX)
    .execute();
  return rows.map(({ systemId, control, owner, due, state }) => {
    const system = byId.get(systemId);
    const title = system === undefined ? '' : (controlOf(system.lawProfile, control)?.title.vi ?? '');
    return {
      system: system?.name ?? '',
      control,
      title,
      owner,
      due,
      state: GAP_WORDS[state],
      late: due < day,
    };
  });
}
