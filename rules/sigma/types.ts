/**
 * The public shapes of the engine. Everything here is plain data: no class of the host project appears,
 * and nothing a rule or an event brings is used as a prototype.
 */

/** Where something stands in a rule file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Characters of a scalar from `offset` on stand in the file from this place on, up to the next such entry. */
export interface WrittenLine extends Position {
  offset: number;
}

/** Something doubtful that is accepted. */
export interface Warning {
  at: Position;
  message: string;
}

/** A rejected rule or a file that could not be read. */
export interface SigmaError extends Position {
  /** The name given to `parseRules`, usually a path. */
  source: string;
  message: string;
  /** Identity of the rejected rule where it is known. */
  ruleId?: string | undefined;
  title?: string | undefined;
}

export interface LogSource {
  product?: string | undefined;
  category?: string | undefined;
  service?: string | undefined;
}

export type Scalar = string | number | boolean | null;
/** Data of a YAML document; mappings have no prototype. */
export type Data = Scalar | readonly Data[] | { readonly [key: string]: Data };

export interface RelatedRule {
  id: string;
  type: string;
}

/** What a rule says about itself; frozen. */
export interface RuleInfo {
  kind: 'rule' | 'correlation' | 'filter';
  /** The rule's `id`, or `title:<title>`, or `<source>:<line>`. */
  id: string;
  /** The name correlations and filters may use. */
  name?: string | undefined;
  title: string;
  level?: string | undefined;
  status?: string | undefined;
  description?: string | undefined;
  author?: string | undefined;
  date?: string | undefined;
  modified?: string | undefined;
  license?: string | undefined;
  taxonomy?: string | undefined;
  tags: readonly string[];
  references: readonly string[];
  falsepositives: readonly string[];
  /** The rule's `fields`: what an analyst wants to see. */
  fields: readonly string[];
  scope: readonly string[];
  related: readonly RelatedRule[];
  logsource: LogSource & { definition?: string | undefined };
  /** Every top-level key that Sigma does not define. */
  custom: { readonly [key: string]: Data };
  source: string;
  line: number;
  column: number;
  /** Doubtful but accepted, e.g. `all` on a single value. */
  warnings: readonly string[];
  /** The place of each warning, in the same order. */
  warningsAt: readonly Position[];
}

/** A rule's value with its place. `raw` is the scalar as written: `0x10`, `1.50`. */
export interface ValueAst {
  value: Scalar;
  raw: string;
  at: Position;
}

/** One line of a selection: `field|modifier|modifier: values`; without field a keyword search. */
export interface ItemAst {
  field: string | undefined;
  modifiers: readonly string[];
  /** The place of each modifier, in the same order. */
  modifiersAt?: readonly Position[] | undefined;
  values: readonly ValueAst[];
  at: Position;
}

export type DetectionAst =
  | { kind: 'all'; items: readonly ItemAst[] }
  | { kind: 'any'; of: readonly DetectionAst[] }
  | { kind: 'item'; item: ItemAst };

export interface ConditionText {
  text: string;
  at: Position;
  /** Where its characters were written; left out where the text holds escapes. */
  lines?: readonly WrittenLine[] | undefined;
}

/** Named selections and the conditions over them (several are alternatives). */
export interface DetectionBlock {
  selections: ReadonlyMap<string, DetectionAst>;
  conditions: readonly ConditionText[];
}

interface ParsedDocument {
  info: RuleInfo;
  /** Where each of the document's own keys stands. */
  keyPlaces?: ReadonlyMap<string, Position> | undefined;
}

export interface ParsedRule extends ParsedDocument {
  detection: DetectionBlock;
}

export interface ParsedFilter extends ParsedDocument {
  /** Ids or names of the rules it narrows; `any` for every rule of its log source. */
  rules: readonly string[] | 'any';
  detection: DetectionBlock;
}

export const COMPARISONS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export interface ParsedCorrelation extends ParsedDocument {
  type: string;
  rules: readonly string[];
  groupBy: readonly string[];
  timespanMs: number | undefined;
  /** All must hold; empty when the type's default applies. */
  tests: readonly { op: Comparison; value: number }[];
  /** `field` of the condition: one name, or a tuple. */
  valueFields: readonly string[];
  percentile: number | undefined;
  /** Of a regular_count: percent of the median gap. */
  spread: number | undefined;
  /** Extended temporal condition over rule names. */
  expression: ConditionText | undefined;
  /** alias -> rule reference -> field. */
  aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  generate: boolean;
  at: Position;
  /** Where its parts stand; `at` serves where they are left out. */
  places?: CorrelationPlaces | undefined;
}

export interface CorrelationPlaces {
  type: Position;
  /** Rule reference -> its place. */
  rules: ReadonlyMap<string, Position>;
  condition?: Position | undefined;
  /** Alias -> its place. */
  aliases: ReadonlyMap<string, Position>;
}

export interface ParsedRules {
  rules: ParsedRule[];
  correlations: ParsedCorrelation[];
  filters: ParsedFilter[];
  errors: SigmaError[];
}

/** An event through its own accessors, where building a plain object would be a waste. */
export interface EventAccessor {
  get(field: string): unknown;
  has(field: string): boolean;
  /** All values, for keyword searches; may be nested. */
  values(): Iterable<unknown>;
}

/** A plain object (fields with dots are literal keys first, paths second) or an accessor. */
export type EventInput = EventAccessor | Readonly<Record<string, unknown>>;

export interface MatchedField {
  /** Absent for a keyword search. */
  field?: string | undefined;
  /** The value that matched, as text; null where the field is absent or null. */
  value: string | null;
}

export interface Match {
  rule: RuleInfo;
  /** Fields of the predicates that held, in the rule's order, without repeats. */
  fields: readonly MatchedField[];
}
