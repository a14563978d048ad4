/** The control plane cannot be opened or brought to this version; the message says what to do. */
export class RegistryOpenError extends Error {
  override readonly name = 'RegistryOpenError';
}
