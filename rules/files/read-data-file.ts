/**
 * One YAML document of a file, checked by a schema: whatever is wrong is told with file, line and field. The value
 * comes with its nodes, so that what is found wrong later (a name that is not known) has its place too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { readYaml, SourceText, toData } from '../sigma/index.ts';
import type { YamlNode } from '../sigma/index.ts';

export interface DataProblem {
  file: string;
  /** From 1. */
  line: number;
  /** e.g. `checks[3].assess.file.paths[0]`; empty for the whole file. */
  field: string;
  message: string;
}

export interface DataFile<T> {
  value: T;
  file: string;
  node: YamlNode;
}

/**
 * The YAML files of a folder, without those of folders inside it, in the order of their names.
 * @throws the file system's error when the folder cannot be read
 */
export function yamlFilesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .toSorted();
}

/**
 * Undefined when something is wrong; `problems` then says what.
 * @throws the file system's error when the file cannot be read
 */
export function readDataFile<T>(
  file: string,
  schema: z.ZodType<T>,
  problems: DataProblem[],
): DataFile<T> | undefined {
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
  for (const issue of result.error.issues)
    problems.push(problemAt({ file, node }, issue.path, issue.message));
  return undefined;
}

/** @param place from the root of the file; where it leads nowhere, the nearest node that is there gives the line */
export function problemAt(
  { file, node }: Pick<DataFile<unknown>, 'file' | 'node'>,
  place: readonly PropertyKey[],
  message: string,
): DataProblem {
  let at = node;
  for (const step of place) {
    const next =
      at.kind === 'list'
        ? at.items[Number(step)]
        : at.kind === 'map'
          ? at.entries.find(({ key }) => key === String(step))?.value
          : undefined;
    if (next === undefined) break;
    at = next;
  }
  const field = place.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return { file, line: at.at.line, field: field.replace(/^\./, ''), message };
}
