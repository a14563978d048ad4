/**
 * The slow matcher the fast one is tested against: every rule, every predicate, nothing remembered, and text patterns
 * decided by dynamic programming instead of the shapes of `text.ts`.
 */
import { readKeywords, readSlot } from './event.ts';
import type { Slot } from './event.ts';
import { slotTest } from './evaluate.ts';
import { fold } from './fold.ts';
import type { Engine } from './engine.ts';
import type { Expr, Predicate } from './predicate.ts';
import { linearRegex } from './regex.ts';
import { isList, within } from './pipeline.ts';
import { ANY_DASH, ANY_ONE, ANY_RUN, DASHES } from './text.ts';
import type { Tokens } from './text.ts';
import type { EventInput, LogSource } from './types.ts';

/** Ids of the rules that match, sorted. */
export function matchNaive(
  engine: Engine,
  event: EventInput,
  logsource?: LogSource | readonly LogSource[],
): string[] {
  const sources = logsource === undefined ? undefined : isList(logsource) ? logsource : [logsource];
  return engine.compiled
    .filter(({ info }) => sources === undefined || sources.some((source) => within(source, info.logsource)))
    .filter(({ expr }) => holds(expr, event))
    .map(({ info }) => info.id)
    .sort();
}

function holds(expr: Expr, event: EventInput): boolean {
  switch (expr.kind) {
    case 'leaf':
      return ask(expr.leaf, event);
    case 'not':
      return !holds(expr.of, event);
    case 'and':
      return expr.of.every((part) => holds(part, event));
    case 'or':
      return expr.of.some((part) => holds(part, event));
  }
}

function ask(predicate: Predicate, event: EventInput): boolean {
  const slot: Slot = predicate.field === undefined ? readKeywords(event) : readSlot(event, predicate.field);
  if (predicate.kind === 'text') {
    const { tokens, cased } = predicate;
    return slot.values.some((value) => fitsTokens(tokens, String(value), cased));
  }
  if (predicate.kind === 'regex') {
    const regex = linearRegex(predicate.pattern, predicate.flags);
    return slot.values.some((value) => regex.test(String(value)));
  }
  return slotTest(predicate)(
    slot,
    predicate.kind === 'fieldref' ? readSlot(event, predicate.other) : undefined,
  );
}

/** Character by character over code points; `reach[i]` = the tokens so far can end before character i. */
function fitsTokens(tokens: Tokens, text: string, cased: boolean): boolean {
  const characters = Array.from(cased ? text : fold(text));
  let reach: boolean[] = characters.map(() => false);
  reach.unshift(true);
  const step = (test: (character: string) => boolean): void => {
    reach = reach.map(
      (_, index) => index > 0 && reach[index - 1] === true && test(characters[index - 1] ?? ''),
    );
  };
  for (const token of tokens) {
    if (token === ANY_RUN) {
      const first = reach.indexOf(true);
      reach = reach.map((_, index) => first !== -1 && index >= first);
    } else if (token === ANY_ONE) step(() => true);
    else if (token === ANY_DASH) step((character) => DASHES.includes(character));
    else for (const wanted of cased ? token : fold(token)) step((character) => character === wanted);
  }
  return reach.at(-1) === true;
}
