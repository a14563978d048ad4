/** Modifiers that encode text: UTF-16 and base64. */
import { utf16Bytes, utf8Bytes } from '../encode.ts';
import type { Utf16Form } from '../encode.ts';
import { ANY_DASH, DASHES } from '../text.ts';
import type { Position } from '../types.ts';
import { checkExpansion, ItemError, mapValuesToMany, TEXT_KINDS, tokensOf } from './item-state.ts';
import type { Modifier, Operand, Value } from './item-state.ts';

type Parts = Extract<Operand, { kind: 'bytes' }>['parts'];

/** The encodings of a value's text; a dash of any kind is written out as each of them. */
function encoded(value: Value, modifier: string, encode: (text: string) => Uint8Array): Parts[] {
  let variants: (string | 0 | 1)[][] = [[]];
  let length = 0;
  for (const token of tokensOf(value, modifier)) {
    const choices = token === ANY_DASH ? Array.from(DASHES) : [token];
    length += typeof token === 'string' ? token.length : 1;
    const count = variants.length * choices.length;
    checkExpansion(count, count * length, value.at);
    variants = variants.flatMap((start) => choices.map((choice) => append(start, choice)));
  }
  return variants.map((parts) => parts.map((part) => (typeof part === 'string' ? encode(part) : part)));
}

function append(parts: readonly (string | 0 | 1)[], part: string | 0 | 1): (string | 0 | 1)[] {
  const last = parts.at(-1);
  return typeof last === 'string' && typeof part === 'string'
    ? [...parts.slice(0, -1), last + part]
    : [...parts, part];
}

/** The only run of bytes. @throws ItemError where a wildcard stands in it */
function solid(parts: Parts, modifier: string, at: Position): Uint8Array {
  const runs: Uint8Array[] = [];
  for (const part of parts) {
    if (typeof part === 'number') {
      throw new ItemError(
        `wildcards cannot be used with "${modifier}": escape them with a backslash, or put "contains" behind it`,
        at,
      );
    }
    runs.push(part);
  }
  const [only, second] = runs;
  if (only !== undefined && second === undefined) return only;
  const joined = new Uint8Array(runs.reduce((length, run) => length + run.length, 0));
  let end = 0;
  for (const run of runs) {
    joined.set(run, end);
    end += run.length;
  }
  return joined;
}

/** Encodes the bytes of each value: UTF-8 unless a modifier before it said otherwise. */
export function eachBytes(name: string, encode: (bytes: Uint8Array) => readonly string[]): Modifier {
  return {
    takes: [...TEXT_KINDS, 'bytes'],
    repeats: true,
    apply: (state) =>
      mapValuesToMany(state, (value) => {
        const variants =
          value.operand.kind === 'bytes' ? [value.operand.parts] : encoded(value, name, utf8Bytes);
        return variants
          .flatMap((parts) => encode(solid(parts, name, value.at)))
          .map((text) => ({ kind: 'text', tokens: [text] }));
      }),
  };
}

/** The bytes of each text in UTF-16, for the encoding behind it. */
export function utf16(name: string, form: Utf16Form): Modifier {
  return {
    takes: TEXT_KINDS,
    apply: (state) =>
      mapValuesToMany(state, (value) =>
        encoded(value, name, (text) => utf16Bytes(text, form === 'bom' ? 'le' : form)).map((parts) => ({
          kind: 'bytes',
          parts: form === 'bom' ? [BYTE_ORDER_MARK, ...parts] : parts,
        })),
      ),
  };
}

const BYTE_ORDER_MARK = Uint8Array.of(0xff, 0xfe);
