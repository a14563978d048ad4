/**
 * The pipelines that come with the engine: the YAML files of this folder, read once.
 * Invariant: they are right, or the module says which file is wrong and where.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatError, parsePipelines, type Pipeline } from '../sigma/index.ts';

let known: readonly Pipeline[] | undefined;

/**
 * All of them, in the order of their files.
 * @throws Error when a file of this folder is missing or wrong: the installation is broken.
 */
export function builtInPipelines(): readonly Pipeline[] {
  known ??= readFolder(import.meta.dirname);
  return known;
}

function readFolder(folder: string): readonly Pipeline[] {
  const parsed = readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => parsePipelines(readFileSync(path.join(folder, name), 'utf8'), { source: name }));
  const [error] = parsed.flatMap(({ errors }) => errors);
  if (error !== undefined)
    throw new Error(`the pipelines in ${folder} are damaged, install again: ${formatError(error)}`);
  return Object.freeze(parsed.flatMap(({ pipelines }) => pipelines));
}
