/** What writing and reading snapshots share, whatever their version. */

/** Numbers texts in the order in which they are asked for. */
export class TextList {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : fail(`"${name}" is no list`);
}

export function recordOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : fail(`${name} is no object`);
}

export function fail(reason: string): never {
  throw new TypeError(
    `not a snapshot of a correlator: ${reason}; start without it, state is then rebuilt from new events`,
  );
}
