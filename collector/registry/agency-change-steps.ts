/**
 * What a plan comes to in the tree as it is now: which agencies begin, end and move, and who takes over what from whom.
 * Reads only; whatever stands in the way is named as a conflict, all of them at once.
 */
import {
  type ChangePlan,
  type ChangeTarget,
  type MergePlan,
  type RenamePlan,
  type SplitPlan,
} from '../agency/change-plan.ts';
import { foldName, tidyName } from '../agency/fold-name.ts';
import { agencyRows, type Agency, pathOf } from './agencies.ts';
import { Fold, loadNodes } from './agency-change-fold.ts';
import { type ChangeSteps, CONFLICTS_MAX, Steps, type TargetKey } from './agency-change-step.ts';
import type { RegistryDb } from './database.ts';

async function find(db: RegistryDb, steps: Steps, agencyId: number): Promise<Agency | undefined> {
  const agency = await agencyRows(db).where('agency.id', '=', agencyId).executeTakeFirst();
  if (agency === undefined) {
    steps.refuse('unknown', agencyId, `there is no agency ${agencyId}`);
    return undefined;
  }
  if (agency.endedOn !== null) {
    steps.refuse('ended', agencyId, `agency ${agencyId} (${agency.name}) ended on ${agency.endedOn}`);
    return undefined;
  }
  return agency;
}

/** Each change stands after the present state of what it changes. */
async function requireLater(db: RegistryDb, steps: Steps, agency: Agency, on: string): Promise<void> {
  const open = await db
    .selectFrom('agency_period')
    .select('valid_from')
    .where('agency_id', '=', agency.id)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  const since = open?.valid_from ?? null;
  if (since === null || since < on) return;
  const said = `agency ${agency.id} (${agency.name}) has its present name and place since ${since}: the day must be later`;
  steps.refuse('too-early', agency.id, said);
}

interface Ending {
  ids: ReadonlySet<number>;
  /** Where a new agency stands when the plan does not say. */
  parentId: number;
}

/** @returns where things go; undefined when there is a conflict */
async function resolveTarget(
  db: RegistryDb,
  steps: Steps,
  target: ChangeTarget,
  ending: Ending,
): Promise<TargetKey | undefined> {
  let key: TargetKey;
  if ('agencyId' in target) {
    const agency = await find(db, steps, target.agencyId);
    if (agency === undefined) return undefined;
    const above = (await pathOf(db, agency.id)).find((id) => ending.ids.has(id));
    if (above !== undefined) {
      const said = `agency ${agency.id} (${agency.name}) stands below agency ${above}, which ends: move it first`;
      steps.refuse('cycle', agency.id, said);
      return undefined;
    }
    key = agency.id;
  } else {
    const parentId = target.parentId ?? ending.parentId;
    const parent = await find(db, steps, parentId);
    if (parent === undefined) return undefined;
    const path = await pathOf(db, parentId);
    if (path.some((id) => ending.ids.has(id))) {
      steps.refuse('cycle', parentId, `the new agency "${target.name}" would stand below one that ends`);
      return undefined;
    }
    const name = tidyName(target.name);
    const twins = await agencyRows(db)
      .where('parent_id', '=', parentId)
      .where('name_key', '=', foldName(name))
      .where('ended_on', 'is', null)
      .execute();
    const twin = twins.find(({ id }) => !ending.ids.has(id));
    const isPlanned = steps.begins.some(
      (one) => one.parentId === parentId && foldName(one.name) === foldName(name),
    );
    if (twin !== undefined || isPlanned) {
      const whose = twin === undefined ? 'another new agency' : `agency ${twin.id}`;
      steps.refuse('twin', twin?.id ?? null, `${whose} already has the name "${name}" there`);
      return undefined;
    }
    key = `new:${steps.begins.length}`;
    steps.begins.push({
      key,
      name,
      shortName: tidyName(target.shortName ?? ''),
      kind: target.kind,
      parentId,
    });
  }
  for (const code of target.codes ?? []) steps.codes.push({ to: key, ...code });
  return key;
}

async function mergeSteps(db: RegistryDb, plan: MergePlan, steps: Steps): Promise<void> {
  const kept = 'agencyId' in plan.into ? plan.into.agencyId : undefined;
  const wanted = [...new Set(plan.sources)].filter((id) => id !== kept);
  const sources: Agency[] = [];
  for (const id of wanted) {
    const source = await find(db, steps, id);
    if (source?.parentId === null)
      steps.refuse('root', id, 'the root of the tree cannot be merged into another');
    else if (source !== undefined) sources.push(source);
  }
  if (wanted.length === 0) steps.refuse('nothing-to-do', kept ?? null, 'no agency would end');
  const [first] = sources;
  if (first === undefined) return;
  const ids = new Set(sources.map(({ id }) => id));
  const to = await resolveTarget(db, steps, plan.into, { ids, parentId: first.parentId ?? 0 });
  if (to === undefined) return;
  for (const source of sources) await requireLater(db, steps, source, plan.on);
  const nodes = await loadNodes(db, [...ids, ...(typeof to === 'number' ? [to] : [])]);
  const fold = new Fold(steps, nodes.values(), ids, plan.twins === 'merge');
  for (const source of sources) fold.run(source, to);
}

async function splitSteps(db: RegistryDb, plan: SplitPlan, steps: Steps): Promise<void> {
  const source = await find(db, steps, plan.source);
  if (source === undefined) return;
  const endsIt = plan.rest !== 'stays';
  if (endsIt && source.parentId === null) {
    steps.refuse('root', source.id, 'the root of the tree can only be split when it stays');
    return;
  }
  if (endsIt) await requireLater(db, steps, source, plan.on);
  const ids = new Set(endsIt ? [source.id] : []);
  const children = await agencyRows(db)
    .where('parent_id', '=', source.id)
    .where('ended_on', 'is', null)
    .orderBy('id')
    .execute();
  const left = new Map(children.map((child) => [child.id, child]));
  const keys: TargetKey[] = [];
  for (const { into, takes } of plan.parts) {
    // A part may become of an agency below: it is moved away with the part's own place.
    const to = await resolveTarget(db, steps, into, { ids, parentId: source.parentId ?? source.id });
    if (to === undefined) return;
    if (to === source.id) {
      steps.refuse(
        'cycle',
        source.id,
        'what is split cannot be one of its own parts: leave the rest with "stays"',
      );
      return;
    }
    keys.push(to);
    for (const id of new Set(takes.agencyIds ?? [])) {
      const child = left.get(id);
      if (child === undefined || id === to) {
        const said = `agency ${id} does not stand directly below agency ${source.id}, or goes with another part`;
        steps.refuse('not-below', id, said);
        continue;
      }
      left.delete(id);
      steps.moves.push({ agencyId: id, name: child.name, from: source.id, to });
    }
    steps.carries.push({ from: source.id, to, takes });
  }
  if (!endsIt) {
    steps.parted.push({ agencyId: source.id, successors: keys });
  } else {
    const rest = keys[plan.rest === 'stays' ? 0 : plan.rest];
    if (rest === undefined) return;
    for (const child of left.values()) {
      if (child.id !== rest)
        steps.moves.push({ agencyId: child.id, name: child.name, from: source.id, to: rest });
    }
    steps.carries.push({ from: source.id, to: rest });
    const keeper = plan.history === null ? null : (keys[plan.history] ?? null);
    steps.ends.push({ agencyId: source.id, name: source.name, successors: [...new Set(keys)], keeper });
  }
}

async function renameSteps(db: RegistryDb, plan: RenamePlan, steps: Steps): Promise<void> {
  const agency = await find(db, steps, plan.agencyId);
  if (agency === undefined) return;
  await requireLater(db, steps, agency, plan.on);
  const name = tidyName(plan.name);
  const shortName = plan.shortName === undefined ? agency.shortName : tidyName(plan.shortName);
  const codes = plan.codes ?? [];
  if (name === agency.name && shortName === agency.shortName && codes.length === 0) {
    steps.refuse('nothing-to-do', agency.id, `agency ${agency.id} is called "${name}" already`);
  }
  const twins = await agencyRows(db)
    .where('parent_id', '=', agency.parentId)
    .where('name_key', '=', foldName(name))
    .where('ended_on', 'is', null)
    .execute();
  const twin = twins.find(({ id }) => id !== agency.id);
  if (twin !== undefined)
    steps.refuse('twin', twin.id, `agency ${twin.id} already has the name "${name}" there`);
  steps.renames.push({ agencyId: agency.id, name, shortName });
  for (const code of codes) steps.codes.push({ to: agency.id, ...code });
}

/** Never throws for what the plan asks: see `conflicts`. */
export async function stepsOf(db: RegistryDb, plan: ChangePlan): Promise<ChangeSteps> {
  const steps = new Steps();
  switch (plan.kind) {
    case 'merge':
      await mergeSteps(db, plan, steps);
      break;
    case 'split':
      await splitSteps(db, plan, steps);
      break;
    case 'rename':
      await renameSteps(db, plan, steps);
      break;
  }
  // What moves below another agency must be able to on that day.
  for (const { agencyId } of steps.moves.slice(0, CONFLICTS_MAX)) {
    const agency = await agencyRows(db).where('agency.id', '=', agencyId).executeTakeFirst();
    if (agency !== undefined) await requireLater(db, steps, agency, plan.on);
  }
  return steps;
}
