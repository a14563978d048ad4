/**
 * Regular expressions that the runtime's own engine may run, which is ten times as fast and goes back over a text: only
 * where the pattern itself bounds how often it can. Invariants: for ASCII text the answer is that of RE2; a search takes
 * at most `WORK_MAX` steps for each character; whatever is not plainly understood is left to RE2.
 */

/** Steps from one place of a text: all ways through the pattern, each to its end. */
const WORK_MAX = 2_500;

/** A piece of the pattern in the runtime's words. */
interface Part {
  source: string;
  /** In how many ways it can match from one place. */
  ways: number;
  /** Of the longest of them. */
  steps: number;
}

const CLASSES: ReadonlyMap<string, string> = new Map([
  ['d', '0-9'],
  ['w', '0-9A-Za-z_'],
  ['s', String.raw`\t\n\f\r `],
]);
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['n', String.raw`\n`],
  ['r', String.raw`\r`],
  ['t', String.raw`\t`],
]);
const REPEAT = /\?|\{([0-9]{1,4})(?:(,)([0-9]{1,4}))?\}/y;
const ONE: Omit<Part, 'source'> = { ways: 1, steps: 1 };

/** For ASCII texts alone; undefined where the pattern is RE2's to run. @param flags out of i, m, s */
export function nativeRegex(pattern: string, flags: string): RegExp | undefined {
  const isInsensitive = pattern.startsWith('(?i)');
  // What ends a line is not the same in both.
  if (flags.includes('m')) return undefined;
  const reader = new Reader(isInsensitive ? pattern.slice(4) : pattern, flags.includes('s'));
  const part = reader.read();
  if (part === undefined || part.ways * (1 + part.steps) > WORK_MAX) return undefined;
  return new RegExp(part.source, isInsensitive || flags.includes('i') ? 'i' : '');
}

/** Reads a pattern once from left to right; gives up with undefined. */
class Reader {
  readonly #pattern: string;
  readonly #dot: string;
  #at = 0;

  constructor(pattern: string, dotAll: boolean) {
    this.#pattern = pattern;
    this.#dot = dotAll ? '[^]' : String.raw`[^\n]`;
  }

  read(): Part | undefined {
    const part = this.#alternatives();
    return this.#at === this.#pattern.length ? part : undefined;
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #alternatives(): Part | undefined {
    const parts: Part[] = [];
    do {
      const part = this.#sequence();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#take('|'));
    return {
      source: parts.map(({ source }) => source).join('|'),
      ways: parts.reduce((sum, { ways }) => sum + ways, 0),
      steps: parts.reduce((sum, { steps }) => sum + steps, 0),
    };
  }

  #sequence(): Part | undefined {
    const whole: Part = { source: '', ways: 1, steps: 0 };
    for (;;) {
      const next = this.#pattern[this.#at];
      if (next === undefined || next === '|' || next === ')') return whole;
      const part = this.#repeated();
      if (part === undefined || whole.ways * part.ways > WORK_MAX) return undefined;
      whole.source += part.source;
      whole.ways *= part.ways;
      whole.steps += part.steps;
    }
  }

  #repeated(): Part | undefined {
    if (this.#take('^')) return { source: '^', ...ONE };
    if (this.#take('$')) return { source: '$', ...ONE };
    if (this.#take(String.raw`\b`)) return { source: String.raw`\b`, ...ONE };
    const part = this.#one();
    REPEAT.lastIndex = this.#at;
    const repeat = REPEAT.exec(this.#pattern);
    if (part === undefined || repeat === null) return part;
    this.#at += repeat[0].length;
    // Whether it takes as much or as little as it can makes no difference to whether there is a match.
    this.#take('?');
    const [text, least = '0', comma, most = least] = repeat;
    const [from, to] = text === '?' ? [0, 1] : [Number(least), Number(comma === undefined ? least : most)];
    if (to > WORK_MAX || from > to) return undefined;
    let ways = 0;
    for (let times = from; times <= to; times += 1) ways += part.ways ** times;
    return { source: `${part.source}{${from},${to}}`, ways, steps: part.steps * to };
  }

  /** A character, a class or a group. */
  #one(): Part | undefined {
    const character = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\': {
        const source = this.#escaped();
        return source === undefined ? undefined : { source, ...ONE };
      }
      case '.':
        return { source: this.#dot, ...ONE };
      default:
        return /[\^$*+?{}\]]/.test(character) || !isAscii(character)
          ? undefined
          : { source: literal(character), ...ONE };
    }
  }

  #group(): Part | undefined {
    if (this.#pattern[this.#at] === '?' && !this.#take('?:')) return undefined;
    const inside = this.#alternatives();
    if (inside === undefined || !this.#take(')')) return undefined;
    return { ...inside, source: `(?:${inside.source})` };
  }

  /** Behind a backslash, outside a class. */
  #escaped(): string | undefined {
    const character = this.#pattern[this.#at] ?? '';
    this.#at += 1;
    const named = CLASSES.get(character.toLowerCase());
    if (named !== undefined) return CLASSES.has(character) ? `[${named}]` : `[^${named}]`;
    return isSign(character) ? literal(character) : CONTROLS.get(character);
  }

  #class(): Part | undefined {
    const negated = this.#take('^');
    const members: string[] = [];
    for (;;) {
      const character = this.#pattern[this.#at] ?? '';
      this.#at += 1;
      if (character === ']' && members.length > 0) break;
      if (character === '[' || character === ']' || character === '' || !isAscii(character)) return undefined;
      if (character !== '\\') {
        members.push(this.#member(character, members.length));
        continue;
      }
      const escaped = this.#pattern[this.#at] ?? '';
      this.#at += 1;
      const member = CLASSES.get(escaped) ?? (isSign(escaped) ? literal(escaped) : CONTROLS.get(escaped));
      if (member === undefined) return undefined;
      members.push(member);
    }
    const source = `[${negated ? '^' : ''}${members.join('')}]`;
    return members.includes('') ? undefined : { source, ...ONE };
  }

  /** A member of a class, or a range of plain letters or digits; empty where it is neither. */
  #member(character: string, before: number): string {
    if (this.#pattern[this.#at] !== '-' || this.#pattern[this.#at + 1] === ']')
      return character === '-' && before > 0 && this.#pattern[this.#at] !== ']' ? '' : literal(character);
    const last = this.#pattern[this.#at + 1] ?? '';
    this.#at += 2;
    return /^[A-Za-z0-9]{2}$/.test(character + last) && character <= last ? `${character}-${last}` : '';
  }
}

const isAscii = (character: string): boolean => character !== '' && character.charCodeAt(0) < 0x80;
const isSign = (character: string): boolean => isAscii(character) && /[^A-Za-z0-9]/.test(character);

/** A character that stands for itself, whatever it is. */
function literal(character: string): string {
  return /[A-Za-z0-9]/.test(character)
    ? character
    : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
