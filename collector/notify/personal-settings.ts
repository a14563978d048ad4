/** What a person is told themselves, by mail, and when. Without a word of theirs: all that they watch, as the channel that carries it sends. */
import { z } from 'zod';
import { routingSchema } from '../oncall/routing.ts';

export const personalSettingsSchema = z.strictObject({
  /** `mentions`: where their name is called or something is given to them; `nothing` is the way out. */
  about: z.enum(['all', 'mentions', 'nothing']).default('all'),
  /** Quiet time and digests by the clock of the own agency; null: those of the channel that carries the mail. */
  routing: routingSchema.pick({ quiet: true, digestAt: true }).nullable().default(null),
});
export type PersonalSettings = z.infer<typeof personalSettingsSchema>;
export const PERSONAL_SETTINGS: PersonalSettings = { about: 'all', routing: null };
