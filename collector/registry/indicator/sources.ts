/** Sources of indicators: how sure each is, for how long what it says holds, and how far it may be passed on. */
import { TLP_LEVELS, type SourceDefaults, type Tlp } from '../../indicator/indicator.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

const DAY_MS = 86_400_000;
const SOURCES_LISTED_MAX = 5_000;

export interface IndicatorSource {
  name: string;
  /** 0-100; null: what the import says. */
  confidence: number | null;
  /** Whole days; null: for ever. */
  validDays: number | null;
  tlp: Tlp | null;
  description: string;
  updatedMs: number | null;
  updatedBy: string | null;
  /** 0: nobody has said anything of it. */
  version: number;
  /** What it has in the register, and how much of that is retired. */
  indicators: number;
  retired: number;
}

export type SourceWanted = Pick<IndicatorSource, 'confidence' | 'validDays' | 'tlp' | 'description'>;

const tlpOf = (text: string | null): Tlp | null => TLP_LEVELS.find((level) => level === text) ?? null;

/** Those with defaults, and those that indicators name, by name. */
export async function listSources(db: RegistryDb): Promise<IndicatorSource[]> {
  const told = await db
    .selectFrom('indicator_source')
    .select(['name', 'confidence', 'valid_days', 'tlp', 'description', 'updated_ms', 'updated_by', 'version'])
    .orderBy('name')
    .limit(SOURCES_LISTED_MAX)
    .execute();
  const counted = await db
    .selectFrom('indicator')
    .select(({ fn, eb }) => [
      'source',
      fn.countAll<number>().as('indicators'),
      fn.sum<number | string>(eb.case().when('state', '=', 'retired').then(1).else(0).end()).as('retired'),
    ])
    .groupBy('source')
    .orderBy('source')
    .limit(SOURCES_LISTED_MAX)
    .execute();
  const sources = new Map<string, IndicatorSource>();
  for (const { source, indicators, retired } of counted)
    sources.set(source, { ...nothingSaid(source), indicators, retired: Number(retired) });
  for (const row of told) {
    const { indicators, retired } = sources.get(row.name) ?? nothingSaid(row.name);
    sources.set(row.name, {
      name: row.name,
      confidence: row.confidence,
      validDays: row.valid_days,
      tlp: tlpOf(row.tlp),
      description: row.description,
      updatedMs: row.updated_ms,
      updatedBy: row.updated_by,
      version: row.version,
      indicators,
      retired,
    });
  }
  return [...sources.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function nothingSaid(name: string): IndicatorSource {
  return {
    name,
    confidence: null,
    validDays: null,
    tlp: null,
    description: '',
    updatedMs: null,
    updatedBy: null,
    version: 0,
    indicators: 0,
    retired: 0,
  };
}

/** What is taken of each source's indicators where they do not say. */
export async function readSourceDefaults(
  db: RegistryDb,
  nowMs: number,
): Promise<{ name: string; defaults: SourceDefaults }[]> {
  const rows = await db
    .selectFrom('indicator_source')
    .select(['name', 'confidence', 'valid_days', 'tlp'])
    .limit(SOURCES_LISTED_MAX)
    .execute();
  return rows.map(({ name, confidence, valid_days, tlp }) => ({
    name,
    defaults: {
      ...(confidence === null ? {} : { confidence }),
      ...(valid_days === null ? {} : { validUntilMs: nowMs + valid_days * DAY_MS }),
      ...(tlp === null ? {} : { tlp: tlpOf(tlp) }),
    },
  }));
}

/** Of indicators that come from now on. @throws RefusalError version-conflict */
export async function setSource(
  registry: Registry,
  { name, version }: { name: string; version?: number | undefined },
  wanted: SourceWanted,
  actor: string,
): Promise<IndicatorSource> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const before = await trx
      .selectFrom('indicator_source')
      .select('version')
      .where('name', '=', name)
      .executeTakeFirst();
    const stands = before?.version ?? 0;
    if (version !== undefined && version !== stands) {
      const said = `the source "${name}" was changed meanwhile: its version is ${stands}`;
      throw new RefusalError('version-conflict', name, said);
    }
    const { confidence, validDays, tlp, description } = wanted;
    const row = { confidence, valid_days: validDays, tlp, description, updated_ms: nowMs, updated_by: actor };
    await trx
      .insertInto('indicator_source')
      .values({ name, ...row, version: 1 })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...row, version: stands + 1 }))
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'indicator-source.set',
      target: `indicator-source:${name}`,
      detail: { ...wanted },
    });
  });
  return readSource(registry.db, name);
}

/** @throws RefusalError indicator-source-unknown */
export async function readSource(db: RegistryDb, name: string): Promise<IndicatorSource> {
  const found = (await listSources(db)).find((source) => source.name === name);
  if (found !== undefined) return found;
  throw new RefusalError('indicator-source-unknown', name, `no indicator has the source "${name}"`);
}
