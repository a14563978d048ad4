/** A policy laid over the host's own settings: objects are merged, everything else, lists too, is replaced. */

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Neither is changed. Both are of bounded depth: the own settings by their writer, a policy by its check. */
export function mergeSettings(own: unknown, policy: Json): unknown {
  if (!isObject(own)) return policy;
  const merged = new Map(Object.entries(own));
  for (const [name, value] of Object.entries(policy)) {
    merged.set(name, isObject(value) ? mergeSettings(merged.get(name), value) : value);
  }
  // Not by assignment: a name like __proto__ stays a setting, which the schema then refuses.
  return Object.fromEntries(merged);
}
