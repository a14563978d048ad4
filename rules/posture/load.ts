/**
 * The policies of a folder: YAML read with the place of each value, so that whatever is wrong is told with file, line
 * and field. A policy may extend files of `shared/`, whose conditions and checks become its own.
 */
import path from 'node:path';
import { z } from 'zod';
import { posturePolicyFields, posturePolicySchema } from '#protocol/posture-policy.ts';
import { postureIdSchema } from '#protocol/posture-names.ts';
import type { BothLanguages, PosturePolicy } from '#protocol/posture-policy.ts';
import { builtInCatalogue, DEFAULT_PROFILE } from '../compliance/index.ts';
import { problemAt, readDataFile, yamlFilesOf } from '../files/read-data-file.ts';
import type { DataFile, DataProblem } from '../files/read-data-file.ts';

export interface LoadedPolicies {
  policies: readonly PosturePolicy[];
  controls: ReadonlyMap<string, BothLanguages>;
  problems: readonly DataProblem[];
}

const { conditions, checks, ...head } = posturePolicyFields;

const sharedSchema = z.strictObject({ shared: postureIdSchema, conditions, checks });
const policySchema = z.strictObject({
  ...head,
  extends: z.array(postureIdSchema).max(10).default([]),
  conditions,
  checks,
});
type Shared = z.infer<typeof sharedSchema>;
type PolicyFile = z.infer<typeof policySchema>;

/**
 * @param controls that checks may link to, with their titles; left out: those of the catalogue
 * @throws the file system's error when the folder cannot be read
 */
export function loadPolicies(
  folder: string,
  controls: ReadonlyMap<string, BothLanguages> = titlesOfControls(),
): LoadedPolicies {
  const problems: DataProblem[] = [];
  const shared = new Map<string, DataFile<Shared>>();
  for (const file of yamlFilesOf(path.join(folder, 'shared'))) {
    const read = readDataFile(file, sharedSchema, problems);
    if (read !== undefined) shared.set(read.value.shared, read);
  }
  const policies: PosturePolicy[] = [];
  const ownerOf = new Map<string, string>();
  for (const file of yamlFilesOf(folder)) {
    const read = readDataFile(file, policySchema, problems);
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

function titlesOfControls(): ReadonlyMap<string, BothLanguages> {
  const controls = builtInCatalogue().profiles.get(DEFAULT_PROFILE)?.controls ?? [];
  return new Map(controls.map(({ id, title }) => [id, title]));
}

/** The policy with what it extends. */
function join(
  { value, file, node }: DataFile<PolicyFile>,
  shared: ReadonlyMap<string, DataFile<Shared>>,
  problems: DataProblem[],
): PosturePolicy | undefined {
  const { extends: names, ...own } = value;
  const parts = names.flatMap((name, index) => {
    const part = shared.get(name);
    if (part !== undefined) return [part.value];
    problems.push(problemAt({ file, node }, ['extends', index], `no file of shared/ is called ${name}`));
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
    problems.push(problemAt({ file, node }, mine, issue.message));
  }
  return undefined;
}

/** A check is found by its id, whatever the policy. */
function claim(
  { value, file, node }: DataFile<Shared | PolicyFile>,
  ownerOf: Map<string, string>,
  problems: DataProblem[],
): void {
  for (const [index, { id }] of value.checks.entries()) {
    const owner = ownerOf.get(id);
    if (owner !== undefined && owner !== file)
      problems.push(
        problemAt({ file, node }, ['checks', index, 'id'], `${id} stands in ${path.basename(owner)} too`),
      );
    ownerOf.set(id, file);
  }
}

function checkControls(
  { value, file, node }: DataFile<Shared | PolicyFile>,
  controls: ReadonlyMap<string, unknown>,
  problems: DataProblem[],
): void {
  for (const [index, check] of value.checks.entries())
    for (const [place, control] of check.controls.entries())
      if (!controls.has(control))
        problems.push(
          problemAt(
            { file, node },
            ['checks', index, 'controls', place],
            `${control} is no control of the catalogue (vonggac compliance list)`,
          ),
        );
}
