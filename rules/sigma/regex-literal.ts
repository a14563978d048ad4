/** The longest of the required literals, or undefined. */
export function requiredLiteral(pattern: string): string | undefined {
  const [longest] = requiredLiterals(pattern).toSorted((left, right) => right.length - left.length);
  return longest;
}

/**
 * Texts that every match of a regular expression must hold. Cautious: whatever is not plainly a literal breaks the
 * run, and an alternative at the top gives up. ASCII only, so that folding agrees.
 */
export function requiredLiterals(pattern: string): string[] {
  if (pattern.includes('\\Q')) return [];
  const found = new Set<string>();
  let run = '';
  const close = (): void => {
    if (run !== '') found.add(run);
    run = '';
  };
  for (let at = 0; at < pattern.length;) {
    const token = readToken(pattern, at);
    if (token === undefined) return [];
    const quantifier =
      /^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??/.exec(pattern.slice(token.end, token.end + 24))?.[0] ?? '';
    if (token.literal === undefined) close();
    else if (quantifier === '') run += token.literal;
    else if (quantifier.startsWith('+')) {
      run += token.literal;
      close();
    } else close();
    at = token.end + quantifier.length;
  }
  close();
  return [...found];
}

interface Token {
  literal: string | undefined;
  end: number;
}

/** Undefined where the pattern has an alternative at this level. */
function readToken(pattern: string, at: number): Token | undefined {
  const character = pattern.charAt(at);
  switch (character) {
    case '|':
      return undefined;
    case '\\': {
      const escaped = pattern.charAt(at + 1);
      // An escaped sign is itself; an escaped letter or digit is a class, an anchor or a code.
      const isSign = /[^A-Za-z0-9]/.test(escaped) && escaped.charCodeAt(0) < 0x80;
      if (isSign) return { literal: escaped, end: at + 2 };
      return /[xpP]/.test(escaped) ? codeToken(pattern, at) : { literal: undefined, end: at + 2 };
    }
    case '[':
      return { literal: undefined, end: classEnd(pattern, at) };
    case '(':
      return { literal: undefined, end: groupEnd(pattern, at) };
    case '.':
    case '^':
    case '$':
    case '*':
    case '+':
    case '?':
      return { literal: undefined, end: at + 1 };
    default:
      return { literal: character.charCodeAt(0) < 0x80 ? character : undefined, end: at + 1 };
  }
}

/** `\x41`, `\x{41}`, `\pL`, `\p{Greek}`: skipped whole. */
function codeToken(pattern: string, at: number): Token {
  const found = /^\\(?:x[0-9a-fA-F]{2}|[xpP]\{[^}]*\}|[pP].)/.exec(pattern.slice(at, at + 64));
  return { literal: undefined, end: at + (found?.[0].length ?? 2) };
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
