/** Why signing in elsewhere came to nothing; the code is what the console puts into words. */

export const OIDC_FAULTS = [
  /** It cannot be reached, or does not answer as a provider does. */
  'provider-away',
  /** Whoever was asked said no, or gave up. */
  'denied',
  /** What came back does not prove who somebody is: state, nonce, signature, time or code are wrong. */
  'refused',
  /** What was begun was begun too long ago, in another browser, or is over. */
  'flow-unknown',
  /** What is said of the person has not the form it must have. */
  'claims-invalid',
] as const;
export type OidcFault = (typeof OIDC_FAULTS)[number];

export class OidcError extends Error {
  override readonly name = 'OidcError';
  readonly fault: OidcFault;

  constructor(fault: OidcFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
