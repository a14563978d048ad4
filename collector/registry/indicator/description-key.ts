/** What a description is found by: as alerts and cases are, without accents and case. */
import { foldText } from '../../alert/search-text.ts';

/** Null where SQL's own `lower` does it: most are plain ASCII, and a million of them need not be kept twice. */
export const descriptionKey = (description: string): string | null =>
  /^\p{ASCII}*$/u.test(description) ? null : foldText(description);
