/** What the user typed cannot be used; the message is in their language. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
