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
  return `if(match(${name}, '^[0-9.]+$'), [${name}, ${first(3)}, ${first(2)}], [${last(3)}, ${last(2)}])`;
}

function ipv6Keys(small: string): string {
  const bare = `replaceRegexpOne(replaceRegexpAll(${small}, '[\\\\[\\\\]]', ''), '(?s)%.*', '')`;
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

const isForeign = (text: string): string => `match(${text}, '[^\\\\x00-\\\\x7f]')`;

/** A host that stays as it is written: not one that the standard's parser reads as a number. */
const PLAIN_HOST = `(?:[a-z0-9._-]*\\\\.)?[a-z_-][a-z0-9_-]*\\\\.?|(?:0|[1-9][0-9]{0,2})(?:\\\\.(?:0|[1-9][0-9]{0,2})){3}`;
const PLAIN_URL = `'^(?:https?|ftp)://(${PLAIN_HOST})(?::[0-9]*)?(?:[/?#]|$)'`;

function urlKeys(text: string): string {
  // The standard's parser leaves out line ends and tabs wherever they stand.
  const isUrl = `match(replaceRegexpAll(${text}, '[\\\\t\\\\r\\\\n]', ''), '(?i)^[\\\\x00-\\\\x20]*(?:https?|ftp):')`;
  const host = `extract(lower(${text}), ${PLAIN_URL})`;
  return `multiIf(NOT ${isUrl}, [], ${host} = '', ${ODD}, ${nameKeys(host)})`;
}

function emailKeys(text: string): string {
  const bare = `replaceRegexpAll(lower(${text}), '^<|>$', '')`;
  // Whatever is none of ASCII's signs goes through the standard's parser, which leaves things out.
  return `if(match(${text}, '[^\\\\x21-\\\\x7e]'), ${ODD}, arrayConcat([${bare}], ${nameKeys(`arrayElement(splitByChar('@', ${bare}), -1)`)}))`;
}

/** A list stands as JSON text. */
function eachKeys(text: string, keys: (text: string) => string): string {
  const items = `JSONExtract(${text}, 'Array(String)')`;
  const ofItems = `arrayFlatten(arrayMap(item -> ${keys('item')}, ${items}))`;
  const isList = `startsWith(${text}, '[') AND position(${text}, '"') > 0`;
  const isOdd = `NOT startsWith(${text}, '["') OR position(${text}, '\\\\') > 0 OR empty(${items})`;
  return `multiIf(NOT (${isList}), ${keys(text)}, ${isOdd}, ${ODD}, ${ofItems})`;
}

const words = (text: string): string => `splitByNonAlpha(lower(${text}))`;

const KEYS: Readonly<Record<FieldReader, (text: string) => string>> = {
  address: (text) => eachKeys(text, addressKeys),
  addresses: (text) =>
    eachKeys(text, (one) => {
      const parts = `splitByChar(';', ${one})`;
      return `arrayFlatten(arrayMap(part -> ${addressKeys(`replaceRegexpAll(part, '^\\\\s+|\\\\s+$', '')`)}, ${parts}))`;
    }),
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
