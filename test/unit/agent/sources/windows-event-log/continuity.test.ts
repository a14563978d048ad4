/** Numbers and times of one event after another say what was lost, cleared, begun anew or set back. */
import { expect, test } from 'vitest';
import { breaksBetween, describeBreak } from '../../../../../agent/sources/windows-event-log/continuity.ts';
import { readHead } from '../../../../../agent/sources/windows-event-log/event-head.ts';
import { queryList, WINDOWS_CODES } from '../../../../../agent/sources/windows-event-log/wevtutil.ts';
import { OwnChildren } from '../../../../../agent/sources/windows-event-log/own-children.ts';
import { eventXml, START_MS, type EventFacts } from '../../../../support/agent/event-logs.ts';

const head = (facts: EventFacts): ReturnType<typeof readHead> => readHead(eventXml(facts));

test('what an event says of its place', () => {
  const text = eventXml({ record: 9, id: 104, channel: 'System', computer: 'DC-1', at: START_MS });
  expect(readHead(text)).toMatchObject({
    eventId: 104,
    recordId: 9,
    timeMs: START_MS,
    channel: 'System',
    computer: 'DC-1',
  });
  const double = text.replaceAll("'", '"').replace('<EventID>', '<EventID Qualifiers="0">');
  expect(readHead(double)).toMatchObject({ eventId: 104, recordId: 9, timeMs: START_MS });
  // Data of a program cannot stand for it.
  const forged = '<Event><UserData><EventRecordID>1</EventRecordID></UserData><System></System></Event>';
  expect(readHead(`<Event><System><EventID>x</EventID></System>${forged}`)).toMatchObject({
    eventId: undefined,
    recordId: undefined,
    timeMs: undefined,
  });
});

test.each([
  ['the next one', { record: 10 }, { record: 11 }, []],
  ['some are gone', { record: 10 }, { record: 15 }, [{ kind: 'gap', reason: 'log-overwritten', count: 4 }]],
  ['cleared', { record: 10 }, { record: 15, id: 1_102 }, [{ kind: 'gap', reason: 'log-cleared', count: 4 }]],
  [
    'made anew',
    { record: 10 },
    { record: 1, at: START_MS + 60_000 },
    [{ kind: 'renumbered', wrapped: false }],
  ],
  [
    'at the end of 32 bits',
    { record: 2 ** 32 - 1, at: START_MS },
    { record: 0, at: START_MS },
    [{ kind: 'renumbered', wrapped: true }],
  ],
  [
    'over the end of 32 bits, with a gap',
    { record: 2 ** 32 - 2, at: START_MS },
    { record: 3, at: START_MS },
    [
      { kind: 'renumbered', wrapped: true },
      { kind: 'gap', reason: 'log-overwritten', count: 4 },
    ],
  ],
  ['a little out of order', { record: 1, at: START_MS }, { record: 2, at: START_MS - 59_000 }, []],
  [
    'a clock set back',
    { record: 1, at: START_MS },
    { record: 2, at: START_MS - 3_600_000 },
    [{ kind: 'clock-back', byMs: 3_600_000 }],
  ],
])('%s', (_, before, after, expected) => {
  const found = breaksBetween(head(before), head(after), false);
  expect(found).toEqual(expected);
  for (const each of found) expect(describeBreak(each, head(before), head(after))).toMatch(/record/);
});

test('where a query leaves events out, missing numbers say nothing', () => {
  expect(breaksBetween(head({ record: 10 }), head({ record: 15 }), true)).toEqual([]);
});

test('only what this agent started at that time is its own', () => {
  const own = new OwnChildren(100);
  own.started(0x1a2c, START_MS, 'C:\\Windows\\System32\\wevtutil.exe');
  const isOwn = (facts: Omit<EventFacts, 'record'>): boolean => {
    const text = eventXml({ record: 1, at: START_MS + 50, ...facts });
    return own.isOwn(text, readHead(text));
  };
  const image = 'C:\\Windows\\System32\\wevtutil.exe';
  const begun = { NewProcessId: '0x1a2c', NewProcessName: image, ProcessId: '0x64' };
  expect(isOwn({ id: 4_688, data: begun })).toBe(true);
  expect(isOwn({ id: 4_688, data: { ...begun, ProcessId: '0x65' } })).toBe(false);
  expect(isOwn({ id: 4_688, data: { ...begun, NewProcessId: '0x1a2d' } })).toBe(false);
  expect(isOwn({ id: 4_688, data: begun, at: START_MS + 600_000 })).toBe(false);
  expect(isOwn({ id: 4_688, data: { ...begun, NewProcessName: 'C:\\Temp\\evil.exe' } })).toBe(false);
  expect(isOwn({ id: 4_689, data: { ProcessId: '0x1a2c', ProcessName: image } })).toBe(true);
  expect(isOwn({ id: 4_690, data: { ProcessId: '0x1a2c', ProcessName: image } })).toBe(false);
  const sysmon = 'Microsoft-Windows-Sysmon/Operational';
  const console = { ProcessId: '7000', Image: 'C:\\Windows\\System32\\conhost.exe', ParentProcessId: '6700' };
  expect(isOwn({ id: 1, channel: sysmon, data: console })).toBe(true);
  expect(isOwn({ id: 5, channel: sysmon, data: console })).toBe(true);
  expect(isOwn({ id: 1, channel: sysmon, data: { ...console, ParentProcessId: '6701' } })).toBe(false);
});

test('a query is one structured document, in ASCII, whatever is written into it', () => {
  const list = queryList('Nhật ký "A" & B', `*[System[(Level<=3)]]`, [`*[EventData[Data='</Suppress>']]`]);
  expect(list).toMatch(/^[\x20-\x7e]+$/);
  expect(list.match(/</g)).toHaveLength(8);
  expect(list).toContain('Path="Nh&#7853;t k&#253; &#34;A&#34; &#38; B"');
});

test('what Windows answers has a name', () => {
  expect([5, 15_007, 15_001, 1_722, 1].map((code) => WINDOWS_CODES.get(code))).toEqual([
    'denied',
    'missing',
    'query',
    'service',
    undefined,
  ]);
});
