/** Settings of logs whose records have several lines. */
import { z } from 'zod';
import { LIMITS } from '#protocol/limits.ts';
import { fault } from './setting-types.ts';
import { GROUP_DEFAULTS } from './sources/file/line-grouping.ts';

const PATTERN_CHARS_MAX = 512;

/**
 * What can be said without the engine that runs it: that it is a regular expression, without what cannot be searched
 * in linear time.
 */
function isPattern(text: string): boolean {
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]/.test(text.replaceAll('\\\\', ''))) return false;
  try {
    return new RegExp(text.replace(/^\(\?[ims]{1,3}\)/, '')) instanceof RegExp;
  } catch {
    return false;
  }
}

const pattern = z.string().min(1).max(PATTERN_CHARS_MAX).refine(isPattern, fault('line-pattern'));

export const multilineSchema = () =>
  z.union([
    z.literal('none'),
    z
      .strictObject({
        /** Of a line that begins a record. */
        startsWith: pattern.optional(),
        /** Of a line that belongs to the record before it. */
        continues: pattern.optional(),
        linesMax: z.int().min(2).max(10_000).default(GROUP_DEFAULTS.linesMax),
        bytesMax: z.int().min(1_024).max(LIMITS.recordTextBytesMax).default(GROUP_DEFAULTS.bytesMax),
        /** A record is complete when nothing came for so long. */
        waitMs: z.int().min(50).max(60_000).default(GROUP_DEFAULTS.waitMs),
      })
      .refine(
        ({ startsWith, continues }) => (startsWith === undefined) !== (continues === undefined),
        fault('one-pattern'),
      ),
  ]);
