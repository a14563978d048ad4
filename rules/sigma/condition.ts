/**
 * Condition text -> tree. Precedence: not > and > or. Chains of `and`/`or` are flat, so ten thousand terms cost
 * no depth; only parentheses and `not` nest, up to a limit.
 */
export type Condition =
  /** `offset`: index of the name, or of the pattern, in the condition. */
  | { kind: 'name'; name: string; offset: number }
  | { kind: 'of'; quantifier: 'any' | 'all'; pattern: string; offset: number }
  | { kind: 'and' | 'or'; of: readonly Condition[] }
  | { kind: 'not'; of: Condition };

/** A condition that cannot be read; rejects its rule. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  /** Index in the condition. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const DEPTH_MAX = 100;
const LENGTH_MAX = 1_000_000;

const KEYWORDS = new Set(['and', 'or', 'not', 'of', '(', ')']);

/** @throws ConditionError saying what was expected, and where. */
export function parseCondition(text: string): Condition {
  if (text.length > LENGTH_MAX)
    throw new ConditionError(
      `the condition is longer than ${String(LENGTH_MAX)} characters: split the rule`,
      0,
    );
  const parser = new Parser(tokenize(text));
  const condition = parser.or(0);
  parser.end();
  return condition;
}

interface Token {
  text: string;
  lower: string;
  /** Index in the condition. */
  offset: number;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|[()]|[^\s()|]+|\|/gu;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (/^\s/u.test(found)) continue;
    if (found === '|') {
      throw new ConditionError(
        'aggregations after "|" were removed from Sigma: write a correlation rule (type event_count or value_count) instead',
        index,
      );
    }
    const bad = /[^\p{L}\p{M}\p{N}_.*?$@:/()-]/u.exec(found);
    if (bad !== null) {
      throw new ConditionError(
        `"${clip(bad[0])}" cannot stand in a condition: write names of selections, "and", "or", "not", "1 of", "all of" and parentheses`,
        index + bad.index,
      );
    }
    tokens.push({ text: found, lower: found.toLowerCase(), offset: index });
  }
  if (tokens.length === 0) throw new ConditionError('the condition is empty: name a selection', 0);
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  or(depth: number): Condition {
    return this.#chain('or', () => this.#and(depth));
  }

  end(): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) this.#fail(token, 'expected "and", "or" or the end');
  }

  #and(depth: number): Condition {
    return this.#chain('and', () => this.#not(depth));
  }

  #chain(word: 'and' | 'or', operand: () => Condition): Condition {
    const of = [operand()];
    while (this.#tokens[this.#next]?.lower === word) {
      this.#next += 1;
      of.push(operand());
    }
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: word, of };
  }

  #not(depth: number): Condition {
    let negations = 0;
    while (this.#tokens[this.#next]?.lower === 'not') {
      this.#next += 1;
      negations += 1;
    }
    const operand = this.#primary(depth);
    return negations % 2 === 0 ? operand : { kind: 'not', of: operand };
  }

  #primary(depth: number): Condition {
    const token = this.#tokens[this.#next];
    if (token === undefined)
      throw new ConditionError('the condition ends where a selection name was expected', this.#end());
    if (token.text === '(') {
      if (depth >= DEPTH_MAX)
        throw new ConditionError(
          `parentheses are nested deeper than ${String(DEPTH_MAX)}: split the condition`,
          token.offset,
        );
      this.#next += 1;
      const inner = this.or(depth + 1);
      const close = this.#tokens[this.#next];
      if (close?.text !== ')') this.#fail(close, 'expected ")"');
      this.#next += 1;
      return inner;
    }
    if (this.#tokens[this.#next + 1]?.lower === 'of') return this.#quantified(token);
    if (KEYWORDS.has(token.lower)) this.#fail(token, 'expected a selection name');
    if (/[*?]/.test(token.text)) this.#fail(token, 'a pattern needs "1 of" or "all of" before it');
    this.#next += 1;
    return { kind: 'name', name: token.text, offset: token.offset };
  }

  #quantified(token: Token): Condition {
    const quantifier =
      token.lower === 'all' ? 'all' : token.lower === '1' || token.lower === 'any' ? 'any' : undefined;
    if (quantifier === undefined) this.#fail(token, 'only "1 of", "any of" and "all of" exist');
    const pattern = this.#tokens[this.#next + 2];
    if (pattern === undefined || KEYWORDS.has(pattern.lower))
      this.#fail(pattern, 'expected "them" or a pattern after "of"');
    this.#next += 3;
    const { lower, text, offset } = pattern;
    return { kind: 'of', quantifier, pattern: lower === 'them' ? 'them' : text, offset };
  }

  #fail(token: Token | undefined, expected: string): never {
    const found = token === undefined ? 'the end' : `"${clip(token.text)}"`;
    throw new ConditionError(`in the condition: ${expected}, found ${found}`, token?.offset ?? this.#end());
  }

  /** Right behind the last word. */
  #end(): number {
    const last = this.#tokens.at(-1);
    return last === undefined ? 0 : last.offset + last.text.length;
  }
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
