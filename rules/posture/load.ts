/**
 * The policies of a folder: YAML read with the place of each value, so that whatever is wrong is told with file, line
 * and field. A policy may extend files of `shared/`, whose conditions and checks become its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  bothLanguagesSchema,
  controlIdSchema,
  posturePolicyFields,
  posturePolicySchema,
} from '#protocol/posture-policy.ts';
import { postureIdSchema } from '#protocol/posture-names.ts';
import type { BothLanguages, PosturePolicy } from '#protocol/posture-policy.ts';
import { readYaml, SourceText, toData } from '../sigma/index.ts';
import type { YamlNode } from '../sigma/index.ts';

export interface PolicyProblem {
  file: string;
  /** From 1. */
  line: number;
  /** e.g. `checks[3].assess.file.paths[0]`; empty for the whole file. */
  field: string;
  message: string;
}

export interface LoadedPolicies {
  policies: readonly PosturePolicy[];
  controls: ReadonlyMap<string, BothLanguages>;
  problems: readonly PolicyProblem[];
}

const { conditions, checks, ...head } = posturePolicyFields;

const sharedSchema = z.strictObject({ shared: postureIdSchema, conditions, checks });
const policySchema = z.strictObject({
  ...head,
  extends: z.array(postureIdSchema).max(10).default([]),
  conditions,
  checks,
});
const controlsSchema = z.strictObject({
  /** Which catalogue these are of. */
  catalogue: z.string().min(1),
  controls: z.record(controlIdSchema, bothLanguagesSchema),
});

type Shared = z.infer<typeof sharedSchema>;
type PolicyFile = z.infer<typeof policySchema>;

interface Read<T> {
  value: T;
  file: string;
  node: YamlNode;
}

/** @throws the file system's error when the folder cannot be read */
export function loadPolicies(folder: string): LoadedPolicies {
  const problems: PolicyProblem[] = [];
  const controls = readControls(path.join(folder, 'controls.yml'), problems);
  const shared = new Map<string, Read<Shared>>();
  for (const file of filesOf(path.join(folder, 'shared'))) {
    const read = readFile(file, sharedSchema, problems);
    if (read !== undefined) shared.set(read.value.shared, read);
  }
  const policies: PosturePolicy[] = [];
  const ownerOf = new Map<string, string>();
  for (const file of filesOf(folder)) {
    if (path.basename(file) === 'controls.yml') continue;
    const read = readFile(file, policySchema, problems);
    if (read === undefined) continue;
    const policy = join(read, shared, problems);
    if (policy !== undefined) policies.push(policy);
    claim(read, ownerOf, problems);
    checkControls(read, controls, problems);
  }
  for (const read of shared.values()) {
    claim(read, ownerOf, problems);
    checkControls(read, controls, problems);
  }
  return { policies, controls, problems };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .toSorted();
}

function readControls(file: string, problems: PolicyProblem[]): ReadonlyMap<string, BothLanguages> {
  const read = readFile(file, controlsSchema, problems);
  return new Map(Object.entries(read?.value.controls ?? {}));
}

function readFile<T>(file: string, schema: z.ZodType<T>, problems: PolicyProblem[]): Read<T> | undefined {
  const documents = readYaml(new SourceText(readFileSync(file, 'utf8')));
  const [document] = documents;
  const { node, error } = document ?? {};
  if (node === undefined || documents.length !== 1) {
    const message = error?.message ?? `one YAML document is expected, not ${documents.length}`;
    problems.push({ file, line: error?.at.line ?? 1, field: '', message });
    return undefined;
  }
  const result = schema.safeParse(toData(node), { reportInput: true });
  if (result.success) return { value: result.data, file, node };
  for (const issue of result.error.issues) problems.push(problem(file, node, issue.path, issue.message));
  return undefined;
}

/** The policy with what it extends. */
function join(
  { value, file, node }: Read<PolicyFile>,
  shared: ReadonlyMap<string, Read<Shared>>,
  problems: PolicyProblem[],
): PosturePolicy | undefined {
  const { extends: names, ...own } = value;
  const parts = names.flatMap((name, index) => {
    const part = shared.get(name);
    if (part !== undefined) return [part.value];
    problems.push(problem(file, node, ['extends', index], `no file of shared/ is called ${name}`));
    return [];
  });
  const result = posturePolicySchema.safeParse({
    ...own,
    conditions: Object.assign({}, ...parts.map((part) => part.conditions), own.conditions),
    checks: [...parts.flatMap((part) => part.checks), ...own.checks],
  });
  if (result.success) return result.data;
  const before = parts.reduce((sum, part) => sum + part.checks.length, 0);
  for (const issue of result.error.issues) {
    const [first, index, ...rest] = issue.path;
    const mine =
      first === 'checks' && typeof index === 'number' ? [first, index - before, ...rest] : issue.path;
    problems.push(problem(file, node, mine, issue.message));
  }
  return undefined;
}

/** A check is found by its id, whatever the policy. */
function claim(
  { value, file, node }: Read<Shared | PolicyFile>,
  ownerOf: Map<string, string>,
  problems: PolicyProblem[],
): void {
  for (const [index, { id }] of value.checks.entries()) {
    const owner = ownerOf.get(id);
    if (owner !== undefined && owner !== file)
      problems.push(
        problem(file, node, ['checks', index, 'id'], `${id} stands in ${path.basename(owner)} too`),
      );
    ownerOf.set(id, file);
  }
}

function checkControls(
  { value, file, node }: Read<Shared | PolicyFile>,
  controls: ReadonlyMap<string, unknown>,
  problems: PolicyProblem[],
): void {
  for (const [index, check] of value.checks.entries())
    for (const [place, control] of check.controls.entries())
      if (!controls.has(control))
        problems.push(
          problem(
            file,
            node,
            ['checks', index, 'controls', place],
            `${control} is no control of the catalogue (controls.yml)`,
          ),
        );
}

function problem(
  file: string,
  node: YamlNode,
  place: readonly PropertyKey[],
  message: string,
): PolicyProblem {
  let at = node;
  for (const step of place) {
    const next =
      at.kind === 'list'
        ? at.items[Number(step)]
        : at.kind === 'map'
          ? at.entries.find(({ key }) => key === step)?.value
          : undefined;
    if (next === undefined) break;
    at = next;
  }
  const field = place.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return { file, line: at.at.line, field: field.replace(/^\./, ''), message };
}
