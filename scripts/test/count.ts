/** How many tests of a run passed, failed and were skipped: the one line at its end, and how a run tells who started it. */
import { z } from 'zod';

export const countSchema = z.strictObject({
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
});
export type Count = z.infer<typeof countSchema>;

export const NONE: Count = { passed: 0, failed: 0, skipped: 0 };

export const sumOf = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** `N passed, N failed[, N skipped]` */
export const lineOf = ({ passed, failed, skipped }: Count): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
