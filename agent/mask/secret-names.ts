/** Names under which settings, commands and messages hold secrets, in English and Vietnamese, and values that are none. */

const KEY_OF =
  '(?:api|access|private|secret|encryption|signing|master|shared|account|storage|subscription)[-_. ]?key';
const VIETNAMESE = [
  'mat[-_. ]?khau',
  'ma[-_. ]?(?:pin|otp|bi[-_. ]?mat|xac[-_. ]?thuc|truy[-_. ]?cap)',
  'khoa[-_. ]?(?:bi[-_. ]?mat|rieng|api|truy[-_. ]?cap)',
  'chuoi[-_. ]?ket[-_. ]?noi',
].join('|');

/** A name of a secret within a key, without regard to case; of text without Vietnamese marks. */
export const SECRET_NAME = `(?<!by|com|tres)pass(?!ive|thr|ing|enger)(?:word|wd|phrase|code)?|pwd|secret|token|${KEY_OF}|credential|auth(?!ors?\\b)(?:orization)?|bearer|psk|community|salt|signature|session[-_. ]?id|cookie|otp\\b|connection[-_. ]?string|(?<=(?:^|\\s)--?)key\\b|${VIETNAMESE}`;

/** Of keys that a blank alone parts from the value (`requirepass x`): fewer words name a secret there. */
export const NAME_BEFORE_BLANK = /pass(?:word|wd|phrase)|requirepass|masterauth|secret|community|psk/i;

const SWITCHES = 'yes|no|true|false|on|off|none|null|nil|never|always|ask|enabled|disabled|default|all';
const PAM =
  'required|requisite|sufficient|optional|include|substack|prohibit-password|without-password|pam_\\w+\\.so';
const NAME_SERVICES = 'files|compat|systemd|sss|nis|ldap|winbind|db|cache';
const PROSE =
  'is|are|was|were|of|for|has|have|must|may|with|without|in|into|to|from|and|or|by|at|as|if|that|be|can|cannot|will|not|when|which|than|hash|hashes|hashing|age|aging|expires|expiry|quality|policy|authentication|prompt|prompts|changes|length|history|field|fields';

/** Values that are none: switches, small numbers, the words of PAM and nsswitch, and how prose goes on. */
export const PLAIN_VALUE = new RegExp(
  `^(?:${SWITCHES}|${PAM}|${NAME_SERVICES}|${PROSE}|\\d{1,5}:?|\\[[a-z_]+=.*)$`,
  'i',
);

/** Keys that only sound like it: how passwords are kept or found, and what a server tells of itself. */
export const PLAIN_KEY =
  /^(?:password[-_]encryption|server_?tokens|(?:empty|weak|no)-password|password-(?:age-over|changed-in-future))$/i;

/** What devices are delivered with, under `community`: known to everybody, and the finding itself. */
export const DEFAULT_COMMUNITY = /^(?:public|private)$/i;

/** Keys whose value is the place of a secret, not the secret. */
export const NAMES_A_PLACE = /(?:file|path|dir|folder|pwd|[-.]key|^--?key)$/i;
export const PLACE = /^\/(?:[\w.@+-]+\/)+[\w.@+-]*$/;

const MARKED = /[\u00c0-\u024f\u1e00-\u1eff]/gu;
const plainLetters = new Map<string, string>();

/** The same text without the marks of Vietnamese letters, character by character: places in it stay what they are. */
export function withoutMarks(text: string): string {
  return text.replace(MARKED, (letter) => {
    let plain = plainLetters.get(letter);
    if (plain === undefined) {
      const [base = letter] = letter.normalize('NFD');
      plain = base === 'đ' ? 'd' : base === 'Đ' ? 'D' : base;
      plainLetters.set(letter, plain);
    }
    return plain;
  });
}
