/**
 * What is left of a pattern once the beginning, or the end, of a text is given: the texts that may follow it so that the
 * whole fits. Exact for every pattern; walks the pattern as a small automaton, one set of places per character.
 */
import { fold } from './fold.ts';
import { ANY_DASH, ANY_ONE, ANY_RUN, DASHES } from './text.ts';
import type { Token, Tokens } from './text.ts';

/** Patterns of what may come behind `start`; of these that begin with anything just as the pattern itself, none. */
export function restAfter(tokens: Tokens, start: string, cased: boolean): Token[][] {
  return rests(unitsOf(tokens), Array.from(start), cased).map(joinLiterals);
}

/** Patterns of what may stand before `end`. */
export function restBefore(tokens: Tokens, end: string, cased: boolean): Token[][] {
  return rests(unitsOf(tokens).toReversed(), Array.from(end).toReversed(), cased).map((rest) =>
    joinLiterals(rest.toReversed()),
  );
}

/** One token for each character. */
function unitsOf(tokens: Tokens): Token[] {
  return tokens.flatMap((token): Token[] => (typeof token === 'string' ? Array.from(token) : [token]));
}

function joinLiterals(units: Tokens): Token[] {
  const joined: Token[] = [];
  for (const unit of units) {
    const last = joined.at(-1);
    if (typeof unit === 'string' && typeof last === 'string') joined[joined.length - 1] = last + unit;
    else joined.push(unit);
  }
  return joined;
}

function rests(units: readonly Token[], text: readonly string[], cased: boolean): Token[][] {
  let places = new Set([0]);
  for (const character of text) {
    const next = new Set<number>();
    for (const place of places) {
      let at = place;
      // A run takes the character and stays, or is over.
      for (; units[at] === ANY_RUN; at += 1) next.add(at);
      const unit = units[at];
      if (unit !== undefined && takes(unit, character, cased)) next.add(at + 1);
    }
    places = next;
  }
  // At a first run still, the pattern itself fits the text as it was.
  if (units[0] === ANY_RUN) places.delete(0);
  return [...places].map((place) => units.slice(place));
}

function takes(unit: Token, character: string, cased: boolean): boolean {
  if (typeof unit === 'string') return cased ? unit === character : fold(unit) === fold(character);
  return unit === ANY_ONE || (unit === ANY_DASH && DASHES.includes(character));
}
