/** What the agent itself has to know of an event: where it stands in its log. All else is the collector's to read. */
export interface EventHead {
  eventId: number | undefined;
  recordId: number | undefined;
  /** Milliseconds since 1970, of the machine that wrote it. */
  timeMs: number | undefined;
  channel: string;
  computer: string;
  /** The whole of `System`, by which an event is known again. */
  system: string;
}

const SYSTEM_UNITS_MAX = 8_192;
const TIME = /<TimeCreated\s+SystemTime=["']([0-9T:.Z-]{10,40})["']/;

/** Of an event in whatever state: what it does not say is undefined or empty. */
export function readHead(text: string): EventHead {
  const end = text.indexOf('</System>');
  // `System` comes first, so what programs write into an event cannot stand for it.
  const system = text.slice(0, end === -1 || end > SYSTEM_UNITS_MAX ? SYSTEM_UNITS_MAX : end);
  const timeMs = Date.parse(TIME.exec(system)?.[1] ?? '');
  return {
    eventId: wholeNumber(valueOf(system, 'EventID')),
    recordId: wholeNumber(valueOf(system, 'EventRecordID')),
    timeMs: Number.isNaN(timeMs) ? undefined : timeMs,
    channel: valueOf(system, 'Channel'),
    computer: valueOf(system, 'Computer'),
    system,
  };
}

/** The text of an element without children; empty when there is none. */
function valueOf(text: string, name: string): string {
  const open = text.indexOf(`<${name}`);
  if (open === -1) return '';
  const from = text.indexOf('>', open) + 1;
  const to = text.indexOf('<', from);
  return from === 0 || to === -1 ? '' : text.slice(from, to);
}

function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The value of `<Data Name="name">`; empty when there is none. */
export function dataOf(text: string, name: string): string {
  for (const quote of [`'`, `"`]) {
    const begin = `<Data Name=${quote}${name}${quote}>`;
    const open = text.indexOf(begin);
    if (open !== -1) return text.slice(open + begin.length, text.indexOf('<', open + begin.length));
  }
  return '';
}
