/**
 * Addresses of the console, pure: hold a path against a page's pattern, and write a query with its keys in a fixed order.
 * Invariant: a path that no pattern takes is no error; a malformed escape is taken as text.
 */

/** What the `:name` parts of a pattern stand for. */
export type Params = Readonly<Record<string, string>>;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '');

/**
 * @param pattern such as `/cases/:id`; a part that ends in `?` may be missing
 * @param pathname of the address, without query
 * @returns null when the path is another's
 */
export function matchPath(pattern: string, pathname: string): Params | null {
  const wanted = partsOf(pattern);
  const given = partsOf(pathname);
  if (given.length > wanted.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    const optional = part.endsWith('?');
    if (value === undefined) {
      if (optional) continue;
      return null;
    }
    if (!part.startsWith(':')) {
      if (part !== value) return null;
      continue;
    }
    params[part.slice(1, optional ? -1 : undefined)] = decoded(value);
  }
  return params;
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

/** An address of parts, each escaped: `pathOf('cases', id)`. */
export function pathOf(...parts: readonly string[]): string {
  return `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

/** The address of one alert, keeping the list's filters. */
export function alertPath(alertId: string | null): string {
  return alertId === null ? '/alerts' : pathOf('alerts', alertId);
}
