/** What a plan would do today: the dry run, and the same arithmetic that applying begins with. */
import type { ChangePlan } from '../agency/change-plan.ts';
import { AGENCY_HOLDINGS, countHolding, type HeldThing, sampleHolding } from './agency-holdings.ts';
import type { ChangeConflict, ChangeSteps } from './agency-change-step.ts';
import { reachOf } from './agency-change-reach.ts';
import { stepsOf } from './agency-change-steps.ts';
import { type Carry, resolveTakes, systemTwins, type SystemRename } from './agency-change-takes.ts';
import type { RegistryDb } from './database.ts';

export interface Computed {
  steps: ChangeSteps;
  carries: Carry[];
  systemRenames: SystemRename[];
  conflicts: ChangeConflict[];
}

export async function computeChange(db: RegistryDb, plan: ChangePlan): Promise<Computed> {
  const steps = await stepsOf(db, plan);
  const { carries, conflicts } = await resolveTakes(db, steps.carries);
  const names = new Map(steps.ends.map(({ agencyId, name }) => [agencyId, name]));
  const renames = plan.kind === 'merge' && plan.twins === 'merge';
  const twins = await systemTwins(db, carries, names, renames);
  return {
    steps,
    carries,
    systemRenames: twins.renamed,
    conflicts: [...steps.conflicts, ...conflicts, ...twins.conflicts],
  };
}

export interface PreviewedHolding {
  kind: string;
  /** `reaches`: of who takes over, and will hold for what comes. */
  fate: 'moves' | 'stays' | 'reaches';
  /** Place of the part that takes it, as the plan counts them; null: all of a merge, or what stays. */
  part: number | null;
  count: number;
  sample: HeldThing[];
}

export interface ChangePreview {
  begins: { name: string; kind: string; parentId: number }[];
  ends: { id: number; name: string }[];
  moves: { id: number; name: string }[];
  /** All agencies that move, of which `moves` names the first. */
  moving: number;
  ending: number;
  renames: { id: number; name: string }[];
  systemRenames: SystemRename[];
  holdings: PreviewedHolding[];
  conflicts: ChangeConflict[];
}

const SAMPLE_MAX = 10;
const NAMED_MAX = 200;

async function holdingsOf(
  db: RegistryDb,
  plan: ChangePlan,
  carries: readonly Carry[],
): Promise<PreviewedHolding[]> {
  const found: PreviewedHolding[] = [];
  const froms = [...new Set(carries.map(({ from }) => from))];
  const isSplit = plan.kind === 'split';
  for (const holding of AGENCY_HOLDINGS) {
    const { kind, fate } = holding;
    const counts = await countHolding(db, holding, froms);
    let count = [...counts.values()].reduce((sum, n) => sum + n, 0);
    if (count === 0) continue;
    if (isSplit && fate === 'moves') {
      for (const [part, { refs }] of carries.entries()) {
        const taken = refs?.get(kind)?.length ?? 0;
        count -= taken;
        if (taken > 0) found.push({ kind, fate, part, count: taken, sample: [] });
      }
      if (count <= 0) continue;
    }
    const rest = isSplit && fate === 'moves' && plan.rest !== 'stays' ? plan.rest : null;
    const stays = isSplit && plan.rest === 'stays';
    const sample = await sampleHolding(db, holding, froms, SAMPLE_MAX);
    found.push({ kind, fate: stays ? 'stays' : fate, part: rest, count, sample });
  }
  for (const reach of await reachOf(db, carries)) found.push({ ...reach, fate: 'reaches', part: null });
  return found;
}

export async function previewChange(db: RegistryDb, plan: ChangePlan): Promise<ChangePreview> {
  const { steps, carries, systemRenames, conflicts } = await computeChange(db, plan);
  return {
    begins: steps.begins.map(({ name, kind, parentId }) => ({ name, kind, parentId })),
    ends: steps.ends.slice(0, NAMED_MAX).map(({ agencyId, name }) => ({ id: agencyId, name })),
    moves: steps.moves.slice(0, NAMED_MAX).map(({ agencyId, name }) => ({ id: agencyId, name })),
    moving: steps.moves.length,
    ending: steps.ends.length,
    renames: steps.renames.map(({ agencyId, name }) => ({ id: agencyId, name })),
    systemRenames: systemRenames.slice(0, NAMED_MAX),
    holdings: await holdingsOf(db, plan, carries),
    conflicts,
  };
}
