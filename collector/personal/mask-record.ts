/**
 * Personal data of an event or an alert, masked: fields that are personal by their name, their values wherever else they stand,
 * and what maskPersonal finds in any text. Names of accounts that belong to the system stay, since they name nobody.
 */
import { MASKS, maskPersonal } from './mask-personal.ts';

/** Names of fields without case, dots, dashes and underlines. */
const USER_FIELDS = new Set(
  (
    'user username useractorname userauditname useraudit usereffectivename usertargetname userchangesname accountname ' +
    'targetusername subjectusername samaccountname targetaccount logonuser suser duser sshinvaliduser fullname userfullname ' +
    'displayname userdisplayname owner fileowner actoruser upn userprincipalname targetoutboundusername membername'
  )
    .toLowerCase()
    .split(' '),
);
const EMAIL_FIELDS = new Set(
  'email useremail mail emailfrom emailto emailfromaddress emailtoaddress sender recipient'.split(' '),
);
const NUMBER_FIELDS: Readonly<Record<string, string>> = {
  phone: MASKS.phone,
  telephone: MASKS.phone,
  mobile: MASKS.phone,
  userphone: MASKS.phone,
  cccd: MASKS.citizen,
  cmnd: MASKS.citizen,
  citizenid: MASKS.citizen,
  bankaccount: MASKS.account,
  accountnumber: MASKS.account,
};

/** Accounts of systems and services; none of them is a person. */
const SYSTEM_ACCOUNT =
  /^(?:root|admin|administrator|guest|nobody|daemon|bin|sys|mail|backup|postgres|mysql|redis|nginx|apache|httpd|www-data|sshd|system|local ?system|local service|network service|local_service|network_service|anonymous logon|anonymous|default ?account|wdagutilityaccount|systemd-.*|_[a-z].*|dwm-\d+|umfd-\d+|.*\$|-|\(unknown\)|unknown|unset|\d{1,6})$/i;
const DOMAIN_PREFIX = /^(?:NT AUTHORITY|NT SERVICE|Window Manager|Font Driver Host|IIS APPPOOL|BUILTIN)\\/i;
/** Shorter names stand in other words too often to be looked for. */
const NAME_CHARS_MIN = 3;
const NAMES_MAX = 32;
const DEPTH_MAX = 8;
const COUNTED = new Set(['value', 'label']);
/** What names rows and places in lists; made by us, of no person. */
const NAMING = new Set([
  'id',
  'agentId',
  'hostId',
  'alertId',
  'eventId',
  'ruleId',
  'next',
  'time',
  'receivedAt',
]);

export function isSystemAccount(name: string): boolean {
  return DOMAIN_PREFIX.test(name) || SYSTEM_ACCOUNT.test(name.replace(/^.*\\/, ''));
}

const plainKey = (key: string): string => key.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
const isWordChar = (char: string): boolean => /[\p{L}\p{N}_]/u.test(char);

/** Names of people anywhere in the record. */
function namesIn(record: unknown): string[] {
  const names = new Set<string>();
  const look = (key: string, value: unknown, depth: number): void => {
    if (typeof value === 'string') {
      if (value === '' || !USER_FIELDS.has(plainKey(key)) || isSystemAccount(value)) return;
      names.add(value).add(value.replace(/^.*\\/, ''));
    } else if (typeof value === 'object' && value !== null && depth < DEPTH_MAX && names.size < NAMES_MAX) {
      for (const [name, one] of Object.entries(value))
        look(Array.isArray(value) ? key : name, one, depth + 1);
    }
  };
  look('', record, 0);
  return [...names].filter((name) => name.length >= NAME_CHARS_MIN).toSorted((a, b) => b.length - a.length);
}

/** The name where it stands as a word of its own, in any case. */
function maskName(text: string, name: string): string {
  const lower = text.toLowerCase();
  const wanted = name.toLowerCase();
  if (lower.length !== text.length) return text.replaceAll(name, MASKS.user);
  let out = '';
  let kept = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length)) {
    const after = at + wanted.length;
    if (isWordChar(text.charAt(at - 1)) || isWordChar(text.charAt(after))) continue;
    out += text.slice(kept, at) + MASKS.user;
    kept = after;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

function maskText(text: string, names: readonly string[]): string {
  return maskPersonal(names.reduce(maskName, text));
}

function maskValue(key: string, value: unknown, names: readonly string[], depth: number): unknown {
  if (typeof value === 'string') {
    const plain = plainKey(key);
    const number = NUMBER_FIELDS[plain];
    if (value === '') return value;
    if (number !== undefined) return number;
    if (EMAIL_FIELDS.has(plain)) return MASKS.email;
    if (USER_FIELDS.has(plain)) return isSystemAccount(value) ? value : MASKS.user;
    return maskText(value, names);
  }
  if (typeof value === 'number') return NUMBER_FIELDS[plainKey(key)] ?? value;
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((one) => maskValue(key, one, names, depth + 1));
  // Of a count by user, e.g. {user: [{value: 'an', count: 3}]}, the value is the name.
  const isUser = USER_FIELDS.has(plainKey(key));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (NAMING.has(name)) return [name, one];
      return [name, maskValue(isUser && COUNTED.has(name) ? key : name, one, names, depth + 1)];
    }),
  );
}

/** One record, e.g. an event or an alert, masked: the names it holds are masked wherever else they stand in it. */
export function maskRecord(record: unknown): unknown {
  return maskValue('', record, namesIn(record), 0);
}

/** An answer, masked: each element of its lists is a record of its own. */
export function maskAnswer(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return maskRecord(answer);
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value));
  const rest = Object.fromEntries(Object.entries(answer).filter(([, value]) => !Array.isArray(value)));
  // A record with lists of its own, e.g. an alert with its detections, is one record.
  if ('id' in answer) return maskRecord(answer);
  const masked: Record<string, unknown> = { ...(maskRecord(rest) as Record<string, unknown>) };
  for (const [name, list] of lists) masked[name] = Array.isArray(list) ? list.map(maskRecord) : list;
  return masked;
}
