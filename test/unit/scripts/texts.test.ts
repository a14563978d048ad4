import { expect, test } from 'vitest';
import { placesLine } from '../../../scripts/start/texts.ts';

const PLACES = ['/etc', '/usr/local/bin', '/srv/www'];

test.each([
  ['none', [], 40, 'nothing'],
  ['all that fit', PLACES, 40, '/etc, /usr/local/bin, /srv/www'],
  ['those that fit and how many do not', PLACES, 38, '/etc, /usr/local/bin, … (+1)'],
  ['the first even where nothing fits', PLACES, 5, '/etc, … (+2)'],
  ['a single one whole', ['/srv/a-very-long-name'], 5, '/srv/a-very-long-name'],
])('places are shown on one line: %s', (_name, places, columns, line) => {
  expect(placesLine(places, 'nothing', 10, columns)).toBe(line);
});
