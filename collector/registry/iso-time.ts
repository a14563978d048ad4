/** Times as the API writes them. A host's clock may say any year; what ISO 8601 cannot say in four digits is cut to fit. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** @param ms milliseconds since 1970 */
export function isoTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString();
}
