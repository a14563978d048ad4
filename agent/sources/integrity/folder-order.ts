/** The order in which folders are walked: a folder before what is below it, names by their code units. */
import path from 'node:path';

/** Negative when `a` is walked before `b`. */
export function compareFolders(a: string, b: string): number {
  const left = a.split(path.sep);
  const right = b.split(path.sep);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}
