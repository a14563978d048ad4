/**
 * Takes secrets out of text before it is kept or sent. What is masked leaves a short tag made with the agent's key, so
 * that a changed secret can be told from the same one, and not what either is. Rather too much is masked than too
 * little.
 */
import { createHmac } from 'node:crypto';
import { entropyOf } from './content-sample.ts';

const TAG_CHARS = 4;
/** Words that name a secret, in keys of settings and in commands. */
const NAMES =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential|auth(?:orization)?|bearer|mat[-_. ]?khau|psk|community|salt|signature|session[-_.]?id|cookie';
/** `key = value`, `key: value`, `<key>value</key>`, `"key": "value"`; the value is what is masked. */
const ASSIGNED = new RegExp(
  String.raw`(["']?[\w.-]*(?:${NAMES})[\w.-]*["']?\s*[=:>]{1,2}\s*)("[^"\n]*"|'[^'\n]*'|[^\s"'<>,;]+)`,
  'gi',
);
/** `key value`, where fewer words name a secret. */
const FOLLOWED =
  /(\b[\w.-]*(?:pass(?:word|wd|phrase)|requirepass|masterauth|secret|community|psk)[\w.-]*\s+)("[^"\n]*"|'[^'\n]*'|[^\s"'<>,;=]+)/gi;
/** Values that are none: switches of settings, and the words of PAM, whose lines begin with `password`. */
const PLAIN_VALUE =
  /^["']?(?:yes|no|true|false|on|off|none|null|never|ask|prohibit-password|without-password|required|requisite|sufficient|optional|include|substack|\[.*|\d{1,4})["']?$/i;
/** The one between user and host of an address. */
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:)([^\s/@]{1,256})(@)/gi;
/** `Authorization: Basic ...` and its like. */
const SCHEME = /\b((?:basic|bearer|digest|negotiate|apikey)\s+)([A-Za-z0-9+/=_.~-]{8,})/gi;
/** Password hashes of crypt(3): `$6$salt$hash`. */
const CRYPT = /\$(?:1|2[abxy]?|5|6|7|y|gy|argon2[a-z]*|scrypt|pbkdf2[-\w]*)\$[./A-Za-z0-9$=,+-]{8,}/g;
/** Tokens of services, by how they begin. */
const KNOWN_TOKEN =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g;
/** Digests and keys in hex look the same. */
const LONG_HEX = /[0-9a-f]{32,}/gi;
const LONG_WORD = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
/** Bits per character above which a long word is taken for random: words and paths have less. */
const RANDOM_BITS_MIN = 4.2;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
const KEY_END = /-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;

export class SecretMask {
  readonly #key: Uint8Array;

  /** @param key only this agent knows it. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Lines without what looks like a secret; as many as before. */
  lines(lines: readonly string[]): string[] {
    let inKey = false;
    return lines.map((line) => {
      const begins = KEY_BEGIN.test(line);
      if (begins || inKey) {
        inKey = !KEY_END.test(line);
        return begins ? '-----BEGIN PRIVATE KEY-----' + this.#tag(line) : this.#tag(line);
      }
      return this.#line(line);
    });
  }

  #line(line: string): string {
    return line
      .replace(
        IN_ADDRESS,
        (_all, before: string, secret: string, after: string) => before + this.#tag(secret) + after,
      )
      .replace(SCHEME, (_all, before: string, secret: string) => before + this.#tag(secret))
      .replace(CRYPT, (secret) => this.#tag(secret))
      .replace(KNOWN_TOKEN, (secret) => this.#tag(secret))
      .replace(ASSIGNED, (all: string, before: string, secret: string) => this.#valueOf(all, before, secret))
      .replace(FOLLOWED, (all: string, before: string, secret: string) => this.#valueOf(all, before, secret))
      .replace(LONG_HEX, (secret) => this.#tag(secret))
      .replace(LONG_WORD, (word) => (isRandom(word) ? this.#tag(word) : word));
  }

  #valueOf(all: string, before: string, secret: string): string {
    return isTag(secret) || PLAIN_VALUE.test(secret) ? all : before + this.#tag(secret);
  }

  #tag(secret: string): string {
    const digest = createHmac('sha256', this.#key).update(`mask\n${secret}`).digest('hex');
    return `«masked ${digest.slice(0, TAG_CHARS)}»`;
  }
}

function isRandom(word: string): boolean {
  return /\d/.test(word) && /[A-Za-z]/.test(word) && entropyOf(Buffer.from(word)) >= RANDOM_BITS_MIN;
}

function isTag(text: string): boolean {
  return text.startsWith('«masked');
}
