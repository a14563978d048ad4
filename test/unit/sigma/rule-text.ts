/** Short ways to write rules and ask them, shared by the engine's tests. */
import { compile, formatError, matchNaive, parseRules } from '../../../rules/sigma/index.ts';
import type { CompileOptions, Engine, EventInput } from '../../../rules/sigma/index.ts';

/** `[what a selection says (YAML, flow or block), event, whether it matches]` */
export type Row = readonly [selection: string, event: EventInput, want: boolean];

/** A rule with one selection `s`; several lines are indented as its content. */
export function ruleOf(selection: string): string {
  return `title: t\nid: r\nlogsource: {}\ndetection:\n  s:\n${indent(selection, 4)}\n  condition: s\n`;
}

/** A rule with a whole detection block. */
export function ruleWith(detection: string, head = 'title: t\nid: r'): string {
  return `${head}\nlogsource: {}\ndetection:\n${indent(detection, 2)}\n`;
}

function indent(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}

export function engineOf(text: string, options?: CompileOptions): Engine {
  return compile([parseRules(text, { source: 'test.yml' })], options);
}

/** The engine of a text that must be free of errors. */
export function goodEngine(text: string, options?: CompileOptions): Engine {
  const engine = engineOf(text, options);
  if (engine.errors.length > 0) throw new Error(engine.errors.map(formatError).join('\n'));
  return engine;
}

/** Asks the fast and the naive matcher; they must agree. */
export function asks(engine: Engine, event: EventInput): boolean {
  const fast = engine.match(event).map(({ rule }) => rule.id);
  const naive = matchNaive(engine, event);
  if (fast.toSorted().join() !== naive.join())
    throw new Error(`fast ${fast.join()} and naive ${naive.join()} disagree`);
  return fast.length > 0;
}

export function errorsOf(text: string, options?: CompileOptions): string[] {
  return engineOf(text, options).errors.map(formatError);
}
