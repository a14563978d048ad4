/**
 * A source whose lines of auditd's log come out as whole events. The lines of open events are a position of their own,
 * committed in the transaction in which the file's position moves past them: killed at any moment, nothing is lost and
 * nothing comes twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceRecord } from '#protocol/record.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { EventJoiner, type JoinedEvent } from './event-joiner.ts';

export const AUDIT_CHANNEL = 'linux-audit' satisfies LogChannel;

/** Name of the position that holds the lines of open events. */
const OPEN_KEY = 'audit:open';
const TICK_MS = 500;

export interface JoinAuditOptions {
  /** How often time is seen to go by while no line comes; four times makes an open event complete. */
  tickMs?: number | undefined;
  /** Sees each event before it is handed on, and may say more about it. */
  onEvent?: ((event: JoinedEvent) => JoinedEvent) | undefined;
}

/** Wraps a source of lines; records of other channels pass. */
export function joinAudit(source: Source, options: JoinAuditOptions = {}): Source {
  const { tickMs = TICK_MS, onEvent = (event) => event } = options;
  return {
    name: source.name,
    open: (context) => joined(source, context, tickMs, onEvent),
  };
}

async function* joined(
  source: Source,
  context: SourceContext,
  tickMs: number,
  onEvent: (event: JoinedEvent) => JoinedEvent,
): AsyncGenerator<SourceItem, void, void> {
  const joiner = restored(context);
  const stream = source.open(context)[Symbol.asyncIterator]();
  let written = joiner.state;
  /** An item of what the joiner gave and of what is open now. */
  const itemOf = (
    item: SourceItem,
    events: readonly JoinedEvent[],
    others: SourceRecord[] = [],
  ): SourceItem => {
    const { state } = joiner;
    const moved = state !== written;
    written = state;
    return {
      ...item,
      records: [...others, ...events.map((event) => onEvent(event).record)],
      positions: moved ? [...item.positions, { key: OPEN_KEY, value: state }] : item.positions,
    };
  };
  /** Events that no line made complete. They travel together: only so does the position fit them all. */
  const between = (events: readonly JoinedEvent[]): SourceItem[] => {
    const [first] = events;
    return first === undefined ? [] : [itemOf({ lane: first.lane, records: [], positions: [] }, events)];
  };
  let pending: Promise<IteratorResult<SourceItem>> | undefined;
  try {
    for (;;) {
      pending ??= pull(stream);
      const waits = joiner.openEvents > 0 && !context.signal.aborted;
      const result = waits ? await withinTick(pending, tickMs, context.signal) : await pending;
      if (result === undefined) {
        if (!context.signal.aborted) yield* between(joiner.tick());
        continue;
      }
      pending = undefined;
      if (result.done === true) break;
      const item = result.value;
      const others: SourceRecord[] = [];
      const events: JoinedEvent[] = [];
      for (const record of item.records) {
        if (record.kind === 'log' && record.channel === AUDIT_CHANNEL)
          events.push(...joiner.add(record, item.lane));
        else others.push(record);
      }
      yield itemOf(item, events, others);
    }
    // Stopped, the open ones wait for the next start; read to its end, they are complete.
    if (!context.signal.aborted) yield* between(joiner.flush());
  } finally {
    await stream.return?.();
  }
}

function pull(stream: AsyncIterator<SourceItem>): Promise<IteratorResult<SourceItem>> {
  const pulled = stream.next();
  // Closed while it was under way, nobody waits for it any more.
  pulled.catch(() => undefined);
  return pulled;
}

/** @returns undefined when the tick is over first, or the agent stops. */
async function withinTick<Result>(
  promise: Promise<Result>,
  tickMs: number,
  stop: AbortSignal,
): Promise<Result | undefined> {
  const done = new AbortController();
  const { signal } = done;
  const tick = sleep(tickMs, undefined, { signal: AbortSignal.any([signal, stop]) }).catch(() => undefined);
  try {
    return await Promise.race([promise, tick]);
  } finally {
    done.abort();
  }
}

function restored(context: SourceContext): EventJoiner {
  const joiner = new EventJoiner();
  const state = context.positions.get(OPEN_KEY);
  if (state === undefined) return joiner;
  try {
    joiner.restore(state, AUDIT_CHANNEL);
  } catch (cause) {
    context.report({
      subject: OPEN_KEY,
      message: 'the stored beginning of audit events cannot be understood; it is left out',
      cause,
    });
  }
  return joiner;
}
