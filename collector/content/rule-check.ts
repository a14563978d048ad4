/**
 * A rule while it is written: what is wrong with it and where, what it looks for, and which of some events it matches and why.
 * Nothing is kept. Invariant: `matches` is what the engine in force answers for the same text and event.
 */
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import {
  explain,
  lint,
  parseRules,
  type Explanation,
  type Finding,
  type ItemStep,
  type ParsedCorrelation,
  type ParsedRule,
  type ParsedRules,
  type RuleInfo,
  type Step,
} from '../../rules/sigma/index.ts';

/** One line of a selection; without field: anywhere in the event. */
export interface MeantItem {
  field: string | null;
  modifiers: string[];
  values: string[];
  /** Values beyond those shown. */
  more: number;
}

/** What a rule looks for, in its own parts: any of `any` holds, and each of those when all of its lines do. */
export interface Meaning {
  info: RuleInfo;
  selections: { name: string; any: MeantItem[][] }[];
  conditions: string[];
  correlation: {
    type: string;
    rules: string[];
    groupBy: string[];
    timespanSeconds: number | null;
    condition: string;
    valueFields: string[];
  } | null;
}

export interface EventCheck {
  matches: boolean;
  /** The lines that hold, with what the event has there. */
  held: TestedLine[];
  /** The line that decided against the rule. */
  failed: TestedLine | null;
}

export interface TestedLine {
  selection: string;
  field: string | null;
  modifiers: string[];
  wanted: string[];
  /** Values of the event in that field; null: it has none. */
  found: string[] | null;
}

export interface RuleCheck {
  findings: Finding[];
  /** Null where the text is no rule. */
  meaning: Meaning | null;
  events: EventCheck[];
}

const VALUES_MAX = 50;
const VALUE_CHARS = 500;
const ITEMS_MAX = 500;
const HELD_MAX = 50;

const cut = (text: string): string => text.slice(0, VALUE_CHARS);

type Detection = ParsedRule['detection']['selections'] extends ReadonlyMap<string, infer Ast> ? Ast : never;
type Item = Extract<Detection, { kind: 'item' }>['item'];

function meantItem({ field, modifiers, values }: Item): MeantItem {
  return {
    field: field ?? null,
    modifiers: [...modifiers],
    values: values.slice(0, VALUES_MAX).map(({ value, raw }) => (value === null ? 'null' : cut(raw))),
    more: Math.max(0, values.length - VALUES_MAX),
  };
}

function alternatives(detection: Detection): MeantItem[][] {
  switch (detection.kind) {
    case 'item':
      return [[meantItem(detection.item)]];
    case 'all':
      return [detection.items.map(meantItem)];
    case 'any':
      return detection.of.flatMap(alternatives);
  }
}

function meaningOfRule({ info, detection }: Pick<ParsedRule, 'info' | 'detection'>): Meaning {
  return {
    info,
    selections: [...detection.selections].map(([name, of]) => ({
      name,
      any: alternatives(of).slice(0, ITEMS_MAX),
    })),
    conditions: detection.conditions.map(({ text }) => text),
    correlation: null,
  };
}

function meaningOfCorrelation(correlation: ParsedCorrelation): Meaning {
  const { info, type, rules, groupBy, timespanMs, tests, expression, valueFields } = correlation;
  return {
    info,
    selections: [],
    conditions: [],
    correlation: {
      type,
      rules: [...rules],
      groupBy: [...groupBy],
      timespanSeconds: timespanMs === undefined ? null : timespanMs / 1_000,
      condition: expression?.text ?? tests.map(({ op, value }) => `${op} ${String(value)}`).join(' and '),
      valueFields: [...valueFields],
    },
  };
}

function meaningOf({ rules, correlations, filters }: ParsedRules): Meaning | null {
  const [rule] = [...rules, ...filters];
  if (rule !== undefined) return meaningOfRule(rule);
  const [correlation] = correlations;
  return correlation === undefined ? null : meaningOfCorrelation(correlation);
}

/** An event as it is shown in the console holds its fields one level down; a matcher wants them flat. */
function fieldsOf(event: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { fields, hostname, channel, message, agentId } = event;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { ...event };
  return {
    'host.name': hostname,
    'agent.id': agentId,
    'event.dataset': channel,
    message,
    ...fields,
  };
}

function lineOf(selection: string, { field, modifiers, wanted, found }: ItemStep): TestedLine {
  const values = found.filter(({ present }) => present).flatMap((one) => one.values);
  return {
    selection,
    field: field ?? null,
    modifiers: [...modifiers],
    wanted: wanted.slice(0, VALUES_MAX).map(({ text }) => cut(text)),
    found: values.length === 0 ? null : values.map(cut),
  };
}

/** The lines that hold and count, from left to right. */
function heldLines(step: Step, selection: string): TestedLine[] {
  const name = step.kind === 'selection' ? step.label : selection;
  if (step.kind === 'not' || !step.held) return [];
  if (step.item !== undefined) return [lineOf(name, step.item)];
  return step.parts.flatMap((part) => heldLines(part, name));
}

function eventCheck(explanation: Explanation): EventCheck {
  if (explanation.kind === 'correlation') {
    const inputs = explanation.inputs.map((input) => eventCheck(input.explanation));
    const counted = inputs.find(({ matches }) => matches);
    return { matches: explanation.counts, held: counted?.held ?? [], failed: inputs[0]?.failed ?? null };
  }
  if (explanation.kind !== 'rule') return { matches: false, held: [], failed: null };
  const { matches, detection, failed } = explanation;
  return {
    matches,
    held: matches ? heldLines(detection, '').slice(0, HELD_MAX) : [],
    failed: failed?.step.item === undefined ? null : lineOf(failed.selection, failed.step.item),
  };
}

/**
 * @param text as it stands in the editor: one rule
 * @param besideOf what a correlation refers to
 */
export async function checkRule(
  text: string,
  events: readonly Readonly<Record<string, unknown>>[],
  besideOf: (parsed: ParsedRules) => Promise<readonly ParsedRules[]>,
): Promise<RuleCheck> {
  const parsed = parseRules(text, { source: 'rule' });
  const beside = await besideOf(parsed);
  const options = { pipelines: builtInPipelines() };
  const findings = lint([...beside, parsed], options).filter(
    ({ source, code }) => source === 'rule' && !code.startsWith('filename-'),
  );
  const meaning = meaningOf(parsed);
  const id = meaning?.info.id;
  return {
    findings,
    meaning,
    events: events.map((event) =>
      id === undefined
        ? { matches: false, held: [], failed: null }
        : eventCheck(explain([parsed, ...beside], id, fieldsOf(event), options)),
    ),
  };
}
