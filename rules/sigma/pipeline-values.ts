/**
 * Value tables of pipelines, read from both sides: which further patterns a rule's pattern stands for, and which further
 * values an event's value stands for. The value or pattern as it is always counts too.
 */
import { join } from './predicate.ts';
import type { Expr, Predicate } from './predicate.ts';
import { fold } from './fold.ts';
import { asList } from './pipeline.ts';
import type { ValueMap } from './pipeline.ts';
import { literalOf } from './text.ts';
import type { Token, Tokens } from './text.ts';

interface Affix {
  rule: string;
  event: string;
}

/** Members of a list in an event that are translated. */
const MEMBERS_MAX = 1_000;

export class ValueTable {
  readonly #toEvent = new Map<string, string[]>();
  readonly #toRule = new Map<string, string[]>();
  readonly #prefixes: readonly Affix[];
  readonly #suffixes: readonly Affix[];

  constructor({ map = {}, prefix = {}, suffix = {} }: ValueMap) {
    for (const [rule, values] of Object.entries(map)) {
      for (const value of asList(values)) {
        add(this.#toEvent, rule, String(value));
        add(this.#toRule, String(value), rule);
      }
    }
    this.#prefixes = Object.entries(prefix).map(([rule, event]) => ({ rule, event }));
    this.#suffixes = Object.entries(suffix).map(([rule, event]) => ({ rule, event }));
  }

  /** Every text comparison in the expression as "this, or what the event writes for it". */
  widen(expr: Expr): Expr {
    switch (expr.kind) {
      case 'leaf':
        return expr.leaf.kind === 'text' ? this.#widenText(expr, expr.leaf) : expr;
      case 'not':
        return { kind: 'not', of: this.widen(expr.of) };
      case 'and':
      case 'or':
        return join(
          expr.kind,
          expr.of.map((part) => this.widen(part)),
        );
    }
  }

  #widenText(expr: Expr, leaf: Extract<Predicate, { kind: 'text' }>): Expr {
    const literal = literalOf(leaf.tokens);
    const whole = literal === undefined ? [] : (this.#toEvent.get(fold(literal)) ?? []);
    const begun = this.#prefixes.flatMap(({ rule, event }) => swapStart(leaf.tokens, rule, event));
    const patterns: readonly Tokens[] = [
      ...whole.map((text) => [text]),
      ...begun,
      ...[leaf.tokens, ...begun].flatMap((tokens) =>
        this.#suffixes.flatMap(({ rule, event }) => swapEnd(tokens, rule, event)),
      ),
    ];
    if (patterns.length === 0) return expr;
    return join('or', [
      expr,
      ...patterns.map((tokens): Expr => ({ kind: 'leaf', leaf: { ...leaf, tokens } })),
    ]);
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

function add(map: Map<string, string[]>, key: string, value: string): void {
  const folded = fold(key);
  const list = map.get(folded);
  if (list === undefined) map.set(folded, [value]);
  else list.push(value);
}

/** The pattern with another beginning; none where it does not begin with that text. */
function swapStart(tokens: Tokens, from: string, to: string): Token[][] {
  const [first, ...rest] = tokens;
  if (typeof first !== 'string' || !fold(first).startsWith(fold(from))) return [];
  return [[to + first.slice(from.length), ...rest]];
}

function swapEnd(tokens: Tokens, from: string, to: string): Token[][] {
  const last = tokens.at(-1);
  if (typeof last !== 'string' || !fold(last).endsWith(fold(from))) return [];
  return [[...tokens.slice(0, -1), last.slice(0, last.length - from.length) + to]];
}
