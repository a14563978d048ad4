/** Evidence without secrets: what looks like a password, a hash or a key is replaced before it leaves a test. */

const MASK = '***';
const RULES: readonly (readonly [RegExp, string])[] = [
  // crypt(3): $id$salt$hash
  [/\$[0-9a-z]{1,3}\$[^\s:;"']{8,}/gi, MASK],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*/gs, MASK],
  // `password = x`, `token:x`; of a colon with a blank behind it, prose is as likely.
  [
    /((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|credential)s?(?:\s*=\s*|:))(?!yes\b|no\b|on\b|off\b|\d+\b)[^\s;,]+/gi,
    `$1${MASK}`,
  ],
  [/(:\/\/[^\s/:@]{1,100}:)[^\s/@]+@/g, `$1${MASK}@`],
];

/** Characters of one observed text. */
const CHARS_MAX = 1_500;

export function masked(text: string): string {
  // Cut before matching too: nobody chooses how long these expressions work.
  let result = oneLine(text);
  for (const [pattern, by] of RULES) result = result.replace(pattern, by);
  return cut(result);
}

/** As masked, of what the policy itself says: `ServerTokens = Prod` is no token. */
export function readable(text: string): string {
  return cut(oneLine(text));
}

function oneLine(text: string): string {
  return text
    .slice(0, CHARS_MAX * 2)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
}

function cut(text: string): string {
  return text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text;
}
