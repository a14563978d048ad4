/**
 * Server-sent events from chunks of text, as the HTML standard reads them. Invariant: memory is bounded; an event
 * longer than `unitsMax` throws, and the caller drops the line and opens a new one.
 */

export type ServerSentEvent = { readonly event: string; readonly data: string };

const defaultUnitsMax = 4 * 1024 * 1024;

export class SseParser {
  readonly #unitsMax: number;
  #rest = '';
  #event = '';
  #data: string[] = [];
  #dataUnits = 0;
  #first = true;

  /** @param unitsMax longest event kept, in UTF-16 units. */
  constructor(unitsMax: number = defaultUnitsMax) {
    this.#unitsMax = unitsMax;
  }

  /**
   * Takes the next chunk; returns the events it completes.
   * @throws RangeError when an event or line is longer than allowed.
   */
  push(chunk: string): readonly ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let text = this.#rest + chunk;
    if (this.#first && text !== '') {
      this.#first = false;
      if (text.startsWith('\ufeff')) text = text.slice(1);
    }
    let at = 0;
    for (;;) {
      const end = text.slice(at).search(/[\r\n]/u);
      if (end < 0) break;
      const lineEnd = at + end;
      // A carriage return at the very end may be half of CRLF: wait for the next chunk.
      if (text[lineEnd] === '\r' && lineEnd + 1 === text.length) break;
      this.#line(text.slice(at, lineEnd), events);
      at = lineEnd + (text[lineEnd] === '\r' && text[lineEnd + 1] === '\n' ? 2 : 1);
    }
    this.#rest = text.slice(at);
    if (this.#rest.length + this.#dataUnits > this.#unitsMax) {
      throw new RangeError(`server-sent event longer than ${this.#unitsMax} units`);
    }
    return events;
  }

  #line(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) {
        events.push({ event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') });
      }
      this.#event = '';
      this.#data = [];
      this.#dataUnits = 0;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.#event = value;
    if (field === 'data') {
      this.#data.push(value);
      this.#dataUnits += value.length;
    }
  }
}
