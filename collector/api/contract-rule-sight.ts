/** Shapes of what hosts see: rules that are on, against the logs that they need. */
import { z } from 'zod';
import { HOST_KINDS } from '../../rules/needs/index.ts';

const inBoth = z.object({ vi: z.string(), en: z.string() });
const blindSchema = z.object({
  id: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  level: z.string().nullable(),
});

/** GET /rules/reports/sight */
export const ruleSightSchema = z.object({
  kind: z.enum(HOST_KINDS),
  /** Rules that are on and about this kind of host, and those of them that see nothing. */
  rules: z.number(),
  blind: z.number(),
  logs: z.array(
    z.object({
      id: z.string(),
      title: inBoth,
      how: inBoth,
      /** `unproven`: rarely written, so that its absence says nothing. */
      state: z.enum(['seen', 'missing', 'unproven']),
      rules: z.number(),
      blind: z.array(blindSchema),
    }),
  ),
});
/** GET /rules/reports/sights: every kind of host. */
export const ruleSightsSchema = z.object({
  kinds: z.array(
    z.object({
      kind: z.enum(HOST_KINDS),
      rules: z.number(),
      /** Rules that see nothing: with nothing done, after `audit install`, and with Sysmon besides. */
      blind: z.object({ nothing: z.number(), audit: z.number(), sysmon: z.number() }),
    }),
  ),
});
export type RuleSight = z.infer<typeof ruleSightSchema>;
