/** Placeholder tables (YAML or JSON): a mapping of a name to one value or a list of them, for the modifier `expand`. */
import { at1 } from './read.ts';
import type { Scalar, SigmaError } from './types.ts';
import { SourceText } from './place.ts';
import { readYaml } from './yaml.ts';
import type { YamlNode } from './yaml-node.ts';

export interface ParsedPlaceholders {
  placeholders: Readonly<Record<string, readonly Scalar[]>>;
  errors: SigmaError[];
}

/** Never throws: what is wrong is in `errors`, and the rest is in the table. */
export function parsePlaceholders(text: string, { source }: { source: string }): ParsedPlaceholders {
  const placeholders = Object.create(null) as Record<string, readonly Scalar[]>;
  const errors: SigmaError[] = [];
  const reject = (node: Pick<YamlNode, 'at'>, message: string): void => {
    errors.push({ source, ...at1(node.at), message });
  };
  for (const { node, error } of readYaml(new SourceText(text))) {
    if (error !== undefined) reject(error, error.message);
    if (node === undefined) continue;
    if (node.kind !== 'map') {
      reject(node, 'expected a mapping of placeholder names to values');
      continue;
    }
    for (const { key, value } of node.entries) {
      const values = value.kind === 'list' ? value.items : [value];
      const scalars = values.flatMap((one): Scalar[] =>
        one.kind === 'scalar' && one.value !== null ? [one.value] : [],
      );
      const name = key.replace(/^%(.+)%$/, '$1');
      if (scalars.length === values.length && scalars.length > 0) placeholders[name] = scalars;
      else reject(value, `the placeholder "${key}" needs a value or a list of values, none of them null`);
    }
  }
  return { placeholders, errors };
}
