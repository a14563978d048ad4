/**
 * What every match of a regular expression needs, told from its text: cautiously, so whatever is not plainly a literal
 * breaks the run. ASCII only, so that folding agrees.
 */
export interface RegexNeeds {
  /** Of each list at least one text stands in the folded value. */
  anyOf: readonly (readonly string[])[];
  /** UTF-16 units of the shortest match. */
  lengthMin: number;
}

const NO_NEEDS: RegexNeeds = { anyOf: [], lengthMin: 0 };
/** Ways a run of literals may be written. */
const ALTERNATIVES_MAX = 16;
const CLASS_MAX = 6;
/** Texts of alternatives together. */
const TEXTS_MAX = 64;

export function regexNeeds(pattern: string): RegexNeeds {
  return pattern.includes('\\Q') ? NO_NEEDS : needsOf(pattern);
}

/** Of alternatives one matches: a text of any of them, where each has one. */
function needsOf(pattern: string): RegexNeeds {
  const [first = NO_NEEDS, ...others] = alternativesIn(pattern).map(needsOfOne);
  if (others.length === 0) return first;
  const all = [first, ...others];
  const best = all.map(({ anyOf }) => anyOf.toSorted((left, right) => shortest(right) - shortest(left))[0]);
  const texts = [...new Set(best.flatMap((list) => list ?? []))];
  return {
    anyOf: best.includes(undefined) || texts.length > TEXTS_MAX ? [] : [texts],
    lengthMin: Math.min(...all.map(({ lengthMin }) => lengthMin)),
  };
}

const shortest = (texts: readonly string[]): number => Math.min(...texts.map(({ length }) => length));

/** The pattern cut at its own bars, not at those in groups and classes. */
function alternativesIn(pattern: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < pattern.length;) {
    const character = pattern.charAt(at);
    if (character === '|') {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    }
    if (character === '\\') at += 2;
    else if (character === '[') at = classEnd(pattern, at);
    else if (character === '(') at = groupEnd(pattern, at);
    else at += 1;
  }
  return [...parts, pattern.slice(from)];
}

/** Of a pattern without alternatives of its own. */
function needsOfOne(pattern: string): RegexNeeds {
  const found = new Map<string, readonly string[]>();
  let run = [''];
  let lengthMin = 0;
  const close = (): void => {
    if (!run.includes('')) found.set(run.join('\0'), run);
    run = [''];
  };
  const append = (texts: readonly string[]): void => {
    if (run.length * texts.length > ALTERNATIVES_MAX) close();
    run = [...new Set(run.flatMap((start) => texts.map((text) => start + text)))];
  };
  for (let at = 0; at < pattern.length;) {
    const token = readToken(pattern, at);
    const quantifier =
      /^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??/.exec(pattern.slice(token.end, token.end + 24))?.[0] ?? '';
    const times = timesMin(quantifier);
    lengthMin += token.lengthMin * times;
    if (token.texts === undefined || times === 0) close();
    else {
      append(token.texts);
      if (quantifier !== '' && !quantifier.startsWith('{1}')) close();
    }
    if (times > 0) for (const texts of token.anyOf ?? []) found.set(texts.join('\0'), texts);
    at = token.end + quantifier.length;
  }
  close();
  return { anyOf: [...found.values()], lengthMin };
}

/** Folded texts that every match must hold, all of them. */
export function requiredLiterals(pattern: string): string[] {
  return regexNeeds(pattern).anyOf.flatMap((texts) => (texts.length === 1 ? texts : []));
}

/** How often at least. */
function timesMin(quantifier: string): number {
  if (quantifier === '' || quantifier.startsWith('+')) return 1;
  return Number(/^\{([0-9]+)/.exec(quantifier)?.[1] ?? 0);
}

interface Token {
  /** Ways it may be written, folded; undefined where they are not known. */
  texts: readonly string[] | undefined;
  /** What it needs where it is more than a text. */
  anyOf?: RegexNeeds['anyOf'];
  lengthMin: number;
  end: number;
}

/** Longest opening of a group that is read: a name may be of any length. */
const OPENING_MAX = 64;

/** Escaped letters that stand between characters. */
const ZERO_WIDTH = /[AbBCEGQzZ]/;
/** Those that are a character. */
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function readToken(pattern: string, at: number): Token {
  const character = pattern.charAt(at);
  switch (character) {
    case '\\': {
      const escaped = pattern.charAt(at + 1);
      // An escaped sign is itself; an escaped letter or digit is a class, an anchor or a code.
      const sign = isSign(escaped) ? escaped : CONTROLS.get(escaped);
      if (sign !== undefined) return { texts: [sign], lengthMin: 1, end: at + 2 };
      if (/[xpP]/.test(escaped)) return codeToken(pattern, at);
      return { texts: undefined, lengthMin: ZERO_WIDTH.test(escaped) ? 0 : 1, end: at + 2 };
    }
    case '[': {
      const end = classEnd(pattern, at);
      return { texts: classTexts(pattern.slice(at + 1, end - 1)), lengthMin: 1, end };
    }
    case '(':
      return groupToken(pattern, at);
    case '.':
      return { texts: undefined, lengthMin: 1, end: at + 1 };
    case '^':
    case '$':
    case '*':
    case '+':
    case '?':
      return { texts: undefined, lengthMin: 0, end: at + 1 };
    default:
      return {
        texts: isAscii(character) ? [character.toLowerCase()] : undefined,
        lengthMin: 1,
        end: at + 1,
      };
  }
}

const isAscii = (character: string): boolean => character.charCodeAt(0) < 0x80;
const isSign = (character: string): boolean => /[^A-Za-z0-9]/.test(character) && isAscii(character);

/** The members of a small class that names each of them. */
function classTexts(members: string): string[] | undefined {
  const texts = new Set<string>();
  for (let at = 0; at < members.length; at += 1) {
    const member = members.charAt(at);
    const isRange = member === '-' && at > 0 && at < members.length - 1;
    if (member === '[' || isRange || !isAscii(member) || (member === '^' && at === 0)) return undefined;
    if (member === '\\') {
      at += 1;
      if (!isSign(members.charAt(at))) return undefined;
    }
    texts.add(members.charAt(at).toLowerCase());
  }
  return texts.size > 0 && texts.size <= CLASS_MAX ? [...texts] : undefined;
}

/** `(`, `(?:`, `(?i:`, `(?<name>`, `(?P<name>`: what stands behind is the group's pattern. */
const GROUP = /^\((?:\?(?:P?<[A-Za-z0-9_]+>|[A-Za-z-]*:))?(?!\?)/;

/** A group of plain alternatives is known; of any other what it needs, and of settings such as `(?i)` nothing. */
function groupToken(pattern: string, at: number): Token {
  const end = groupEnd(pattern, at);
  const inside = /^\((?:\?:)?((?:[^()[\]{}.*+?^$\\]|\\[^A-Za-z0-9])*)\)$/.exec(pattern.slice(at, end))?.[1];
  const texts = inside
    ?.replaceAll(/\\(.)/g, (_escape, sign: string) => (sign === '|' ? '\0' : sign))
    .split('|')
    .map((text) => text.replaceAll('\0', '|').toLowerCase());
  if (
    texts === undefined ||
    texts.length > ALTERNATIVES_MAX ||
    !texts.every((text) => Array.from(text).every(isAscii))
  ) {
    const opening = GROUP.exec(pattern.slice(at, at + OPENING_MAX))?.[0];
    const needs = opening === undefined ? NO_NEEDS : needsOf(pattern.slice(at + opening.length, end - 1));
    return { texts: undefined, ...needs, end };
  }
  return { texts: [...new Set(texts)], lengthMin: Math.min(...texts.map(({ length }) => length)), end };
}

/** `\x41`, `\x{41}`, `\pL`, `\p{Greek}`: skipped whole. */
function codeToken(pattern: string, at: number): Token {
  const found = /^\\(?:x[0-9a-fA-F]{2}|[xpP]\{[^}]*\}|[pP].)/.exec(pattern.slice(at, at + 64));
  return { texts: undefined, lengthMin: 1, end: at + (found?.[0].length ?? 2) };
}

function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern.charAt(at) === '^') at += 1;
  // A bracket that comes first is a member.
  if (pattern.charAt(at) === ']') at += 1;
  while (at < pattern.length && pattern.charAt(at) !== ']') {
    if (pattern.charAt(at) === '\\') at += 2;
    else if (pattern.startsWith('[:', at) && pattern.includes(':]', at)) at = pattern.indexOf(':]', at) + 2;
    else at += 1;
  }
  return at + 1;
}

function groupEnd(pattern: string, start: number): number {
  let depth = 0;
  for (let at = start; at < pattern.length;) {
    const character = pattern.charAt(at);
    if (character === '\\') at += 2;
    else if (character === '[') at = classEnd(pattern, at);
    else {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return pattern.length;
}
