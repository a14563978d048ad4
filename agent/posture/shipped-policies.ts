/**
 * The policies that come with the agent: one JSON file each, made of `rules/posture` by `scripts/ship-posture.ts`. A single
 * executable has them inside.
 */
import fs from 'node:fs';
import path from 'node:path';
import { getAsset, getAssetKeys, isSea } from 'node:sea';
import { posturePolicySchema, type PosturePolicy } from '#protocol/posture-policy.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'posture-policies');
const ENDING = '.json';

const files = (folder: string): readonly string[] => (isSea() ? getAssetKeys() : fs.readdirSync(folder));

const read = (folder: string, file: string): string =>
  isSea() ? getAsset(file, 'utf8') : fs.readFileSync(path.join(folder, file), 'utf8');

export function shippedPolicyNames(folder = FOLDER): string[] {
  return files(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => path.basename(name, ENDING))
    .toSorted();
}

/** undefined: there is none of this name. @throws Error when its file is damaged */
export function shippedPolicy(name: string, folder = FOLDER): PosturePolicy | undefined {
  if (!shippedPolicyNames(folder).includes(name)) return undefined;
  const file = `${name}${ENDING}`;
  try {
    return posturePolicySchema.parse(JSON.parse(read(folder, file)));
  } catch (error) {
    throw new Error(`${path.join(folder, file)} is damaged, install the agent again`, { cause: error });
  }
}
