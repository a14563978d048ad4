/** Times of day as settings write them. */

const DAY_MINUTES = 1_440;

/** Minutes since midnight of `HH:MM`, up to `24:00`; undefined for what is no time of day. */
export function minuteOfDay(text: string): number | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= DAY_MINUTES ? minutes : undefined;
}
