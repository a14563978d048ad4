/**
 * The condition of an exception: a Sigma detection block, compiled by the engine that rules are compiled by. Invariants:
 * what is too large or no condition is refused with the field that is at fault; regular expressions run in linear time
 * only; nothing of the text reaches beyond its own block.
 */
import {
  compile,
  parseRules,
  type CompiledRule,
  type Engine,
  type LogSource,
  type ParsedRule,
  type ParsedRules,
  type Pipeline,
} from '../../rules/sigma/index.ts';

export const CONDITION_LIMITS = {
  chars: 16_384,
  selections: 50,
  lines: 200,
  values: 1_000,
  regexes: 20,
  regexChars: 1_000,
} as const;
/** YAML of that many characters, in nodes after aliases are followed. */
const YAML_LIMITS = { lengthMax: 32_768, depthMax: 16, nodesMax: 5_000 } as const;
/** Lines of the document before the block. */
const HEAD_LINES = 4;
const REGEX_MODIFIERS: ReadonlySet<string> = new Set(['re']);

/** What is wrong with an exception that is asked for; the message says it to people. */
export class ExceptionInvalidError extends Error {
  override readonly name = 'ExceptionInvalidError';
  readonly field: string;

  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

export interface ConditionText {
  /** Of the rule that it is compiled as. */
  id: string;
  /** A detection block: selections and a condition, YAML. */
  text: string;
  /** Of the rules it is for: names of fields mean there what they mean in those. */
  logsource: LogSource;
}

/** As a document of its own: each line stands below `detection`, so that it can say nothing else of the rule. */
export function parseConditionText({ id, text, logsource }: ConditionText): ParsedRules {
  const { product, category, service } = logsource;
  const lines = text.split(/\r\n|\r|\n/).map((line) => `  ${line}`);
  const document = [
    `title: ${JSON.stringify(id)}`,
    `id: ${JSON.stringify(id)}`,
    `logsource: ${JSON.stringify({ product, category, service })}`,
    'detection:',
    ...lines,
  ].join('\n');
  return parseRules(document, { source: id, limits: YAML_LIMITS });
}

/** The condition alone, compiled. @throws ExceptionInvalidError */
export function compileCondition(
  condition: ConditionText,
  pipelines: readonly Pipeline[],
): {
  engine: Engine;
  compiled: CompiledRule;
  matches: (event: Readonly<Record<string, unknown>>) => boolean;
} {
  const { id, text } = condition;
  if (text.length > CONDITION_LIMITS.chars) {
    throw new ExceptionInvalidError(
      'condition',
      `a condition has at most ${CONDITION_LIMITS.chars} characters`,
    );
  }
  const parsed = parseConditionText(condition);
  const refuse = (errors: readonly { line: number; message: string }[]): void => {
    const [error] = errors;
    if (error === undefined) return;
    const line = Math.max(1, error.line - HEAD_LINES);
    throw new ExceptionInvalidError('condition', `line ${line}: ${error.message}`);
  };
  refuse(parsed.errors);
  const [rule, second] = parsed.rules;
  if (rule === undefined || second !== undefined || parsed.filters.length + parsed.correlations.length > 0) {
    throw new ExceptionInvalidError('condition', 'one block of selections with a condition is expected');
  }
  checkSize(rule);
  const engine = compile([parsed], { pipelines });
  refuse(engine.errors);
  const compiled = engine.find(id);
  if (compiled === undefined) throw new ExceptionInvalidError('condition', 'this is no condition');
  return { engine, compiled, matches: (event) => engine.match(event).length > 0 };
}

function checkSize({ detection }: ParsedRule): void {
  const refuse = (what: string, max: number): never => {
    throw new ExceptionInvalidError('condition', `a condition has at most ${max} ${what}`);
  };
  if (detection.selections.size > CONDITION_LIMITS.selections)
    refuse('selections', CONDITION_LIMITS.selections);
  let lines = 0;
  let values = 0;
  let regexes = 0;
  const pending = [...detection.selections.values()];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'any') pending.push(...node.of);
    const items = node.kind === 'all' ? node.items : node.kind === 'item' ? [node.item] : [];
    for (const item of items) {
      lines += 1;
      values += item.values.length;
      if (!item.modifiers.some((modifier) => REGEX_MODIFIERS.has(modifier))) continue;
      regexes += item.values.length;
      if (item.values.some(({ raw }) => raw.length > CONDITION_LIMITS.regexChars))
        refuse('characters in a regular expression', CONDITION_LIMITS.regexChars);
    }
  }
  if (lines > CONDITION_LIMITS.lines) refuse('lines', CONDITION_LIMITS.lines);
  if (values > CONDITION_LIMITS.values) refuse('values', CONDITION_LIMITS.values);
  if (regexes > CONDITION_LIMITS.regexes) refuse('regular expressions', CONDITION_LIMITS.regexes);
}

export interface AskedFields {
  fields: ReadonlySet<string>;
  /** It looks through all values of an event. */
  hasKeywords: boolean;
}

/** What a condition asks of an event. */
export function askedFields({ expr }: CompiledRule): AskedFields {
  const fields = new Set<string>();
  let hasKeywords = false;
  const pending: CompiledRule['expr'][] = [expr];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'not') pending.push(node.of);
    else if (node.kind !== 'leaf') pending.push(...node.of);
    else if (node.leaf.field === undefined) hasKeywords = true;
    else {
      fields.add(node.leaf.field);
      if (node.leaf.kind === 'fieldref') fields.add(node.leaf.other);
    }
  }
  return { fields, hasKeywords };
}

/** Of each kind a value that no event has: what holds for all of one kind narrows nothing. */
const PROBES: readonly string[] = [
  'q7zx3vkw',
  '198.18.37.203',
  '2001:db8:7c1f::9e3b',
  '7340918265',
  String.raw`Q:\q7zx3vkw\k3.q7z`,
  '/q7zx3vkw/k3.q7z',
  '',
];

/** Whether it holds for events that have nothing in common with what it names. */
export function isEverything(
  asked: AskedFields,
  matches: (event: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  if (matches({})) return true;
  return PROBES.some((probe) =>
    matches(Object.fromEntries([...asked.fields, 'other.field'].map((name) => [name, probe]))),
  );
}

/** The simple form: each field has one of these values, exactly. @throws ExceptionInvalidError */
export function conditionOfFields(fields: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(fields);
  if (entries.length === 0) throw new ExceptionInvalidError('fields', 'name at least one field');
  const selection = entries.map(([name, value]) => {
    if (!/^[^\s|][^|\n\r]{0,255}$/.test(name)) {
      throw new ExceptionInvalidError('fields', `"${name.slice(0, 64)}" is no name of a field`);
    }
    const values = Array.isArray(value) ? value.map((one: unknown) => one) : [value];
    return [name, values.map((one) => exactly(name, one))] as const;
  });
  // JSON is YAML: the values reach the parser as they are.
  return [`selection: ${JSON.stringify(Object.fromEntries(selection))}`, 'condition: selection'].join('\n');
}

/** A text that stands for itself, wildcards and backslashes too. */
function exactly(field: string, value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') {
    throw new ExceptionInvalidError('fields', `"${field}" has a value that is no text, number or boolean`);
  }
  return value.replaceAll(/[\\*?]/g, String.raw`\$&`);
}
