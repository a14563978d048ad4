/** Why a bundle is not made, or not taken. */

export type BundleFault =
  /** Cannot be made of these files; the message names what. */
  | 'bad-content'
  /** Not a bundle, cut off, or not what was signed. */
  | 'damaged'
  /** Signed by nobody, or too few, whom this site trusts. */
  | 'untrusted'
  /** Its time is over. */
  | 'expired'
  /** As new a one, or a newer, was taken before. */
  | 'rolled-back'
  /** The key file cannot be used. */
  | 'bad-key';

export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleFault;

  constructor(code: BundleFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
