/** Modifiers that encode text: UTF-16 and base64. */
import { utf16Bytes, utf8Bytes } from '../encode.ts';
import type { Utf16Form } from '../encode.ts';
import { ANY_DASH, ANY_ONE, ANY_RUN, DASHES } from '../text.ts';
import type { Tokens } from '../text.ts';
import type { Position } from '../types.ts';
import { EXPANSION_MAX, ItemError, mapValuesToMany, tokensOf } from './item-state.ts';
import type { Modifier, Value } from './item-state.ts';

function bytesOf(value: Value, modifier: string): Uint8Array[] {
  if (value.operand.kind === 'bytes') return [value.operand.bytes];
  const tokens = tokensOf(value, modifier);
  return dashVariants(tokens, modifier, value.at).map(utf8Bytes);
}

/** Texts of a value that may hold dashes of any kind but no wildcards. */
function dashVariants(tokens: Tokens, modifier: string, at: Position): string[] {
  let variants = [''];
  for (const token of tokens) {
    if (token === ANY_RUN || token === ANY_ONE) {
      throw new ItemError(
        `wildcards cannot be used with "${modifier}": escape them with a backslash, or put "contains" behind it`,
        at,
      );
    }
    const choices = token === ANY_DASH ? Array.from(DASHES) : [token];
    variants = variants.flatMap((start) => choices.map((choice) => start + choice));
    if (variants.length > EXPANSION_MAX)
      throw new ItemError(`"windash" expands to more than ${String(EXPANSION_MAX)} texts here`, at);
  }
  return variants;
}

/** Encodes the bytes of each value: UTF-8 unless a modifier before it said otherwise. */
export function eachBytes(encode: (bytes: Uint8Array) => readonly string[]): Modifier {
  return {
    apply: (state) =>
      mapValuesToMany(state, (value) =>
        bytesOf(value, 'base64')
          .flatMap(encode)
          .map((text) => ({ kind: 'text', tokens: [text] })),
      ),
  };
}

/** The bytes of each text in UTF-16, for the encoding behind it. */
export function utf16(form: Utf16Form): Modifier {
  return {
    apply: (state) =>
      mapValuesToMany(state, (value) =>
        dashVariants(tokensOf(value, 'utf16'), 'utf16', value.at).map((text) => ({
          kind: 'bytes',
          bytes: utf16Bytes(text, form),
        })),
      ),
  };
}
