/** The engine gave up a copy; the message says why. */
export class StoreCopyError extends Error {
  override readonly name = 'StoreCopyError';
}
