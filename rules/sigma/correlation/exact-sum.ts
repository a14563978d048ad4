/**
 * A sum from which numbers can be taken out again without a trace: what no double can hold is kept beside it
 * (Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997). Invariant: the value is that of the numbers now in
 * it, whatever was in it before and in whatever order; one event with a huge number cannot spoil those after it.
 */

/** Room above the largest double, so that sums in between cannot overflow. */
const SCALE = 2 ** -64;

export class ExactSum {
  #sum = 0;
  /** Parts that do not overlap, least first, in place of `#sum`. */
  #parts: number[] | undefined;

  clear(): void {
    this.#sum = 0;
    this.#parts = undefined;
  }

  /** Add `-number` to take a number out. */
  add(number: number): void {
    const scaled = number * SCALE;
    if (this.#parts === undefined) {
      const sum = this.#sum + scaled;
      const added = sum - this.#sum;
      const lost = this.#sum - (sum - added) + (scaled - added);
      if (lost === 0) this.#sum = sum;
      else this.#parts = [lost, sum];
      return;
    }
    this.#addToParts(scaled, this.#parts);
    if (this.#parts.length > 1) return;
    this.#sum = this.#parts[0] ?? 0;
    this.#parts = undefined;
  }

  #addToParts(number: number, parts: number[]): void {
    let rest = number;
    let kept = 0;
    for (const part of parts) {
      const [large, small] = Math.abs(rest) < Math.abs(part) ? [part, rest] : [rest, part];
      const sum = large + small;
      const lost = small - (sum - large);
      if (lost !== 0) {
        parts[kept] = lost;
        kept += 1;
      }
      rest = sum;
    }
    parts.length = kept;
    if (rest !== 0 || kept === 0) parts.push(rest);
  }

  /** The double nearest to the sum; infinite where it is beyond all doubles. */
  get value(): number {
    const parts = this.#parts;
    if (parts === undefined) return this.#sum / SCALE;
    let at = parts.length - 1;
    let sum = parts[at] ?? 0;
    let lost = 0;
    while (at > 0 && lost === 0) {
      at -= 1;
      const part = parts[at] ?? 0;
      const next = sum + part;
      lost = part - (next - sum);
      sum = next;
    }
    // Half-way cases round as the parts below decide.
    if (at > 0 && lost !== 0 && Math.sign(parts[at - 1] ?? 0) === Math.sign(lost)) {
      const next = sum + lost * 2;
      if (next - sum === lost * 2) sum = next;
    }
    return sum / SCALE;
  }
}
