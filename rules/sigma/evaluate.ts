/** Predicates as tests over slots: each is prepared once per engine and shared by all rules that ask it. */
import { parseNumber } from './fold.ts';
import type { Slot } from './event.ts';
import { inNetwork, parseAddress } from './network.ts';
import type { Affix, Predicate } from './predicate.ts';
import { regexNeeds } from './regex-literal.ts';
import { linearRegex } from './regex.ts';
import { shapeOf, textTest } from './text.ts';
import type { TextTest } from './text.ts';
import { timePart } from './time.ts';
import type { Comparison } from './types.ts';

/** `other` is the second field of a fieldref. */
export type SlotTest = (slot: Slot, other: Slot | undefined) => boolean;

/** The predicate as a test of the field it asks, prepared once; `other` is the field a fieldref names. */
export function slotTest(predicate: Predicate): SlotTest {
  switch (predicate.kind) {
    case 'text': {
      const shape = shapeOf(predicate.tokens, predicate.cased);
      if (shape.kind === 'present') return (slot) => slot.values.length > 0;
      return some(textTest(shape), predicate.cased);
    }
    case 'regex': {
      const regex = linearRegex(predicate.pattern, predicate.flags);
      const { anyOf, lengthMin } = regexNeeds(predicate.pattern);
      const mayMatch = (folded: string): boolean =>
        folded.length >= lengthMin && anyOf.every((texts) => texts.some((text) => folded.includes(text)));
      // Most values are too short or lack a text that every match must hold: that is seen much faster.
      return ({ folded, texts }) =>
        folded.some((text, index) => mayMatch(text) && regex.test(texts[index] ?? ''));
    }
    case 'null':
      return (slot) => slot.nullish;
    case 'exists':
      return (slot) => slot.present === predicate.want;
    case 'cidr':
      return some((text) => inNetwork(predicate.network, parseAddress(text)), true);
    case 'compare': {
      const { op, value, part } = predicate;
      return (slot) =>
        slot.values.some((candidate) => {
          const number = part === undefined ? parseNumber(candidate) : timePart(candidate, part);
          return number !== undefined && compare(number, op, value);
        });
    }
    case 'fieldref': {
      const { affix, cased } = predicate;
      return (slot, other) => {
        if (other === undefined) return false;
        const theirs = cased ? other.texts : other.folded;
        for (const text of cased ? slot.texts : slot.folded)
          for (const part of theirs) if (affixed(text, part, affix)) return true;
        return false;
      };
    }
  }
}

function some(test: TextTest, cased: boolean): SlotTest {
  return (slot) => {
    for (const text of cased ? slot.texts : slot.folded) if (test(text)) return true;
    return false;
  };
}

/** `left op right`, as the rule wrote the operator. */
export function compare(left: number, op: Comparison, right: number): boolean {
  switch (op) {
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'eq':
      return left === right;
    case 'neq':
      return left !== right;
  }
}

function affixed(text: string, part: string, affix: Affix): boolean {
  switch (affix) {
    case 'equals':
      return text === part;
    case 'contains':
      return text.includes(part);
    case 'startswith':
      return text.startsWith(part);
    case 'endswith':
      return text.endsWith(part);
  }
}

/** The value that made a true predicate true, for the match's details. */
export function witnessValue(
  predicate: Predicate,
  test: SlotTest,
  slot: Slot,
  other: Slot | undefined,
  single: () => Slot,
): string | null {
  if (predicate.kind === 'null' || (predicate.kind === 'exists' && !predicate.want)) return null;
  for (const value of slot.values) {
    const alone = single();
    alone.present = true;
    alone.nullish = false;
    alone.values.push(value);
    if (test(alone, other)) return String(value);
  }
  return null;
}
