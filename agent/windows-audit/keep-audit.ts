/**
 * Keeps the audit set-up of Windows as it was installed: looks on a schedule, puts back what somebody weakened, and tells it
 * as tampering with the agent's eyes. What a group policy sets again and again is put back each time and told once a day.
 */
import type { Host } from '../host/host.ts';
import { agentItem } from '../agent-record.ts';
import { pause } from '../sources/pause.ts';
import type { Source, SourceContext, SourceItem } from '../sources/source.ts';
import { readBook } from './found-book.ts';
import { install, planInstall, type ChangeResult } from './set-up.ts';

export interface KeepAuditOptions {
  host: Host;
  stateDir: string;
  everyMs: number;
  /** Set it up where nobody has; else only what `audit install` set up is kept. */
  always: boolean;
}

/** Name of the source, and the subject of its records. */
export const KEEP_AUDIT = 'windows-audit';
const TOLD_EVERY_MS = 86_400_000;
const PREFIX = 'told:';

export function createKeepAudit(options: KeepAuditOptions): Source {
  return {
    name: KEEP_AUDIT,
    async *open(context) {
      context.caughtUp?.();
      while (!context.signal.aborted) {
        try {
          yield* keepOnce(options, context);
        } catch (error) {
          if (context.signal.aborted) return;
          const message = 'the audit set-up cannot be looked at; it is tried again at the next interval';
          context.report({ subject: KEEP_AUDIT, message, cause: error });
        }
        await pause(options.everyMs, context.signal);
      }
    },
  };
}

/** One look: puts back, and tells. @throws when it cannot look at all */
export async function* keepOnce(
  { host, stateDir, always }: KeepAuditOptions,
  context: SourceContext,
): AsyncGenerator<SourceItem, void, void> {
  const book = readBook(stateDir);
  if (book === undefined && !always) return;
  const plan = await planInstall(host, { signal: context.signal });
  if (context.signal.aborted) return;
  const { changes, unread } = plan;
  const problems = unread.map(({ setting, reason }) => `${setting.title}: ${reason}`);
  const results = changes.length === 0 ? [] : await install(host, stateDir, plan);
  for (const { setting, reason } of results)
    if (reason !== undefined) problems.push(`${setting.title}: ${reason}`);
  if (problems.length === 0) context.resolved?.(KEEP_AUDIT);
  else context.report({ subject: KEEP_AUDIT, message: problems.slice(0, 5).join('; ') });
  // What is set up for the first time is no drift, nor is what this version asks for and the last one did not.
  const right = rightSoFar(context) ?? new Set(Object.keys(book?.found ?? {}));
  const known = results.filter(({ setting }) => right.has(setting.id));
  for (const result of known) yield* tell(result, context);
  yield* remember(plan.right.map(({ setting }) => setting.id).concat(done(results)), context);
}

function done(results: readonly ChangeResult[]): string[] {
  return results.filter(({ reason }) => reason === undefined).map(({ setting }) => setting.id);
}

function* tell(
  { setting, from, to, reason }: ChangeResult,
  context: SourceContext,
): Generator<SourceItem, void, void> {
  const key = PREFIX + setting.id;
  const now = context.now();
  const told = Number(context.positions.get(key) ?? Number.NaN);
  if (now >= told && now - told < TOLD_EVERY_MS) return;
  const detail = {
    setting: setting.title,
    id: setting.id,
    found: from,
    wanted: to,
    restored: reason === undefined,
  };
  const whole = reason === undefined ? detail : { ...detail, reason };
  yield agentItem(now, 'tampered', KEEP_AUDIT, whole, [{ key, value: String(now) }]);
}

const RIGHT = 'right';

/** undefined: this is the first look. */
function rightSoFar({ positions }: SourceContext): Set<unknown> | undefined {
  const text = positions.get(RIGHT);
  if (text === undefined) return undefined;
  const ids: unknown = JSON.parse(text);
  return new Set(Array.isArray(ids) ? ids : []);
}

/** Which were as they should be, whoever set them. */
function* remember(ids: readonly string[], context: SourceContext): Generator<SourceItem, void, void> {
  const value = JSON.stringify(ids.toSorted());
  if (context.positions.get(RIGHT) === value) return;
  yield { lane: 'standard', records: [], positions: [{ key: RIGHT, value }] };
}
