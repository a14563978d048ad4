/**
 * Lines of devices and products that are told by how their text begins, whatever header or program stands before it.
 * Invariant: a line of anything else costs one comparison of its first character, and is left as it was.
 */
import { readCef, readLeef } from './cef-leef.ts';
import type { DeviceReading } from './device-reading.ts';
import type { LineClock } from './device-time.ts';
import type { NormalEvent } from './event.ts';

const [C, L] = [0x43, 0x4c];

/** @returns undefined when the text is no device's */
export function readDevice(event: NormalEvent, text: string, clock: LineClock): DeviceReading | undefined {
  switch (text.charCodeAt(0)) {
    case C:
      return text.startsWith('CEF:') ? readCef(event, text.slice(4), clock) : undefined;
    case L:
      return text.startsWith('LEEF:') ? readLeef(event, text.slice(5), clock) : undefined;
    default:
      return undefined;
  }
}
