/** The policies that come with the agent: one JSON file each, made of `rules/posture` by `scripts/ship-posture.ts`. */
import fs from 'node:fs';
import path from 'node:path';
import { posturePolicySchema, type PosturePolicy } from '#protocol/posture-policy.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'posture-policies');

export function shippedPolicyNames(folder = FOLDER): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.basename(name, '.json'))
    .toSorted();
}

/** undefined: there is none of this name. @throws Error when its file is damaged */
export function shippedPolicy(name: string, folder = FOLDER): PosturePolicy | undefined {
  if (!shippedPolicyNames(folder).includes(name)) return undefined;
  const file = path.join(folder, `${name}.json`);
  try {
    return posturePolicySchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} is damaged, install the agent again`, { cause: error });
  }
}
