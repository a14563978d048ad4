/** `vonggac posture lint | list | show | explain`: the policies themselves; none of these needs a collector. */
import type { PostureCheck, PostureExpression, PosturePolicy } from '#protocol/posture-policy.ts';
import { builtInPolicies, loadPolicies, POSTURE_FOLDER } from '../../../rules/posture/index.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

type Context = Pick<CommandContext, 'm' | 'language' | 'print' | 'complain'>;

export function postureLintCommand(
  { m, print, complain }: Context,
  folder: string | undefined,
  options: { json?: boolean },
): ExitCode {
  const place = folder ?? POSTURE_FOLDER;
  let loaded;
  try {
    loaded = loadPolicies(place);
  } catch (error) {
    complain(m.posture.cannotRead(place, error instanceof Error ? error.message : String(error)));
    return EXIT.failure;
  }
  const { policies, problems } = loaded;
  for (const { file, line, field, message } of problems) {
    if (options.json === true) print(printableJson({ file, line, field, message }));
    else print(printable(`${file}:${line}: ${field === '' ? '' : `${field}: `}${message}`));
  }
  const checks = policies.reduce((sum, policy) => sum + policy.checks.length, 0);
  if (options.json !== true) print(m.posture.linted(policies.length, checks, problems.length));
  return problems.length === 0 ? EXIT.ok : EXIT.failure;
}

export function postureListCommand({ m, language, print }: Context, options: { json?: boolean }): void {
  const { policies } = builtInPolicies();
  if (options.json === true) {
    const rows = policies.map(({ policy, version, title, platforms, checks }) => ({
      policy,
      version,
      title,
      platforms,
      checks: checks.length,
    }));
    print(printableJson(rows));
    return;
  }
  const { columns } = m.posture;
  formatTable(policies, [
    { title: columns.policy, value: ({ policy }) => policy },
    { title: columns.version, value: ({ version }) => version },
    { title: columns.checks, value: ({ checks }) => String(checks.length), align: 'right' },
    { title: columns.title, value: ({ title }) => title[language] },
    { title: columns.platforms, value: ({ platforms }) => platforms.join(' ') },
  ]).forEach(print);
}

export function postureShowCommand(
  { m, language, print }: Context,
  name: string,
  options: { json?: boolean; control?: string },
): void {
  const { policies } = builtInPolicies();
  const policy = policies.find((each) => each.policy === name);
  if (policy === undefined)
    throw new UsageError(m.posture.noPolicy(printable(name), policies.map((each) => each.policy).join(', ')));
  const { control } = options;
  const checks = policy.checks.filter(({ controls }) => control === undefined || controls.includes(control));
  if (options.json === true) {
    print(printableJson({ ...policy, checks }));
    return;
  }
  const { columns, severities, systems } = m.posture;
  print(`${policy.policy} ${policy.version}: ${policy.title[language]}`);
  print(systems(policy.platforms.join(', ')));
  print('');
  formatTable(checks, [
    { title: columns.check, value: ({ id }) => id },
    { title: columns.severity, value: ({ severity }) => severities[severity] },
    { title: columns.controls, value: ({ controls }) => controls.join(' ') },
    { title: columns.title, value: ({ title }) => title[language] },
  ]).forEach(print);
}

export function postureExplainCommand(
  { m, language, print }: Context,
  id: string,
  options: { json?: boolean },
): void {
  const { policies, controls } = builtInPolicies();
  const found = policies.flatMap((policy) =>
    policy.checks.filter((check) => check.id === id).map((check) => ({ policy, check })),
  );
  const [first] = found;
  if (first === undefined) throw new UsageError(m.posture.noCheck(printable(id), similar(policies, id)));
  const { check, policy } = first;
  const names = found.map((each) => each.policy.policy);
  if (options.json === true) {
    print(printableJson({ ...check, policies: names }));
    return;
  }
  const t = m.posture;
  print(`${check.id}: ${check.title[language]}`);
  print('');
  const rows: [string, string][] = [
    [t.severity, t.severities[check.severity]],
    [t.inPolicies, names.join(', ')],
    ...check.controls.map((control, index): [string, string] => [
      index === 0 ? t.controls : '',
      `${control}  ${controls.get(control)?.[language] ?? ''}`,
    ]),
    [t.why, check.rationale[language]],
    [t.mend, check.remediation[language]],
    ...conditionRows(check, policy, t, language),
    ...expressionLines(check.assess).map((line, index): [string, string] => [
      index === 0 ? t.looksAt : '',
      line,
    ]),
    ...(check.references.length === 0
      ? []
      : [[t.references, check.references.join('; ')] as [string, string]]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  for (const [label, text] of rows) print(`${label.padEnd(width)}  ${printable(text)}`);
}

function conditionRows(
  check: PostureCheck,
  policy: PosturePolicy,
  t: CommandContext['m']['posture'],
  language: CommandContext['language'],
): [string, string][] {
  return [...policy.when, ...check.when].flatMap((name) => {
    const condition = policy.conditions[name];
    if (condition === undefined) return [];
    return [
      ...expressionLines(condition.holds).map((line, index): [string, string] => [
        index === 0 ? t.concerns : '',
        line,
      ]),
      [t.otherwise, condition.otherwise[language]],
    ] as [string, string][];
  });
}

/** An expression as lines, parts of it indented. */
function expressionLines(expression: PostureExpression, indent = ''): string[] {
  for (const how of ['all', 'any', 'none'] as const) {
    const parts = expression[how];
    if (parts !== undefined)
      return [`${indent}${how}:`, ...parts.flatMap((part) => expressionLines(part, `${indent}  `))];
  }
  return Object.entries(expression).map(([kind, test]) => `${indent}${kind} ${JSON.stringify(test)}`);
}

const SIMILAR_MAX = 5;

/** Ids that begin as what was asked for does. */
function similar(policies: readonly PosturePolicy[], id: string): string {
  const ids = new Set(policies.flatMap(({ checks }) => checks.map((check) => check.id)));
  return [...ids]
    .map((each) => ({ each, shared: sharedStart(each, id.toLowerCase()) }))
    .filter(({ shared }) => shared > 2)
    .sort((left, right) => right.shared - left.shared)
    .slice(0, SIMILAR_MAX)
    .map(({ each }) => each)
    .join(', ');
}

function sharedStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
