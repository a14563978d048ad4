/** Titles of a test file as its text has them, without running it: `describe > test`, tables by the title of the table. */
import { parseSync } from 'vite';
import { z } from 'zod';

const RUNNERS = new Set(['describe', 'test', 'it']);
const node = z.looseObject({ type: z.string() });
type Node = z.infer<typeof node>;

const isNode = (value: unknown): value is Node => node.safeParse(value).success;
const childrenOf = (one: Node): Node[] => Object.values(one).flat().filter(isNode);

/** What `describe`, `it.each(…)` or `test.skipIf(…)` begins with. */
function rootName(callee: unknown): string | undefined {
  if (!isNode(callee)) return undefined;
  if (callee.type === 'Identifier') return String(callee['name']);
  if (callee.type === 'MemberExpression') return rootName(callee['object']);
  return callee.type === 'CallExpression' ? rootName(callee['callee']) : undefined;
}

function titleOf(call: Node, text: string): string | undefined {
  if (call.type !== 'CallExpression' || !RUNNERS.has(rootName(call['callee']) ?? '')) return undefined;
  const [first] = Array.isArray(call['arguments']) ? call['arguments'] : [];
  if (!isNode(first)) return undefined;
  if (first.type === 'Literal' && typeof first['value'] === 'string') return first['value'];
  // As it is written: what it is filled with is known only when it runs.
  if (first.type === 'TemplateLiteral')
    return text.slice(Number(first['start']) + 1, Number(first['end']) - 1);
  return undefined;
}

/** @returns every title with those it stands in before it */
export function testTitles(file: string, text: string): Set<string> {
  const found = new Set<string>();
  const walk = (one: Node, above: string): void => {
    const title = titleOf(one, text);
    const path = title === undefined ? above : `${above}${above === '' ? '' : ' > '}${title}`;
    if (title !== undefined) found.add(path);
    for (const child of childrenOf(one)) walk(child, path);
  };
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message ?? ''}`);
  for (const statement of program.body) if (isNode(statement)) walk(statement, '');
  return found;
}
