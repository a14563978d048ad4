/** `Name    value`, the values under each other. */
import type { CommandContext } from '../command.ts';
import { printable } from '../printable.ts';
import { displayWidth } from '../table.ts';

export function printFacts(context: CommandContext, facts: readonly [name: string, value: string][]): void {
  const width = Math.max(...facts.map(([name]) => displayWidth(name)));
  for (const [name, value] of facts) {
    context.print(`${name}${' '.repeat(width - displayWidth(name))}  ${printable(value)}`);
  }
}
