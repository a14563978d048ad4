/** Reports about rules: what each did, which are noisy, which are dead, and which techniques are covered where data arrives. */
import { z } from 'zod';
import { isoTime } from '../../registry/iso-time.ts';
import { errorSchema } from '../contract.ts';
import { ruleStateSchema } from '../contract-rules.ts';
import { ruleSightSchema, ruleSightsSchema } from '../contract-rule-sight.ts';
import { ruleLayerSchema, viewSight } from '../rule-coverage-view.ts';
import { HOST_KINDS } from '../../../rules/needs/index.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';
import type { RuleStat } from '../../services/content/rule-reports.ts';

const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const query = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(30),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

export const ruleStatSchema = z.object({
  id: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  state: ruleStateSchema,
  level: z.string().nullable(),
  product: z.string().nullable(),
  matches: z.number(),
  lastMatchAt: z.iso.datetime().nullable(),
  alerts: z.number(),
  alertsPerDay: z.number(),
  closed: z.number(),
  /** Of those closed, the share that was a false alarm or benign. */
  falseShare: z.number().nullable(),
  /** Detections beyond the rule's budget. */
  throttled: z.number(),
  /** Events of its log source are arriving. */
  hasData: z.boolean(),
});
export const ruleStatListSchema = z.object({
  from: z.iso.datetime(),
  days: z.number(),
  rules: z.array(ruleStatSchema),
});
export const ruleCoverageSchema = z.object({
  from: z.iso.datetime(),
  days: z.number(),
  techniques: z.array(
    z.object({
      technique: z.string(),
      tactics: z.array(z.string()),
      withData: z.number(),
      withoutData: z.number(),
      /** Of these rules in the time. */
      matches: z.number(),
    }),
  ),
});

export function viewStat({ lastMatchMs, tags: _tags, ...rest }: RuleStat): z.infer<typeof ruleStatSchema> {
  return { ...rest, lastMatchAt: lastMatchMs === null ? null : isoTime(lastMatchMs) };
}

export function addRuleReportRoutes(app: ApiServer, { rules }: Pick<ApiDependencies, 'rules'>): void {
  for (const kind of ['stats', 'noisy', 'dead'] as const) {
    app.get(
      `/rules/reports/${kind}`,
      {
        config: { access: 'rule:read' },
        schema: {
          summary: {
            stats: 'What each rule in force did',
            noisy: 'Rules with the most alerts, the throttled ones first',
            dead: 'Rules that matched nothing; first those whose data does not arrive',
          }[kind],
          querystring: query,
          response: { 200: ruleStatListSchema, ...ERRORS },
        },
      },
      async (request) => {
        const { days, limit } = request.query;
        const report = await rules.report(days, principalOf(request).scope);
        const found = rules.pick(kind, report, limit);
        return { from: isoTime(report.fromMs), days, rules: found.map(viewStat) };
      },
    );
  }
  app.get(
    '/rules/reports/coverage',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'ATT&CK techniques by rules that are on, with data arriving and without',
        querystring: query.omit({ limit: true }).extend({ product: z.string().min(1).max(256).optional() }),
        response: { 200: ruleCoverageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { days, product } = request.query;
      const report = await rules.report(days, principalOf(request).scope);
      return { from: isoTime(report.fromMs), days, techniques: rules.coverage(report, product) };
    },
  );
  app.get(
    '/rules/reports/navigator',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'The same as a layer for the ATT&CK Navigator (format 4.5)',
        querystring: query.omit({ limit: true }).extend({ product: z.string().min(1).max(256).optional() }),
        response: { 200: ruleLayerSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { days, product } = request.query;
      return rules.layer(await rules.report(days, principalOf(request).scope), product);
    },
  );
  app.get(
    '/rules/reports/sights',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'How many rules see nothing on each kind of host, and what would change that',
        response: { 200: ruleSightsSchema, ...ERRORS },
      },
    },
    async () => ({ kinds: await rules.sightOfKinds() }),
  );
  app.get(
    '/rules/reports/sight',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'What hosts of a kind are blind to: rules that are on, and the logs that they need',
        querystring: z.strictObject({
          kind: z.enum(HOST_KINDS),
          auditInstalled: z.stringbool().default(false),
          sysmon: z.stringbool().default(false),
        }),
        response: { 200: ruleSightSchema, ...ERRORS },
      },
    },
    async (request) => viewSight(await rules.sightOfKind(request.query.kind, request.query)),
  );
}
