/**
 * Parts of the console that could not be loaded: a page left open while the server was updated asks for files that are no
 * more, or there is no line. Whoever draws the failure can tell it from a fault of ours.
 */
const missing = new WeakSet<Error>();

// Before the part's own promise is refused with the same error.
window.addEventListener('vite:preloadError', ({ payload }) => void missing.add(payload));

/** Whether this is why something cannot be drawn. */
export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && missing.has(error);
}
