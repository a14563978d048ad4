export const CORRELATION_ROWS: Record<string, readonly unknown[]> = {};
