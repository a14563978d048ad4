/** Rules from the command line, over the whole tree: the same acts as the API's. */
import { z } from 'zod';
import { jobDetailSchema } from '../../api/contract-jobs.ts';
import {
  ruleContentPageSchema,
  ruleContentQuerySchema,
  ruleContentSchema,
  ruleDetailSchema,
  ruleDiffSchema,
  ruleScopeBodySchema,
  ruleScopeSchema,
  ruleStateSchema,
  ruleVersionListSchema,
} from '../../api/contract-rules.ts';
import { ruleDetail, ruleDiff, targetOf, viewRule, viewScope, viewVersion } from '../../api/rule-view.ts';
import { ArchiveError } from '../../content/archive-limits.ts';
import { documentsOf } from '../../content/import-report.ts';
import { readPlace } from '../../content/read-import.ts';
import { RefusalError } from '../../registry/refusal.ts';
import {
  activateVersion,
  addRule,
  addVersion,
  RULE_CHARS_MAX,
  setRuleState,
} from '../../registry/rules/rule-acts.ts';
import { importReportSchema, stageImport } from '../../registry/rules/rule-imports.ts';
import { listRules, listVersions, readRule } from '../../registry/rules/rule-rows.ts';
import { setScope } from '../../registry/rules/rule-scopes.ts';
import { defineOperation, liveOf } from './operation.ts';
import { requestJob } from './request-job.ts';

const EVERYWHERE = { kind: 'all' } as const;
const DAY_MS = 86_400_000;
const id = z.string().min(1).max(1_024);
const why = z.string().min(1).max(1_000);
const text = z.string().max(RULE_CHARS_MAX);
const which = z.union([z.int().min(1), z.literal('shipped')]);

export const rulesList = defineOperation({
  name: 'rules.list',
  needs: 'data',
  input: z.strictObject({ query: z.record(z.string().max(32), z.string().max(512)) }),
  output: ruleContentPageSchema,
  async run({ registry }, { query }) {
    const { after: _after, differs, limit, ...filter } = ruleContentQuerySchema.parse(query);
    const found = await listRules(registry.db, { ...filter, differs: differs === 'true', limit: limit + 1 });
    return { rules: found.slice(0, limit).map(viewRule), next: found.length > limit ? '' : null };
  },
});

export const rulesShow = defineOperation({
  name: 'rules.show',
  needs: 'data',
  input: z.strictObject({ id }),
  output: ruleDetailSchema,
  run: ({ registry }, input) => ruleDetail(registry.db, input.id, EVERYWHERE),
});

export const rulesVersions = defineOperation({
  name: 'rules.versions',
  needs: 'data',
  input: z.strictObject({ id }),
  output: ruleVersionListSchema,
  async run({ registry }, input) {
    await readRule(registry.db, input.id);
    return { versions: (await listVersions(registry.db, input.id)).map(viewVersion) };
  },
});

export const rulesDiff = defineOperation({
  name: 'rules.diff',
  needs: 'data',
  input: z.strictObject({ id, from: which.optional(), to: which.optional() }),
  output: ruleDiffSchema,
  run: ({ registry }, input) => ruleDiff(registry.db, input.id, input),
});

export const rulesWrite = defineOperation({
  name: 'rules.write',
  needs: 'data',
  input: z.strictObject({ id: id.optional(), text, why, activate: z.boolean() }),
  output: ruleContentSchema,
  async run({ registry, actor, live }, input) {
    const by = { actor, scope: EVERYWHERE };
    const rule =
      input.id === undefined
        ? await addRule(registry, input, by)
        : await addVersion(registry, { ...input, id: input.id }, by);
    await live?.rules.refresh();
    return viewRule(rule);
  },
});

export const rulesState = defineOperation({
  name: 'rules.state',
  needs: 'data',
  input: z.strictObject({ id, state: ruleStateSchema, why }),
  output: ruleContentSchema,
  async run({ registry, actor, live }, change) {
    const rule = await setRuleState(registry, change, { actor, scope: EVERYWHERE });
    await live?.rules.refresh();
    return viewRule(rule);
  },
});

export const rulesActivate = defineOperation({
  name: 'rules.activate',
  needs: 'data',
  input: z.strictObject({ id, number: which, why }),
  output: ruleContentSchema,
  async run({ registry, actor, live }, change) {
    const rule = await activateVersion(registry, change, { actor, scope: EVERYWHERE });
    await live?.rules.refresh();
    return viewRule(rule);
  },
});

export const rulesScope = defineOperation({
  name: 'rules.scope',
  needs: 'data',
  input: z.strictObject({ id, decision: ruleScopeBodySchema }),
  output: ruleScopeSchema,
  async run({ registry, actor }, { id: ruleId, decision }) {
    const { on: isOn, severity, reason } = decision;
    const wanted = { ruleId, target: targetOf(decision), isOn, severity, reason };
    return viewScope(await setScope(registry, wanted, { actor, scope: EVERYWHERE }));
  },
});

/** The collector reads the place itself: who may use its socket may read what it may. @throws RefusalError */
async function filesOf(place: string) {
  try {
    return await readPlace(place);
  } catch (error) {
    if (error instanceof ArchiveError)
      throw new RefusalError('import-invalid', error.file, error.message, { cause: error });
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const said = `the collector cannot read ${place} (${String(error.code)})`;
    throw new RefusalError('import-invalid', place, said, { cause: error });
  }
}

const importInput = { place: z.string().min(1).max(4_096), state: z.enum(['auto', 'draft', 'test']) };

export const rulesImportPreview = defineOperation({
  name: 'rules.import-preview',
  needs: 'collector',
  input: z.strictObject(importInput),
  output: importReportSchema,
  run: async (context, { place, state }) => liveOf(context).rules.lookAtImport(await filesOf(place), state),
});

export const rulesImport = defineOperation({
  name: 'rules.import',
  needs: 'collector',
  input: z.strictObject(importInput),
  output: jobDetailSchema,
  async run(context, { place, state }) {
    const { registry, actor } = context;
    const documents = documentsOf(await filesOf(place));
    const name = place.slice(-256);
    const importId = await stageImport(registry, { name, documents }, actor);
    return requestJob(context, 'rule.import', { params: { importId, state }, reason: `import ${name}` });
  },
});

export const rulesBackTest = defineOperation({
  name: 'rules.back-test',
  needs: 'collector',
  input: z.strictObject({
    id,
    days: z.int().min(1).max(366),
    version: z.int().min(1).optional(),
    text: text.optional(),
  }),
  output: jobDetailSchema,
  async run(context, { id: ruleId, days, version, text: given }) {
    const toMs = context.registry.now();
    const params = { ruleId, version, text: given, fromMs: toMs - days * DAY_MS, toMs };
    return requestJob(context, 'rule.back-test', { params, reason: 'back-test' });
  },
});

const statSchema = z.object({
  id: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  state: ruleStateSchema,
  level: z.string().nullable(),
  matches: z.number(),
  lastMatchMs: z.number().nullable(),
  alerts: z.number(),
  alertsPerDay: z.number(),
  closed: z.number(),
  falseShare: z.number().nullable(),
  throttled: z.number(),
  hasData: z.boolean(),
});

export const rulesReport = defineOperation({
  name: 'rules.report',
  needs: 'collector',
  input: z.strictObject({
    kind: z.enum(['stats', 'noisy', 'dead', 'coverage']),
    days: z.int().min(1).max(366),
    limit: z.int().min(1).max(10_000),
  }),
  output: z.object({
    rules: z.array(statSchema),
    techniques: z.array(
      z.object({
        technique: z.string(),
        tactics: z.array(z.string()),
        withData: z.number(),
        withoutData: z.number(),
      }),
    ),
  }),
  async run(context, { kind, days, limit }) {
    const { rules } = liveOf(context);
    const report = await rules.report(days, EVERYWHERE);
    return kind === 'coverage'
      ? { rules: [], techniques: rules.coverage(report) }
      : { rules: rules.pick(kind, report, limit), techniques: [] };
  },
});
