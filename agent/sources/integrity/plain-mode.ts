/**
 * The permission bits of a file. The runtime makes those of Windows up from the read-only attribute, for everybody alike: what
 * they say of others there is left out, since access lists decide.
 */
const MASK = process.platform === 'win32' ? 0o700 : 0o7777;

export function plainMode(mode: number): number {
  return mode & MASK;
}
