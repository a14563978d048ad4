/** Rules before they are kept: what is wrong, what they mean, what they match; and how many there are of each kind. */
import { lintMessage } from '../../../rules/sigma/index.ts';
import { lintVi } from '../../content/lint-vi.ts';
import type { RuleCheck } from '../../content/rule-check.ts';
import { ruleFacets } from '../../registry/rules/rule-facets.ts';
import {
  ruleCheckBodySchema,
  ruleCheckSchema,
  ruleFacetsQuerySchema,
  ruleFacetsSchema,
} from '../contract-rules.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';

const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const BODY_BYTES_MAX = 1_048_576;

type Finding = RuleCheck['findings'][number];

function wordsOf({ code, args }: Finding, language: 'vi' | 'en'): string {
  const [first = '', second = '', third = ''] = args;
  return language === 'vi' ? lintVi[code](first, second, third) : lintMessage({ code, args });
}

function viewMeaning(meaning: RuleCheck['meaning']) {
  if (meaning === null) return null;
  const { info, ...rest } = meaning;
  const { id, title, kind, level, status, tags, falsepositives, logsource } = info;
  return {
    id,
    title,
    kind,
    level: level ?? null,
    status: status ?? null,
    product: logsource.product ?? null,
    category: logsource.category ?? null,
    service: logsource.service ?? null,
    tags: [...tags],
    falsePositives: [...falsepositives],
    ...rest,
  };
}

export function addRuleCheckRoutes(
  app: ApiServer,
  { registry, rules }: Pick<ApiDependencies, 'registry' | 'rules'>,
): void {
  app.post(
    '/rules/check',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'rule:read' },
      schema: {
        summary: 'What is wrong with a text, what it looks for, and which of some events it matches and why',
        body: ruleCheckBodySchema,
        response: { 200: ruleCheckSchema, ...ERRORS },
      },
    },
    async ({ body }) => {
      const { findings, meaning, events } = await rules.check(body.text, body.events);
      return {
        findings: findings.map((one) => {
          const { line, column, severity, code } = one;
          return { line, column, severity, code, message: wordsOf(one, body.lang) };
        }),
        meaning: viewMeaning(meaning),
        events,
      };
    },
  );

  app.get(
    '/rules/facets',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'How many rules there are by state, level, product, origin and tactic',
        querystring: ruleFacetsQuerySchema,
        response: { 200: ruleFacetsSchema, ...ERRORS },
      },
    },
    async ({ query }) => {
      const { differs, ...filter } = query;
      return ruleFacets(registry.db, { ...filter, differs: differs === 'true' });
    },
  );
}
