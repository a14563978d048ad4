/**
 * A posture policy as data: what files of `rules/posture` become, what travels in settings, what an agent evaluates.
 * It may come from anywhere, so everything in it has a limit: sizes here, what tests may touch in posture-tests.ts.
 */
import { z } from 'zod';
import { postureIdSchema } from './posture-names.ts';
import {
  accountsTestSchema,
  apacheTestSchema,
  auditpolTestSchema,
  commandTestSchema,
  cronTestSchema,
  eventlogTestSchema,
  fileTestSchema,
  hbaTestSchema,
  listeningTestSchema,
  moduleTestSchema,
  mountTestSchema,
  nginxTestSchema,
  packageTestSchema,
  pamTestSchema,
  permissionTestSchema,
  postgresqlTestSchema,
  registryTestSchema,
  secpolTestSchema,
  serviceTestSchema,
  settingTestSchema,
  sshdTestSchema,
  sudoersTestSchema,
  sysctlTestSchema,
  windowsTestSchema,
} from './posture-tests.ts';

const EXPRESSION_DEPTH_MAX = 6;
const EXPRESSION_TESTS_MAX = 100;
const CHECKS_MAX = 500;
const TEXT_MAX = 2_000;

export const POSTURE_SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type PostureSeverity = (typeof POSTURE_SEVERITIES)[number];

/** As in the catalogue: `CF-01`. */
export const controlIdSchema = z.string().regex(/^[A-Z]{2}-\d{2}$/, 'must be a control such as CF-01');

const line = z.string().trim().min(1).max(TEXT_MAX);

/** The same in Vietnamese and English. */
export const bothLanguagesSchema = z.strictObject({ vi: line, en: line });
export type BothLanguages = z.infer<typeof bothLanguagesSchema>;

const testShape = {
  accounts: accountsTestSchema.optional(),
  apache: apacheTestSchema.optional(),
  auditpol: auditpolTestSchema.optional(),
  command: commandTestSchema.optional(),
  cron: cronTestSchema.optional(),
  eventlog: eventlogTestSchema.optional(),
  file: fileTestSchema.optional(),
  hba: hbaTestSchema.optional(),
  listening: listeningTestSchema.optional(),
  module: moduleTestSchema.optional(),
  mount: mountTestSchema.optional(),
  nginx: nginxTestSchema.optional(),
  package: packageTestSchema.optional(),
  pam: pamTestSchema.optional(),
  permission: permissionTestSchema.optional(),
  postgresql: postgresqlTestSchema.optional(),
  registry: registryTestSchema.optional(),
  secpol: secpolTestSchema.optional(),
  service: serviceTestSchema.optional(),
  setting: settingTestSchema.optional(),
  sshd: sshdTestSchema.optional(),
  sudoers: sudoersTestSchema.optional(),
  sysctl: sysctlTestSchema.optional(),
  windows: windowsTestSchema.optional(),
};

/** Exactly one of the fields is there. */
export type PostureTest = z.infer<z.ZodObject<typeof testShape>>;
export type PostureTestKind = keyof PostureTest;
export const POSTURE_TEST_KINDS = Object.keys(testShape);

export interface PostureExpression extends PostureTest {
  all?: PostureExpression[] | undefined;
  any?: PostureExpression[] | undefined;
  none?: PostureExpression[] | undefined;
}

/** Expressions inside each other, this one included; so deep and no deeper, whatever a document holds. */
function expressionsUpTo(depth: number): z.ZodType<PostureExpression> {
  const parts =
    depth > 1
      ? z
          .array(expressionsUpTo(depth - 1))
          .min(1)
          .max(EXPRESSION_TESTS_MAX)
          .optional()
      : z.never(`more than ${EXPRESSION_DEPTH_MAX} expressions inside each other`).optional();
  return z
    .strictObject({ ...testShape, all: parts, any: parts, none: parts })
    .refine(
      (expression) => Object.keys(expression).length === 1,
      `must be exactly one test (${POSTURE_TEST_KINDS.join(', ')}) or one of all, any, none`,
    );
}

/** A test, or `all`, `any`, `none` of expressions. */
export const postureExpressionSchema = expressionsUpTo(EXPRESSION_DEPTH_MAX).refine(
  (expression) => countTests(expression) <= EXPRESSION_TESTS_MAX,
  `more than ${EXPRESSION_TESTS_MAX} tests`,
);

function countTests({ all = [], any = [], none = [] }: PostureExpression): number {
  const inner = [...all, ...any, ...none];
  return inner.length === 0 ? 1 : inner.reduce((sum, part) => sum + countTests(part), 0);
}

export const postureConditionSchema = z.strictObject({
  holds: postureExpressionSchema,
  /** Why a check does not concern a host on which it does not hold. */
  otherwise: bothLanguagesSchema,
});

export const postureCheckSchema = z.strictObject({
  id: postureIdSchema,
  title: bothLanguagesSchema,
  rationale: bothLanguagesSchema,
  remediation: bothLanguagesSchema,
  severity: z.enum(POSTURE_SEVERITIES),
  controls: z.array(controlIdSchema).min(1).max(10),
  /** Where the facts are from: manual pages, documentation. */
  references: z.array(z.string().min(1).max(300)).max(10).default([]),
  /** Conditions of the policy, by name, that make it concern a host. */
  when: z.array(postureIdSchema).max(10).default([]),
  assess: postureExpressionSchema,
});

export const posturePolicyFields = {
  policy: postureIdSchema,
  version: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, 'must be a version such as 1.0.0'),
  title: bothLanguagesSchema,
  /** Systems it is for, as os-release's ID and ID_LIKE say them; or `windows`, `windows-client`, `windows-server`. */
  platforms: z
    .array(z.string().regex(/^[a-z0-9._-]{1,40}$/))
    .min(1)
    .max(30),
  conditions: z.record(postureIdSchema, postureConditionSchema).default({}),
  /** Conditions of every check. */
  when: z.array(postureIdSchema).max(10).default([]),
  checks: z.array(postureCheckSchema).min(1).max(CHECKS_MAX),
};

export const posturePolicySchema = z
  .strictObject(posturePolicyFields)
  .superRefine(({ conditions, when, checks }, context) => {
    const known = new Set(Object.keys(conditions));
    const lookUp = (names: readonly string[], path: (string | number)[]): void => {
      for (const [index, name] of names.entries())
        if (!known.has(name))
          context.addIssue({
            code: 'custom',
            message: `no condition is called ${name}`,
            path: [...path, index],
          });
    };
    lookUp(when, ['when']);
    const ids = new Set<string>();
    for (const [index, check] of checks.entries()) {
      lookUp(check.when, ['checks', index, 'when']);
      if (ids.has(check.id))
        context.addIssue({
          code: 'custom',
          message: `${check.id} stands here twice`,
          path: ['checks', index, 'id'],
        });
      ids.add(check.id);
    }
  });

export type PosturePolicy = z.infer<typeof posturePolicySchema>;
export type PostureCheck = z.infer<typeof postureCheckSchema>;
