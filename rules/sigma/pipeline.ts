/**
 * Pipelines as data: how fields of rules and fields of events are called by their other name, and which log sources an
 * event belongs to. Rules are mapped by `pipeline-rules.ts`, events by `router.ts`, YAML is read by `parse-pipelines.ts`.
 * Invariant: both sides read the same table, so mapping a rule and renaming an event give the same matches.
 */
import type { LogSource, Scalar } from './types.ts';

/** How an event writes what a rule means. All texts are compared in any case. */
export interface ValueMap {
  /** Rule's whole value -> event's value or values. */
  map?: Readonly<Record<string, Scalar | readonly Scalar[]>> | undefined;
  /** What a rule's value begins with -> what the event's value begins with. */
  prefix?: Readonly<Record<string, string>> | undefined;
  /** What a rule's value ends with -> what the event's value ends with. */
  suffix?: Readonly<Record<string, string>> | undefined;
}

/** Whole numbers, both ends included. */
export interface NumberRange {
  from: number;
  to: number;
}

export type RouteValue = string | number | boolean | NumberRange;

/** Event field -> one value or several, of which one must be there; `*` alone: any value. `name|cased` minds the case. */
export type RouteConditions = Readonly<Record<string, RouteValue | readonly RouteValue[]>>;

/** Events that meet all of `when`, and not all of `unless`, belong to these log sources. */
export interface Route {
  when: RouteConditions;
  unless?: RouteConditions | undefined;
  logsource: LogSource | readonly LogSource[];
}

/** Field and log-source mapping: of rules while they are compiled, of events before they are matched. */
export interface Pipeline {
  name: string;
  description?: string | undefined;
  /** Pipelines are applied from the lowest order to the highest, equal ones as they are given; default 50. */
  order?: number | undefined;
  /**
   * Who gets the other's names: `rules` (the default) are compiled to ask the event's fields; or `events`, those that
   * one of this pipeline's own routes fits, are given the rule's fields as well.
   */
  side?: 'rules' | 'events' | undefined;
  /**
   * Only rules within one of these log sources are meant. Left out: all; with `side: events`, those that the pipeline's
   * own routes lead to.
   */
  logsource?: LogSource | readonly LogSource[] | undefined;
  /** Rules within one of these are not meant. */
  not?: LogSource | readonly LogSource[] | undefined;
  /** Rule's field -> event's field or fields. The rule's own name counts only where it is listed too. */
  fields?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Event's field -> how it writes values. */
  values?: Readonly<Record<string, ValueMap>> | undefined;
  /** Values for `expand` where the host gives none. */
  placeholders?: Readonly<Record<string, Scalar | readonly Scalar[]>> | undefined;
  /** Fields that events of these log sources have under the rule's name: other fields of a rule are reported. */
  known?: readonly string[] | undefined;
  routes?: readonly Route[] | undefined;
}

/** A field that a rule asks for and that no pipeline in its scope knows. */
export interface UnmappedField {
  ruleId: string;
  field: string;
  /** The pipelines that say which fields the rule's log source has. */
  pipelines: readonly string[];
}

const ORDER_DEFAULT = 50;

/** From the lowest order to the highest; equal ones stay as given. */
export function inOrder(pipelines: readonly Pipeline[]): readonly Pipeline[] {
  return pipelines.toSorted((left, right) => (left.order ?? ORDER_DEFAULT) - (right.order ?? ORDER_DEFAULT));
}

/** Whether rules of this log source are meant. */
export function inScope(pipeline: Pipeline, rule: LogSource): boolean {
  const { side, not, routes = [] } = pipeline;
  const logsource =
    pipeline.logsource ??
    (side === 'events' ? routes.flatMap((route) => asList(route.logsource)) : undefined);
  if (logsource !== undefined && !asList(logsource).some((wide) => within(rule, wide))) return false;
  return not === undefined || !asList(not).some((wide) => within(rule, wide));
}

/** Whether `narrow` lies within `wide`: every part that `wide` names is the same in `narrow`. */
export function within(narrow: LogSource, wide: LogSource): boolean {
  return (
    samePart(wide.product, narrow.product) &&
    samePart(wide.category, narrow.category) &&
    samePart(wide.service, narrow.service)
  );
}

function samePart(wanted: string | undefined, given: string | undefined): boolean {
  return wanted === undefined || wanted.toLowerCase() === given?.toLowerCase();
}

/** Whether these are several (`Array.isArray` does not know readonly lists). */
export function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** One or several as a list. */
export function asList<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}
