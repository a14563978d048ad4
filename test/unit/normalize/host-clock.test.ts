import { describe, expect, test } from 'vitest';
import { normalize } from '../../../collector/normalize/normalize.ts';
import type { NormalEvent } from '../../../collector/normalize/event.ts';
import type { SourceRecord } from '../../../collector/protocol/record.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RECEIVED = Date.UTC(2026, 10, 25, 3, 0, 0);

/** @param at host clock; @param written what the host's log says */
function read(at: number, text: string, clockSkewMs?: number, receivedMs = RECEIVED): NormalEvent {
  const record: SourceRecord = { kind: 'log', at, channel: 'sshd', origin: '/var/log/auth.log', text };
  return normalize(record, { hostname: 'pc', timeZone: 'UTC', receivedMs, clockSkewMs });
}

const two = (value: number): string => String(value).padStart(2, '0');
function syslog(hostMs: number): string {
  const at = new Date(hostMs);
  const month = at.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
  return `${month} ${String(at.getUTCDate()).padStart(2)} ${time} pc sshd[1]: Failed password for root from 10.1.2.3 port 22 ssh2`;
}

describe('times of a host whose clock is wrong', () => {
  const SKEWS: [string, number][] = [
    ['an hour ahead', HOUR_MS],
    ['half a minute behind', -30_000],
    ['three days ahead', 3 * DAY_MS],
    ['back in 2005, its battery being empty', Date.UTC(2005, 0, 1) - RECEIVED],
  ];

  test.each(SKEWS)('%s are corrected, and its own stand beside them', (_, skewMs) => {
    for (const ageMs of [0, 5_000, 2 * DAY_MS]) {
      const trueMs = RECEIVED - ageMs;
      const hostMs = trueMs + skewMs;
      for (const text of [syslog(hostMs), 'no time in here']) {
        const event = read(hostMs, text, skewMs);
        expect(event.timeMs).toBe(trueMs);
        expect(event.fields.toRecord()).toMatchObject({
          'host.time': new Date(hostMs).toISOString(),
          'host.clock_skew_ms': skewMs,
        });
      }
    }
  });

  test.each(SKEWS.slice(0, 2))('%s are corrected for facts too, not for lines alone', (_, skewMs) => {
    const record: SourceRecord = {
      kind: 'integrity',
      at: RECEIVED + skewMs,
      change: 'deleted',
      path: '/etc/passwd',
    };
    const event = normalize(record, {
      hostname: 'pc',
      timeZone: 'UTC',
      receivedMs: RECEIVED,
      clockSkewMs: skewMs,
    });
    expect(event.timeMs).toBe(RECEIVED);
  });

  test('are left as they are once the clock was put right', () => {
    const skewMs = Date.UTC(2005, 0, 1) - RECEIVED;
    const event = read(RECEIVED, syslog(RECEIVED), skewMs);
    expect(event.timeMs).toBe(RECEIVED);
    expect(event.fields.toRecord()).not.toHaveProperty('host.time');
  });

  test('stay dates, whatever a host says', () => {
    for (const at of [0, 8.64e15]) {
      for (const skewMs of [8.64e15, -8.64e15, 1]) {
        const { timeMs } = read(at, 'x', skewMs);
        expect(Number.isSafeInteger(timeMs) && timeMs >= 0 && timeMs <= RECEIVED + DAY_MS).toBe(true);
      }
    }
  });
});

test('a host whose clock is right has no time beside', () => {
  const event = read(RECEIVED, syslog(RECEIVED));
  expect(event.timeMs).toBe(RECEIVED);
  expect(event.fields.shape.names.filter((name) => /host\.(time|clock)/.test(name))).toEqual([]);
});
