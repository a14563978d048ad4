import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { API_LIMITS } from '../../../collector/api/dependencies.ts';
import { LiveStreams } from '../../../collector/api/live-streams.ts';
import type { LiveEvent } from '../../../collector/api/ports.ts';
import type { Principal } from '../../../collector/api/principal.ts';
import { alertOf } from './api-fixture.ts';

/** A response whose client reads only when told. */
class Response extends EventEmitter {
  readonly texts: string[] = [];
  ended = false;
  destroyed = false;
  unread = 0;
  /** A client that reads nothing never takes the end either. */
  takesEnd = true;

  get writableLength(): number {
    return this.unread;
  }

  write(text: string): boolean {
    this.texts.push(text);
    this.unread += Buffer.byteLength(text);
    return true;
  }

  read(): void {
    this.unread = 0;
  }

  end(done?: () => void): this {
    this.ended = true;
    if (this.takesEnd) {
      done?.();
      this.emit('close');
    }
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    this.emit('close');
    return this;
  }
}

const principal: Principal = {
  kind: 'token',
  tokenId: 't1',
  role: 'agency-viewer',
  agencyId: 1,
  scope: { kind: 'all' },
  actor: 'token:t1',
  name: 'token:t1',
};
const alertEvent = (id: string, agencyId = 1): LiveEvent => ({
  type: 'alert',
  alert: alertOf(id, { agencyId }),
});

let publish: (event: LiveEvent) => void;
let subscribed: boolean;
let dropped: string[];
let faults: unknown[];
let streams: LiveStreams;

beforeEach(() => {
  dropped = [];
  faults = [];
  subscribed = false;
  streams = new LiveStreams({
    limits: { ...API_LIMITS, streamBufferBytesMax: 4_096, streamsMax: 3, streamsPerPrincipalMax: 2 },
    emit: (_event, { reason }) => dropped.push(reason),
    onFault: (error) => faults.push(error),
    feed: {
      subscribe: (listener) => {
        publish = listener;
        subscribed = true;
        return () => {
          subscribed = false;
        };
      },
    },
  });
});
afterEach(() => streams.close());

function open(change: Partial<Principal> = {}, refresh?: () => Promise<Principal | undefined>): Response {
  const response = new Response();
  const who = { ...principal, ...change } as Principal;
  streams.add({
    // The parts of a response that the streams use.
    response: response as unknown as Parameters<LiveStreams['add']>[0]['response'],
    principal: who,
    refresh: refresh ?? (async () => who),
  });
  return response;
}

describe('live streams', () => {
  it('carry each event to everyone, as server-sent events', () => {
    const [one, two] = [open(), open()];
    publish(alertEvent('a1'));
    for (const { texts } of [one, two]) {
      const text = texts.at(-1) ?? '';
      expect(text).toMatch(/^event: alert\ndata: \{.*\}\n\n$/);
      expect(JSON.parse(text.slice('event: alert\ndata: '.length))).toMatchObject({ id: 'a1' });
    }
  });

  it('keep what lies outside the scope from a client', () => {
    const part = open({ scope: { kind: 'some', agencyIds: [7] } });
    publish(alertEvent('theirs', 1));
    publish(alertEvent('mine', 7));
    expect(part.texts.join('')).toContain('mine');
    expect(part.texts.join('')).not.toContain('theirs');
  });

  it('cut a client off that reads nothing from beat to beat, count it, and go on with the others', () => {
    const [slow, quick] = [open(), open()];
    for (let round = 0; round < 15; round += 1) {
      publish(alertEvent(`a${round}`));
      quick.read();
    }
    streams.beat();
    quick.read();
    streams.beat();
    expect([slow.destroyed, quick.destroyed, dropped]).toEqual([true, false, ['slow']]);
    expect(slow.unread).toBeLessThanOrEqual(4_096);
    expect(quick.texts.join('')).toContain('"a14"');
    expect(streams.open).toBe(1);
  });

  it('tell a burst together: of one alert the newest, of very many that they are to be read again', async () => {
    vi.useFakeTimers();
    try {
      const client = open();
      const written = (): number => client.texts.filter((text) => text.startsWith('event:')).length;
      for (let round = 0; round < 100; round += 1) {
        publish({ type: 'alert', alert: alertOf('same', { count: round }) });
        client.read();
      }
      expect(written()).toBe(20);
      vi.advanceTimersByTime(250);
      expect(written()).toBe(21);
      expect(client.texts.at(-1)).toContain('"count":99');
      client.read();
      for (let round = 0; round < 5_000; round += 1) {
        publish(alertEvent(`many${round}`));
        client.read();
      }
      vi.advanceTimersByTime(250);
      expect(written()).toBeLessThan(21 + 20 + 201);
      expect(client.texts.join('')).toContain('event: refresh\ndata: {"what":"alerts"}');
    } finally {
      vi.useRealTimers();
    }
  });

  it('tell a client that is behind nothing more until it has read, and then the newest only', () => {
    vi.useFakeTimers();
    try {
      const client = open();
      for (let round = 0; round < 50; round += 1) {
        publish({ type: 'alert', alert: alertOf('same', { count: round }) });
        vi.advanceTimersByTime(250);
      }
      const before = client.texts.length;
      expect([client.destroyed, client.unread < 4_096]).toEqual([false, true]);
      client.read();
      vi.advanceTimersByTime(250);
      expect(client.texts).toHaveLength(before + 1);
      expect(client.texts.at(-1)).toContain('"count":49');
    } finally {
      vi.useRealTimers();
    }
  });

  it('send a comment at each beat', () => {
    const client = open();
    streams.beat();
    expect(client.texts.at(-1)).toBe(': \n\n');
  });

  it('end at the first beat after their credential ended', async () => {
    let now: Principal | undefined = principal;
    const client = open({}, async () => now);
    streams.beat();
    await Promise.resolve();
    expect(client.ended).toBe(false);
    now = undefined;
    client.read();
    streams.beat();
    await new Promise(setImmediate);
    expect([client.ended, streams.open]).toEqual([true, 0]);
  });

  it('follow a scope that narrows', async () => {
    const client = open({}, async () => ({ ...principal, scope: { kind: 'some', agencyIds: [7] } }));
    streams.beat();
    await new Promise(setImmediate);
    publish(alertEvent('theirs', 1));
    expect(client.texts.join('')).not.toContain('theirs');
  });

  it('report a failed check and stay, but end when no check comes to an answer', async () => {
    let isThere = false;
    const client = open({}, () =>
      isThere ? Promise.resolve(principal) : Promise.reject(new Error('database')),
    );
    const beats = async (count: number): Promise<void> => {
      for (let beat = 0; beat < count; beat += 1) {
        client.read();
        streams.beat();
        await new Promise(setImmediate);
      }
    };
    await beats(2);
    isThere = true;
    await beats(1);
    isThere = false;
    await beats(3);
    expect([faults.length, client.ended]).toEqual([5, false]);
    await beats(1);
    expect([faults.length, client.ended, streams.open]).toEqual([5, true, 0]);
  });

  it('are limited in all and per principal, and a refusal is counted', () => {
    open();
    open();
    expect(streams.admits(principal)).toBe(false);
    const other = { ...principal, actor: 'token:t2' };
    expect(streams.admits(other)).toBe(true);
    open({ actor: 'token:t2' });
    expect(streams.admits({ ...principal, actor: 'token:t3' })).toBe(false);
    expect(dropped).toEqual(['too-many', 'too-many']);
  });

  it('end at the stop, and leave the feed', async () => {
    const client = open();
    await streams.close();
    expect([client.ended, client.destroyed, streams.open, subscribed]).toEqual([true, false, 0, false]);
  });

  it('do not hold up the stop for a client that does not take the end', async () => {
    const client = open();
    client.takesEnd = false;
    await streams.close();
    expect([client.ended, client.destroyed]).toEqual([true, true]);
  });
});
