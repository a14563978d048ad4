/**
 * Rules as tests with jumps, all in one list of numbers: each test says where to go on when its fact holds and where
 * when it does not. Deciding a rule walks forward from test to test and builds nothing.
 * Invariant: what a walk ends with is what the rule's expression is worth; no walk is longer than the rule.
 */
import type { PreparedPredicate, RuleNode } from './program.ts';

/** Ends of a walk. */
export const ACCEPT = -1;
export const REJECT = -2;
/** Stands for the field where a test asks two fields at once. */
export const PAIR = -1;

export interface RuleCode {
  /** Tests of four numbers: field, fact of that field (or PAIR, number of the pair), next if true, next if false. */
  readonly tests: Int32Array;
  /** By rule: its first test, or an end where nothing is asked. */
  readonly starts: Int32Array;
  readonly pairs: readonly PreparedPredicate[];
}

const SIZE = 4;

export function makeRuleCode(nodes: readonly RuleNode[]): RuleCode {
  const tests: number[] = [];
  const pairs: PreparedPredicate[] = [];
  const test = (field: number, asked: number, onTrue: number, onFalse: number): number =>
    tests.push(field, asked, onTrue, onFalse) - SIZE;
  // What comes last is written first: so it is known where to jump.
  const write = (node: RuleNode, onTrue: number, onFalse: number): number => {
    switch (node.kind) {
      case 'fact':
        return test(node.fact.field.number, node.fact.local, onTrue, onFalse);
      case 'pair':
        return test(PAIR, pairs.push(node.pair) - 1, onTrue, onFalse);
      case 'not':
        return write(node.of, onFalse, onTrue);
      case 'and':
        return node.of.reduceRight((next, part) => write(part, next, onFalse), onTrue);
      case 'or':
        return node.of.reduceRight((next, part) => write(part, onTrue, next), onFalse);
    }
  };
  const starts = Int32Array.from(nodes, (node) => write(node, ACCEPT, REJECT));
  return { tests: Int32Array.from(tests), starts, pairs };
}
