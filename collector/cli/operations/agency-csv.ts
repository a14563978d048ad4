/** Agencies and systems as CSV, the starter catalogue, rules of systems and tags of hosts. */
import { z } from 'zod';
import { hostRuleSchema } from '../../agency/host-rule.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { importedSchema, starterSchema } from '../../api/contract-agencies.ts';
import { hostSelectionSchema } from '../../api/contract-retention.ts';
import { explanationSchema, systemRuleSchema, toRuleView } from '../../api/system-rule-view.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { exportAgencies, importAgencies } from '../../registry/agency-import.ts';
import { TAG_PATTERN, tagAgents } from '../../registry/agent-tags.ts';
import { selectHosts } from '../../registry/select-hosts.ts';
import { exportSystems, importSystems } from '../../registry/system-import.ts';
import {
  addSystemRule,
  applySystemRules,
  explainMembership,
  listSystemRules,
  previewRule,
  removeSystemRule,
} from '../../registry/system-rules.ts';
import { addStarterSystems } from '../../registry/system-starter.ts';
import { defineOperation } from './operation.ts';

const ALL = { kind: 'all' } as const;
const which = { id: z.int().min(1) };
const tag = z.string().trim().max(64).regex(TAG_PATTERN, 'letters, digits and . _ : / - only');
const csvInput = z.strictObject({ csv: z.string(), dryRun: z.boolean() });
const language = z.strictObject({ language: z.enum(['vi', 'en']) });

export const agencyImport = defineOperation({
  name: 'agency.import',
  needs: 'data',
  input: csvInput,
  output: importedSchema,
  async run({ registry, actor, live }, { csv, dryRun }) {
    const by = { actor, scope: ALL, agencyId: await rootAgencyId(registry.db) };
    const done = await importAgencies(registry, csv, by, { dryRun });
    if (!dryRun) await live?.sending.reload();
    return done;
  },
});

export const agencyExport = defineOperation({
  name: 'agency.export',
  needs: 'data',
  input: language,
  output: z.string(),
  run: ({ registry }, wanted) =>
    exportAgencies(registry.db, ALL, legalDayAt(registry.now()), wanted.language),
});

export const systemImport = defineOperation({
  name: 'system.import',
  needs: 'data',
  input: csvInput,
  output: importedSchema,
  async run({ registry, actor }, { csv, dryRun }) {
    const by = { actor, scope: ALL, agencyId: await rootAgencyId(registry.db) };
    return importSystems(registry, csv, by, { dryRun });
  },
});

export const systemExport = defineOperation({
  name: 'system.export',
  needs: 'data',
  input: language,
  output: z.string(),
  run: ({ registry }, wanted) => exportSystems(registry, ALL, wanted.language),
});

export const systemStarter = defineOperation({
  name: 'system.starter',
  needs: 'data',
  input: z.strictObject({ agencyId: z.int().min(1), dryRun: z.boolean() }),
  output: starterSchema,
  run: ({ registry, actor }, { agencyId, dryRun }) =>
    addStarterSystems(registry, agencyId, { actor, scope: ALL }, { dryRun }),
});

export const systemRuleAdd = defineOperation({
  name: 'system.rule-add',
  needs: 'data',
  input: z.strictObject({ ...which, rule: hostRuleSchema, note: z.string().max(1_024) }),
  output: systemRuleSchema,
  run: async ({ registry, actor }, { id, ...wanted }) =>
    toRuleView(await addSystemRule(registry, id, wanted, { actor, scope: ALL })),
});

export const systemRulePreview = defineOperation({
  name: 'system.rule-preview',
  needs: 'data',
  input: z.strictObject({ rule: hostRuleSchema }),
  output: z.object({
    count: z.number(),
    sample: z.array(z.object({ agentId: z.string(), hostname: z.string() })),
  }),
  run: ({ registry }, { rule }) => previewRule(registry.db, rule, ALL),
});

export const systemRuleList = defineOperation({
  name: 'system.rules',
  needs: 'data',
  input: z.strictObject(which),
  output: z.array(systemRuleSchema),
  run: async ({ registry }, { id }) => (await listSystemRules(registry.db, id, ALL)).map(toRuleView),
});

export const systemRuleRemove = defineOperation({
  name: 'system.rule-remove',
  needs: 'data',
  input: z.strictObject({ ...which, ruleId: z.int().min(1) }),
  output: z.object({}),
  async run({ registry, actor }, { id, ruleId }) {
    await removeSystemRule(registry, id, ruleId, { actor, scope: ALL });
    return {};
  },
});

export const systemWhy = defineOperation({
  name: 'system.why',
  needs: 'data',
  input: z.strictObject({ ...which, agent: z.string().min(1).max(64) }),
  output: explanationSchema,
  async run({ registry }, { id, agent }) {
    const [host] = await selectHosts(registry.db, { agentIds: [agent] });
    return explainMembership(registry.db, id, host?.id ?? agent, ALL);
  },
});

export const agentTag = defineOperation({
  name: 'agent.tag',
  needs: 'data',
  input: hostSelectionSchema.extend({ add: z.array(tag), remove: z.array(tag) }),
  output: z.object({ hosts: z.number() }),
  async run({ registry, actor }, { add, remove, ...selection }) {
    const done = await tagAgents(registry, selection, { add, remove }, { actor, scope: ALL });
    await applySystemRules(registry);
    return done;
  },
});
