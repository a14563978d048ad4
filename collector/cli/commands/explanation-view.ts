/**
 * An explanation as lines for the terminal: what the rule asked, what the event had, what was true. Every text of a rule
 * or an event is made printable and cut to the width of the terminal.
 */
import type {
  CorrelationExplanation,
  Explanation,
  ItemStep,
  LogSource,
  RuleExplanation,
  RuleInfo,
  Step,
} from '../../../rules/sigma/index.ts';
import type { Messages } from '../messages/en.ts';
import { printable } from '../printable.ts';
import type { Paint } from './paint.ts';

export interface View {
  m: Messages['sigma'];
  style: Paint;
  columns: number;
  /** How the event's log sources were found. */
  way: string;
}

const WANTED_SHOWN_MAX = 5;
const CUT_MIN = 12;

export function explanationLines(explanation: Explanation, view: View): string[] {
  return new Writer(view).explanation(explanation, 0);
}

class Writer {
  readonly #m: Messages['sigma']['explain'];
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
    this.#m = view.m.explain;
  }

  explanation(explanation: Explanation, indent: number): string[] {
    switch (explanation.kind) {
      case 'rule':
        return this.#rule(explanation, indent);
      case 'correlation':
        return this.#correlation(explanation, indent);
      case 'rejected':
        return explanation.errors.map(({ message }) => this.#line(indent, `${this.#m.rejected} ${message}`));
      case 'unknown':
        return [this.#line(indent, `✗ ${explanation.ruleId}`)];
    }
  }

  #rule(explanation: RuleExplanation, indent: number): string[] {
    const { rule, matches, detection, filters, failed, conditions } = explanation;
    const m = this.#m;
    const lines = [
      this.#head(matches ? m.matches : m.matchesNot, matches, rule, indent),
      ...this.#routing(explanation, indent),
      '',
      this.#line(indent, `${m.detection}: ${conditions.join(' | ')}`),
      ...this.#step(detection, indent + 2),
    ];
    for (const { filter, detection: step } of filters) {
      lines.push('', this.#line(indent, m.filter(filter.title)), ...this.#step(step, indent + 2));
    }
    if ([detection, ...filters.map((filter) => filter.detection)].some(hasUnreached))
      lines.push('', this.#line(indent, `· ${m.notReachedLegend}`));
    if (failed?.step.item === undefined) return lines;
    const source = failed.filter?.source ?? rule.source;
    const { at } = failed.step.item;
    const where = `${source}:${String(at.line)}:${String(at.column)}`;
    const line = `${m.failedFirst}: ${m.selection(failed.selection)}, ${nameOf(failed.step.item, m.keywords)}`;
    lines.push(
      '',
      this.#view.style('bold', this.#line(indent, line)),
      `${' '.repeat(indent + 2)}${printable(where)}`,
    );
    return lines;
  }

  #correlation(explanation: CorrelationExplanation, indent: number): string[] {
    const { rule, counts, type, timespanMs, condition, valueFields, inputs } = explanation;
    const m = this.#m;
    const of = valueFields.length === 0 ? '' : ` ${m.ofField(valueFields.join(', '))}`;
    const lines = [
      this.#head(counts ? m.counts : m.countsNot, counts, rule, indent),
      this.#line(indent, `${m.type}: ${type}${of}`),
      this.#line(indent, `${m.condition}: ${condition}`),
      this.#line(indent, `${m.timespan}: ${String((timespanMs ?? 0) / 1000)} s`),
    ];
    for (const { reference, group, explanation: inner } of inputs) {
      lines.push('', this.#line(indent, `${m.countsOver}: ${reference}`));
      for (const [name, value] of Object.entries(group))
        lines.push(
          this.#line(indent + 2, `${m.groupBy}: ${name} = ${value === null ? m.absent : quoted(value)}`),
        );
      lines.push(...this.explanation(inner, indent + 2));
    }
    return lines;
  }

  #head(verdict: string, isGood: boolean, { title, id, source, line }: RuleInfo, indent: number): string {
    const { style } = this.#view;
    const rest = this.#line(indent, `${title} (${id})`, verdict.length + 2);
    const head = `${rest.slice(0, indent)}${style(isGood ? 'green' : 'red', verdict)}  ${rest.slice(indent)}`;
    // A place is never cut: it is there to be followed.
    return `${head}\n${' '.repeat(indent)}${printable(`${source}:${String(line)}`)}`;
  }

  #routing({ rule, routed, logsources }: RuleExplanation, indent: number): string[] {
    const m = this.#m;
    const own = sourceText(rule.logsource) ?? m.anyLogsource;
    const lines = [this.#line(indent, `${m.logsource}: ${own}`)];
    if (logsources === undefined)
      lines.push(this.#line(indent, `${m.eventLogsources}: ${m.logsourceUnknown}`));
    else {
      const label = `${m.eventLogsources} (${m.by(this.#view.way)}):`;
      const names = logsources.map((source) => sourceText(source) ?? m.anyLogsource);
      if (names.length < 2) lines.push(this.#line(indent, `${label} ${names[0] ?? '-'}`));
      else
        lines.push(...[label, ...names.map((name) => `  ${name}`)].map((line) => this.#line(indent, line)));
    }
    if (routed === undefined) return lines;
    const mark = this.#mark({ held: routed, reached: true });
    return [...lines, `${' '.repeat(indent)}${mark} ${routed ? m.routed : m.notRouted}`];
  }

  #step(step: Step, indent: number): string[] {
    if (step.item !== undefined) return this.#item(step, step.item, indent);
    const m = this.#m;
    const label = {
      and: m.allOf,
      or: m.anyOf,
      not: m.notThis,
      of: `${step.label}:`,
      selection: m.selection(step.label),
      item: '',
    }[step.kind];
    return [this.#marked(step, label, indent), ...step.parts.flatMap((part) => this.#step(part, indent + 2))];
  }

  #item(step: Step, item: ItemStep, indent: number): string[] {
    const m = this.#m;
    const name = nameOf(item, m.keywords);
    // Nothing more is worth reading of a line that did not matter.
    if (!step.reached) return [this.#marked(step, name, indent)];
    const shown = item.wanted
      .toSorted((left, right) => Number(right.held) - Number(left.held))
      .slice(0, WANTED_SHOWN_MAX);
    const more = item.wanted.length - shown.length;
    const [only] = shown;
    const lines =
      item.wanted.length === 1 && only !== undefined
        ? [this.#marked(step, `${name}: ${quoted(only.text)}`, indent)]
        : [
            this.#marked(step, `${name}:`, indent),
            ...shown.map(({ text, held }) => this.#line(indent + 4, `${held ? '✓' : '✗'} ${quoted(text)}`)),
            ...(more > 0 ? [this.#line(indent + 6, m.more(more))] : []),
          ];
    return [...lines, ...this.#found(item, indent + 4)];
  }

  #found({ found }: ItemStep, indent: number): string[] {
    const m = this.#m;
    return found.flatMap(({ field, present, values, more }) => {
      // What keywords were searched in is the whole event.
      if (field === undefined) return [];
      const texts = values.map(quoted);
      if (more > 0) texts.push(m.more(more));
      const value = !present ? m.absent : texts.length === 0 ? m.noValue : texts.join(', ');
      return [this.#view.style('dim', this.#line(indent, `${m.inEvent}: ${field} = ${value}`))];
    });
  }

  #marked(step: Step, text: string, indent: number): string {
    const line = this.#line(indent + 2, text).slice(indent + 2);
    return `${' '.repeat(indent)}${this.#mark(step)} ${step.reached ? line : this.#view.style('dim', line)}`;
  }

  #mark({ held, reached }: Pick<Step, 'held' | 'reached'>): string {
    if (!reached) return this.#view.style('dim', '·');
    return held ? this.#view.style('green', '✓') : this.#view.style('red', '✗');
  }

  /** @param taken columns that stand in front of the text besides the indent */
  #line(indent: number, text: string, taken = 0): string {
    const width = Math.max(CUT_MIN, this.#view.columns - indent - taken);
    const safe = printable(text);
    return `${' '.repeat(indent)}${safe.length > width ? `${safe.slice(0, width - 1)}…` : safe}`;
  }
}

function quoted(text: string): string {
  return `'${text}'`;
}

function nameOf({ field, modifiers }: ItemStep, keywords: string): string {
  return [field ?? keywords, ...modifiers].join('|');
}

function hasUnreached(step: Step): boolean {
  return !step.reached || step.parts.some(hasUnreached);
}

function sourceText({ product = '', category = '', service = '' }: LogSource): string | undefined {
  return product === '' && category === '' && service === ''
    ? undefined
    : `${product}/${category}/${service}`;
}
