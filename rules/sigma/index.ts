/**
 * The Sigma engine: parse -> compile -> match, correlate, and SQL that selects candidates over history.
 * The library's only door. It needs js-yaml and re2js and nothing of the project around it.
 */
export { parseRules } from './parse.ts';
export type { ParseOptions } from './parse.ts';
export { parsePlaceholders } from './parse-placeholders.ts';
export type { ParsedPlaceholders } from './parse-placeholders.ts';
export { compile, compileInSteps } from './compile.ts';
export type { CompileOptions } from './compile.ts';
export { finish, type Steps } from './steps.ts';
export { Engine } from './engine.ts';
export type { CompiledRule } from './engine.ts';
export { ByShape, EventShape, ShapedEvent } from './shaped-event.ts';
export { matchNaive } from './naive.ts';
export { Correlator } from './correlation/correlator.ts';
export type { CorrelationHit, CorrelatorOptions, CorrelatorStats } from './correlation/correlator.ts';
export type { CorrelatorSnapshot } from './correlation/snapshot.ts';
export type {
  NumberRange,
  Pipeline,
  Route,
  RouteConditions,
  RouteValue,
  UnmappedField,
  ValueMap,
} from './pipeline.ts';
export { parsePipelines } from './parse-pipelines.ts';
export type { ParsedPipelines, ParsePipelinesOptions } from './parse-pipelines.ts';
export { createRouter } from './router.ts';
export type { PreparedEvent, Router } from './router.ts';
export { formatError, warningsOf } from './format.ts';
export { explain } from './explain.ts';
export type { CorrelationExplanation, Explanation, ExplainOptions, RuleExplanation } from './explain.ts';
export type { FoundField, ItemStep, Step } from './explain-steps.ts';
export { ATTACK_VERSION, tacticsOfTechnique } from './attack.ts';
export { lint } from './lint.ts';
export type { LintOptions } from './lint.ts';
export { LINT_CODES, lintMessage, severityOf } from './lint-codes.ts';
export type { Finding, LintCode, LintText, Severity } from './lint-codes.ts';
export { toClickHouseSql } from './clickhouse.ts';
export type { ClickHouseOptions, ClickHouseQuery } from './clickhouse.ts';
export type { ClickHouseParams, ClickHouseSchema } from './clickhouse-scope.ts';
export { HistoryOrderError, planHistory, runOverHistory } from './history.ts';
export type { HistoryFinding, HistoryPlan, HistoryRow } from './history.ts';
export type {
  Data,
  EventAccessor,
  EventInput,
  LogSource,
  Match,
  MatchedField,
  ParsedCorrelation,
  ParsedFilter,
  ParsedRule,
  ParsedRules,
  RuleInfo,
  SigmaError,
} from './types.ts';
export { readYaml } from './yaml.ts';
export type { YamlDocument } from './yaml.ts';
export { toData, YamlError } from './yaml-node.ts';
export type { YamlNode } from './yaml-node.ts';
export { SourceText } from './place.ts';
