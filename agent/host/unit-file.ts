/** systemd's unit files: sections of keys, a key that comes again adds to a list, an empty value empties it. */

export type UnitSections = Map<string, Map<string, string[]>>;

export function parseUnit(text: string): UnitSections {
  const sections: UnitSections = new Map();
  let keys: Map<string, string[]> | undefined;
  // A line that ends in a backslash goes on in the next one.
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const section = /^\[([^\]]+)\]$/.exec(trimmed)?.[1];
    if (section !== undefined) {
      keys = sections.get(section) ?? new Map();
      sections.set(section, keys);
      continue;
    }
    const equals = trimmed.indexOf('=');
    if (equals < 1 || keys === undefined) continue;
    const key = trimmed.slice(0, equals).trim();
    const value = trimmed.slice(equals + 1).trim();
    if (value === '') keys.set(key, []);
    else keys.set(key, [...(keys.get(key) ?? []), value]);
  }
  return sections;
}
