/**
 * Cuts what renders Windows events into its `<Event>` elements, piece by piece as it comes. It looks for where events begin
 * and end and reads nothing else, so nothing in them can expand; the collector reads the fields. Invariants: whatever comes,
 * it never throws; it holds one event up to `unitsMax` and at most one piece besides; what is no whole event is counted by
 * name, and what of it lies inside an event is told all the same, for an attacker must not blind us with it.
 */

/** Everything that is out of order, by name. */
export interface FramerFaults {
  /** Events without an end: another begins in them, or the text is over. */
  truncated: number;
  /** Events over `unitsMax`. */
  cut: number;
  /** Document types and other declarations, which no event log writes. */
  declaration: number;
  /** Text that belongs to no event, in one stretch. */
  outside: number;
}

export interface FramedEvent {
  text: string;
  /** UTF-16 units of it that were left out. */
  cutUnits: number;
}

/** By this a rendered event is told from an element of that name in what a program wrote. */
const NAMESPACE = 'schemas.microsoft.com/win/2004/08/events/event';
/** Longest tag of an event; a longer one is text. */
const TAG_UNITS_MAX = 1_024;

const [SLASH, BANG, QUESTION, LETTER_E] = [0x2f, 0x21, 0x3f, 0x45];
const AFTER_NAME = /[\s/>]/;
/** What holds events together in a file. */
const WRAPPER = /^<\/?Events\b[^<>]*>$/;

export class EventFramer {
  readonly faults: FramerFaults = { truncated: 0, cut: 0, declaration: 0, outside: 0 };
  readonly #unitsMax: number;
  #text = '';
  /** Up to here the text is understood. */
  #at = 0;
  /** Where the event begins that is under way; -1 outside of events. */
  #start = -1;
  /** Elements named Event that are open. */
  #depth = 0;
  /** Beginning of an event that is over the limit. */
  #head: string | undefined;
  #cutUnits = 0;
  /** What ends the comment, section or instruction under way. */
  #until: string | undefined;
  #isOutside = false;
  #found: FramedEvent[] = [];

  /** @param unitsMax of one event, UTF-16 units */
  constructor(unitsMax: number) {
    this.#unitsMax = unitsMax;
  }

  /** Events that are complete with this piece. */
  push(piece: string): FramedEvent[] {
    this.#text += piece;
    while (this.#step());
    this.#trim();
    return this.#take();
  }

  /** Nothing more comes. @returns the event that was under way: it is not whole */
  end(): FramedEvent[] {
    if (this.#start === -1) this.#outsideText(this.#text.length);
    else {
      this.#at = this.#text.length;
      this.#emit(this.#at, false);
    }
    this.#text = '';
    this.#at = 0;
    this.#until = undefined;
    return this.#take();
  }

  #take(): FramedEvent[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Goes on by one piece of markup. @returns false when it needs more text */
  #step(): boolean {
    const text = this.#text;
    if (this.#until !== undefined) {
      const end = text.indexOf(this.#until, this.#at);
      // Its first characters may be here already.
      if (end === -1) return this.#stay(Math.max(this.#at, text.length - this.#until.length + 1));
      this.#at = end + this.#until.length;
      this.#until = undefined;
      return true;
    }
    const open = text.indexOf('<', this.#at);
    if (this.#start === -1) this.#outsideText(open === -1 ? text.length : open);
    if (open === -1) return this.#stay(text.length);
    const next = text.charCodeAt(open + 1);
    if (next === BANG) return this.#declaration(open);
    if (next === QUESTION) return this.#enter(open, '?>');
    const nameAt = next === SLASH ? open + 2 : open + 1;
    const isTag = text.charCodeAt(nameAt) === LETTER_E && text.startsWith('Event', nameAt);
    if (isTag || this.#start === -1) return this.#tag(open, nameAt);
    if (text.length < nameAt + 6) return this.#cutOff(open, nameAt);
    this.#at = open + 1;
    return true;
  }

  #stay(at: number): false {
    this.#at = at;
    return false;
  }

  /** Whether what is here could still become a tag of an event. */
  #cutOff(open: number, nameAt: number): boolean {
    const rest = this.#text.slice(nameAt);
    if ('Event'.startsWith(rest) || rest === '') return this.#stay(open);
    this.#at = open + 1;
    return true;
  }

  #enter(open: number, until: string): true {
    this.#at = open + 2;
    this.#until = until;
    return true;
  }

  #declaration(open: number): boolean {
    const text = this.#text;
    for (const [begin, until] of [
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
    ] as const) {
      if (text.startsWith(begin, open)) {
        this.#at = open + begin.length;
        this.#until = until;
        return true;
      }
      if (begin.startsWith(text.slice(open, open + begin.length))) return this.#stay(open);
    }
    this.faults.declaration += 1;
    this.#at = open + 2;
    // Inside an event it stays text; outside, what follows belongs to it.
    if (this.#start === -1) this.#isOutside = true;
    return true;
  }

  /** A tag of an event, or one outside of events. */
  #tag(open: number, nameAt: number): boolean {
    const text = this.#text;
    const end = text.indexOf('>', nameAt);
    if (end === -1 || end - open > TAG_UNITS_MAX) {
      if (end === -1 && text.length - open <= TAG_UNITS_MAX) return this.#stay(open);
      return this.#noTag(open, open + 1);
    }
    const isEvent = text.startsWith('Event', nameAt) && AFTER_NAME.test(text.charAt(nameAt + 5));
    if (!isEvent) {
      if (this.#start === -1 && WRAPPER.test(text.slice(open, end + 1))) {
        this.#at = end + 1;
        return true;
      }
      return this.#noTag(open, this.#start === -1 ? end + 1 : open + 1);
    }
    this.#at = end + 1;
    if (nameAt === open + 2) this.#close(open);
    else this.#open(open, end);
    return true;
  }

  #noTag(open: number, at: number): true {
    if (this.#start === -1) this.#outside();
    this.#at = Math.max(open + 1, at);
    return true;
  }

  #open(open: number, end: number): void {
    const isEmpty = this.#text.charCodeAt(end - 1) === SLASH;
    // One that lacks its end must not swallow those after it.
    if (this.#start !== -1 && this.#text.slice(open, end).includes(NAMESPACE)) this.#emit(open, false);
    if (this.#start === -1) {
      this.#start = open;
      this.#isOutside = false;
      this.#depth = 0;
    }
    if (!isEmpty) this.#depth += 1;
    else if (this.#depth === 0) this.#emit(end + 1, true);
  }

  #close(open: number): void {
    if (this.#start === -1) return this.#outside();
    this.#depth -= 1;
    if (this.#depth <= 0) this.#emit(Math.max(open, this.#at), true);
  }

  #emit(end: number, isWhole: boolean): void {
    let text: string;
    let cutUnits = 0;
    const rest = end - this.#start;
    if (this.#head !== undefined) {
      text = this.#head;
      cutUnits = this.#cutUnits + rest;
    } else {
      text = this.#text.slice(this.#start, Math.min(end, this.#start + this.#unitsMax));
      cutUnits = rest - text.length;
    }
    if (!isWhole) this.faults.truncated += 1;
    if (cutUnits > 0) this.faults.cut += 1;
    this.#found.push({ text: isWhole ? text : text.trimEnd(), cutUnits });
    this.#start = -1;
    this.#head = undefined;
    this.#cutUnits = 0;
  }

  /** Lets go of what is understood and not wanted any more. */
  #trim(): void {
    if (this.#start === -1) {
      this.#text = this.#text.slice(this.#at);
      this.#at = 0;
      return;
    }
    if (this.#head === undefined && this.#at - this.#start >= this.#unitsMax) {
      this.#head = this.#text.slice(this.#start, this.#start + this.#unitsMax);
      this.#cutUnits = -this.#unitsMax;
    }
    if (this.#head !== undefined) {
      this.#cutUnits += this.#at - this.#start;
      this.#start = this.#at;
    }
    this.#text = this.#text.slice(this.#start);
    this.#at -= this.#start;
    this.#start = 0;
  }

  #outsideText(end: number): void {
    if (this.#at < end && this.#text.slice(this.#at, end).trim() !== '') this.#outside();
  }

  #outside(): void {
    if (!this.#isOutside) this.faults.outside += 1;
    this.#isOutside = true;
  }
}
