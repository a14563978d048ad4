/**
 * Why a rule matches an event, or which of its lines failed first. Works from the syntax trees, where selections still
 * have their names. Invariant: `matches` is what `engine.match` answers for the same rules, event and log source.
 */
import { compile, narrows } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import { readSlot } from './event.ts';
import { StepWriter } from './explain-steps.ts';
import type { Step } from './explain-steps.ts';
import { asList, within } from './pipeline.ts';
import type {
  EventInput,
  LogSource,
  ParsedCorrelation,
  ParsedRule,
  ParsedRules,
  RuleInfo,
  SigmaError,
} from './types.ts';

export interface ExplainOptions extends CompileOptions {
  /** Log sources of the event; left out = no routing. */
  logsource?: LogSource | readonly LogSource[] | undefined;
}

export interface RuleExplanation {
  kind: 'rule';
  rule: RuleInfo;
  /** The detection holds and, with routing, the event is in the rule's log source. */
  matches: boolean;
  /** Whether the event is in the rule's log source; undefined without routing. */
  routed: boolean | undefined;
  logsources: readonly LogSource[] | undefined;
  /** The rule's conditions as written; several are alternatives. */
  conditions: readonly string[];
  detection: Step;
  /** Filters that narrow this rule; each must hold as well. */
  filters: readonly { filter: RuleInfo; detection: Step }[];
  /** The line that decided against the rule; undefined where the detection holds. */
  failed: { selection: string; step: Step; filter?: RuleInfo | undefined } | undefined;
}

export interface CorrelationExplanation {
  kind: 'correlation';
  rule: RuleInfo;
  /** Whether the event counts: it matches one of the base rules. A hit takes all events of the timespan. */
  counts: boolean;
  type: string;
  timespanMs: number | undefined;
  /** `>= 3` and the like, or the condition over rule names. */
  condition: string;
  /** What the condition's value is made of. */
  valueFields: readonly string[];
  inputs: readonly {
    reference: string;
    /** The event's values of group-by; null where it has none. */
    group: Readonly<Record<string, string | null>>;
    explanation: Explanation;
  }[];
}

export type Explanation =
  | RuleExplanation
  | CorrelationExplanation
  | { kind: 'rejected'; errors: readonly SigmaError[] }
  | { kind: 'unknown'; ruleId: string };

/** Correlations over correlations are followed this deep. */
const DEPTH_MAX = 16;

/** @param ruleId as in `RuleInfo.id`; correlations and filters are found among `parsed` too. */
export function explain(
  parsed: readonly ParsedRules[],
  ruleId: string,
  event: EventInput,
  options: ExplainOptions = {},
): Explanation {
  return new Explainer(parsed, event, options).explain(ruleId, 0);
}

class Explainer {
  readonly #parsed: readonly ParsedRules[];
  readonly #event: EventInput;
  readonly #options: ExplainOptions;

  constructor(parsed: readonly ParsedRules[], event: EventInput, options: ExplainOptions) {
    this.#parsed = parsed;
    this.#event = event;
    this.#options = options;
  }

  explain(reference: string, depth: number): Explanation {
    const named = ({ info }: { info: RuleInfo }): boolean => info.id === reference || info.name === reference;
    const rule = this.#parsed.flatMap(({ rules }) => rules).find(named);
    if (rule !== undefined) return this.#rule(rule);
    const correlation = this.#parsed.flatMap(({ correlations }) => correlations).find(named);
    if (correlation !== undefined && depth < DEPTH_MAX) return this.#correlation(correlation, depth);
    const errors = this.#parsed
      .flatMap((file) => file.errors)
      .filter(({ ruleId, title }) => ruleId === reference || `title:${title ?? ''}` === reference);
    return errors.length > 0 ? { kind: 'rejected', errors } : { kind: 'unknown', ruleId: reference };
  }

  #rule(rule: ParsedRule): Explanation {
    const filters = this.#parsed.flatMap((file) => file.filters).filter((one) => narrows(one, rule.info));
    const engine = compile([{ rules: [rule], filters, correlations: [], errors: [] }], this.#options);
    if (engine.find(rule.info.id) === undefined) {
      return { kind: 'rejected', errors: engine.errors.filter(({ ruleId }) => ruleId === rule.info.id) };
    }
    const accepted = filters.filter(({ info }) =>
      engine.rules.some(({ id, kind, line }) => kind === 'filter' && id === info.id && line === info.line),
    );
    const writer = new StepWriter(this.#event, this.#options);
    writer.add(rule.detection, rule.info);
    // A filter asks for fields as the rule it narrows does.
    for (const { detection } of accepted) writer.add(detection, rule.info);
    const detection = writer.write(rule.detection, true);
    let held = detection.held;
    const steps = accepted.map((filter) => {
      const step = writer.write(filter.detection, held);
      held &&= step.held;
      return { filter: filter.info, detection: step };
    });
    const { logsource } = this.#options;
    const logsources = logsource === undefined ? undefined : asList(logsource);
    const routed = logsources?.some((source) => within(source, rule.info.logsource));
    const refusing = steps.find((step) => !step.detection.held);
    const failed = detection.held ? refusing && failedIn(refusing.detection, '') : failedIn(detection, '');
    return {
      kind: 'rule',
      rule: rule.info,
      matches: held && routed !== false,
      routed,
      logsources,
      conditions: rule.detection.conditions.map(({ text }) => text),
      detection,
      filters: steps,
      failed: failed && (detection.held ? { ...failed, filter: refusing?.filter } : failed),
    };
  }

  #correlation(correlation: ParsedCorrelation, depth: number): Explanation {
    const { info, type, timespanMs, valueFields, expression, tests, aliases, groupBy } = correlation;
    const inputs = correlation.rules.map((reference) => {
      const explanation = this.explain(reference, depth + 1);
      const ruleId =
        explanation.kind === 'rule' || explanation.kind === 'correlation' ? explanation.rule.id : '';
      const group: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
      for (const name of groupBy) {
        const field = aliases.get(name)?.get(reference) ?? aliases.get(name)?.get(ruleId) ?? name;
        const { texts } = readSlot(this.#event, field);
        group[name] = texts.length > 1 ? JSON.stringify(texts) : (texts[0] ?? null);
      }
      return { reference, group, explanation };
    });
    const counts = inputs.some(({ explanation: one }) =>
      one.kind === 'rule' ? one.matches : one.kind === 'correlation' && one.counts,
    );
    const condition =
      expression?.text ?? tests.map(({ op, value }) => `${op} ${String(value)}`).join(' and ');
    return { kind: 'correlation', rule: info, counts, type, timespanMs, condition, valueFields, inputs };
  }
}

/** The first line that made a step what it is, the way it was decided: the first false part of an "and", say. */
function failedIn(step: Step, selection: string): { selection: string; step: Step } | undefined {
  const name = step.kind === 'selection' ? step.label : selection;
  if (step.kind === 'item') return { selection: name, step };
  const deciding = step.parts.find(({ held }) => (step.kind === 'not' ? true : held === step.held));
  return deciding === undefined ? undefined : failedIn(deciding, name);
}
