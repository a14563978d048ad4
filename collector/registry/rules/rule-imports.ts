/** Imports of rules: kept as they came until they were read, published as a whole, and told of afterwards. */
import { z } from 'zod';
import type { RuleDocument, RuleText } from '../../content/rule-document.ts';
import type { ImportReport } from '../../content/import-report.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { RuleState } from '../tables/rule.ts';
import { mergeRules } from './merge-rules.ts';

const ROWS_MAX = 100;

const faultSchema = z.object({
  place: z.string(),
  line: z.number(),
  id: z.string().nullable(),
  message: z.string(),
  vi: z.string().optional(),
});
const counts = z.record(z.string(), z.number());
export const importReportSchema = z.object({
  documents: z.number(),
  new: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  kept: z.number(),
  duplicates: z.array(faultSchema),
  unsupported: z.array(faultSchema),
  byLogsource: counts,
  byState: counts,
}) satisfies z.ZodType<ImportReport>;

export interface RuleImport {
  id: string;
  name: string;
  madeBy: string;
  madeMs: number;
  publishedMs: number | null;
  report: ImportReport | null;
}

/** Keeps what came, for the job. @returns its id */
export async function stageImport(
  registry: Registry,
  { name, documents }: { name: string; documents: readonly RuleText[] },
  actor: string,
): Promise<string> {
  const id = registry.random(16).toString('hex');
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('rule_import')
      .values({ id, name, made_by: actor, made_ms: nowMs, published_ms: null, report: null })
      .execute();
    for (let at = 0; at < documents.length; at += ROWS_MAX) {
      const part = documents.slice(at, at + ROWS_MAX);
      await trx
        .insertInto('rule_import_item')
        .values(part.map(({ text, place, line }, n) => ({ import_id: id, n: at + n, place, line, text })))
        .execute();
    }
    const detail = { name, documents: documents.length };
    await writeAudit(trx, nowMs, { actor, action: 'rule.import', target: `rule-import:${id}`, detail });
  });
  return id;
}

/** @throws RefusalError rule-import-unknown */
export async function readImport(db: RegistryDb, id: string): Promise<RuleImport> {
  const row = await db
    .selectFrom('rule_import')
    .select(['id', 'name', 'made_by', 'made_ms', 'published_ms', 'report'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new RefusalError('rule-import-unknown', id, `there is no import ${id}`);
  return {
    id: row.id,
    name: row.name,
    madeBy: row.made_by,
    madeMs: row.made_ms,
    publishedMs: row.published_ms,
    report: row.report === null ? null : importReportSchema.parse(JSON.parse(row.report)),
  };
}

export async function readImportItems(
  db: RegistryDb,
  id: string,
  from: number,
  limit: number,
): Promise<RuleText[]> {
  return db
    .selectFrom('rule_import_item')
    .select(['text', 'place', 'line'])
    .where('import_id', '=', id)
    .where('n', '>=', from)
    .orderBy('n')
    .limit(limit)
    .execute();
}

export async function countImportItems(db: RegistryDb, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('rule_import_item')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('import_id', '=', id)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** All of it in the caller's transaction; what came is no longer kept then. */
export async function publishImport(
  trx: RegistryTransaction,
  imported: { id: string; documents: readonly RuleDocument[]; report: ImportReport },
  options: { stateOf: (document: RuleDocument) => RuleState; nowMs: number },
): Promise<ImportReport> {
  const { id, documents } = imported;
  const { name, made_by: madeBy } = await trx
    .selectFrom('rule_import')
    .select(['name', 'made_by'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const merged = await mergeRules(trx, documents, {
    origin: 'import',
    stateOf: options.stateOf,
    madeBy,
    why: `import ${name}`,
    nowMs: options.nowMs,
  });
  const report = { ...imported.report };
  for (const { outcome } of merged) report[outcome] += 1;
  await trx
    .updateTable('rule_import')
    .set({ published_ms: options.nowMs, report: JSON.stringify(report) })
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('rule_import_item').where('import_id', '=', id).execute();
  return report;
}
