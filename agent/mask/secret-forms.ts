/**
 * Secrets that are known by their form, whatever they are called: keys, hashes, tokens of services, addresses with a
 * password, options of programs, and words that look random. Every expression takes time in proportion to the text.
 */

/** [what stands before, the secret] or the secret alone; each is a group or the whole. */
export interface SecretForm {
  pattern: RegExp;
  /** Whether this match is one; left out: it is. */
  holds?: ((secret: string) => boolean) | undefined;
}

/** Bits per character above which a long word is taken for random: words and paths have less. */
const RANDOM_BITS_MIN = 4.2;
/** A word of the shell on one line, quoted or not; each part begins with a sign of its own, so there is one way to read it. */
export const SHELL_WORD = String.raw`(?:"(?:[^"\\\n]|\\.)*(?:"|$)|'[^'\n]*(?:'|$)|\\.|[^\s"'\\])+`;
/** Words that begin as `-pSECRET` does, of tools that have options of one dash, and bundles of small options. */
const DASH_P =
  /^(?:p[aAfFvrRnuisdl]{1,4}|print0?|printf|prune|perm|path|pidfile?|port|prefix|profile|plugin|proto(?:col)?|policy|project|preset|patch|priority|preserve|progress|pretty|process|proc|pass(?:in|out)|params?|parallel|password|pass(?:wd|phrase)?)(?:[= :,].*)?$/;

/** Options of programs, to be looked for before names are, since a password may look like one. */
export const OPTION_FORMS: readonly SecretForm[] = [
  {
    pattern: new RegExp(`((?:^|\\s)-p)(?![\\s=-])(${SHELL_WORD})`, 'gm'),
    holds: (secret) => !DASH_P.test(`p${secret}`),
  },
  { pattern: new RegExp(`(\\bsshpass[ \\t]+-p[ \\t]*)(${SHELL_WORD})`, 'gm') },
  {
    pattern: new RegExp(
      `((?:^|\\s)(?:-u|-U|--user|--proxy-user)[ =]{0,8}["']?[^\\s:%="'-][^\\s:%"']{0,128}[:%])(${SHELL_WORD})`,
      'gm',
    ),
    holds: noNumber,
  },
  { pattern: optionOf('redis-cli', '-a') },
  { pattern: optionOf('ldap[a-z]+', '-w') },
  { pattern: optionOf('snmp[a-z]+', '-[cAX]') },
  { pattern: optionOf('(?:zip|7za?|rar)', '-P') },
  { pattern: /(\bpass(?:in|out)?(?:[ \t]{1,8}|=)?pass:)(\S+)/g },
];

/** In each the first group, where there is one, stays; the second, or else the whole, is the secret. */
export const SECRET_FORMS: readonly SecretForm[] = [
  // The password between user and host of an address, with whatever signs it has; a port is none.
  {
    pattern: /(\/\/[^\s/:@"'<>]{0,256}:)(?!\d{1,5}(?:[/?#\s"',;)\]]|$))([^\s"'<>]{1,512}(?=@))/g,
  },
  // `Authorization: Basic ...` and its like, wherever it stands.
  {
    pattern: /\b((?:basic|bearer|digest|negotiate|apikey)[ \t]{1,8})([A-Za-z0-9+/=_.~-]{8,})/gi,
    holds: (secret) => /[A-Z0-9=]/.test(secret),
  },
  // crypt(3) and its like: `$6$salt$hash`, `{SSHA}...`, SCRAM as PostgreSQL keeps it.
  { pattern: /\$[0-9a-z][0-9a-z_-]{0,20}\$[^\s:;"'<>]{8,}/g },
  { pattern: /(\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2[\w-]{0,12}|ARGON2)\})([^\s"'<>]{4,})/gi },
  { pattern: /(SCRAM-SHA-\d{1,3}\$\d{1,10}:)([^\s"'<>]{8,})/g },
  // A line of /etc/shadow: name, hash, and six numbers that may be missing.
  { pattern: /(^[\w.-]{1,64}:)([^\s:!*]{2,512})(?=(?::\d{0,9}){6}:?$)/gm, holds: (secret) => secret !== 'x' },
  // Tokens of services, by how they begin.
  {
    pattern:
      /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:gh[pousr]_|github_pat_|glpat-|npm_|hf_|dop_v1_|[sr]k_(?:live|test)_|sk-|xapp-|xox[abprs]-)[\w-]{10,}|\bAIza[\w-]{35}|\bya29\.[\w-]{10,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\b\d{8,10}:AA[\w-]{30,}|\bAGE-SECRET-KEY-1[0-9A-Z]{20,}|\bvgjoin1(?:ca)?\.[\w.-]{20,}|(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?/g,
  },
  // Digests and keys in hex look the same, unless the word before says that it is a digest or a container.
  { pattern: /(?<![0-9a-f]|\bsha\d{1,3}[:=-]|\s--?id[= ])[0-9a-f]{32,}/gi },
  { pattern: /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}={0,2}/g, holds: isRandom },
];

function optionOf(program: string, option: string): RegExp {
  return new RegExp(`(\\b${program}\\b[^\\n|;&]{0,200}?\\s${option}[ \\t]{1,8})(${SHELL_WORD})`, 'gm');
}

function noNumber(text: string): boolean {
  return !/^\d{1,6}$/.test(text);
}

function isRandom(word: string): boolean {
  return (
    /\d/.test(word) && /[A-Za-z]/.test(word) && !isCompound(word) && bitsPerCharacter(word) >= RANDOM_BITS_MIN
  );
}

/** A path or a name of several words: its parts are words with at most two numbers, which random ones are not. */
function isCompound(word: string): boolean {
  return (
    /[/_-]/.test(word) &&
    word.split(/[/_+-]/).every((part) => /^(?:[A-Z]?[a-z]*\d*(?:[a-z]+\d*)?|[A-Z]+\d*)$/.test(part))
  );
}

function bitsPerCharacter(word: string): number {
  const counts = new Map<string, number>();
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / word.length) * Math.log2(count / word.length);
  return bits;
}
