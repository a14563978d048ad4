/**
 * Takes secrets out of text before it is kept, shown or sent: the one place that knows what looks like one. Rather too
 * much is masked than too little. Invariants: a text has as many lines as before; the time it takes is in proportion
 * to its length, whatever is in it.
 */
import { createHmac } from 'node:crypto';
import { OPTION_FORMS, SECRET_FORMS, type SecretForm } from './secret-forms.ts';
import { SECRET_NAME, withoutMarks } from './secret-names.ts';
import { findValue } from './secret-value.ts';

/** What stands in the place of a secret. */
export type Stamp = (secret: string) => string;

const TAG_CHARS = 4;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const STAMPED = /^(?:\*\*\*|«masked)/;

/**
 * A short tag made with the agent's key: a changed secret can be told from the same one, and not what either is.
 * @param key only this agent knows it.
 */
export function keyedStamp(key: Uint8Array): Stamp {
  return (secret) => {
    const digest = createHmac('sha256', key).update(`mask\n${secret}`).digest('hex');
    return `«masked ${digest.slice(0, TAG_CHARS)}»`;
  };
}

export class SecretMask {
  readonly #stamp: Stamp;

  /** @param stamp left out: `***`, which tells nothing. */
  constructor(stamp: Stamp = () => '***') {
    this.#stamp = stamp;
  }

  /** Lines without what looks like a secret; as many as before. */
  lines(lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : this.text(lines.join('\n')).split('\n');
  }

  text(text: string): string {
    // Vietnamese typed with marks of their own is read as that of one sign a letter.
    const composed = /[\u0300-\u036f]/.test(text) ? text.normalize('NFC') : text;
    let result = this.#keys(composed);
    for (const form of OPTION_FORMS) result = this.#form(result, form);
    result = this.#values(result);
    for (const form of SECRET_FORMS) result = this.#form(result, form);
    return result;
  }

  /** Private keys; one without an end goes to the end of the text. */
  #keys(text: string): string {
    let result = '';
    let from = 0;
    for (const { 0: begin, index } of text.matchAll(KEY_BEGIN)) {
      if (index < from) continue;
      const start = index + begin.length;
      KEY_END.lastIndex = start;
      const end = KEY_END.exec(text) === null ? text.length : KEY_END.lastIndex;
      result += `${text.slice(from, index)}-----BEGIN PRIVATE KEY-----${this.#stampLines(text.slice(start, end))}`;
      from = end;
    }
    return result + text.slice(from);
  }

  /** What follows a name of a secret. */
  #values(text: string): string {
    const plain = withoutMarks(text);
    const names = new RegExp(SECRET_NAME, 'gi');
    let result = '';
    let from = 0;
    for (let name = names.exec(plain); name !== null; name = names.exec(plain)) {
      const span = findValue(text, plain, { start: name.index, end: names.lastIndex });
      if (span === undefined) continue;
      const value = text.slice(span.start, span.end);
      result += text.slice(from, span.start) + (STAMPED.test(value) ? value : this.#stampLines(value));
      from = span.end;
      names.lastIndex = span.end;
    }
    return result + text.slice(from);
  }

  #form(text: string, { pattern, holds }: SecretForm): string {
    return text.replace(pattern, (all: string, before: unknown, secret: unknown) => {
      const [kept, hidden] =
        typeof before === 'string' && typeof secret === 'string' ? [before, secret] : ['', all];
      if (STAMPED.test(hidden) || holds?.(hidden) === false) return all;
      return kept + this.#stamp(hidden);
    });
  }

  #stampLines(secret: string): string {
    if (!secret.includes('\n')) return this.#stamp(secret);
    return secret
      .split('\n')
      .map((line) => (line.trim() === '' ? line : this.#stamp(line)))
      .join('\n');
  }
}

const stars = new SecretMask();

/** With `***` for each secret. */
export function maskSecrets(text: string): string {
  return stars.text(text);
}
