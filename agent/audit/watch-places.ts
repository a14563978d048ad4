/** What a pattern of the watch set stands for now: the kernel watches places, not patterns. */
import fs from 'node:fs';
import path from 'node:path';
import picomatch from 'picomatch';

const PLACES_MAX = 256;

/**
 * @param root of the file system.
 * @returns absolute paths below the root that are there; `**` stands for the folder before it, and all in it.
 */
export function watchPlaces(root: string, pattern: string): string[] {
  let places = [''];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    if (part.includes('**')) break;
    if (!picomatch.scan(part).isGlob) {
      places = places.map((place) => `${place}/${part}`);
      continue;
    }
    const isMatch = picomatch(part, { dot: true });
    places = places
      .flatMap((place) =>
        namesIn(path.join(root, place))
          .filter((name) => isMatch(name))
          .map((name) => `${place}/${name}`),
      )
      .slice(0, PLACES_MAX);
  }
  return places.filter((place) => place !== '' && fs.existsSync(path.join(root, place)));
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    // No folder, or not ours to read: nothing below it can be named.
    return [];
  }
}
