/** How much of a page's words is spam, by what they are and where they stand. */
import { spelled } from './fold-text.ts';
import type { PageFacts, SpamPlace } from './page-facts.ts';

/** A page's text says what it is about; its title, links and hidden parts say what it was made for. */
const WEIGHT: Readonly<Record<SpamPlace, number>> = { title: 3, hidden: 2, links: 2, text: 1 };
const PLACES: readonly SpamPlace[] = ['title', 'hidden', 'links', 'text'];
/** One word that no agency writes in the title, two of them in links, three where people read. */
const SCORE_MIN = 9;

export interface SpamScore {
  score: number;
  tooMuch: boolean;
  words: string[];
  /** Most of the words stand in links or in what is hidden. */
  mostlyLinks: boolean;
}

/** The form in which words are compared. */
export const fold = spelled;

/** @param known folded words that are right where they are. */
export function scoreSpam(spam: PageFacts['spam'], known: ReadonlySet<string>): SpamScore {
  const places = new Map<string, SpamPlace>();
  let score = 0;
  for (const place of PLACES) {
    for (const { word, weight } of spam[place]) {
      // Each word counts once, in the place that says most.
      if (places.has(word) || known.has(fold(word))) continue;
      places.set(word, place);
      score += weight * WEIGHT[place];
    }
  }
  const inLinks = [...places.values()].filter((place) => place === 'links' || place === 'hidden').length;
  return {
    score,
    tooMuch: score >= SCORE_MIN,
    words: [...places.keys()],
    mostlyLinks: inLinks > places.size / 2,
  };
}
