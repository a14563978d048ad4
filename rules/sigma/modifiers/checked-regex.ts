/** A regular expression of a rule, tried once so that a wrong one rejects its rule at its own place. */
import { linearRegex } from '../regex.ts';
import type { Position } from '../types.ts';
import { ItemError } from './item-state.ts';
import type { Operand } from './item-state.ts';

/** @throws ItemError saying what is wrong with the pattern */
export function checkedRegex(pattern: string, flags: string, at: Position): Operand {
  try {
    linearRegex(pattern, flags);
  } catch (error) {
    throw new ItemError(error instanceof Error ? error.message : String(error), at, { cause: error });
  }
  return { kind: 'regex', pattern, flags };
}
