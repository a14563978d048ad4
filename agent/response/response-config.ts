/** What the collector may have done on this host: nothing, until the host's own settings allow it. No policy can say this. */
import { z } from 'zod';
import { RESPONSE_ACTIONS } from '#protocol/response-names.ts';

export const responseSchema = () =>
  z.strictObject({
    /** Allowed actions. What undoes one (release, restore-file, enable-account) is allowed with it. */
    allow: z.array(z.enum(RESPONSE_ACTIONS)).default([]),
    /** The longest isolation, whatever a command says. */
    isolateMsMax: z
      .int()
      .min(1_000)
      .max(7 * 86_400_000)
      .default(4 * 3_600_000),
    /** A larger file is not put into quarantine. */
    fileBytesMax: z
      .int()
      .min(1)
      .max(4 * 1_073_741_824)
      .default(268_435_456),
  });

export type ResponseSettings = z.infer<ReturnType<typeof responseSchema>>;
