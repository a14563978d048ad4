/**
 * Globs on paths of this system. On Windows a backslash parts folders and `(x86)` is a name's own, where the library would take
 * both for signs of a pattern; and upper and lower case are one.
 */
import path from 'node:path';
import picomatch from 'picomatch';

type Platform = NodeJS.Platform;

/** Parentheses that no sign of a pattern (`!(…)`, `@(…)`) stands before. */
const PLAIN_PARENTHESES = /(?<![!@+?*])\(([^()]*)\)/g;
const ESCAPED = /\\([()])/g;

/** The glob as the library takes it. */
function portable(glob: string, platform: Platform): string {
  return platform === 'win32'
    ? glob.replaceAll('\\', '/').replaceAll(PLAIN_PARENTHESES, String.raw`\($1\)`)
    : glob;
}

export function isGlob(text: string, platform: Platform = process.platform): boolean {
  return picomatch.scan(portable(text, platform)).isGlob;
}

/** The folder that a glob begins in, and how many levels below it its matches lie; undefined: at any. */
export function scanGlob(
  glob: string,
  platform: Platform = process.platform,
): { base: string; levels: number | undefined } {
  const scanned = picomatch.scan(portable(glob, platform));
  const levels = scanned.glob.includes('**') ? undefined : scanned.glob.split('/').length - 1;
  if (platform !== 'win32') return { base: scanned.base, levels };
  return { base: path.win32.normalize(scanned.base.replaceAll(ESCAPED, '$1')), levels };
}

/** @param dot whether wildcards stand for names that begin with a dot, too */
export function globMatcher(
  glob: string,
  dot: boolean,
  platform: Platform = process.platform,
): (file: string) => boolean {
  const windows = platform === 'win32';
  return picomatch(portable(glob, platform), { dot, windows, nocase: windows });
}
