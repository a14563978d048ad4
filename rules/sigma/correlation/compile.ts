/** Parsed correlations -> a plan: references resolved, cycles refused, fields per rule known. */
import { ConditionError } from '../condition.ts';
import { rejection } from '../format.ts';
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
import type { Comparison, ParsedCorrelation, RuleInfo, SigmaError } from '../types.ts';

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
}

/** Rejected correlations are added to `errors`. */
export function compileCorrelations(
  parsed: readonly ParsedCorrelation[],
  rules: readonly RuleInfo[],
  errors: SigmaError[],
  mapField: MapField,
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

  // References first: a correlation is compiled once all it refers to is; what never becomes ready is wrong.
  let waiting = [...parsed];
  for (let progress = true; progress;) {
    progress = false;
    const still: ParsedCorrelation[] = [];
    const pending = new Set(
      waiting.flatMap(({ info }) => [info.id, ...(info.name === undefined ? [] : [info.name])]),
    );
    for (const correlation of waiting) {
      if (correlation.rules.some((reference) => !names.has(reference) && pending.has(reference))) {
        still.push(correlation);
        continue;
      }
      progress = true;
      pending.delete(correlation.info.id);
      if (correlation.info.name !== undefined) pending.delete(correlation.info.name);
      try {
        accepted.push(compileOne(correlation, names, fieldOf));
        addName(correlation.info.id, correlation.info.id);
        addName(correlation.info.name, correlation.info.id);
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
        errors.push(rejection(correlation.info, correlation.at, error.message));
      }
    }
    waiting = still;
  }
  for (const correlation of waiting) {
    errors.push(
      rejection(
        correlation.info,
        correlation.at,
        `the correlation refers to itself by way of ${correlation.rules.join(', ')}`,
      ),
    );
  }
  return makePlan(accepted);
}

function compileOne(
  parsed: ParsedCorrelation,
  names: ReadonlyMap<string, readonly string[]>,
  fieldOf: (ruleId: string, field: string) => FieldNames,
): CompiledCorrelation {
  const type = CORRELATION_TYPES.get(parsed.type);
  if (type === undefined) {
    throw new PlanError(
      `unknown correlation type "${parsed.type}"; known are: ${[...CORRELATION_TYPES.keys()].join(', ')}`,
    );
  }
  if (parsed.timespanMs === undefined) throw new PlanError('the correlation needs a "timespan" such as 5m');
  const references = parsed.rules.map((reference) => ({ reference, ruleId: resolve(reference, names) }));
  if (new Set(references.map(({ ruleId }) => ruleId)).size < references.length)
    throw new PlanError('the correlation names one rule twice');
  const expression = readExpression(type, parsed);
  const tests =
    expression === undefined
      ? parsed.tests.length > 0
        ? parsed.tests
        : defaultTests(type, parsed)
      : [{ op: 'gte' as const, value: 1 }];
  if (type.value === 'none' && parsed.valueFields.length > 0)
    throw new PlanError(`${parsed.type} takes no "field" in its condition`);
  if (type.value !== 'none' && parsed.valueFields.length === 0)
    throw new PlanError(`${parsed.type} needs "field" in its condition`);
  if (type.value === 'number' && parsed.valueFields.length > 1)
    throw new PlanError(`${parsed.type} takes one "field", not a list`);
  const wrong = type.check?.(parsed);
  if (wrong !== undefined) throw new PlanError(wrong);
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
  const { timespanMs, groupBy, percentile, generate, info } = parsed;
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
    expression,
    absence,
    generate,
    tag,
  };
}

function readExpression(
  type: CorrelationType,
  { expression, rules, type: name }: ParsedCorrelation,
): RuleExpression | undefined {
  if (expression === undefined) return undefined;
  if (type.expression !== true) {
    throw new PlanError(
      `${name} takes no condition over rules: use a mapping such as {gte: 10}, or the type temporal`,
    );
  }
  try {
    const compiled = compileExpression(expression.text, rules);
    if (type.ordered === true && hasAlternative(compiled)) {
      throw new PlanError(`${name} cannot order the alternatives of "or": write one correlation for each`);
    }
    const unnamed = rules.find((reference) => !referencesOf(expression.text).includes(reference));
    if (unnamed !== undefined)
      throw new PlanError(`the rule "${unnamed}" is listed but not named in the condition`);
    return compiled;
  } catch (error) {
    if (error instanceof ExpressionError || error instanceof ConditionError)
      throw new PlanError(error.message, { cause: error });
    throw error;
  }
}

function resolve(reference: string, names: ReadonlyMap<string, readonly string[]>): string {
  const ids = names.get(reference);
  const [id, second] = ids ?? [];
  if (id === undefined) {
    throw new PlanError(
      `the rule "${reference}" is not loaded (unknown id or name, or rejected): load it together with this correlation`,
    );
  }
  if (second !== undefined)
    throw new PlanError(
      `the name "${reference}" belongs to several rules (${ids?.join(', ') ?? ''}): refer to one by id`,
    );
  return id;
}

function defaultTests(type: CorrelationType, parsed: ParsedCorrelation): { op: Comparison; value: number }[] {
  if (type.defaultCount === undefined)
    throw new PlanError(`${parsed.type} needs a "condition" such as {gte: 10}`);
  return [{ op: 'gte', value: parsed.rules.length }];
}

function checkAliases({ aliases, rules }: ParsedCorrelation): void {
  for (const [alias, fields] of aliases) {
    const stranger = [...fields.keys()].find((reference) => !rules.includes(reference));
    if (stranger !== undefined)
      throw new PlanError(
        `the alias "${alias}" names "${stranger}", which is not among the correlation's rules`,
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
