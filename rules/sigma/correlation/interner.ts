/** Texts kept once and named by small numbers. Invariant: a text is held exactly as long as something uses it. */
export class Interner {
  readonly #ids = new Map<string, number>();
  #texts: string[] = [];
  #uses: number[] = [];
  #free: number[] = [];

  /** Texts in use. */
  get size(): number {
    return this.#ids.size;
  }

  /** One more use of the text. */
  take(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] ?? 0) + 1;
      return known;
    }
    const id = this.#free.pop() ?? this.#texts.length;
    this.#texts[id] = text;
    this.#uses[id] = 1;
    this.#ids.set(text, id);
    return id;
  }

  /** One use less. */
  release(id: number): void {
    const left = (this.#uses[id] ?? 0) - 1;
    this.#uses[id] = left;
    if (left > 0) return;
    this.#ids.delete(this.text(id));
    this.#texts[id] = '';
    this.#free.push(id);
    if (this.#ids.size > 0) return;
    this.#texts = [];
    this.#uses = [];
    this.#free = [];
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }
}
