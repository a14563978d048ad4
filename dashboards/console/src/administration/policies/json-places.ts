/**
 * JSON with the place of everything in it, for an editor: where a fault is, and where a setting stands. Invariant: it takes
 * exactly what JSON.parse takes, but for names that stand twice in one object, which it calls a fault.
 */
export type JsonFault = 'unexpected' | 'end' | 'string' | 'number' | 'twice' | 'rest';

export type JsonRead =
  /** Places of settings by their dotted names, from 0 in the text. */
  | { readonly value: unknown; readonly places: ReadonlyMap<string, number> }
  | { readonly fault: JsonFault; readonly at: number };

const depthMax = 200;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
// Control characters are faults in JSON's strings.
// oxlint-disable-next-line no-control-regex
const stringPattern = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const spacePattern = /[ \t\r\n]*/uy;

class Fault extends Error {
  readonly kind: JsonFault;
  readonly at: number;

  constructor(kind: JsonFault, at: number) {
    super(kind);
    this.kind = kind;
    this.at = at;
  }
}

class Reader {
  readonly #text: string;
  readonly places = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#value('', 0);
    this.#space();
    if (this.#at < this.#text.length) throw new Fault('rest', this.#at);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #space(): void {
    this.#take(spacePattern);
  }

  #fault(): Fault {
    return new Fault(this.#at >= this.#text.length ? 'end' : 'unexpected', this.#at);
  }

  #value(path: string, depth: number): void {
    this.#space();
    const sign = this.#text[this.#at];
    if (depth > depthMax) throw new Fault('unexpected', this.#at);
    if (sign === '{') this.#object(path, depth);
    else if (sign === '[') this.#list(path, depth);
    else if (sign === '"') this.#string();
    else if (sign !== undefined && /[-\d]/u.test(sign)) {
      const begin = this.#at;
      if (this.#take(numberPattern) === undefined || /[\w.]/u.test(this.#text[this.#at] ?? ''))
        throw new Fault('number', begin);
    } else {
      const word = ['true', 'false', 'null'].find((one) => this.#text.startsWith(one, this.#at));
      if (word === undefined) throw this.#fault();
      this.#at += word.length;
    }
  }

  #string(): string {
    const begin = this.#at;
    const found = this.#take(stringPattern);
    if (found === undefined) throw this.#text[begin] === '"' ? new Fault('string', begin) : this.#fault();
    return String(JSON.parse(found));
  }

  #object(path: string, depth: number): void {
    this.#at += 1;
    const names = new Set<string>();
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#space();
      const begin = this.#at;
      const name = this.#string();
      if (names.has(name)) throw new Fault('twice', begin);
      names.add(name);
      const own = path === '' ? name : `${path}.${name}`;
      this.places.set(own, begin);
      this.#space();
      if (this.#text[this.#at] !== ':') throw this.#fault();
      this.#at += 1;
      this.#value(own, depth + 1);
      if (this.#ends('}')) return;
    }
  }

  #list(path: string, depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at += 1;
      return;
    }
    for (let index = 0; ; index += 1) {
      this.#value(`${path}.${index}`, depth + 1);
      if (this.#ends(']')) return;
    }
  }

  /** After a value: a comma, or the end of what it lies in. */
  #ends(close: '}' | ']'): boolean {
    this.#space();
    const sign = this.#text[this.#at];
    if (sign !== ',' && sign !== close) throw this.#fault();
    this.#at += 1;
    return sign === close;
  }
}

export function readJson(text: string): JsonRead {
  const reader = new Reader(text);
  try {
    reader.whole();
  } catch (error) {
    if (error instanceof Fault) return { fault: error.kind, at: error.at };
    throw error;
  }
  const value: unknown = JSON.parse(text);
  return { value, places: reader.places };
}

/** Line and column, from 1. */
export function lineOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - (before.lastIndexOf('\n') + 1) + 1 };
}
