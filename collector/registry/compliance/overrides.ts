/**
 * What administrators put in place of doubtful facts of the catalogues. Invariants: of a field one override holds at a time;
 * what held on a past day is still known; one that the catalogue refuses is not kept.
 */
import {
  applyOverrides,
  builtInCatalogue,
  type ControlOverride,
  type OverriddenProfile,
  type Profile,
} from '../../../rules/compliance/index.ts';
import { type AgencyScope, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface KeptOverride extends ControlOverride {
  profile: string;
  reason: string;
  setBy: string;
  setMs: number;
  /** Another one for each time that it is set. */
  version: number;
}

export interface OverrideBy {
  actor: string;
  scope: AgencyScope;
  /** The version that the change was made for; 0: that there was none. */
  version?: number | undefined;
}

export type OverridePlace = Pick<KeptOverride, 'profile' | 'control' | 'field'>;

function overrideRows(db: RegistryDb) {
  return db
    .selectFrom('compliance_override')
    .select(['id', 'profile', 'control', 'field', 'value', 'reason', 'set_by', 'valid_from_ms'])
    .orderBy('id');
}

type Row = Awaited<ReturnType<ReturnType<typeof overrideRows>['execute']>>[number];

function toOverride({ id, value, set_by: setBy, valid_from_ms: setMs, ...row }: Row): KeptOverride {
  return { ...row, value: JSON.parse(value) as unknown, setBy, setMs, version: id };
}

/** Those that held at a moment, of all profiles. */
export async function overridesAt(db: RegistryDb, atMs: number): Promise<KeptOverride[]> {
  const rows = await overrideRows(db)
    .where('valid_from_ms', '<=', atMs)
    .where((eb) => eb.or([eb('valid_to_ms', 'is', null), eb('valid_to_ms', '>', atMs)]))
    .execute();
  return rows.map(toOverride);
}

/** The profiles of the product with what held at a moment. By name. */
export async function profilesAt(
  db: RegistryDb,
  atMs: number,
): Promise<ReadonlyMap<string, OverriddenProfile<KeptOverride>>> {
  const all = await overridesAt(db, atMs);
  const { profiles } = builtInCatalogue();
  return new Map(
    [...profiles].map(([name, profile]) => [
      name,
      applyOverrides(
        profile,
        all.filter((override) => override.profile === name),
      ),
    ]),
  );
}

/** @throws RefusalError compliance-profile-unknown */
export function profileOf(name: string): Profile {
  const profile = builtInCatalogue().profiles.get(name);
  if (profile !== undefined) return profile;
  const known = [...builtInCatalogue().profiles.keys()].join(', ');
  throw new RefusalError(
    'compliance-profile-unknown',
    name,
    `there is no profile ${name}; there are: ${known}`,
  );
}

/**
 * The override holds from now on, in place of the one before.
 * @throws RefusalError compliance-profile-unknown, compliance-override-invalid, compliance-override-not-yours, version-conflict
 */
export async function setOverride(
  registry: Registry,
  { profile, control, field, value, reason }: OverridePlace & { value: unknown; reason: string },
  by: OverrideBy,
): Promise<KeptOverride> {
  requireWhole(by.scope);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const place = { profile, control, field };
    const others = (await overridesAt(trx, nowMs)).filter(
      (other) => other.profile === profile && !isAt(other, place),
    );
    const wanted = { control, field, value };
    const { refused } = applyOverrides<ControlOverride>(profileOf(profile), [...others, wanted]);
    const wrong = refused.find(({ override }) => override === wanted);
    if (wrong !== undefined)
      throw new RefusalError('compliance-override-invalid', `${field}: ${wrong.why}`, wrong.why);
    await endOpen(trx, place, by.version, nowMs);
    const { id } = await trx
      .insertInto('compliance_override')
      .values({
        ...place,
        value: JSON.stringify(value),
        reason,
        set_by: by.actor,
        valid_from_ms: nowMs,
        valid_to_ms: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const detail = { value, reason };
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'compliance-override.set',
      target: target(place),
      detail,
    });
    return { ...place, value, reason, setBy: by.actor, setMs: nowMs, version: id };
  });
}

/**
 * What the product says holds again.
 * @throws RefusalError compliance-override-unknown, compliance-override-not-yours, version-conflict
 */
export async function dropOverride(registry: Registry, place: OverridePlace, by: OverrideBy): Promise<void> {
  requireWhole(by.scope);
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    if (!(await endOpen(trx, place, by.version, nowMs))) {
      const said = `nobody overrode ${place.field} of ${place.control} in ${place.profile}`;
      throw new RefusalError('compliance-override-unknown', place.field, said);
    }
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'compliance-override.drop',
      target: target(place),
      detail: {},
    });
  });
}

const target = ({ profile, control, field }: OverridePlace): string =>
  `compliance-override:${profile}:${control}:${field}`;

function isAt(one: OverridePlace, other: OverridePlace): boolean {
  return one.profile === other.profile && one.control === other.control && one.field === other.field;
}

function requireWhole(scope: AgencyScope): void {
  if (scope.kind === 'all') return;
  const said = 'the catalogue is the same for everybody: only who sees the whole province changes it';
  throw new RefusalError('compliance-override-not-yours', 'all', said);
}

/** @returns whether there was one */
async function endOpen(
  trx: RegistryDb,
  { profile, control, field }: OverridePlace,
  expected: number | undefined,
  nowMs: number,
): Promise<boolean> {
  const open = await trx
    .selectFrom('compliance_override')
    .select('id')
    .where('profile', '=', profile)
    .where('control', '=', control)
    .where('field', '=', field)
    .where('valid_to_ms', 'is', null)
    .executeTakeFirst();
  requireVersion(`override of ${field}`, open?.id ?? 0, expected);
  if (open === undefined) return false;
  await trx
    .updateTable('compliance_override')
    .set({ valid_to_ms: nowMs })
    .where('id', '=', open.id)
    .execute();
  return true;
}
