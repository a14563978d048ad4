/** What a probe asks: a page, a TLS service or a port. */
export interface Target {
  scheme: 'https' | 'http' | 'tls' | 'tcp';
  /** Name or literal without brackets, lower case, names in their ASCII form. */
  host: string;
  port: number;
  /** Of a page, without a fragment. */
  url: string;
}

const PORT_OF = { https: 443, http: 80, tls: 443, tcp: undefined } as const;

/** @returns undefined when it is none, or carries a user or a password: secrets have no place in records. */
export function parseTarget(text: string): Target | undefined {
  const [, word = '', rest = ''] = /^(https|http|tls|tcp):\/\/(\S+)$/i.exec(text.trim()) ?? [];
  const scheme = (['https', 'http', 'tls', 'tcp'] as const).find((one) => one === word.toLowerCase());
  if (scheme === undefined) return undefined;
  const isPage = scheme === 'https' || scheme === 'http';
  // The URL standard lower-cases and encodes hosts of its own schemes only.
  const url = URL.parse(`${isPage ? scheme : 'http'}://${rest}`);
  if (url === null || url.hostname === '' || url.username !== '' || url.password !== '') return undefined;
  if (!isPage && (url.pathname !== '/' || url.search !== '')) return undefined;
  url.hash = '';
  const port = portOf(url, scheme, rest);
  if (port === undefined) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return { scheme, host, port, url: isPage ? url.href : `${scheme}://${url.hostname}:${port}` };
}

function portOf(url: URL, scheme: Target['scheme'], rest: string): number | undefined {
  if (url.port !== '') return Number(url.port);
  // The standard drops what is http's default, also where somebody wrote it.
  return /:80\/?$/.test(rest) ? 80 : PORT_OF[scheme];
}
