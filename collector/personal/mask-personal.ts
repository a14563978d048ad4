/**
 * Personal data in text, masked (law 91/2025/QH15 on personal data): citizen numbers, phones, bank accounts, e-mail addresses, in
 * raw lines, URLs and command lines. Invariants: one pass over the text with bounded looks to either side, so time grows with
 * its length whatever it holds; what is masked leaves nothing of itself; text that has none is returned as it is.
 */
import { ACCOUNT_WORDS, CITIZEN_WORDS, hasWordBefore, PHONE_WORDS } from './context-words.ts';
import { isCitizenNumber } from './citizen-number.ts';
import { maskEmails } from './mask-emails.ts';

/** What stands in the place of each kind. */
export const MASKS = {
  citizen: '[cccd]',
  phone: '[phone]',
  account: '[account]',
  email: '[e-mail]',
  user: '[user]',
} as const;

/** Longest run of digits and separators that can be a number of a person. */
const NUMBER_CHARS_MAX = 26;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code >= 192;
const isSeparator = (code: number): boolean => code === 32 || code === 46 || code === 45;

interface Run {
  /** With what belongs to it, e.g. `+` of a phone. */
  from: number;
  to: number;
  digits: string;
  /** Groups are set apart by a blank, dot or dash. */
  grouped: boolean;
}

/** Digits from `at` on, with single separators between them. */
function runAt(text: string, at: number): Run {
  let digits = '';
  let to = at;
  let grouped = false;
  for (let index = at; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) {
      digits += text.charAt(index);
      to = index + 1;
    } else if (isSeparator(code) && index === to && isDigit(text.charCodeAt(index + 1))) grouped = true;
    else break;
    if (to - at > NUMBER_CHARS_MAX * 4) break;
  }
  return { from: at, to, digits, grouped };
}

/** Whether the digits stand for themselves, not as a part of a hash, an identifier, a version, an address or a time. */
function standsAlone(text: string, { from, to }: Run): boolean {
  const before = text.charCodeAt(from - 1);
  const beforeThat = text.charCodeAt(from - 2);
  const after = text.charCodeAt(to);
  const afterThat = text.charCodeAt(to + 1);
  // Of %3D079... the hexadecimal digits before belong to the escape.
  const escaped = /%[0-9A-Fa-f]{2}$/.test(text.slice(Math.max(0, from - 3), from));
  if (from > 0 && !escaped && (isDigit(before) || isLetter(before))) return false;
  if (isDigit(after) || isLetter(after)) return false;
  // 1.0912345678, 10:0912345678, 7/0912345678 and e29b-0912345678 are not numbers of people.
  if ((before === 46 || before === 58) && isDigit(beforeThat)) return false;
  const group = text.slice(Math.max(0, from - 5), from);
  if (before === 45 && (isDigit(beforeThat) || /^(?!cccd)[a-f\d]{4}-$/i.test(group))) return false;
  if (
    (after === 46 || after === 58 || after === 45) &&
    (isDigit(afterThat) || (after === 45 && isLetter(afterThat)))
  )
    return false;
  return true;
}

const MOBILE = /^0[35789]\d{8}$/;
const LANDLINE = /^02\d{9}$/;
const ABROAD = /^(?:0084|84)(?:[35789]\d{8}|2\d{9})$/;

/** Of a grouped number the first group names the network: 0912 345 678, not 0.912.345.678. */
const NETWORK_CHARS_MIN = 3;
const COUNTRY_BEFORE = /\+84\)? ?$/;

function isPhone(text: string, run: Run): boolean {
  const { digits, from, grouped } = run;
  if (/^[35789]\d{8}$/.test(digits)) return COUNTRY_BEFORE.test(text.slice(Math.max(0, from - 6), from));
  if (grouped && digits.startsWith('0') && firstGroup(text, run).digits.length < NETWORK_CHARS_MIN)
    return false;
  if (MOBILE.test(digits) || LANDLINE.test(digits)) return true;
  if (!ABROAD.test(digits)) return false;
  return digits.startsWith('00') || text.charAt(from - 1) === '+' || hasWordBefore(text, from, PHONE_WORDS);
}

/** Of payment cards: the check digit after Luhn. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - index));
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** A bank account has no form of its own: the words before it tell. Cards are told by their check digit. */
function isAccount(text: string, { digits, from, grouped }: Run): boolean {
  const { length } = digits;
  if (length >= 6 && length <= 19 && hasWordBefore(text, from, ACCOUNT_WORDS)) return true;
  const isCard =
    (length === 16 || length === 19) && (digits.startsWith('9704') || (grouped && /^[45]/.test(digits)));
  return isCard && passesLuhn(digits);
}

function maskOf(text: string, run: Run): string | undefined {
  const { length } = run.digits;
  if (length < 6 || length > 19 || !standsAlone(text, run)) return undefined;
  if (length === 12 && (isCitizenNumber(run.digits) || hasWordBefore(text, run.from, CITIZEN_WORDS)))
    return MASKS.citizen;
  // The old card has nine digits and nothing that tells them from others but what stands before.
  if (length === 9 && hasWordBefore(text, run.from, CITIZEN_WORDS)) return MASKS.citizen;
  if (isPhone(text, run)) return MASKS.phone;
  return isAccount(text, run) ? MASKS.account : undefined;
}

function maskNumbers(text: string): string {
  let out = '';
  let kept = 0;
  for (let index = 0; index < text.length;) {
    if (!isDigit(text.charCodeAt(index))) {
      index += 1;
      continue;
    }
    const whole = runAt(text, index);
    // Blanks set lists of numbers apart as well as groups of one: without them it is the first number alone.
    const first: Run = { ...whole, ...firstGroup(text, whole) };
    const found = [whole, first]
      .map((run) => ({ run, mask: maskOf(text, run) }))
      .find(({ mask }) => mask !== undefined);
    if (found?.mask === undefined) {
      index = first.to;
      continue;
    }
    const { run, mask } = found;
    const from = text.charAt(run.from - 1) === '+' ? run.from - 1 : run.from;
    out += text.slice(kept, from) + mask;
    kept = run.to;
    index = run.to;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

function firstGroup(text: string, { from, to }: Run): Pick<Run, 'to' | 'digits' | 'grouped'> {
  let end = from;
  while (end < to && isDigit(text.charCodeAt(end))) end += 1;
  return { to: end, digits: text.slice(from, end), grouped: false };
}

/** The text with what is personal in it masked. */
export function maskPersonal(text: string): string {
  return maskNumbers(maskEmails(text, MASKS.email));
}
