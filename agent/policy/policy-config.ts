/** Settings about policies themselves: the host's own affair, so no policy can change them. */
import { z } from 'zod';

export const policySettingsSchema = () =>
  z.strictObject({
    /** Whether this host takes settings from the collector at all. */
    enabled: z.boolean().default(true),
    /** How long a new policy may run without a word of the collector's before it is taken back. */
    confirmMsMax: z.int().min(1_000).max(86_400_000).default(600_000),
  });

export type PolicySettings = z.infer<ReturnType<typeof policySettingsSchema>>;
