/**
 * How this host stands against its policies, on a schedule: a full picture at first and again from time to time, in
 * between what changed. What was told last is the source's positions, so a change while the agent was down is told at
 * its next start, and whatever was not committed is told again.
 */
import { isDeepStrictEqual } from 'node:util';
import { LIMITS } from '#protocol/limits.ts';
import type { PostureRecord } from '#protocol/posture-record.ts';
import type { PostureFacts, PostureLook } from '../../posture/posture-look.ts';
import { pause } from '../pause.ts';
import type { PositionChange, Source, SourceContext, SourceItem } from '../source.ts';

export interface PostureSourceOptions {
  look: PostureLook;
  /** From the end of one assessment to the next: milliseconds. */
  everyMs: number;
  /** Everything is told again after so long. */
  fullEveryMs: number;
  /** Default `posture`. */
  name?: string | undefined;
}

const BYTES_FULL = LIMITS.batchBytesMax / 4;
/** Set when every check has been told once: what comes new from then on is added, not part of the first picture. */
const COMPLETE = 'complete';
const PREFIX = 'check:';

/** What was told of a check, and when. */
interface Told {
  at: number;
  facts: PostureFacts;
}

export function createPostureSource(options: PostureSourceOptions): Source {
  return {
    name: options.name ?? 'posture',
    async *open(context) {
      // It tells how things stand from time to time; there is nothing to wait for.
      context.caughtUp?.();
      const told = toldSoFar(context);
      let isComplete = context.positions.get(COMPLETE) !== undefined;
      while (!context.signal.aborted) {
        try {
          for await (const item of compare(options, context, told, isComplete)) {
            yield item;
            if (context.signal.aborted) return;
          }
          isComplete = true;
        } catch (error) {
          if (context.signal.aborted) return;
          context.report({
            subject: 'posture',
            message: 'the configuration cannot be assessed; it is tried again at the next interval',
            cause: error,
          });
        }
        await pause(options.everyMs, context.signal);
      }
    },
  };
}

function toldSoFar(context: SourceContext): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const [key, text] of context.positions.entries()) {
    const value = key.startsWith(PREFIX) ? parseTold(text) : undefined;
    if (value !== undefined) told.set(key, value);
  }
  return told;
}

async function* compare(
  options: PostureSourceOptions,
  context: SourceContext,
  told: Map<string, Told>,
  isComplete: boolean,
): AsyncGenerator<SourceItem, void, void> {
  const seen = new Set<string>();
  const policies = options.look({
    now: context.now,
    signal: context.signal,
    turn: async () => context.pace?.turn(),
    onUnknown: (name) =>
      context.report({
        subject: name,
        message: 'no policy of this name comes with the agent: nothing is assessed by it',
      }),
  });
  for await (const results of policies) {
    const batch = new Batch();
    for (const facts of results) {
      const key = `${PREFIX}${facts.policy}:${facts.check}`;
      seen.add(key);
      const at = context.now();
      const before = told.get(key);
      const isSame = before !== undefined && isDeepStrictEqual(before.facts, facts);
      if (isSame && !isDue(before.at, at, options.fullEveryMs)) continue;
      told.set(key, { at, facts });
      const isPresent = before === undefined ? !isComplete : isSame;
      const change = isPresent ? 'present' : before === undefined ? 'added' : 'changed';
      const record: PostureRecord = { kind: 'posture', at, change, ...facts };
      if (change === 'changed' && before !== undefined) record.previousResult = before.facts.result;
      batch.add(record, { key, value: JSON.stringify({ at, facts }) });
    }
    yield* batch.items;
  }
  if (context.signal.aborted) return;
  const last = new Batch();
  for (const [key, { facts }] of told) {
    if (seen.has(key)) continue;
    told.delete(key);
    last.add({ kind: 'posture', at: context.now(), change: 'removed', ...facts }, { key, value: undefined });
  }
  if (!isComplete) last.move({ key: COMPLETE, value: 'true' });
  yield* last.items;
}

/** A clock that was set back must not put the next full picture off. */
function isDue(toldAt: number, now: number, fullEveryMs: number): boolean {
  const age = now - toldAt;
  return age < 0 || age >= fullEveryMs;
}

/** Our own text; undefined for what an older agent wrote otherwise: it is told again. */
function parseTold(text: string): Told | undefined {
  const value: unknown = JSON.parse(text);
  const isTold = typeof value === 'object' && value !== null && 'at' in value && 'facts' in value;
  return isTold ? (value as Told) : undefined;
}

/** Records within the limits of a batch, each beside its row. */
class Batch {
  readonly items: { lane: 'standard'; records: PostureRecord[]; positions: PositionChange[] }[] = [];
  #bytes = 0;

  add(record: PostureRecord, position: PositionChange): void {
    const item = this.#room();
    item.records.push(record);
    item.positions.push(position);
    this.#bytes += 2 * (position.value?.length ?? 0) + 512;
  }

  move(position: PositionChange): void {
    this.#room().positions.push(position);
  }

  #room(): { records: PostureRecord[]; positions: PositionChange[] } {
    const last = this.items.at(-1);
    if (last !== undefined && last.positions.length < LIMITS.batchEventsMax && this.#bytes < BYTES_FULL)
      return last;
    this.#bytes = 0;
    const item = { lane: 'standard' as const, records: [], positions: [] };
    this.items.push(item);
    return item;
  }
}
