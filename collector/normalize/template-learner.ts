/**
 * Cuts one Windows event into texts that stand still and values between them: what a template is learnt from.
 * Invariant: it gives up at anything unusual (only one Event of System and EventData, elements without children), which is
 * the scanner's to read.
 */
import { fieldPlace, type FieldPlace } from './event-fields.ts';
import { localName } from './xml.ts';

/** Values of one event, and elements without any. */
const VALUES_MAX = 200;

/** What ends a value: the quote of an attribute, or a tag. */
export type ValueEnd = '"' | "'" | '<';

/** A text that is the same in every event of the kind, and the value behind it. */
export interface Learnt {
  literal: string;
  /** Values that the literal itself says (elements without content). */
  says: readonly FieldPlace[];
  /** What ends the value; undefined at the end of the event. */
  end: ValueEnd | undefined;
  place: FieldPlace | undefined;
}

/** For one text. */
export class TemplateLearner {
  readonly #text: string;
  #at = 0;
  #from = 0;
  #says: FieldPlace[] = [];
  readonly #steps: Learnt[] = [];
  #empty = 0;

  constructor(text: string) {
    this.#text = text;
  }

  learn(): Learnt[] | undefined {
    if (!this.#tag('Event', undefined) || !this.#section('System', 'system')) return undefined;
    this.#space();
    if (this.#text.startsWith('<EventData', this.#at) && !this.#section('EventData', 'data'))
      return undefined;
    this.#space();
    if (!this.#take('</Event>')) return undefined;
    this.#space();
    if (this.#at !== this.#text.length) return undefined;
    this.#cut(undefined, undefined);
    return this.#steps;
  }

  #take(literal: string): boolean {
    if (!this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  /** Ends a literal where a value begins, and goes on behind the value. */
  #cut(end: ValueEnd | undefined, place: FieldPlace | undefined): boolean {
    this.#steps.push({ literal: this.#text.slice(this.#from, this.#at), says: this.#says, end, place });
    if (end === undefined) return true;
    if (this.#steps.length > VALUES_MAX) return false;
    const close = this.#text.indexOf(end, this.#at);
    if (close === -1) return false;
    this.#at = close;
    this.#from = close;
    this.#says = [];
    return true;
  }

  #section(name: string, section: 'system' | 'data'): boolean {
    this.#space();
    if (!this.#tag(name, undefined)) return false;
    for (this.#space(); !this.#take(`</${name}>`); this.#space()) {
      if (!this.#element(section)) return false;
    }
    return true;
  }

  /** An opening tag that is not self-closing. */
  #tag(name: string, section: 'system' | undefined): boolean {
    return this.#take(`<${name}`) && this.#attributes(name, section) !== undefined && this.#take('>');
  }

  /** @returns the value of the attribute Name, empty when there is none; undefined when the form is unusual. */
  #attributes(element: string, section: 'system' | undefined): string | undefined {
    let named = '';
    while (this.#text[this.#at] === ' ') {
      const match = ATTRIBUTE.exec(this.#text.slice(this.#at, this.#at + 256));
      if (match === null) return undefined;
      const [whole, key = ''] = match;
      const quote = match[2] === '"' ? '"' : "'";
      this.#at += whole.length;
      const isField = section === 'system' && key !== 'xmlns' && !key.startsWith('xmlns:');
      if (isField) {
        const place = fieldPlace('system', `${element}_${localName(key)}`);
        if (!this.#cut(quote, place)) return undefined;
      } else {
        const close = this.#text.indexOf(quote, this.#at);
        const raw = this.#text.slice(this.#at, close);
        if (close === -1 || /[<&]/.test(raw)) return undefined;
        if (key === 'Name') named = raw;
        this.#at = close;
      }
      if (!this.#take(quote)) return undefined;
    }
    return named;
  }

  /** An element of a section, without children. */
  #element(section: 'system' | 'data'): boolean {
    ELEMENT.lastIndex = this.#at;
    const name = ELEMENT.exec(this.#text)?.[1];
    if (name === undefined) return false;
    this.#at += name.length + 1;
    const local = localName(name);
    const named = this.#attributes(local, section === 'system' ? section : undefined);
    if (named === undefined) return false;
    const place = fieldPlace(section, section === 'data' && local === 'Data' && named !== '' ? named : local);
    if (this.#take('/>')) {
      if (section === 'data') this.#says.push(place);
      this.#empty += 1;
      return this.#empty <= VALUES_MAX;
    }
    return this.#take('>') && this.#cut('<', place) && this.#take(`</${name}>`);
  }
}

const ATTRIBUTE = /^ ([A-Za-z_][A-Za-z0-9_.:-]{0,127})=(["'])/;
const ELEMENT = /<([A-Za-z_][A-Za-z0-9_.:-]{0,127})/y;
