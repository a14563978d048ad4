/**
 * Value tables of pipelines, read from both sides: which further patterns a rule's pattern stands for, and which further
 * values an event's value stands for. The value or pattern as it is always counts too.
 */
import { readSlot } from './event.ts';
import { slotTest } from './evaluate.ts';
import { fold } from './fold.ts';
import { ItemError } from './modifiers/item-state.ts';
import { restAfter, restBefore } from './pattern-rest.ts';
import { asList } from './pipeline.ts';
import type { ValueMap } from './pipeline.ts';
import { join } from './predicate.ts';
import type { Expr, Predicate } from './predicate.ts';
import { patternProblem } from './text.ts';
import type { Token } from './text.ts';
import type { Position } from './types.ts';

type TextPredicate = Extract<Predicate, { kind: 'text' }>;

/** One line of a table: what rules write, and what events write for it. */
interface Writing {
  rule: string;
  event: string;
}

/** Members of a list in an event that are translated. */
const MEMBERS_MAX = 1_000;

export class ValueTable {
  readonly #map: readonly Writing[];
  readonly #toRule = new Map<string, string[]>();
  readonly #prefixes: readonly Writing[];
  readonly #suffixes: readonly Writing[];

  constructor({ map = {}, prefix = {}, suffix = {} }: ValueMap) {
    this.#map = Object.entries(map).flatMap(([rule, values]) =>
      asList(values).map((event) => ({ rule, event: String(event) })),
    );
    for (const { rule, event } of this.#map) {
      const folded = fold(event);
      this.#toRule.set(folded, [...(this.#toRule.get(folded) ?? []), rule]);
    }
    this.#prefixes = Object.entries(prefix).map(([rule, event]) => ({ rule, event }));
    this.#suffixes = Object.entries(suffix).map(([rule, event]) => ({ rule, event }));
  }

  /**
   * Every comparison with a value in the expression as "this, or what the event writes for it".
   * @throws ItemError where that makes a pattern which cannot be searched.
   */
  widen(expr: Expr, at: Position): Expr {
    switch (expr.kind) {
      case 'leaf': {
        const others = this.#writings(expr.leaf);
        const problem = others.map((leaf) => patternProblem(leaf.tokens)).find((one) => one !== undefined);
        if (problem !== undefined) throw new ItemError(`with its pipeline's "values", ${problem}`, at);
        return join('or', [expr, ...others.map((leaf): Expr => ({ kind: 'leaf', leaf }))]);
      }
      case 'not':
        return { kind: 'not', of: this.widen(expr.of, at) };
      case 'and':
      case 'or':
        return join(
          expr.kind,
          expr.of.map((part) => this.widen(part, at)),
        );
    }
  }

  #writings(leaf: Predicate): TextPredicate[] {
    if (leaf.kind === 'null' || leaf.kind === 'exists' || leaf.kind === 'fieldref') return [];
    const test = this.#map.length === 0 ? undefined : slotTest(leaf);
    // Which of the rules' values the comparison is true of decides, whatever kind it is.
    const whole = this.#map.flatMap(({ rule, event }): TextPredicate[] =>
      test?.(readSlot({ value: rule }, 'value'), undefined) === true
        ? [{ kind: 'text', field: leaf.field, tokens: event === '' ? [] : [event], cased: false }]
        : [],
    );
    return leaf.kind === 'text' ? [...whole, ...this.#patterns(leaf)] : whole;
  }

  #patterns(leaf: TextPredicate): TextPredicate[] {
    const { cased } = leaf;
    const ended = this.#suffixes.flatMap(({ rule, event }) =>
      restBefore(leaf.tokens, rule, cased).map((rest): Token[] => [...rest, event]),
    );
    const begun = [leaf.tokens, ...ended].flatMap((tokens) =>
      this.#prefixes.flatMap(({ rule, event }) =>
        restAfter(tokens, rule, cased).map((rest): Token[] => [event, ...rest]),
      ),
    );
    return [...ended, ...begun].map((tokens) => ({ ...leaf, tokens }));
  }

  /** The value with what it stands for in rules; the very same value where it stands for itself alone. */
  translate(value: unknown): unknown {
    if (Array.isArray(value)) {
      const members = value as readonly unknown[];
      const made = members.slice(0, MEMBERS_MAX).flatMap((member) => asList(this.translate(member)));
      return made.length === members.length ? value : [...new Set([...made, ...members.slice(MEMBERS_MAX)])];
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return value;
    const text = String(value);
    const folded = fold(text);
    const begun = this.#prefixes.flatMap(({ rule, event }) =>
      folded.startsWith(fold(event)) ? [rule + text.slice(event.length)] : [],
    );
    const made = [
      ...(this.#toRule.get(folded) ?? []),
      ...begun,
      ...[text, ...begun].flatMap((one) =>
        this.#suffixes.flatMap(({ rule, event }) =>
          fold(one).endsWith(fold(event)) ? [one.slice(0, one.length - event.length) + rule] : [],
        ),
      ),
    ];
    return made.length === 0 ? value : [...new Set([...made, value])];
  }
}
