/** Real logs of the corpus (skipped where it is missing): how much of them is understood. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { windowsPlace } from '../../../collector/normalize/windows-logsource.ts';
import type { LogChannel } from '../../../collector/protocol/record-names.ts';
import { CORPUS, HAS_CORPUS, readLine } from './helpers.ts';

describe.skipIf(!HAS_CORPUS)('corpus', () => {
  it.each([
    ['openssh.log', 'sshd', 0.99],
    ['openssh.log', 'linux-syslog', 0.99],
    ['linux.log', 'linux-syslog', 0.95],
    ['apache.log', 'web-access', 0.99],
  ] as const)('%s as %s: share understood >= %d', (file, channel: LogChannel, share) => {
    const lines = readFileSync(path.join(CORPUS, 'logs', file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(1_000);
    const events = lines.map((line) => ({ line, event: readLine(channel, line) }));
    // What is not understood is kept whole.
    expect(events.filter(({ line, event }) => !event.parsed && event.message !== line)).toEqual([]);
    const unknown = events.filter(({ event }) => !event.parsed).map(({ line }) => line);
    const typed = events.filter(
      ({ event }) => event.parsed && event.fields.get('event.action') !== undefined,
    );
    const percent = (count: number): string => ((100 * count) / lines.length).toFixed(2);
    console.info(
      `${file} as ${channel}: ${percent(lines.length - unknown.length)} % of ${lines.length} lines understood, ` +
        `${percent(typed.length)} % with what happened`,
    );
    expect({ unknown: unknown.slice(0, 5), enough: 1 - unknown.length / lines.length >= share }).toEqual({
      unknown: unknown.slice(0, 5),
      enough: true,
    });
  });

  it('openssh.log: failed logins by source agree with a count by hand', () => {
    const lines = readFileSync(path.join(CORPUS, 'logs', 'openssh.log'), 'utf8').split('\n');
    const want = new Map<string, number>();
    const got = new Map<string, number>();
    const add = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
    for (const line of lines) {
      const words = line.trim().replace(/\]$/, '').split(' ');
      if (line.includes('Failed ') && words.at(-5) === 'from') add(want, words.at(-4) ?? '');
      const event = readLine('sshd', line);
      if (event.fields.get('event.action') === 'ssh_login_failed')
        add(got, String(event.fields.get('source.ip')));
    }
    expect(want.size).toBeGreaterThan(10);
    expect(got).toEqual(want);
  });

  it('linux.log: failed logins over SSH by source agree with a count by hand', () => {
    const lines = readFileSync(path.join(CORPUS, 'logs', 'linux.log'), 'utf8').split('\n');
    const want = new Map<string, number>();
    const got = new Map<string, number>();
    const add = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
    for (const line of lines) {
      const rhost = line.split(' rhost=')[1]?.split(' ')[0];
      if (line.includes('sshd(pam_unix)') && rhost !== undefined) add(want, rhost);
      const event = readLine('linux-syslog', line);
      if (event.fields.get('event.action') === 'ssh_login_failed')
        add(got, String(event.fields.get('source.address')));
    }
    expect(want.size).toBeGreaterThan(10);
    expect(got).toEqual(want);
  });

  it('evtx-xml: every event is understood, with provider, id, channel, time and data', () => {
    const dir = path.join(CORPUS, 'evtx-xml');
    let events = 0;
    for (const file of readdirSync(dir)) {
      for (const [text] of readFileSync(path.join(dir, file), 'utf8').matchAll(
        /<Event[ >][\s\S]*?<\/Event>/g,
      )) {
        events += 1;
        const event = readLine('windows-xml', text, { receivedMs: Date.UTC(2027, 0, 1) });
        const time = /SystemTime="([^"]*)"/.exec(text)?.[1] ?? '';
        const names = [...text.matchAll(/<Data Name="([^"]*)"/g)].map(([, name = '']) =>
          name.replaceAll(' ', ''),
        );
        expect({
          file,
          parsed: event.parsed,
          provider: typeof event.fields.get('Provider_Name'),
          id: typeof event.fields.get('EventID'),
          routed: event.logsources.some((source) => source.service !== undefined),
          time: event.timeMs,
          missing: names.filter((name) => event.fields.get(name) === undefined),
        }).toEqual({
          file,
          parsed: true,
          provider: 'string',
          id: 'number',
          routed: true,
          time: Date.parse(time.slice(0, 23).replace(/Z?$/, 'Z')),
          missing: [],
        });
      }
    }
    expect(events).toBeGreaterThanOrEqual(107);
  });

  it('windows-labelled: every log source that an event belongs to is found', () => {
    const packed = readFileSync(path.join(CORPUS, 'sigma', 'windows-labelled.jsonl.gz'));
    const missing = new Map<string, number>();
    let checked = 0;
    for (const line of gunzipSync(packed).toString('utf8').split('\n')) {
      if (line === '') continue;
      const { event, logsources } = JSON.parse(line) as {
        event: Record<string, unknown>;
        logsources: string[];
      };
      if (typeof event['Channel'] !== 'string') continue;
      checked += 1;
      const found = new Set(
        windowsPlace(
          event['Channel'],
          Number(event['EventID']),
          typeof event['EventType'] === 'string' ? event['EventType'] : '',
        ).logsources.map(
          ({ product = '-', category = '-', service = '-' }) => `${product}/${category}/${service}`,
        ),
      );
      for (const wanted of logsources) {
        const key = `${wanted} of ${event['Channel']} ${String(event['EventID'])}`;
        if (wanted !== 'windows/-/-' && !found.has(wanted)) missing.set(key, (missing.get(key) ?? 0) + 1);
      }
    }
    expect(checked).toBeGreaterThan(16_000);
    expect([...missing]).toEqual([]);
  });
});
