/**
 * What a posture check may say of one value: every line of it must hold. Texts are compared without regard to case,
 * since the programs whose settings these are do so for nearly all of them.
 */
import { z } from 'zod';
import { compilePattern } from './linear-pattern.ts';

const PATTERN_MAX = 500;
const LIST_MAX = 100;

/** A pattern of linear-pattern.ts. */
export const patternSchema = z
  .string()
  .min(1)
  .max(PATTERN_MAX)
  .superRefine((source, context) => {
    try {
      compilePattern(source);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });

const value = z.string().max(256);
const values = z.array(value).min(1).max(LIST_MAX);

/** How a number is written: `60`, `2m`, `128MB`. Seconds, bytes and milliseconds are what `min` and `max` then count. */
export const VALUE_UNITS = ['seconds', 'milliseconds', 'bytes'] as const;
export type ValueUnit = (typeof VALUE_UNITS)[number];

export const valueTestSchema = z
  .strictObject({
    is: value.optional(),
    isNot: value.optional(),
    oneOf: values.optional(),
    noneOf: values.optional(),
    /** As a number, whole or not. */
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.enum(VALUE_UNITS).optional(),
    matches: patternSchema.optional(),
    lacks: patternSchema.optional(),
    /** The value is a list, at commas and blanks: these are in it; none of it matches; all of it is of these. */
    includes: values.optional(),
    excludes: patternSchema.optional(),
    onlyFrom: values.optional(),
  })
  .refine(
    ({ unit: _unit, ...rest }) => Object.keys(rest).length > 0,
    'says nothing of the value: give is, oneOf, min, max, matches ...',
  );

export type ValueTest = z.infer<typeof valueTestSchema>;
