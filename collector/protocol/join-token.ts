/**
 * A join token is what IT staff paste into an installer: it names one row of the collector's token table,
 * proves the right to use it, and pins the collector's certificate or the authority that issued it.
 * Form: `vgjoin1.<id>.<secret>.<fingerprint>`, each part base64url; `vgjoin1ca.` when the authority is pinned.
 */
export interface JoinToken {
  /** 9 bytes, base64url: the public name of the token. */
  id: string;
  /** 24 bytes, base64url: the secret; the collector stores only its hash. */
  secret: string;
  /** The fingerprint is that of the authority which issued the collector's certificate. */
  authority?: true | undefined;
  /** SHA-256 of the collector's certificate (DER), or of its authority's; lower-case hex. */
  fingerprint: string;
}

/** What a token pins: the authority where there is one, since its certificates come and go. */
export function pinOf(certificate: string, authority: string | undefined): Omit<JoinToken, 'id' | 'secret'> {
  return authority === undefined ? { fingerprint: certificate } : { fingerprint: authority, authority: true };
}

const FORM = /^vgjoin1(ca)?\.([A-Za-z0-9_-]{12})\.([A-Za-z0-9_-]{32})\.([A-Za-z0-9_-]{43})$/;

/** The token as it is shown once and pasted into an agent. */
export function formatJoinToken(token: JoinToken): string {
  const fingerprint = Buffer.from(token.fingerprint, 'hex').toString('base64url');
  return `vgjoin1${token.authority === true ? 'ca' : ''}.${token.id}.${token.secret}.${fingerprint}`;
}

/** @returns undefined when `text` is not a whole join token (cut off when pasted, or something else). */
export function parseJoinToken(text: string): JoinToken | undefined {
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const [, authority, id = '', secret = '', fingerprint = ''] = match;
  const token = { id, secret, fingerprint: Buffer.from(fingerprint, 'base64url').toString('hex') };
  return authority === undefined ? token : { ...token, authority: true };
}
