/** What rules ask of events and of long work: imports and back-tests as jobs, and what an import would come to. */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { z } from 'zod';
import { ALERT_POLICY } from '../../alert/alert-policy.ts';
import { documentsOf, ImportReader, stateOnImport, type ImportReport } from '../../content/import-report.ts';
import type { RuleFile } from '../../content/archive-limits.ts';
import { checkRule } from '../../content/rule-check.ts';
import { readDocument, referencesOf, type RuleDocument, type RuleText } from '../../content/rule-document.ts';
import { makeRuleBook } from '../../detect/rule-book.ts';
import { backTest, type BackTest } from '../../hunt/back-test.ts';
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import type { RuleReader } from '../../api/ports.ts';
import { hostSight, kindSight, kindSights, needsReader } from './rule-coverage.ts';
import { coverage, deadRules, noisyRules, ruleLayer, ruleReport } from './rule-reports.ts';
import { ruleBulkJobs } from './rule-bulk.ts';
import type { RuleService } from './rule-service.ts';
import type { Registry, RegistryDb } from '../../registry/database.ts';
import { besides, checkedDocument } from '../../registry/rules/rule-acts.ts';
import { fromPlace } from '../../registry/rules/rule-facts-of.ts';
import { countImportItems, publishImport, readImportItems } from '../../registry/rules/rule-imports.ts';
import { readNamed, readRule, readVersion } from '../../registry/rules/rule-rows.ts';
import { CANDIDATE_COLUMNS } from '../../store/clickhouse-hunts.ts';
import { SIGMA_SCHEMA } from '../../store/sigma-schema.ts';
import type { EventStore } from '../../store/store.ts';

export const IMPORT_KIND = 'rule.import';
export const BACK_TEST_KIND = 'rule.back-test';

const SLICE_MS = 15;
const TABLE = { schema: SIGMA_SCHEMA, columns: CANDIDATE_COLUMNS };
const LIMITS = { secondsMax: 120, memoryBytesMax: 2_000_000_000 };
const PAGE_ITEMS = 500;

export const importParamsSchema = z.strictObject({
  importId: z.string(),
  /** `auto`: by what the rule says of itself. */
  state: z.enum(['auto', 'draft', 'test']),
});
export type ImportParams = z.infer<typeof importParamsSchema>;

export const backTestParamsSchema = z.strictObject({
  ruleId: z.string(),
  /** Left out: the version that counts. */
  version: z.number().optional(),
  /** A text instead, which need not be kept. */
  text: z.string().optional(),
  fromMs: z.number(),
  toMs: z.number(),
});
export type BackTestParams = z.infer<typeof backTestParamsSchema>;

const stateOf =
  (wanted: ImportParams['state']) =>
  (document: RuleDocument): 'draft' | 'test' | 'off' =>
    wanted === 'auto' ? stateOnImport(document) : wanted;

/** Reads documents in slices, so that everything else goes on. */
async function readAll(
  reader: ImportReader,
  documents: Iterable<RuleText>,
  onRead: () => void = () => undefined,
): Promise<void> {
  let beganMs = performance.now();
  for (const document of documents) {
    reader.read(document);
    onRead();
    if (performance.now() - beganMs < SLICE_MS) continue;
    await yieldToLoop();
    beganMs = performance.now();
  }
}

async function known(db: RegistryDb, reader: ImportReader): Promise<RuleDocument['parsed'][]> {
  const made = [...reader.taken.values()].filter(({ info }) => info.kind !== 'rule');
  const names = [...new Set(made.flatMap(referencesOf))];
  return (await readNamed(db, names)).flatMap(({ text, place }) => {
    const read = readDocument({ text, ...fromPlace(place) });
    return 'errors' in read || reader.taken.has(read.info.id) ? [] : [read.parsed];
  });
}

/** What an import would come to; nothing is written. */
export async function lookAtImport(
  db: RegistryDb,
  files: readonly RuleFile[],
  state: ImportParams['state'],
): Promise<ImportReport> {
  const reader = new ImportReader();
  await readAll(reader, documentsOf(files));
  reader.end(await known(db, reader), stateOf(state));
  const { report, taken } = reader;
  const rows = await db.selectFrom('rule').select(['id', 'sha256', 'origin', 'shipped']).execute();
  const before = new Map(rows.map((row) => [row.id, row]));
  for (const { info, sha256 } of taken.values()) {
    const rule = before.get(info.id);
    if (rule === undefined) report.new += 1;
    else if (rule.sha256 === sha256) report.unchanged += 1;
    else if (rule.origin === 'import' && rule.shipped === null) report.updated += 1;
    else report.kept += 1;
  }
  return report;
}

export function ruleJobs(
  registry: Registry,
  store: Pick<EventStore, 'hunts'>,
  rules: { refresh: () => Promise<void> },
): AnyJobKind[] {
  return [importJob(registry, rules), backTestJob(registry, store), ...ruleBulkJobs(registry, rules)];
}

const NOTHING = { skipped: {}, sample: [], needsApproval: [] };

/** Read step by step; published in one transaction at the end, so a job that is cancelled or fails leaves nothing. */
function importJob(registry: Registry, rules: { refresh: () => Promise<void> }): AnyJobKind {
  const { db } = registry;
  /** What was read of the job under way; after a kill it is read again. */
  let reading: { jobId: string; reader: ImportReader; done: number } | undefined;
  return anyJobKind({
    name: IMPORT_KIND,
    access: { read: 'rule:read', run: 'rule:write', approve: 'rule:write' },
    params: importParamsSchema,
    preview: async ({ importId }) => {
      const total = await countImportItems(db, importId);
      return { total, changes: total, ...NOTHING };
    },
    step: async ({ importId, state }, { job, nowMs }) => {
      if (reading?.jobId !== job.id) reading = { jobId: job.id, reader: new ImportReader(), done: 0 };
      const { reader } = reading;
      const before = reading.done;
      const items = await readImportItems(db, importId, before, PAGE_ITEMS);
      await readAll(reader, items);
      reading.done += items.length;
      if (items.length > 0)
        return async () => ({
          cursor: reading?.done ?? 0,
          done: Math.max(0, before + items.length - job.done),
          changed: 0,
          isEnd: false,
        });
      reader.end(await known(db, reader), stateOf(state));
      const documents = [...reader.taken.values()];
      return async (trx) => {
        const report = await publishImport(
          trx,
          { id: importId, documents, report: reader.report },
          { stateOf: stateOf(state), nowMs },
        );
        reading = undefined;
        setTimeout(() => void rules.refresh().catch(() => undefined), 0); // looked at again by the service's own timer
        const { unsupported, duplicates } = reader.counts;
        const skipped = {
          unsupported,
          duplicate: duplicates,
          unchanged: report.unchanged,
          kept: report.kept,
        };
        return {
          cursor: null,
          done: 0,
          changed: report.new + report.updated,
          skipped,
          isEnd: true,
          result: report,
        };
      };
    },
  });
}

/** The rule as it would be in force, with what it refers to. */
async function bookOf(db: RegistryDb, { ruleId, version, text }: BackTestParams) {
  const document =
    text === undefined ? await storedDocument(db, ruleId, version) : await checkedDocument(db, text, 'rule');
  const beside = (await readNamed(db, referencesOf(document))).flatMap((one) => {
    const read = readDocument({ text: one.text, ...fromPlace(one.place) });
    return 'errors' in read ? [] : [read.parsed];
  });
  const parsed = [...beside, document.parsed].map((one) => ({ parsed: one }));
  return { book: makeRuleBook(parsed), id: document.info.id };
}

async function storedDocument(
  db: RegistryDb,
  ruleId: string,
  version: number | undefined,
): Promise<RuleDocument> {
  const rule = await readRule(db, ruleId);
  const { text, place } = await readVersion(db, ruleId, version ?? rule.active);
  const document = readDocument({ text, ...fromPlace(place) });
  if ('errors' in document) throw new Error(document.errors[0]?.message ?? 'it is no rule');
  return document;
}

export async function runBackTest(
  { db }: Pick<Registry, 'db'>,
  store: Pick<EventStore, 'hunts'>,
  params: BackTestParams,
  { scope, signal }: { scope: AgencyScope; signal?: AbortSignal | undefined },
): Promise<BackTest> {
  const { book, id } = await bookOf(db, params);
  const policy = book.alertPolicy?.(id);
  return backTest(store.hunts, TABLE, {
    engine: book.engine,
    ruleId: id,
    fromMs: params.fromMs,
    toMs: params.toMs,
    agencyIds: scope.kind === 'all' ? undefined : scope.agencyIds,
    entityFields: book.entityFields(id),
    policy: {
      windowMs: policy?.windowMs ?? ALERT_POLICY.windowMs,
      alertsPerHourMax: policy?.alertsPerHourMax ?? ALERT_POLICY.alertsPerHourMax,
    },
    limits: LIMITS,
    signal,
  });
}

function backTestJob(registry: Registry, store: Pick<EventStore, 'hunts'>): AnyJobKind {
  return anyJobKind({
    name: BACK_TEST_KIND,
    access: { read: 'event:read', run: 'hunt:run', approve: 'hunt:run' },
    params: backTestParamsSchema,
    preview: async (params) => {
      const { book } = await bookOf(registry.db, params);
      return { total: 1, changes: book.summaries.length, ...NOTHING };
    },
    step: async (params, { scope, signal }) => {
      const result = await runBackTest(registry, store, params, { scope, signal });
      return async () => ({ cursor: null, done: 1, changed: 0, isEnd: true, result });
    },
  });
}

/** What the API and the command line ask of rules, beside what is in force. */
export function rulePort(ports: {
  registry: Registry;
  store: Pick<EventStore, 'hunts'>;
  service: RuleService;
}): Omit<RuleReader, 'list'> {
  const { registry, store, service } = ports;
  const needs = needsReader(registry.db);
  return {
    refresh: () => service.refresh(),
    lookAtImport: (files, state) => lookAtImport(registry.db, files, state),
    report: (days, scope) => ruleReport(registry, store, service.book.engine, { days, scope }),
    pick: (kind, report, limit) =>
      kind === 'noisy'
        ? noisyRules(report, limit)
        : (kind === 'dead' ? deadRules(report) : report.rules).slice(0, limit),
    coverage,
    layer: ruleLayer,
    sightOfKind: (kind, set) => kindSight(needs, kind, set),
    sightOfKinds: () => kindSights(needs),
    sightOfHost: (agent, days) => hostSight(registry, { store, needs }, { agent, days }),
    check: (text, events) =>
      checkRule(text, events, async (parsed) => {
        const [made] = [...parsed.correlations, ...parsed.filters];
        return made === undefined ? [] : besides(registry.db, { info: made.info, parsed });
      }),
  };
}
