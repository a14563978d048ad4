/** A source that yields what a test pushes, and a clock that makes waiting short. */
import type { Clock } from '../../../agent/clock.ts';
import { systemClock } from '../../../agent/clock.ts';
import type { Source, SourceContext, SourceItem } from '../../../agent/sources/source.ts';

/** Time passes much faster, except on the wall. */
export function hastyClock(factor = 20): Clock {
  return {
    now: () => systemClock.now(),
    monotonicMs: () => systemClock.monotonicMs() * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}

export class ScriptedSource implements Source {
  readonly name: string;
  readonly #queue: (SourceItem | Error | 'end')[] = [];
  #wake: () => void = () => undefined;
  /** How often it was opened. */
  opened = 0;
  context: SourceContext | undefined;

  constructor(name = 'scripted') {
    this.name = name;
  }

  /** An Error is thrown by the source, `end` ends it. */
  push(...steps: (SourceItem | Error | 'end')[]): void {
    this.#queue.push(...steps);
    this.#wake();
  }

  /** Items not yet pulled. */
  get left(): number {
    return this.#queue.length;
  }

  async *open(context: SourceContext): AsyncGenerator<SourceItem> {
    this.opened += 1;
    this.context = context;
    const { signal } = context;
    while (!signal.aborted) {
      const step = this.#queue.shift();
      if (step === 'end') return;
      if (step instanceof Error) throw step;
      if (step !== undefined) {
        yield step;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}
