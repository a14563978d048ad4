/**
 * The value that follows a name of a secret, in the forms in which settings, data, commands and messages are written.
 * Invariant: what is looked at of a text is bounded for each name, so that all of it takes time in proportion.
 */
import { SHELL_WORD } from './secret-forms.ts';
import {
  DEFAULT_COMMUNITY,
  NAME_BEFORE_BLANK,
  NAMES_A_PLACE,
  PLACE,
  PLAIN_KEY,
  PLAIN_VALUE,
} from './secret-names.ts';

export interface Span {
  start: number;
  end: number;
}

const KEY_CHARS_MAX = 64;
const LINE_BEGIN_CHARS_MAX = 40;
/** An open quote is looked for on later lines for so long. */
const QUOTED_CHARS_MAX = 8_192;

/** From behind the name to the value: the rest of the key and the sign; or a few words before it (`mật khẩu đăng nhập: `). */
const KEY_END = String.raw`[\w.-]{0,${KEY_CHARS_MAX}}(?:\\{0,8}["'\x60])?\]?`;
const TO_VALUE = String.raw`[ \t]*(?:\n[ \t]{0,64}(?=["']))?(?=[^\s=])`;
const SIGN = new RegExp(String.raw`${KEY_END}[ \t]*(=>|[:=]{1,2}|>|%3[ad]|\((?=["']))${TO_VALUE}`, 'iy');
const WORDS_AND_SIGN = new RegExp(
  String.raw`${KEY_END}(?: {1,3}[a-z]{1,14}){1,3}(?:\\{0,8}["'])?[ \t]*(=>|[:=]{1,2})(?=[\s"'])${TO_VALUE}`,
  'iy',
);
const BLANK = new RegExp(String.raw`[\w.-]{0,${KEY_CHARS_MAX}}["']?[ \t]+(?![|&]\s|\(\/)(?=[^\s=:-])`, 'y');
/** Words before the secret that say of what kind it is. */
const KIND = /(?:(?:basic|bearer|digest|negotiate|apikey|token)|ENC)[ \t]+(?=\S)/iy;
const LINE_NUMBER = /\d{1,7}(?![\w.@-])/y;
const KIND_NUMBER = /\d{1,2}[ \t]+(?=\S)/y;
/** `${NAME}`, `{{ name }}`, `%(name)s`: where it comes from, not what it is. */
const REFERENCE = /\$\{\w{1,64}\}|\{\{[^}\n]{1,200}\}\}|%\(\w{1,64}\)s/y;
const LIST = /\[\s{0,64}["'][^\]]{0,8192}\]?/y;
const OPENS = /[[{(]\s/y;
const BLOCK = /[|>][+-]?\d?[+-]?[ \t]*(?:#[^\n]*)?\n/y;
/** To the end of the tag, when it is the one that opens an element. */
const TAG_END = /[\w.-]{0,64}(?:\s[^<>]{0,512}[^<>/])?>(?=[^<]|<!)/y;
const CDATA = /<!\[CDATA\[/y;
/** One sign of a value without quotes; `,` and `;` are of it unless something ends there. */
const OF_VALUE = String.raw`(?:[^\s"'<>,;]|[,;](?!\s|$|["'}\])]|[\w.-]{1,40}[ \t]?[=:])|["'<>](?=\w))`;
const VALUE = new RegExp(`${OF_VALUE}+`, 'y');
/** With the words behind it, up to a comment, an option or the next setting. */
const VALUE_TO_END = new RegExp(
  String.raw`${OF_VALUE}+(?:[ \t]+(?![#;-]|[\w.-]{1,64}[ \t]?[=:])${OF_VALUE}+)*`,
  'y',
);
const SHELL = new RegExp(SHELL_WORD, 'my');
const ELEMENT = /[^<\n]+/y;

/**
 * @param plain the text without Vietnamese marks
 * @param name where the name stands
 * @returns where its value stands; undefined when it has none, or one that is no secret
 */
export function findValue(text: string, plain: string, name: Span): Span | undefined {
  const keyStart = beginOfKey(plain, name.start);
  const inElement = namesElement(plain, keyStart) ? matchAt(TAG_END, plain, name.end) : undefined;
  if (inElement !== undefined) return elementAt(text, inElement.end);
  const isOption = plain[keyStart] === '-';
  const sign =
    matchAt(SIGN, plain, name.end) ?? (isOption ? undefined : matchAt(WORDS_AND_SIGN, plain, name.end));
  const gap = sign ?? matchAt(BLANK, plain, name.end);
  if (gap === undefined) return undefined;
  const key = plain.slice(keyStart, gap.end).replace(/[\s"'=:>\]]+$/, '');
  if (sign === undefined && !(isOption || NAME_BEFORE_BLANK.test(key))) return undefined;
  const signText = sign?.groups[0];
  if (PLAIN_KEY.test(key)) return undefined;
  // `/etc/pam.d/common-password: ...` and `.../common-password:12` name a place.
  const isLocation = signText === ':' && plain[keyStart - 1] === '/';
  if (isLocation && (/\s$/.test(plain.slice(name.end, gap.end)) || matchAt(LINE_NUMBER, plain, gap.end)))
    return undefined;
  let start = gap.end;
  start = matchAt(KIND, text, start)?.end ?? start;
  if (sign === undefined) start = matchAt(KIND_NUMBER, text, start)?.end ?? start;
  if (matchAt(REFERENCE, text, start) !== undefined) return undefined;
  if (signText === '>') return elementAt(text, start);
  const whole = spanAt(LIST, text, start) ?? (signText === ':' ? blockAt(text, start, keyStart) : undefined);
  if (whole !== undefined) return whole;
  if (matchAt(OPENS, text, start) !== undefined) return undefined;
  // `NAME=x program` is how shells set a variable for one program: there the value is one word.
  const isVariable = signText === '=' && /^[A-Z0-9_]+$/.test(key);
  const toEnd = sign !== undefined && !isVariable && beginsLine(plain, keyStart);
  const quoted = quotedAt(text, start, isOption || isVariable);
  const span = quoted ?? spanAt(isOption || isVariable ? SHELL : toEnd ? VALUE_TO_END : VALUE, text, start);
  if (span === undefined || span.end <= span.start) return undefined;
  const value = text.slice(span.start, span.end);
  const [first = ''] = value.split(/\s/, 1);
  const isNumber = /\b(?:pin|otp)$/i.test(key);
  if (!isNumber && PLAIN_VALUE.test(quoted === undefined ? first : value)) return undefined;
  if (/community/i.test(key) && DEFAULT_COMMUNITY.test(value)) return undefined;
  if (NAMES_A_PLACE.test(key) && PLACE.test(value)) return undefined;
  // `password retry=3`: another setting follows, no value.
  if (sign === undefined && !isOption && /^[\w-]{1,32}=[^=]/.test(value)) return undefined;
  return span;
}

function matchAt(pattern: RegExp, text: string, at: number): { end: number; groups: string[] } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : { end: pattern.lastIndex, groups: match.slice(1) };
}

function spanAt(pattern: RegExp, text: string, start: number): Span | undefined {
  const match = matchAt(pattern, text, start);
  return match === undefined ? undefined : { start, end: match.end };
}

function beginOfKey(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < KEY_CHARS_MAX && /[\w.-]/.test(text[start - 1] ?? '')) start -= 1;
  return start;
}

/** `<secret` or `<ns:secret`. */
function namesElement(text: string, keyStart: number): boolean {
  return /<(?:[\w-]{1,32}:)?$/.test(text.slice(Math.max(0, keyStart - LINE_BEGIN_CHARS_MAX), keyStart));
}

/** Whether nothing but indentation, quotes and words of shells stands before it on its line. */
function beginsLine(text: string, keyStart: number): boolean {
  const before = text.slice(Math.max(0, keyStart - LINE_BEGIN_CHARS_MAX), keyStart);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (line.length === LINE_BEGIN_CHARS_MAX) return false;
  return /^[\s#;/*-]*(?:(?:export|set|setenv|declare -x|env|Environment=)\s*)?["']?$/.test(line);
}

function elementAt(text: string, start: number): Span | undefined {
  const data = matchAt(CDATA, text, start);
  if (data === undefined) return spanAt(ELEMENT, text, start);
  const length = text.slice(data.end, data.end + QUOTED_CHARS_MAX).indexOf(']]>');
  return { start: data.end, end: length === -1 ? endOfLine(text, start) : data.end + length };
}

/** `key: |` of YAML with the lines below it that are further in. */
function blockAt(text: string, start: number, keyStart: number): Span | undefined {
  const head = matchAt(BLOCK, text, start);
  if (head === undefined) return undefined;
  const before = text.slice(Math.max(0, keyStart - KEY_CHARS_MAX), keyStart);
  const indent = /^\s*/.exec(before.slice(before.lastIndexOf('\n') + 1))?.[0].length ?? 0;
  let end = head.end;
  while (end < text.length) {
    const lineEnd = endOfLine(text, end);
    const line = text.slice(end, lineEnd);
    if (line.trim() !== '' && (/^\s*/.exec(line)?.[0].length ?? 0) <= indent) break;
    end = Math.min(text.length, lineEnd + 1);
  }
  return end === head.end ? undefined : { start: head.end, end };
}

/** With the signs of the quotes outside; one that is not closed goes to the end of its line. */
function quotedAt(text: string, at: number, inShell: boolean): Span | undefined {
  const [quote = ''] = /^\\{0,8}["'`]/.exec(text.slice(at, at + 9)) ?? [];
  if (quote === '') return undefined;
  const start = at + quote.length;
  const limit = Math.min(text.length, start + QUOTED_CHARS_MAX);
  for (let end = start; end < limit; end += 1) {
    if (quote.length === 1 && quote !== "'" && text[end] === '\\') end += 1;
    else if (text.startsWith(quote, end)) {
      // Doubled, it is a sign of the value.
      if (quote.length > 1 || end === start || text[end + 1] !== quote) {
        // In a shell a word goes on behind its quotes.
        const rest = inShell ? matchAt(SHELL, text, end + quote.length) : undefined;
        return { start, end: rest?.end ?? end };
      }
      end += 1;
    }
  }
  return { start, end: endOfLine(text, start) };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
