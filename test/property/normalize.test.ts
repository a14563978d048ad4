/** What holds for every record, not only for the ones we thought of. */
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { NormalizeContext } from '../../collector/normalize/event.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import { scanXml } from '../../collector/normalize/xml.ts';
import { inferYearMs, wallToUtcMs, zoneOffsetMs } from '../../collector/normalize/time.ts';
import { ACTIVITY_CATEGORIES } from '../../collector/protocol/activity-record.ts';
import { POSTURE_RESULTS } from '../../collector/protocol/posture-record.ts';
import { PROBE_ASPECTS, PROBE_STATES } from '../../collector/protocol/probe-record.ts';
import {
  AGENT_ACTIONS,
  integrityRecordSchema,
  recordSchema,
  type SourceRecord,
} from '../../collector/protocol/record.ts';
import { INVENTORY_CATEGORIES, LOG_CHANNELS } from '../../collector/protocol/record-names.ts';
import { responseRecordSchema } from '../../collector/protocol/response-record.ts';
import { RESPONSE_ACTIONS } from '../../collector/protocol/response-names.ts';

const time = fc.integer({ min: 0, max: 8.64e15 });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        'Jun 15 09:00:00',
        '<34>',
        '1 ',
        '2025-06-15T09:00:00+07:00',
        ' srv ',
        'sshd[1]: ',
        'Failed password for ',
        'invalid user ',
        ' from ',
        '1.2.3.4',
        ' port 22',
        ' ssh2',
        'sudo: ',
        ' ; COMMAND=',
        'CRON[1]: (root) CMD (',
        '"GET / HTTP/1.1"',
        ' 200 ',
        '[15/Jun/2025:09:00:00 +0700]',
        ' - ',
        '<Event>',
        '</Event>',
        '<System>',
        '<EventID>1</EventID>',
        '</System>',
        '<Data Name="__proto__">',
        '</Data>',
        '&amp;',
        'pam_unix(sshd:auth): ',
        'message repeated 3 times: [ ',
        ']',
        '\u{0}',
        '%2e%2e',
        '2025-06-15 09:00:00 install x:amd64 1 2',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join('')),
);
const detail = fc.dictionary(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom('__proto__', 'constructor', 'uid', 'process'),
  ),
  fc.oneof(
    fc.string({ maxLength: 50 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  ),
  { maxKeys: 10 },
);
const fileState = fc.record(
  {
    type: fc.constantFrom('file', 'directory', 'symlink', 'other'),
    size: fc.nat(),
    mode: fc.nat(),
    uid: fc.nat(),
    gid: fc.nat(),
    mtimeMs: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat()),
    sha256: fc.constant('c'.repeat(64)),
    target: fc.string({ maxLength: 30 }),
  },
  { requiredKeys: ['type', 'size', 'mode', 'uid', 'gid', 'mtimeMs'] },
);
const recordArbitrary: fc.Arbitrary<unknown> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('log'),
      at: time,
      channel: fc.constantFrom(...LOG_CHANNELS),
      origin: fc.string({ maxLength: 40 }),
      text,
      cutBytes: fc.integer({ min: 1 }),
      repaired: fc.constant(true),
    },
    { requiredKeys: ['kind', 'at', 'channel', 'origin', 'text'] },
  ),
  fc.record(
    {
      kind: fc.constant('integrity'),
      at: time,
      change: fc.constantFrom(...integrityRecordSchema.shape.change.options),
      path: fc.string({ minLength: 1, maxLength: 60 }),
      offline: fc.constant(true),
      before: fileState,
      after: fileState,
      sinceMs: time,
      actor: fc.record(
        {
          process: fc.string({ maxLength: 30 }),
          pid: fc.nat(),
          user: fc.string({ minLength: 1, maxLength: 10 }),
        },
        { requiredKeys: ['process', 'pid'] },
      ),
      package: fc.string({ minLength: 1, maxLength: 30 }),
      difference: text,
      detail,
    },
    { requiredKeys: ['kind', 'at', 'change', 'path'] },
  ),
  fc.record(
    {
      kind: fc.constant('inventory'),
      at: time,
      change: fc.constantFrom('present', 'added', 'changed', 'removed'),
      category: fc.constantFrom(...INVENTORY_CATEGORIES),
      key: fc.string({ minLength: 1, maxLength: 60 }),
      before: detail,
      after: detail,
    },
    { requiredKeys: ['kind', 'at', 'change', 'category', 'key'] },
  ),
  fc.record(
    {
      kind: fc.constant('agent'),
      at: time,
      action: fc.constantFrom(...AGENT_ACTIONS),
      subject: fc.string({ minLength: 1, maxLength: 60 }),
      detail,
    },
    { requiredKeys: ['kind', 'at', 'action', 'subject'] },
  ),
  fc.record({
    kind: fc.constant('activity'),
    at: time,
    category: fc.constantFrom(...ACTIVITY_CATEGORIES),
    action: fc.string({ minLength: 1, maxLength: 20 }),
    sensor: fc.string({ minLength: 1, maxLength: 20 }),
    detail,
  }),
  fc.record(
    {
      kind: fc.constant('posture'),
      at: time,
      change: fc.constantFrom('present', 'added', 'changed', 'removed'),
      policy: fc.string({ minLength: 1, maxLength: 20 }),
      policyVersion: fc.string({ minLength: 1, maxLength: 20 }),
      check: fc.string({ minLength: 1, maxLength: 20 }),
      result: fc.constantFrom(...POSTURE_RESULTS),
      previousResult: fc.constantFrom(...POSTURE_RESULTS),
      reason: fc.string({ maxLength: 60 }),
      observed: fc.string({ maxLength: 60 }),
      exceptedUntilMs: time,
    },
    { requiredKeys: ['kind', 'at', 'change', 'policy', 'policyVersion', 'check', 'result'] },
  ),
  fc.record(
    {
      kind: fc.constant('probe'),
      at: time,
      probe: fc.string({ minLength: 1, maxLength: 20 }),
      target: fc.string({ minLength: 1, maxLength: 60 }),
      aspect: fc.constantFrom(...PROBE_ASPECTS),
      change: fc.constantFrom('first', 'change', 'summary'),
      state: fc.constantFrom(...PROBE_STATES),
      reason: fc.string({ maxLength: 60 }),
      detail,
    },
    { requiredKeys: ['kind', 'at', 'probe', 'target', 'aspect', 'change', 'state'] },
  ),
  fc.record(
    {
      kind: fc.constant('response'),
      at: time,
      commandId: fc.uuid(),
      action: fc.constantFrom(...RESPONSE_ACTIONS),
      state: fc.constantFrom(...responseRecordSchema.shape.state.options),
      reason: fc.string({ maxLength: 60 }),
      detail,
    },
    { requiredKeys: ['kind', 'at', 'commandId', 'state'] },
  ),
);
const zone = fc.constantFrom(
  'Asia/Ho_Chi_Minh',
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'nowhere',
  '',
);
const context: fc.Arbitrary<NormalizeContext> = fc.record({
  hostname: fc.string({ maxLength: 20 }),
  timeZone: zone,
  receivedMs: fc.integer({ min: 0, max: 4e12 }),
});

function parsedRecord(value: unknown): SourceRecord | undefined {
  const result = recordSchema.safeParse(value);
  return result.success ? result.data : undefined;
}

describe('normalize', () => {
  it('is total and pure, keeps the clock sane and the line whole, on every record the schema admits', () => {
    let admitted = 0;
    fc.assert(
      fc.property(recordArbitrary, context, (value, context) => {
        const record = parsedRecord(value);
        fc.pre(record !== undefined);
        admitted += 1;
        const event = normalize(record, context);
        expect(normalize(record, context)).toEqual(event);
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
        expect(event.timeMs).toBeGreaterThanOrEqual(0);
        expect(event.timeMs).toBeLessThanOrEqual(context.receivedMs + 86_400_000);
        expect(event.logsources.length).toBeGreaterThan(0);
        expect(String(event.message).isWellFormed()).toBe(true);
        const whole = record.kind === 'log' && (!event.parsed || record.channel !== 'windows-xml');
        expect(event.message).toBe(whole ? record.text : event.message);
        for (const value of Object.values(event.columns)) expect(value).toBeTypeOf('string');
      }),
      { numRuns: 3_000 },
    );
    expect(admitted).toBeGreaterThan(1_000);
  });
});

describe('time', () => {
  it('finds the year of any time of the past eleven months, in any zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 }),
        fc.integer({ min: 0, max: 330 * 86_400 }),
        zone,
        (receivedS, agoS, zone) => {
          const timeMs = (receivedS - agoS) * 1000;
          const wall = new Date(timeMs + zoneOffsetMs(zone, timeMs));
          const found = inferYearMs(
            [
              wall.getUTCMonth() + 1,
              wall.getUTCDate(),
              wall.getUTCHours(),
              wall.getUTCMinutes(),
              wall.getUTCSeconds(),
              0,
            ],
            zone,
            receivedS * 1000,
          );
          // An hour shown twice has two answers an hour or less apart; both read the same on the wall.
          const instant = found ?? Number.NaN;
          expect(instant + zoneOffsetMs(zone, instant)).toBe(wall.getTime());
          expect(Math.abs(instant - timeMs)).toBeLessThanOrEqual(3_600_000);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('turns a wall clock back into an instant that reads the same, outside of skipped hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), zone, (seconds, zone) => {
        const timeMs = seconds * 1000;
        const wallMs = timeMs + zoneOffsetMs(zone, timeMs);
        const back = wallToUtcMs(wallMs, zone);
        expect(back + zoneOffsetMs(zone, back)).toBe(wallMs);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('XML scanner', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,8}$/);
  const chars = fc.string({
    maxLength: 12,
    unit: fc.constantFrom('a', ' ', 'é', '<', '>', '&', '"', "'", ']', '\t', '🙂'),
  });
  const escape = (value: string): string =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&#62;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;');
  const { element } = fc.letrec<{ element: string }>((tie) => ({
    element: fc
      .tuple(
        name,
        fc.uniqueArray(fc.tuple(name, chars), { maxLength: 3, selector: ([key]) => key }),
        fc.array(
          fc.oneof(
            { depthSize: 'small' },
            chars.map(escape),
            chars.filter((value) => !value.includes(']')).map((value) => `<![CDATA[${value}]]>`),
            fc.constant('<!-- c -->'),
            tie('element'),
          ),
          { maxLength: 4 },
        ),
      )
      .map(
        ([tag, attributes, children]) =>
          `<${tag}${attributes.map(([key, value]) => ` ${key}="${escape(value.replaceAll(/\s/g, ''))}"`).join('')}>${children.join('')}</${tag}>`,
      ),
  }));

  type Seen = ['open', string, Record<string, string>] | ['close', string, string];

  function bySaxes(document: string): Seen[] {
    const seen: Seen[] = [];
    const texts: string[] = [];
    const parser = new SaxesParser();
    const add = (value: string): void => {
      if (texts.length > 0) texts[texts.length - 1] += value;
    };
    parser.on('opentag', (tag) => {
      seen.push(['open', tag.name, { ...tag.attributes }]);
      texts.push('');
    });
    parser.on('closetag', (tag) => void seen.push(['close', tag.name, texts.pop() ?? '']));
    parser.on('text', add);
    parser.on('cdata', add);
    parser.write(document).close();
    return seen;
  }

  it('sees what saxes sees in every well-formed document', () => {
    fc.assert(
      fc.property(element, (document) => {
        const seen: Seen[] = [];
        scanXml(document, {
          open: (name, attributes) => void seen.push(['open', name, Object.fromEntries(attributes)]),
          close: (name, text) => void seen.push(['close', name, text]),
        });
        expect(seen).toEqual(bySaxes(document));
      }),
      { numRuns: 1_000 },
    );
  });
});
