/** Many look-ups of one turn of the event loop as one query. */

/** The most keys in one query. */
const KEYS_MAX = 64;

/**
 * @param load values by key; what is not there is left out
 * @returns a look-up; asked for many times in the same turn it loads once
 */
export function batched<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | undefined> {
  let waiting: { key: string; resolve: (value: V | undefined) => void; reject: (error: unknown) => void }[] =
    [];
  const flush = async (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    for (let from = 0; from < asked.length; from += KEYS_MAX) {
      const part = asked.slice(from, from + KEYS_MAX);
      try {
        const found = await load([...new Set(part.map(({ key }) => key))]);
        for (const { key, resolve } of part) resolve(found.get(key));
      } catch (error) {
        for (const { reject } of part) reject(error);
      }
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (waiting.length === 1) setImmediate(() => void flush());
    });
}
