/** The server cannot be used as it is; the message says what to change there. */
export class ServerUnfitError extends Error {
  override readonly name = 'ServerUnfitError';
}
