/** Shapes of what a person is told themselves; PUT /notifications/personal takes `personalSettingsSchema`. */
import { z } from 'zod';
import { personalSettingsSchema } from '../notify/personal-settings.ts';

/** GET /notifications/personal */
export const personalSettingsViewSchema = personalSettingsSchema.extend({
  /** Where it goes; null: the account has no address, and nothing is told. */
  email: z.string().nullable(),
  /** Whether a mail channel is there that carries it. */
  isCarried: z.boolean(),
  /** Its ETag; 0: nothing has been said yet. */
  version: z.number(),
});
