/** ISO 8601 durations as thresholds have them: whole numbers, years to seconds. */
const PATTERN =
  /^P(?=[\dT])(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,6}S)?)?$/;

export function isDuration(text: string): boolean {
  return PATTERN.test(text);
}

/** Whether a text seems meant as a duration. */
export function looksLikeDuration(text: string): boolean {
  return /^P[T\d]/.test(text);
}
