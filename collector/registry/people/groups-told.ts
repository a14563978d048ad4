/** The groups that a provider told of a person, as they are kept with the account. */
import { z } from 'zod';

/** Characters of JSON: more than any person's groups that decide over rights; what is longer is not kept at all. */
const KEPT_MAX = 16_384;

const schema = z.array(z.string());

/** Null: too many to keep. */
export function keepGroups(groups: readonly string[]): string | null {
  const text = JSON.stringify(groups);
  return text.length > KEPT_MAX ? null : text;
}

/** Undefined: they are not known. */
export function groupsTold(kept: string | null): string[] | undefined {
  return kept === null ? undefined : schema.parse(JSON.parse(kept));
}
