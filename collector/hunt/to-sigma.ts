/**
 * A hunt as a Sigma rule: then the engine that matches the stream also answers it over history, SQL and matcher agree by
 * their own tests, and a hunt that proved good is a rule already. Values are data of the document, never text of it.
 */
import type { HuntExpr, HuntTest, HuntText } from './hunt-query.ts';

type SigmaValue = string | number | boolean;
type SigmaMap = Readonly<Record<string, SigmaValue | readonly SigmaValue[]>>;

export interface SigmaDetection {
  readonly condition: string;
  readonly [selection: string]: string | SigmaMap | readonly (SigmaMap | string)[];
}

/** Names that stand for each other, by the one that people write, e.g. `process.command_line` and `CommandLine`. */
export type FieldAliases = ReadonlyMap<string, readonly string[]>;

export function toSigmaDetection(expr: HuntExpr, aliases: FieldAliases): SigmaDetection {
  const selections: Record<string, SigmaMap | readonly (SigmaMap | string)[]> = {};
  let count = 0;
  const condition = conditionOf(expr, (test) => {
    count += 1;
    const name = `test_${count}`;
    selections[name] = selectionOf(test, aliases);
    return name;
  });
  return { ...selections, condition };
}

function conditionOf(expr: HuntExpr, nameOf: (test: HuntTest) => string): string {
  switch (expr.kind) {
    case 'test':
      return nameOf(expr.test);
    case 'not':
      return `not ${inParentheses(expr.of, nameOf)}`;
    case 'and':
    case 'or':
      return expr.of.map((one) => inParentheses(one, nameOf)).join(` ${expr.kind} `);
  }
}

function inParentheses(expr: HuntExpr, nameOf: (test: HuntTest) => string): string {
  const text = conditionOf(expr, nameOf);
  return expr.kind === 'test' ? text : `(${text})`;
}

function selectionOf(test: HuntTest, aliases: FieldAliases): SigmaMap | readonly (SigmaMap | string)[] {
  if (test.kind === 'word') return [sigmaText(test.text)];
  const [modifiers, values] = itemOf(test);
  const names = aliases.get(test.field) ?? [test.field];
  const maps = names.map((name) => ({ [[name, ...modifiers].join('|')]: values }));
  const [only] = maps;
  return maps.length === 1 && only !== undefined ? only : maps;
}

function itemOf(
  test: Exclude<HuntTest, { kind: 'word' }>,
): readonly [modifiers: readonly string[], values: SigmaValue | readonly SigmaValue[]] {
  switch (test.kind) {
    case 'value': {
      const values = test.values.map(sigmaText);
      return [[], values.length === 1 ? (values[0] ?? '') : values];
    }
    case 'exists':
      return [['exists'], true];
    case 'compare':
      return [[test.operator], Number(test.value)];
    case 'network':
      return [['cidr'], test.networks.length === 1 ? (test.networks[0] ?? '') : test.networks];
    case 'pattern':
      return [test.ignoreCase ? ['re', 'i'] : ['re'], test.pattern];
  }
}

/** Backslashes are themselves, since paths are full of them; wildcards are what they are unless the text was quoted. */
function sigmaText({ text, isQuoted }: HuntText): string {
  const plain = text.replaceAll('\\', String.raw`\\`);
  return isQuoted ? plain.replaceAll(/[*?]/g, String.raw`\$&`) : plain;
}
