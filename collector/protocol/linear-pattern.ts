/**
 * Patterns of posture policies: a small regular language that both ends read alike and that matches in time linear in
 * the text, whatever the pattern says. Literals, `.`, classes, `\d \w \s` and their opposites, `^ $`, groups, `|`,
 * `* + ? {m,n}`; `(?i)` in front ignores the case of ASCII letters. No back-references, no look-around, no captures.
 */

export interface LinearPattern {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
}

export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** UTF-16 code units, both ends included. */
type Range = readonly [from: number, to: number];

type Node =
  | { kind: 'unit'; ranges: readonly Range[] }
  | { kind: 'sequence'; nodes: readonly Node[] }
  | { kind: 'choice'; nodes: readonly Node[] }
  | { kind: 'repeat'; node: Node; min: number; max: number }
  | { kind: 'start' | 'end' };

type Step =
  | { kind: 'unit'; ranges: readonly Range[]; next: number }
  | { kind: 'split'; left: number; right: number }
  | { kind: 'start'; next: number }
  | { kind: 'end'; next: number }
  | { kind: 'match' };

const STEPS_MAX = 4_000;
const DEPTH_MAX = 30;
const REPEAT_MAX = 200;
const LAST_UNIT = 0xffff;

const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 13],
    [32, 32],
    [160, 160],
  ],
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13 };

/** @throws PatternError that says what is wrong and where */
export function compilePattern(source: string): LinearPattern {
  const ignoreCase = source.startsWith('(?i)');
  const node = new Parser(ignoreCase ? source.slice(4) : source, ignoreCase).parse();
  const steps: Step[] = [{ kind: 'match' }];
  const first = emit(node, 0, steps);
  return { test: (text) => search(steps, first, text) };
}

class Parser {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  #at = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  parse(): Node {
    const node = this.#choice(0);
    if (this.#at < this.#source.length) throw this.#error('a ")" that nothing opens');
    return node;
  }

  #error(what: string): PatternError {
    return new PatternError(`${what}, at character ${this.#at + 1} of ${JSON.stringify(this.#source)}`);
  }

  #choice(depth: number): Node {
    if (depth > DEPTH_MAX) throw this.#error(`more than ${DEPTH_MAX} groups inside each other`);
    const nodes = [this.#sequence(depth)];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      nodes.push(this.#sequence(depth));
    }
    const [only] = nodes;
    return nodes.length === 1 && only !== undefined ? only : { kind: 'choice', nodes };
  }

  #sequence(depth: number): Node {
    const nodes: Node[] = [];
    for (;;) {
      const unit = this.#source[this.#at];
      if (unit === undefined || unit === '|' || unit === ')') return { kind: 'sequence', nodes };
      nodes.push(this.#repeated(this.#atom(unit, depth)));
    }
  }

  #atom(unit: string, depth: number): Node {
    this.#at += 1;
    switch (unit) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'unit', ranges: [[0, LAST_UNIT]] };
      case '[':
        return { kind: 'unit', ranges: this.#class() };
      case '\\':
        return { kind: 'unit', ranges: this.#folded(this.#escape()) };
      case '(': {
        if (this.#source.startsWith('?:', this.#at)) this.#at += 2;
        else if (this.#source[this.#at] === '?') throw this.#error('only (?: ) and a leading (?i) are known');
        const node = this.#choice(depth + 1);
        if (this.#source[this.#at] !== ')') throw this.#error('a "(" that nothing closes');
        this.#at += 1;
        return node;
      }
      case '*':
      case '+':
      case '?':
      case '{':
        this.#at -= 1;
        throw this.#error(`"${unit}" with nothing to repeat`);
      default: {
        const code = unit.charCodeAt(0);
        return { kind: 'unit', ranges: this.#folded([[code, code]]) };
      }
    }
  }

  #repeated(node: Node): Node {
    const unit = this.#source[this.#at];
    const bounds =
      unit === '*' ? [0, Infinity] : unit === '+' ? [1, Infinity] : unit === '?' ? [0, 1] : undefined;
    if (bounds !== undefined) {
      this.#at += 1;
    } else if (unit !== '{') {
      return node;
    }
    const [min = 0, max = 0] = bounds ?? this.#braces();
    if (node.kind === 'start' || node.kind === 'end') throw this.#error('an anchor cannot be repeated');
    const next = this.#source[this.#at] ?? '';
    if ('*+?{'.includes(next) && next !== '') throw this.#error('one repetition directly after another');
    return { kind: 'repeat', node, min, max };
  }

  #braces(): [min: number, max: number] {
    const found = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/.exec(this.#source.slice(this.#at));
    if (found === null) throw this.#error('a "{" that is no {m,n}; write \\{');
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === undefined ? Infinity : Number(found[3]);
    if (min > REPEAT_MAX || (max !== Infinity && max > REPEAT_MAX) || max < min)
      throw this.#error(`a repetition outside 0 to ${REPEAT_MAX}`);
    this.#at += found[0].length;
    return [min, max];
  }

  /** What follows a backslash. */
  #escape(): readonly Range[] {
    const unit = this.#source[this.#at];
    if (unit === undefined) throw this.#error('a backslash at the end');
    this.#at += 1;
    const named = CLASSES[unit];
    if (named !== undefined) return named;
    const opposite = CLASSES[unit.toLowerCase()];
    if (opposite !== undefined) return complement(opposite);
    const code = CONTROLS[unit] ?? (/[A-Za-z0-9]/.test(unit) ? undefined : unit.charCodeAt(0));
    if (code === undefined) throw this.#error(`\\${unit} is not known`);
    return [[code, code]];
  }

  #class(): readonly Range[] {
    const negated = this.#source[this.#at] === '^';
    if (negated) this.#at += 1;
    const ranges: Range[] = [];
    for (let first = true; ; first = false) {
      const unit = this.#source[this.#at];
      if (unit === undefined) throw this.#error('a "[" that nothing closes');
      if (unit === ']' && !first) break;
      ranges.push(...this.#member());
    }
    this.#at += 1;
    const folded = this.#folded(ranges);
    return negated ? complement(folded) : folded;
  }

  #member(): readonly Range[] {
    const from = this.#one();
    const only = from[0];
    if (only === undefined || from.length > 1 || only[0] !== only[1]) return from;
    if (this.#source[this.#at] !== '-' || this.#source[this.#at + 1] === ']') return from;
    this.#at += 1;
    const to = this.#one()[0];
    if (to === undefined || to[0] !== to[1] || to[0] < only[0])
      throw this.#error('a range that ends before it begins');
    return [[only[0], to[0]]];
  }

  #one(): readonly Range[] {
    const unit = this.#source[this.#at];
    if (unit === undefined) throw this.#error('a "[" that nothing closes');
    this.#at += 1;
    if (unit === '\\') return this.#escape();
    const code = unit.charCodeAt(0);
    return [[code, code]];
  }

  #folded(ranges: readonly Range[]): readonly Range[] {
    if (!this.#ignoreCase) return ranges;
    const more = ranges.flatMap(([from, to]): Range[] => [
      ...overlap(from, to, 65, 90, 32),
      ...overlap(from, to, 97, 122, -32),
    ]);
    return [...ranges, ...more];
  }
}

/** The part of a range that lies within two bounds, moved. */
function overlap(from: number, to: number, low: number, high: number, by: number): Range[] {
  const start = Math.max(from, low);
  const end = Math.min(to, high);
  return start > end ? [] : [[start + by, end + by]];
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const rest: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges.toSorted((left, right) => left[0] - right[0])) {
    if (from > next) rest.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST_UNIT) rest.push([next, LAST_UNIT]);
  return rest;
}

/** Appends the steps of a node that go on at `next`. @returns its first step */
function emit(node: Node, next: number, steps: Step[]): number {
  switch (node.kind) {
    case 'unit':
      return push({ kind: 'unit', ranges: node.ranges, next }, steps);
    case 'start':
    case 'end':
      return push({ kind: node.kind, next }, steps);
    case 'sequence':
      return node.nodes.reduceRight((after, part) => emit(part, after, steps), next);
    case 'choice': {
      const [last, ...others] = node.nodes.map((part) => emit(part, next, steps)).toReversed();
      return others.reduce((right, left) => push({ kind: 'split', left, right }, steps), last ?? next);
    }
    case 'repeat': {
      let first = next;
      if (node.max === Infinity) {
        const loop: Step & { kind: 'split' } = { kind: 'split', left: next, right: next };
        first = push(loop, steps);
        loop.left = emit(node.node, first, steps);
      } else {
        for (let count = node.min; count < node.max; count += 1)
          first = push({ kind: 'split', left: emit(node.node, first, steps), right: next }, steps);
      }
      for (let count = 0; count < node.min; count += 1) {
        const copy = emit(node.node, first, steps);
        // Nothing repeated is nothing, however often and however deep.
        if (copy === first) break;
        first = copy;
      }
      return first;
    }
  }
}

function push(step: Step, steps: Step[]): number {
  if (steps.length >= STEPS_MAX)
    throw new PatternError('the pattern is too long with its repetitions written out');
  return steps.push(step) - 1;
}

/** All ways at once, so each character of the text costs at most one look at each step. */
function search(steps: readonly Step[], first: number, text: string): boolean {
  const seenAt = new Int32Array(steps.length).fill(-1);
  let waiting: number[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : -1;
    const reached: number[] = [];
    const pending = [first, ...waiting];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (seenAt[step] === at) continue;
      seenAt[step] = at;
      const what = steps[step];
      if (what === undefined) continue;
      switch (what.kind) {
        case 'match':
          return true;
        case 'split':
          pending.push(what.right, what.left);
          break;
        case 'start':
          if (at === 0) pending.push(what.next);
          break;
        case 'end':
          if (code === -1) pending.push(what.next);
          break;
        case 'unit':
          if (what.ranges.some(([from, to]) => code >= from && code <= to)) reached.push(what.next);
      }
    }
    waiting = reached;
  }
  return false;
}
