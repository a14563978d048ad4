/**
 * Cursors of keyset pages: opaque to the caller, and checked like any other input when they come back.
 * A cursor of one list is refused by another.
 */
import { z } from 'zod';
import { ApiError } from './errors.ts';

export interface CursorCodec<T> {
  encode(place: T): string;
  /** @throws ApiError bad-request, field `after` */
  decode(text: string): T;
}

const CHARS_MAX = 512;

export function cursorCodec<T>(list: string, schema: z.ZodType<T>): CursorCodec<T> {
  const envelope = z.tuple([z.literal(list), schema]);
  return {
    encode: (place) => Buffer.from(JSON.stringify([list, place]), 'utf8').toString('base64url'),
    decode(text) {
      const refuse = (cause?: unknown): never => {
        const message = 'not a cursor of this list: take it from `next` of the page before';
        throw new ApiError('bad-request', { message, field: 'after', cause });
      };
      if (text.length > CHARS_MAX) return refuse();
      let value: unknown;
      try {
        value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
      } catch (error) {
        return refuse(error);
      }
      const parsed = envelope.safeParse(value);
      return parsed.success ? parsed.data[1] : refuse(parsed.error);
    },
  };
}
