/** Parsed correlations -> a plan: references resolved, cycles refused, fields per rule known. */
import { addTo } from '../add-to.ts';
import { ConditionError } from '../condition.ts';
import { rejection } from '../format.ts';
import { placeIn } from '../place.ts';
import { didYouMean } from '../suggest.ts';
import {
  compileExpression,
  ExpressionError,
  hasAlternative,
  needsAbsence,
  referencesOf,
} from './expression.ts';
import type { RuleExpression } from './expression.ts';
import { CORRELATION_TYPES } from './types.ts';
import type { CorrelationType } from './types.ts';
import type { Comparison, ParsedCorrelation, Position, RuleInfo, SigmaError } from '../types.ts';

/** A field of events; of several names the first that the event has counts. */
export type FieldNames = string | readonly string[];

/** What events of this rule call a field: at least one name. */
export type MapField = (rule: RuleInfo, field: string) => readonly string[];

export interface CompiledCorrelation {
  info: RuleInfo;
  type: CorrelationType;
  typeName: string;
  timespanMs: number;
  tests: readonly { op: Comparison; value: number }[];
  /** Rules in the order named; each with the event's fields for group-by and value. */
  inputs: readonly {
    ruleId: string;
    groupFields: readonly FieldNames[];
    valueFields: readonly FieldNames[];
  }[];
  groupBy: readonly string[];
  percentile: number | undefined;
  spread: number | undefined;
  expression: RuleExpression | undefined;
  /** The expression asks for the absence of a rule: the end of the window decides. */
  absence: boolean;
  generate: boolean;
  /** Changes when, and only when, the meaning of kept state changes. */
  tag: string;
}

export interface CorrelationPlan {
  /** A correlation stands behind those it refers to. */
  correlations: readonly CompiledCorrelation[];
  /** Rule or correlation id -> correlations that read it, by index, and as which input. */
  readers: ReadonlyMap<string, readonly { correlation: number; input: number }[]>;
  generates(ruleId: string): boolean;
  fieldsOf(ruleId: string): readonly string[];
}

class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly at: Position | undefined;
  /** Without a place the error is the whole correlation's. */
  constructor(message: string, at?: Position, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

/** Without pipelines the event has a field under the rule's name for it. */
const asNamed: MapField = (_rule, field) => [field];

/** Rejected correlations are added to `errors`. */
export function compileCorrelations(
  parsed: readonly ParsedCorrelation[],
  rules: readonly RuleInfo[],
  errors: SigmaError[],
  mapField: MapField = asNamed,
): CorrelationPlan {
  const accepted: CompiledCorrelation[] = [];
  const names = new Map<string, string[]>();
  const addName = (name: string | undefined, id: string): void => {
    if (name === undefined) return;
    const ids = names.get(name) ?? [];
    if (!ids.includes(id)) ids.push(id);
    names.set(name, ids);
  };
  for (const { id, name } of rules) {
    addName(id, id);
    addName(name, id);
  }
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  // A correlation's own hits carry its group under the names of its group-by.
  const fieldOf = (ruleId: string, field: string): FieldNames => {
    const rule = byId.get(ruleId);
    const mapped = rule === undefined ? [field] : mapField(rule, field);
    return mapped.length === 1 ? (mapped[0] ?? field) : mapped;
  };

  const { ready, circular } = referencesFirst(parsed, (name) => names.has(name));
  for (const correlation of ready) {
    try {
      accepted.push(compileOne(correlation, names, fieldOf));
      addName(correlation.info.id, correlation.info.id);
      addName(correlation.info.name, correlation.info.id);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      errors.push(rejection(correlation.info, error.at ?? correlation.at, error.message));
    }
  }
  for (const correlation of circular) {
    errors.push(
      rejection(
        correlation.info,
        correlation.places?.rules.get(correlation.rules[0] ?? '') ?? correlation.at,
        `the correlation refers to itself by way of ${correlation.rules.join(', ')}`,
      ),
    );
  }
  return makePlan(accepted);
}

/** Correlations behind all that they refer to; apart from them those that refer to themselves, whatever the way. */
function referencesFirst(
  parsed: readonly ParsedCorrelation[],
  isRule: (name: string) => boolean,
): { ready: ParsedCorrelation[]; circular: ParsedCorrelation[] } {
  const byName = new Map<string, ParsedCorrelation[]>();
  for (const correlation of parsed) {
    for (const name of new Set([correlation.info.id, correlation.info.name])) {
      if (name !== undefined) addTo(byName, name, correlation);
    }
  }
  const waitsFor = new Map<ParsedCorrelation, number>();
  const followers = new Map<ParsedCorrelation, ParsedCorrelation[]>();
  for (const correlation of parsed) {
    const below = new Set(
      correlation.rules.flatMap((name) => (isRule(name) ? [] : (byName.get(name) ?? []))),
    );
    waitsFor.set(correlation, below.size);
    for (const one of below) addTo(followers, one, correlation);
  }
  const ready = parsed.filter((correlation) => waitsFor.get(correlation) === 0);
  // The list grows while it is walked.
  for (const correlation of ready) {
    for (const follower of followers.get(correlation) ?? []) {
      const left = (waitsFor.get(follower) ?? 0) - 1;
      waitsFor.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  const done = new Set(ready);
  return { ready, circular: parsed.filter((correlation) => !done.has(correlation)) };
}

function compileOne(
  parsed: ParsedCorrelation,
  names: ReadonlyMap<string, readonly string[]>,
  fieldOf: (ruleId: string, field: string) => FieldNames,
): CompiledCorrelation {
  const type = CORRELATION_TYPES.get(parsed.type);
  if (type === undefined) {
    throw new PlanError(
      `unknown correlation type "${parsed.type}"${didYouMean(parsed.type, CORRELATION_TYPES.keys())}; known are: ${[...CORRELATION_TYPES.keys()].join(', ')}`,
      parsed.places?.type,
    );
  }
  if (parsed.timespanMs === undefined) throw new PlanError('the correlation needs a "timespan" such as 5m');
  const references = parsed.rules.map((reference) => ({
    reference,
    ruleId: resolve(reference, names, parsed.places?.rules.get(reference)),
  }));
  const twice = references.find(
    ({ ruleId }, index) => references.findIndex((other) => other.ruleId === ruleId) < index,
  );
  if (twice !== undefined)
    throw new PlanError(
      'the correlation names one rule twice: by its id and by its name',
      parsed.places?.rules.get(twice.reference),
    );
  const expression = readExpression(type, parsed);
  const tests =
    expression === undefined
      ? parsed.tests.length > 0
        ? parsed.tests
        : defaultTests(type, parsed)
      : [{ op: 'gte' as const, value: 1 }];
  if (type.value === 'none' && parsed.valueFields.length > 0)
    throw new PlanError(`${parsed.type} takes no "field" in its condition`, parsed.places?.condition);
  if (type.value !== 'none' && parsed.valueFields.length === 0)
    throw new PlanError(`${parsed.type} needs "field" in its condition`, parsed.places?.condition);
  if (type.value === 'number' && parsed.valueFields.length > 1)
    throw new PlanError(`${parsed.type} takes one "field", not a list`, parsed.places?.condition);
  const wrong = type.check?.(parsed);
  if (wrong !== undefined) throw new PlanError(wrong, parsed.places?.condition);
  checkAliases(parsed);
  const field = (name: string, reference: string, ruleId: string): FieldNames =>
    fieldOf(
      ruleId,
      parsed.aliases.get(name)?.get(reference) ?? parsed.aliases.get(name)?.get(ruleId) ?? name,
    );
  const inputs = references.map(({ reference, ruleId }) => ({
    ruleId,
    groupFields: parsed.groupBy.map((name) => field(name, reference, ruleId)),
    valueFields: parsed.valueFields.map((name) => field(name, reference, ruleId)),
  }));
  const { timespanMs, groupBy, percentile, spread, generate, info } = parsed;
  const absence = expression !== undefined && needsAbsence(expression);
  const meaning = [
    info.id,
    parsed.type,
    timespanMs,
    tests,
    inputs,
    groupBy,
    percentile ?? null,
    expression ?? null,
    ...(spread === undefined ? [] : [spread]),
  ];
  const tag = JSON.stringify(meaning);
  return {
    info,
    type,
    typeName: parsed.type,
    timespanMs,
    tests,
    inputs,
    groupBy,
    percentile,
    spread,
    expression,
    absence,
    generate,
    tag,
  };
}

function readExpression(
  type: CorrelationType,
  { expression, rules, type: name, places }: ParsedCorrelation,
): RuleExpression | undefined {
  if (expression === undefined) return undefined;
  if (type.expression !== true) {
    throw new PlanError(
      `${name} takes no condition over rules: use a mapping such as {gte: 10}, or the type temporal`,
      expression.at,
    );
  }
  try {
    const compiled = compileExpression(expression.text, rules);
    if (type.ordered === true && hasAlternative(compiled)) {
      throw new PlanError(
        `${name} cannot order the alternatives of "or": write one correlation for each`,
        expression.at,
      );
    }
    const named = new Set(referencesOf(expression.text).map((reference) => reference.name));
    const unnamed = rules.find((reference) => !named.has(reference));
    if (unnamed !== undefined) {
      throw new PlanError(
        `the rule "${unnamed}" is listed but not named in the condition`,
        places?.rules.get(unnamed),
      );
    }
    return compiled;
  } catch (error) {
    if (error instanceof ExpressionError || error instanceof ConditionError)
      throw new PlanError(error.message, placeIn(expression, error.offset), { cause: error });
    throw error;
  }
}

function resolve(
  reference: string,
  names: ReadonlyMap<string, readonly string[]>,
  at: Position | undefined,
): string {
  const ids = names.get(reference);
  const [id, second] = ids ?? [];
  if (id === undefined) {
    throw new PlanError(
      `the rule "${reference}" is not loaded (unknown id or name, or rejected): load it together with this correlation`,
      at,
    );
  }
  if (second !== undefined)
    throw new PlanError(
      `the name "${reference}" belongs to several rules (${ids?.join(', ') ?? ''}): refer to one by id`,
      at,
    );
  return id;
}

function defaultTests(type: CorrelationType, parsed: ParsedCorrelation): { op: Comparison; value: number }[] {
  if (type.defaultCount === undefined)
    throw new PlanError(`${parsed.type} needs a "condition" such as {gte: 10}`, parsed.places?.condition);
  return [{ op: 'gte', value: parsed.rules.length }];
}

function checkAliases({ aliases, rules, places }: ParsedCorrelation): void {
  for (const [alias, fields] of aliases) {
    const stranger = [...fields.keys()].find((reference) => !rules.includes(reference));
    if (stranger !== undefined)
      throw new PlanError(
        `the alias "${alias}" names "${stranger}", which is not among the correlation's rules`,
        places?.aliases.get(alias),
      );
  }
}

function makePlan(correlations: readonly CompiledCorrelation[]): CorrelationPlan {
  const readers = new Map<string, { correlation: number; input: number }[]>();
  const fields = new Map<string, Set<string>>();
  for (const [index, correlation] of correlations.entries()) {
    for (const [input, { ruleId, groupFields, valueFields }] of correlation.inputs.entries()) {
      const list = readers.get(ruleId) ?? [];
      list.push({ correlation: index, input });
      readers.set(ruleId, list);
      const names = fields.get(ruleId) ?? new Set();
      for (const name of [...groupFields, ...valueFields].flat()) names.add(name);
      fields.set(ruleId, names);
    }
  }
  return {
    correlations,
    readers,
    generates: (ruleId) => {
      const list = readers.get(ruleId);
      return (
        list === undefined || list.some(({ correlation }) => correlations[correlation]?.generate === true)
      );
    },
    fieldsOf: (ruleId) => [...(fields.get(ruleId) ?? [])],
  };
}
