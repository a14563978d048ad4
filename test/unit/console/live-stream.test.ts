import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../dashboards/console/src/api/http.ts';
import {
  backoffMs,
  LiveStream,
  type ConnectionState,
} from '../../../dashboards/console/src/api/live-stream.ts';
import type { ServerSentEvent } from '../../../dashboards/console/src/api/sse-parser.ts';

/** A clock whose timers run when told to. */
class Timers {
  readonly #timers = new Map<number, { readonly delayMs: number; readonly run: () => void }>();
  #last = 0;

  schedule = (delayMs: number, run: () => void): (() => void) => {
    this.#last += 1;
    const id = this.#last;
    this.#timers.set(id, { delayMs, run });
    return () => this.#timers.delete(id);
  };

  get delaysMs(): readonly number[] {
    return [...this.#timers.values()].map((timer) => timer.delayMs);
  }

  fire(): void {
    const [first] = this.#timers;
    if (first === undefined) throw new Error('no timer is set');
    this.#timers.delete(first[0]);
    first[1].run();
  }
}

type Line = { readonly send: (text: string) => void; readonly end: () => void };

/** A server that answers each opening as scripted, and a stream connected to it. */
function setUp(answers: readonly ('line' | Error)[]) {
  const timers = new Timers();
  const lines: Line[] = [];
  const states: ConnectionState[] = [];
  const events: ServerSentEvent[] = [];
  const wakes: (() => void)[] = [];
  const wake = () => {
    for (const run of wakes.splice(0)) run();
  };
  let opened = 0;
  const stream = new LiveStream({
    open(signal) {
      const answer = answers[opened];
      opened += 1;
      if (answer === undefined) throw new Error('opened more often than scripted');
      if (answer !== 'line') return Promise.reject(answer);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          signal.addEventListener('abort', () => controller.error(new Error('aborted')));
          lines.push({
            send: (text) => controller.enqueue(new TextEncoder().encode(text)),
            end: () => controller.close(),
          });
        },
      });
      return Promise.resolve(new Response(body));
    },
    onEvent(event) {
      events.push(event);
      wake();
    },
    onState(state) {
      states.push(state);
      wake();
    },
    now: () => 1_000_000,
    random: () => 1,
    schedule: timers.schedule,
  });
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wakes.push(resolve);
      });
    }
  };
  const untilState = (kind: ConnectionState['kind']) => until(() => states.at(-1)?.kind === kind);
  return { stream, timers, lines, states, events, until, untilState, opened: () => opened };
}

describe('the live line', () => {
  test('gives events as they come, also when a letter is cut between chunks', async () => {
    const { stream, lines, events, until, untilState } = setUp(['line']);
    stream.start();
    await untilState('live');
    lines[0]?.send('event: alert\ndata: Nguyễn\n\n');
    await until(() => events.length === 1);
    expect(events).toEqual([{ event: 'alert', data: 'Nguyễn' }]);
    stream.stop();
  });

  test('that ends is lost, says when it tries again, and is opened again', async () => {
    const { stream, lines, timers, states, untilState } = setUp(['line', 'line']);
    stream.start();
    await untilState('live');
    lines[0]?.end();
    await untilState('lost');
    expect(states.at(-1)).toEqual({ kind: 'lost', retryAtMs: 1_001_000, attempts: 1 });
    timers.fire();
    await untilState('live');
    stream.stop();
  });

  test('backs off further with each failure, and starts afresh after a success', async () => {
    const down = new ApiError('unreachable', { status: 0, code: 'unreachable' });
    const { stream, lines, timers, untilState } = setUp([down, down, down, 'line']);
    stream.start();
    const delays: number[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      await untilState('lost');
      delays.push(...timers.delaysMs);
      timers.fire();
    }
    expect(delays).toEqual([1_000, 2_000, 4_000]);
    await untilState('live');
    lines[0]?.end();
    await untilState('lost');
    expect(timers.delaysMs).toEqual([1_000]);
    stream.stop();
  });

  test('that falls silent is given up', async () => {
    const { stream, timers, untilState } = setUp(['line']);
    stream.start();
    await untilState('live');
    expect(timers.delaysMs).toEqual([40_000]);
    timers.fire();
    await untilState('lost');
    stream.stop();
  });

  test.each([401, 403])('refused with %i is not tried again', async (status) => {
    const { stream, timers, states, untilState } = setUp([new ApiError('no', { status, code: 'no' })]);
    stream.start();
    await untilState('refused');
    expect(states.at(-1)).toEqual({ kind: 'refused', status });
    expect(timers.delaysMs).toEqual([]);
  });

  test('is opened at once when the person asks, and never twice', async () => {
    const { stream, timers, untilState, opened } = setUp([new Error('down'), 'line']);
    stream.start();
    await untilState('lost');
    stream.retryNow();
    stream.retryNow();
    await untilState('live');
    expect(opened()).toBe(2);
    expect(timers.delaysMs).toEqual([40_000]);
    stream.stop();
  });

  test('stopped, tells nothing more and leaves no timer', async () => {
    const { stream, timers, states, untilState } = setUp(['line']);
    stream.start();
    await untilState('live');
    const told = states.length;
    stream.stop();
    stream.retryNow();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(states).toHaveLength(told);
    expect(timers.delaysMs).toEqual([]);
  });
});

describe('back-off', () => {
  test('doubles from one second to thirty, jittered over its upper half', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => backoffMs(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    expect(backoffMs(6, 0)).toBe(15_000);
  });
});
