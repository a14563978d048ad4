/**
 * Lints rules: all that rejects them, what does not do what its author meant, what costs much, and the SigmaHQ
 * conventions. Says codes and places; never throws for a bad rule.
 */
import { compile, unmappedWarning } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import type { CompiledRule, Engine } from './engine.ts';
import { severityOf } from './lint-codes.ts';
import type { Finding, LintCode } from './lint-codes.ts';
import { checkCondition } from './lint-condition.ts';
import { checkItem, itemsOf } from './lint-detection.ts';
import type { ReportAt } from './lint-detection.ts';
import { contradictionsOf } from './lint-expr.ts';
import { checkMetadata } from './lint-metadata.ts';
import type { Report } from './lint-metadata.ts';
import { checkCorrelation, Doubles } from './lint-set.ts';
import { checkSource, KNOWN_LOG_SOURCES, logSourceKey } from './lint-source.ts';
import { asList } from './pipeline.ts';
import type { UnmappedField } from './pipeline.ts';
import type {
  ItemAst,
  LogSource,
  ParsedCorrelation,
  ParsedFilter,
  ParsedRule,
  ParsedRules,
  Position,
  RuleInfo,
} from './types.ts';
import { clausesOf } from './witness.ts';

export interface LintOptions extends CompileOptions {
  /** Log sources known beside those of the public rules. */
  logsources?: readonly LogSource[] | undefined;
}

type Document = ParsedRule | ParsedFilter | ParsedCorrelation;

/** All findings, by file in the order given, then by place. */
export function lint(parsed: readonly ParsedRules[], options: LintOptions = {}): Finding[] {
  const engine = compile(parsed, options);
  const linter = new Linter(engine, options);
  for (const file of parsed) {
    const documents = [...file.rules, ...file.filters, ...file.correlations];
    for (const document of documents) linter.document(document, documents.length === 1);
  }
  for (const { correlations } of parsed) for (const one of correlations) linter.correlation(one);
  const order = new Map<string, number>();
  for (const { rules, correlations, filters, errors } of parsed) {
    const [first] = [...rules, ...correlations, ...filters].map(({ info }) => info);
    const source = first?.source ?? errors[0]?.source;
    if (source !== undefined && !order.has(source)) order.set(source, order.size);
  }
  const rank = ({ source }: Finding): number => order.get(source) ?? order.size;
  return linter.findings.toSorted(
    (left, right) => rank(left) - rank(right) || left.line - right.line || left.column - right.column,
  );
}

/** Engine warnings that have a code and a better place of their own. */
const OWN_CODE = new Set([
  'the rule has no title',
  'the rule has no "level": say informational, low, medium, high or critical',
  'no log source: name a product, category or service, or the rule is tried on every event',
  '"all" on a single value changes nothing',
]);

class Linter {
  readonly findings: Finding[] = [];
  readonly #engine: Engine;
  readonly #known: ReadonlySet<string>;
  readonly #infos: ReadonlyMap<string, RuleInfo>;
  /** Pipelines for certain log sources that list their fields: only they can say that one is unknown. */
  readonly #listing: ReadonlySet<string>;
  readonly #unmapped = new Map<string, UnmappedField[]>();
  readonly #doubles = new Doubles();
  /** Ids and names of rules that can never match. */
  readonly #dead = new Set<string>();
  /** Keys of the document at hand of which something was found. */
  #found = new Set<string>();

  constructor(engine: Engine, { logsources = [], pipelines = [] }: LintOptions) {
    this.#engine = engine;
    const routed = pipelines.flatMap(({ routes = [] }) => routes.flatMap((route) => asList(route.logsource)));
    this.#known = new Set([...KNOWN_LOG_SOURCES, ...[...routed, ...logsources].map(logSourceKey)]);
    this.#infos = new Map(engine.rules.map((info) => [info.id, info]));
    this.#listing = new Set(
      pipelines.flatMap(({ name, logsource, known }) => (logsource && known ? [name] : [])),
    );
    for (const field of engine.unmapped) {
      const fields = this.#unmapped.get(field.ruleId) ?? [];
      fields.push(field);
      this.#unmapped.set(field.ruleId, fields);
    }
    for (const { source, line, column, message, ruleId, title } of engine.errors)
      this.#add('rejected', { source, id: ruleId, title }, { line, column }, message);
  }

  document(document: Document, ownsFile: boolean): void {
    const { info } = document;
    this.#found = new Set();
    const report = this.#reporter(document);
    checkMetadata(info, report);
    this.#doubles.title(info, report);
    if (info.kind !== 'correlation')
      checkSource(
        info.logsource,
        ownsFile ? fileName(info.source) : undefined,
        (key) => this.#known.has(key),
        report,
      );
    if (!('detection' in document)) return;
    const at: ReportAt = (code, place, ...args) => this.#add(code, info, place, ...args);
    const items = [...document.detection.selections.values()].flatMap(itemsOf);
    for (const item of items) checkItem(item, info.logsource, at);
    const accepted = this.#infos.get(info.id);
    // Another rule may have this one's id: then this one was rejected.
    if (accepted?.source !== info.source || accepted.line !== info.line) return;
    this.#engineWarnings(accepted, document, items, at);
    checkCondition(document.detection, (code, place, ...args) => {
      if (code === 'condition-never') this.#kill(info);
      at(code, place, ...args);
    });
    const compiled = this.#engine.find(info.id);
    if (compiled !== undefined)
      this.#expression(compiled, document.detection.conditions[0]?.at ?? info, report);
  }

  /** Warnings that have a code of their own, or are about a key with a finding of its own, are not told twice. */
  #engineWarnings(info: RuleInfo, document: Document, items: readonly ItemAst[], report: ReportAt): void {
    const [first] = items;
    if (first === undefined) return;
    const told = new Set(OWN_CODE);
    for (const unmapped of this.#unmapped.get(info.id) ?? []) {
      told.add(unmappedWarning(unmapped));
      if (!unmapped.pipelines.some((name) => this.#listing.has(name))) continue;
      const { at } = items.find(({ field }) => field === unmapped.field) ?? first;
      report('field-unknown', at, unmapped.field, logSourceKey(info.logsource));
    }
    for (const [index, warning] of info.warnings.entries()) {
      const at = info.warningsAt[index] ?? first.at;
      if (told.has(warning) || this.#found.has(keyAt(document, at) ?? '')) continue;
      report('engine-warning', at, warning);
    }
  }

  #expression({ info, expr }: CompiledRule, at: Position, report: Report): void {
    for (const { whole, field, values } of contradictionsOf(expr)) {
      if (whole) this.#kill(info);
      this.#add(whole ? 'field-never' : 'field-part-never', info, at, field, values);
    }
    if (clausesOf(expr).length === 0) this.#add('no-witness', info, at);
    this.#doubles.detection(info, expr, report);
  }

  correlation(correlation: ParsedCorrelation): void {
    checkCorrelation(correlation, this.#dead, this.#reporter(correlation));
  }

  #kill({ id, name }: RuleInfo): void {
    this.#dead.add(id);
    if (name !== undefined) this.#dead.add(name);
  }

  #reporter({ info, keyPlaces }: Document): Report {
    const start = { line: info.line, column: info.column };
    return (code, key, ...args) => {
      if (key !== '') this.#found.add(key);
      this.#add(code, info, keyPlaces?.get(key) ?? (key === '' ? { line: 1, column: 1 } : start), ...args);
    };
  }

  #add(
    code: LintCode,
    { source, id, title }: { source: string; id: string | undefined; title: string | undefined },
    { line, column }: Position,
    ...args: string[]
  ): void {
    this.findings.push({ code, severity: severityOf(code), source, line, column, ruleId: id, title, args });
  }
}

/** The document's own key under which a place lies. */
function keyAt({ keyPlaces }: Document, at: Position): string | undefined {
  const before = [...(keyPlaces ?? [])].filter(
    ([, { line, column }]) => line < at.line || (line === at.line && column <= at.column),
  );
  return before
    .toSorted(([, left], [, right]) => left.line - right.line || left.column - right.column)
    .at(-1)?.[0];
}

function fileName(source: string): string | undefined {
  return source.split(/[/\\]/).at(-1);
}
