/** Whom a note calls by name. */
const MENTION = /(?:^|[\s(,;])@([\p{L}\p{N}][\p{L}\p{N}._-]{0,63})/gu;
const MENTIONS_MAX = 20;

/** User names that the text calls, e.g. `@lan`, as accounts write them; a mail address calls nobody. */
export function mentionsIn(text: string): string[] {
  const names = new Set<string>();
  for (const [, name = ''] of text.matchAll(MENTION)) {
    names.add(
      name
        .replace(/[._-]+$/, '')
        .normalize('NFKC')
        .toLowerCase(),
    );
    if (names.size === MENTIONS_MAX) break;
  }
  return [...names];
}
