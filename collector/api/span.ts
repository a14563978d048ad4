/** The span of a question about events: open at the ends that are not said. */
import { ApiError } from './errors.ts';

/** Open-ended searches span all of JavaScript's time: hosts with wrong clocks write events of any year. */
const FAR_MS = 8.64e15;

/** @throws ApiError bad-request, field `from`, when it is after `to` */
export function parseSpan({ from, to }: { from?: string | undefined; to?: string | undefined }): {
  fromMs: number;
  toMs: number;
} {
  const fromMs = from === undefined ? -FAR_MS : Date.parse(from);
  const toMs = to === undefined ? FAR_MS : Date.parse(to);
  if (fromMs > toMs) throw new ApiError('bad-request', { message: '`from` is after `to`', field: 'from' });
  return { fromMs, toMs };
}
