/**
 * A rule's detection as a tree of steps with their truth for one event. The truth of each line comes from the engine
 * itself: every line, and every value of it, is compiled and matched as a rule of its own, so there is no second
 * semantics; only the condition's and/or/not is put together here.
 */
import { compile } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import { parseCondition } from './condition.ts';
import type { Condition } from './condition.ts';
import { readKeywords, readSlot } from './event.ts';
import type { Expr } from './predicate.ts';
import { fits } from './rule.ts';
import type {
  DetectionAst,
  DetectionBlock,
  EventInput,
  ItemAst,
  ParsedRule,
  Position,
  RuleInfo,
} from './types.ts';

/** What an event holds in one field; `values` are cut to what is worth showing. */
export interface FoundField {
  /** The event's own name of the field, after pipelines; absent for keywords. */
  field?: string | undefined;
  present: boolean;
  values: readonly string[];
  /** Values left out of `values`. */
  more: number;
}

export interface ItemStep {
  /** The rule's name of the field; absent for keywords. */
  field?: string | undefined;
  modifiers: readonly string[];
  /** The rule's values as written; `held`: this one alone is found (before `neq`). */
  wanted: readonly { text: string; held: boolean }[];
  found: readonly FoundField[];
  at: Position;
}

export interface Step {
  kind: 'and' | 'or' | 'not' | 'of' | 'selection' | 'item';
  /** `1 of sel_*`, a selection's name; empty where the kind says all. */
  label: string;
  held: boolean;
  /** False where an earlier part has decided already. */
  reached: boolean;
  parts: readonly Step[];
  item?: ItemStep | undefined;
}

const VALUES_SHOWN_MAX = 5;

/** Writes steps for the blocks it is given; one engine holds the lines of all of them. */
export class StepWriter {
  readonly #event: EventInput;
  readonly #options: CompileOptions;
  readonly #ids = new Map<ItemAst, string>();
  readonly #rules: ParsedRule[] = [];
  #held: ReadonlySet<string> | undefined;
  #expr: (id: string) => Expr | undefined = () => undefined;

  constructor(event: EventInput, options: CompileOptions) {
    this.#event = event;
    this.#options = options;
  }

  /** Announces a block that compiles as a whole; `info` says for which log source it is compiled. */
  add(block: DetectionBlock, info: RuleInfo): void {
    for (const detection of block.selections.values()) this.#addDetection(detection, info);
    this.#held = undefined;
  }

  /** The steps of an announced block. */
  write(block: DetectionBlock, reached: boolean): Step {
    const alternatives = block.conditions.map(({ text }) => parseCondition(text));
    const [only] = alternatives;
    if (alternatives.length === 1 && only !== undefined) return this.#condition(only, block, reached);
    return this.#joined('or', '', reached, alternatives, (one, next) => this.#condition(one, block, next));
  }

  #addDetection(detection: DetectionAst, info: RuleInfo): void {
    if (detection.kind === 'any') for (const part of detection.of) this.#addDetection(part, info);
    else if (detection.kind === 'item') this.#addItem(detection.item, info);
    else for (const item of detection.items) this.#addItem(item, info);
  }

  #addItem(item: ItemAst, info: RuleInfo): void {
    if (this.#ids.has(item)) return;
    const id = String(this.#ids.size);
    this.#ids.set(item, id);
    this.#addRule(item, id, info);
    const modifiers = item.modifiers.filter((name) => name !== 'all' && name !== 'neq');
    for (const [index, value] of item.values.entries())
      this.#addRule({ ...item, modifiers, values: [value] }, `${id}.${String(index)}`, info);
  }

  #addRule(item: ItemAst, id: string, info: RuleInfo): void {
    this.#rules.push({
      info: { ...info, kind: 'rule', id, name: undefined },
      detection: {
        selections: new Map([['s', { kind: 'item', item }]]),
        conditions: [{ text: 's', at: item.at }],
      },
    });
  }

  #ask(id: string): boolean {
    if (this.#held === undefined) {
      const engine = compile(
        [{ rules: this.#rules, correlations: [], filters: [], errors: [] }],
        this.#options,
      );
      this.#held = new Set(engine.match(this.#event).map(({ rule }) => rule.id));
      this.#expr = (rule) => engine.find(rule)?.expr;
    }
    return this.#held.has(id);
  }

  #condition(condition: Condition, block: DetectionBlock, reached: boolean): Step {
    switch (condition.kind) {
      case 'name':
        return this.#selection(condition.name, block, reached);
      case 'not': {
        const inner = this.#condition(condition.of, block, reached);
        return { kind: 'not', label: '', held: !inner.held, reached, parts: [inner] };
      }
      case 'and':
      case 'or':
        return this.#joined(condition.kind, '', reached, condition.of, (part, next) =>
          this.#condition(part, block, next),
        );
      case 'of': {
        const names = [...block.selections.keys()].filter(
          (name) => !name.startsWith('_') && fits(condition.pattern, name),
        );
        const isAll = condition.quantifier === 'all';
        const label = `${isAll ? 'all' : '1'} of ${condition.pattern}`;
        const step = this.#joined(isAll ? 'and' : 'or', label, reached, names, (name, next) =>
          this.#selection(name, block, next),
        );
        return { ...step, kind: 'of' };
      }
    }
  }

  #selection(name: string, block: DetectionBlock, reached: boolean): Step {
    const detection = block.selections.get(name);
    if (detection === undefined) return { kind: 'selection', label: name, held: false, reached, parts: [] };
    const inner = this.#detection(detection, reached);
    // The lines of a selection stand directly below its name.
    const parts = inner.kind === 'and' ? inner.parts : [inner];
    return { kind: 'selection', label: name, held: inner.held, reached, parts };
  }

  #detection(detection: DetectionAst, reached: boolean): Step {
    switch (detection.kind) {
      case 'item':
        return this.#item(detection.item, reached);
      case 'all': {
        const [only, second] = detection.items;
        if (only !== undefined && second === undefined) return this.#item(only, reached);
        return this.#joined('and', '', reached, detection.items, (item, next) => this.#item(item, next));
      }
      case 'any': {
        const [only, second] = detection.of;
        if (only !== undefined && second === undefined) return this.#detection(only, reached);
        return this.#joined('or', '', reached, detection.of, (part, next) => this.#detection(part, next));
      }
    }
  }

  #joined<T>(
    kind: 'and' | 'or',
    label: string,
    reached: boolean,
    of: readonly T[],
    write: (part: T, reached: boolean) => Step,
  ): Step {
    let isOpen = reached;
    let held = kind === 'and';
    const parts = of.map((part) => {
      const step = write(part, isOpen);
      // The first false part decides an "and", the first true one an "or".
      if (step.held !== (kind === 'and')) {
        held = step.held;
        isOpen = false;
      }
      return step;
    });
    return { kind, label, held, reached, parts };
  }

  #item(item: ItemAst, reached: boolean): Step {
    const id = this.#ids.get(item) ?? '';
    const held = this.#ask(id);
    const wanted = item.values.map(({ value, raw }, index) => ({
      text: value === null ? 'null' : raw,
      held: this.#ask(`${id}.${String(index)}`),
    }));
    const expr = this.#expr(id);
    const fields = expr === undefined ? [] : [...new Set(fieldsOf(expr))];
    const found = fields.map((field) => findField(this.#event, field));
    const { field, modifiers, at } = item;
    return {
      kind: 'item',
      label: '',
      held,
      reached,
      parts: [],
      item: { field, modifiers, wanted, found, at },
    };
  }
}

function fieldsOf(expr: Expr): readonly (string | undefined)[] {
  if (expr.kind === 'not') return fieldsOf(expr.of);
  if (expr.kind !== 'leaf') return expr.of.flatMap(fieldsOf);
  const { leaf } = expr;
  return leaf.kind === 'fieldref' ? [leaf.field, leaf.other] : [leaf.field];
}

function findField(event: EventInput, field: string | undefined): FoundField {
  const { present, texts } = field === undefined ? readKeywords(event) : readSlot(event, field);
  const values = texts.slice(0, VALUES_SHOWN_MAX);
  return { field, present, values, more: texts.length - values.length };
}
