/**
 * The keys of a value (collector/indicator/look-key.ts) in SQL, by how its field is read. Invariant: too many keys, never
 * too few: what SQL cannot read as the index does has the odd key, so that the index looks at it.
 */
import { crc32 } from 'node:zlib';
import type { FieldReader } from '../indicator/looked-at-fields.ts';
import { ODD_KEY } from '../indicator/look-key.ts';

const ODD = `['${ODD_KEY}']`;

/** Of a key, as the engine's CRC32 says it. */
export function keyNumber(key: string): number {
  return crc32(key);
}

/** A host name in small letters or an IPv4 address. */
function nameKeys(name: string): string {
  const parts = `splitByChar('.', trim(TRAILING '.' FROM ${name}))`;
  const first = (count: number): string => `arrayStringConcat(arraySlice(${parts}, 1, ${count}), '.')`;
  const last = (count: number): string => `arrayStringConcat(arraySlice(${parts}, -${count}), '.')`;
  // Some names end with a digit, too.
  const mayBeAddress = `substring(${name}, -1) BETWEEN '0' AND '9'`;
  return `if(${mayBeAddress}, [${name}, ${first(3)}, ${first(2)}, ${last(3)}, ${last(2)}], [${last(3)}, ${last(2)}])`;
}

function ipv6Keys(small: string): string {
  const bare = `substringIndex(trim(BOTH '[]' FROM ${small}), '%', 1)`;
  const hex = `ifNull(hex(IPv6StringToNumOrNull(${bare})), '')`;
  const isNear = `match(${bare}, '^[0-9a-f:.]+$')`;
  const first = (length: number): string => `substring(${hex}, 1, ${length})`;
  return `multiIf(${hex} = '', if(${isNear}, ${ODD}, []), startsWith(${hex}, '00000000000000000000FFFF'), ${ODD},
    [${hex}, ${first(16)}, ${first(12)}, ${first(8)}])`;
}

function addressKeys(text: string): string {
  const mapped = `startsWith(lower(${text}), '::ffff:') AND position(${text}, '.') > 0 AND position(${text}, '%') = 0`;
  const small = `if(${mapped}, substring(lower(${text}), 8), lower(${text}))`;
  return `multiIf(${isForeign(text)}, ${ODD}, position(${small}, ':') = 0, ${nameKeys(small)}, ${ipv6Keys(small)})`;
}

const isForeign = (text: string): string => `length(${text}) != lengthUTF8(${text})`;

/** A host that stays as it is written: not one that the standard's parser reads as a number. */
const PLAIN_HOST = `(?:[a-z0-9._-]*\\\\.)?[a-z_-][a-z0-9_-]*\\\\.?|(?:0|[1-9][0-9]{0,2})(?:\\\\.(?:0|[1-9][0-9]{0,2})){3}`;
const PLAIN_URL = `'^(?:https?|ftp)://(${PLAIN_HOST})(?::[0-9]*)?(?:[/?#]|$)'`;

function urlKeys(text: string): string {
  // The standard's parser leaves out line ends and tabs wherever they stand.
  const isUrl = `match(replaceRegexpAll(${text}, '[\\\\t\\\\r\\\\n]', ''), '(?i)^[\\\\x00-\\\\x20]*(?:https?|ftp):')`;
  const host = `extract(lower(${text}), ${PLAIN_URL})`;
  return `multiIf(${host} != '', ${nameKeys(host)}, ${isUrl}, ${ODD}, [])`;
}

function emailKeys(text: string): string {
  const bare = `trim(BOTH '<>' FROM lower(${text}))`;
  // Whatever is none of ASCII's signs goes through the standard's parser, which leaves things out.
  return `if(match(${text}, '[^\\\\x21-\\\\x7e]'), ${ODD}, arrayConcat([${bare}], ${nameKeys(`arrayElement(splitByChar('@', ${bare}), -1)`)}))`;
}

/** Of each item: a list stands as JSON text. @param parts of what is no list */
function eachKeys(text: string, keys: (item: string) => string, parts = `[${text}]`): string {
  const isList = `startsWith(${text}, '[') AND position(${text}, '"') > 0`;
  const listed = `JSONExtract(${text}, 'Array(String)')`;
  const isOdd = `NOT startsWith(${text}, '["') OR position(${text}, '\\\\') > 0 OR position(${text}, ';') > 0 OR empty(${listed})`;
  const ofItems = `arrayFlatten(arrayMap(item -> ${keys('item')}, if(${isList}, ${listed}, ${parts})))`;
  return `if(${isList} AND (${isOdd}), ${ODD}, ${ofItems})`;
}

/** One or several with semicolons: what is between them is never less than the whole says. */
function addressesKeys(text: string): string {
  const trimmed = `replaceRegexpAll(${text}, '^\\\\s+|\\\\s+$', '')`;
  const parts = `if(position(${text}, ';') > 0, splitByRegexp('\\\\s*;\\\\s*', ${trimmed}), [${text}])`;
  return eachKeys(text, addressKeys, parts);
}

const words = (text: string): string => `splitByNonAlpha(lower(${text}))`;

const KEYS: Readonly<Record<FieldReader, (text: string) => string>> = {
  address: addressesKeys,
  addresses: addressesKeys,
  url: (text) => eachKeys(text, urlKeys),
  hash: words,
  hashes: words,
  email: (text) => eachKeys(text, emailKeys),
};

/** The keys of a text. */
export function keysSql(reader: FieldReader, text: string): string {
  return KEYS[reader](text);
}

/** Whether the text has one of the keys whose numbers are `{keys:Array(UInt32)}`. */
export function hasKey(reader: FieldReader, text: string): string {
  return `arrayExists(key -> CRC32(key) IN {keys:Array(UInt32)}, ${keysSql(reader, text)})`;
}
