/** A configuration of directives in blocks (nginx, Apache), and what holds in a block with what it inherits. */

export interface Directive {
  /** In small letters. */
  name: string;
  args: readonly string[];
  place: string;
  /** Of a block. */
  inside: Directive[] | undefined;
}

export interface InForce {
  args: readonly string[];
  place: string;
}

/** Directives of one program in one configuration. */
export const DIRECTIVES_MAX = 100_000;
export const INCLUDE_DEPTH_MAX = 16;

/** All blocks of a name with the blocks they lie in, outermost first. */
export function* blocksOf(
  directives: readonly Directive[],
  name: string,
  around: readonly Directive[] = [],
): Generator<{ block: Directive; around: readonly Directive[] }> {
  for (const directive of directives) {
    if (directive.inside === undefined) continue;
    if (directive.name === name) yield { block: directive, around };
    yield* blocksOf(directive.inside, name, [...around, directive]);
  }
}

/**
 * What a directive says at one level: all of its lines there. `about` names the line by one of its arguments, of which
 * those behind it are the value.
 */
export function said(directives: readonly Directive[], name: string, about: string | undefined): InForce[] {
  return directives
    .filter((directive) => directive.name === name)
    .flatMap(({ args, place }) => {
      if (about === undefined) return [{ args, place }];
      const at = args.findIndex((arg) => arg.toLowerCase() === about.toLowerCase());
      return at < 0 ? [] : [{ args: args.slice(at + 1), place }];
    });
}
