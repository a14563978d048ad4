/**
 * Lines of devices and products that are told by how their text begins, whatever header or program stands before it.
 * Invariant: a line of anything else costs one look at its first character, and is left as it was; only lines without a
 * program's tag are looked at further.
 */
import { readCef, readLeef } from './cef-leef.ts';
import { findCisco, readCiscoAt } from './cisco.ts';
import { type DeviceReading, UNKNOWN_FORM } from './device-reading.ts';
import type { LineClock } from './device-time.ts';
import { readEset } from './eset.ts';
import { readDraytek } from './draytek.ts';
import type { NormalEvent } from '../event.ts';
import { readFortiGate } from './fortigate.ts';
import { readMikroTik } from './mikrotik.ts';
import { readSophos } from './sophos.ts';

type Reader = (event: NormalEvent, text: string, clock: LineClock) => DeviceReading;

type Entry = readonly [start: string, reader: Reader];

/** How such texts begin, and who reads them. */
const ENTRIES: readonly Entry[] = [
  ['CEF:', (event, text, clock) => readCef(event, text.slice(4), clock)],
  ['LEEF:', (event, text, clock) => readLeef(event, text.slice(5), clock)],
  ['%', (event, text) => readCiscoAt(event, text, 0)],
  // IOS counts its lines: `42: Jun 15 09:00:00: %SYS-5-CONFIG_I: ...`.
  ...'0123456789'
    .split('')
    .map((digit): Entry => [digit, (event, text) => findCisco(event, text) ?? UNKNOWN_FORM]),
  ['{', readEset],
  ['date=', readFortiGate],
  ['logver=', readFortiGate],
  ['timestamp=', readFortiGate],
  ['itime=', readFortiGate],
  ['device=', readSophos],
  ['device_name=', readSophos],
  ['[SSL]Portal ', readDraytek],
];

/** The same by first character: every line that comes by syslog asks here. */
const READERS: readonly (readonly Entry[] | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const entries = ENTRIES.filter(([start]) => start.charCodeAt(0) === code);
  return entries.length === 0 ? undefined : entries;
});

/** @returns undefined when the text is no device's */
export function readDevice(event: NormalEvent, text: string, clock: LineClock): DeviceReading | undefined {
  const readers = READERS[text.charCodeAt(0)];
  if (readers === undefined) return undefined;
  for (const [start, read] of readers) {
    if (!text.startsWith(start)) continue;
    const reading = read(event, text, clock);
    // What says of itself what it is, and is not, is kept whole; other texts may only begin alike.
    return reading.known || start.endsWith(':') ? reading : undefined;
  }
  return undefined;
}

/** A text without a program's tag: also devices that put words of their own first. */
export function readUntaggedDevice(event: NormalEvent, text: string): DeviceReading | undefined {
  return readMikroTik(event, text) ?? findCisco(event, text);
}
