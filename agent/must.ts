/** What cannot be absent. Not of `node:assert`, which loads how to show two values' differences. @throws Error */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('what has to be there is not');
  return value;
}
