/** Ids as people read and type them: the first characters, as many as tell one from every other. */

/** Fewer look like a word, and would soon stand for two. */
const CHARS_MIN = 8;

/** @param ids all that there are: what is short here is taken by commands as the whole. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].toSorted();
  const shared = (one: string, other: string | undefined): number => {
    if (other === undefined) return 0;
    let length = 0;
    while (length < one.length && one[length] === other[length]) length += 1;
    return length;
  };
  return new Map(
    sorted.map((id, place) => {
      const length = Math.max(shared(id, sorted[place - 1]), shared(id, sorted[place + 1])) + 1;
      return [id, id.slice(0, Math.max(length, CHARS_MIN))];
    }),
  );
}
