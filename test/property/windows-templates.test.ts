/** Windows events are read by templates learnt from their like; the scanner says what each of them means. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { LogRecord } from '../../collector/protocol/record.ts';

const context = { hostname: 'pc-1', timeZone: 'UTC', receivedMs: Date.UTC(2026, 0, 2) };

function read(text: string): object {
  const record: LogRecord = {
    kind: 'log',
    at: Date.UTC(2026, 0, 1),
    channel: 'windows-xml',
    origin: 'Security',
    text,
  };
  const { message, ...event } = normalize(record, context);
  // Of what is no whole event the text is the message, and a fault says where it is.
  return event.parsed ? { ...event, message } : event;
}

/** The declaration makes no difference to what an event says, and no template is learnt with it. */
const byScanner = (text: string): object => read(`<?xml version="1.0"?>${text}`);

const name = fc.constantFrom(
  'TargetUserName',
  'SubjectLogonId',
  'Image',
  'User',
  'EventType',
  'a b',
  'Channel',
  'Data',
);
const value = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    '0x0000000003e7',
    'C:\\Windows\\explorer.exe',
    '4688',
    'a &amp; b',
    '&#x41;',
    '&nothing;',
    'x > y',
    '"q"',
  ),
  fc.string({ unit: fc.constantFrom('a', 'B', '7', ' ', '\n', 'ế', '\u{1F600}', "'", '/', '=', ']') }),
);
const attributeValue = value.filter((text) => !text.includes('"'));

const element = fc.oneof(
  fc.tuple(name, value).map(([key, text]) => `<Data Name="${key}">${text}</Data>`),
  fc.tuple(name).map(([key]) => `<Data Name="${key}"/>`),
  value.map((text) => `<Data>${text}</Data>`),
  value.map((text) => `<Binary>${text}</Binary>`),
  fc.tuple(name, value).map(([key, text]) => `<Data Name='${key}'>${text}</Data>`),
  value.map((text) => `<Outer><Inner>${text}</Inner></Outer>`),
  fc.constantFrom('<!-- note -->', '<Data Name="Image"></Data>', '<Data Name="x" Type="y">z</Data>'),
);

const system = fc
  .record({
    provider: fc.constantFrom('Microsoft-Windows-Security-Auditing', 'Microsoft-Windows-Sysmon', 'Other'),
    id: fc.oneof(fc.constantFrom('4688', '1', '', 'x', '007'), value),
    qualifiers: fc.option(attributeValue, { nil: undefined }),
    keywords: fc.constantFrom('0x8020000000000000', '0x8010000000000000', '0x0', 'none'),
    channel: fc.constantFrom('Security', 'Microsoft-Windows-Sysmon/Operational', ''),
    computer: value,
  })
  .map(
    ({ provider, id, qualifiers, keywords, channel, computer }) =>
      `<System><Provider Name="${provider}"/><EventID${qualifiers === undefined ? '' : ` Qualifiers="${qualifiers}"`}>${id}</EventID><Keywords>${keywords}</Keywords><TimeCreated SystemTime="2026-01-01T10:00:00.1234567Z"/><Correlation/><Channel>${channel}</Channel><Computer>${computer}</Computer></System>`,
  );

const space = fc.constantFrom('', '', '\n  ', '\r\n');

const event = fc
  .tuple(
    system,
    fc.array(element, { maxLength: 8 }),
    space,
    fc.constantFrom('', ' xmlns="http://schemas.microsoft.com/win/2004/08/events/event"'),
  )
  .map(
    ([head, data, between, namespace]) =>
      `<Event${namespace}>${between}${head}${between}<EventData>${data.join(between)}</EventData>${between}</Event>`,
  )
  // As the event log itself renders it.
  .chain((text) => fc.constantFrom(text, text.replaceAll('="', "='").replaceAll(/"(?=[ />])/g, "'")));

test('an event means the same by a template as by the scanner', () => {
  fc.assert(
    fc.property(event, (text) => {
      expect(read(text)).toEqual(byScanner(text)); // learnt from it
      expect(read(text)).toEqual(byScanner(text)); // read by what was learnt
    }),
    { numRuns: 400 },
  );
});

test('what is wrong with an event is the same after its like was learnt', () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.integer({ min: 0, max: 12 }),
    put: fc.constantFrom('', '<', '>', '&', '"', "'", '/', '</Data>', '<Data>', ' ', '</Event>', 'x'),
  });
  fc.assert(
    fc.property(event, fc.array(change, { minLength: 1, maxLength: 2 }), (text, changes) => {
      read(text);
      let changed = text;
      for (const { at, drop, put } of changes) {
        const place = Math.floor(at * changed.length);
        changed = changed.slice(0, place) + put + changed.slice(place + drop);
      }
      expect(read(changed)).toEqual(byScanner(changed));
    }),
    { numRuns: 400 },
  );
});
