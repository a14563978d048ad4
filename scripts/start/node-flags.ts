/**
 * How Node runs the collector. Its nursery for short-lived objects is kept small: by default it grows while rules load,
 * and never shrinks below what it once took; measured, 70 to 110 MB less at 20,000 events a second for the same work.
 */
export const COLLECTOR_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=16'];
