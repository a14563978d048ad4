/** What differs between two JSON documents of settings, a line for each setting. */

type Flat = Map<string, string>;

function flatten(value: unknown, path: string, into: Flat): Flat {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) {
      flatten(inner, path === '' ? name : `${path}.${name}`, into);
    }
  } else into.set(path, JSON.stringify(value));
  return into;
}

/** `- path: old`, `+ path: new`, by path; a list is one value. */
export function settingsDiff(from: unknown, to: unknown): string[] {
  const [before, after] = [flatten(from, '', new Map()), flatten(to, '', new Map())];
  const lines: string[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [old, now] = [before.get(path), after.get(path)];
    // The root of an empty document is no setting.
    if (old === now || path === '') continue;
    if (old !== undefined) lines.push(`- ${path}: ${old}`);
    if (now !== undefined) lines.push(`+ ${path}: ${now}`);
  }
  return lines;
}
