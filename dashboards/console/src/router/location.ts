/**
 * Addresses of the console, pure: parse a path into a page, and write a query with its keys in a fixed order.
 * Invariant: an unknown path is `not-found`, never an error; a malformed escape is taken as text.
 */

export type Page =
  | { readonly name: 'alerts'; readonly alertId: string | null }
  | { readonly name: 'events' }
  | { readonly name: 'agents' }
  | { readonly name: 'rules' }
  | { readonly name: 'password' }
  | { readonly name: 'second-factor' }
  | { readonly name: 'not-found' };

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

/** @param pathname of the address, without query. */
export function parsePath(pathname: string): Page {
  const [first = '', second, third] = pathname.split('/').filter((part) => part !== '');
  if (third !== undefined) return { name: 'not-found' };
  if (first === '' || first === 'alerts') {
    return { name: 'alerts', alertId: second === undefined ? null : decoded(second) };
  }
  if (second !== undefined) return { name: 'not-found' };
  switch (first) {
    case 'events':
      return { name: 'events' };
    case 'agents':
      return { name: 'agents' };
    case 'rules':
      return { name: 'rules' };
    case 'password':
      return { name: 'password' };
    case 'second-factor':
      return { name: 'second-factor' };
    default:
      return { name: 'not-found' };
  }
}

export type QueryValue = string | readonly string[] | null | undefined;

/** Writes `path?query`, leaving out what is empty; lists are joined with commas. */
export function href(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const text = typeof value === 'string' ? value : (value ?? []).join(',');
    if (text !== '') params.set(key, text);
  }
  const search = params.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** The address of one alert, keeping the list's filters. */
export function alertPath(alertId: string | null): string {
  return alertId === null ? '/alerts' : `/alerts/${encodeURIComponent(alertId)}`;
}
