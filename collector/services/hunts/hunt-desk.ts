/** The API's and the command line's port to hunts: what was asked becomes a rule, is run over the store, and says who was silent. */
import type { HuntAsked, HuntControl, HuntFound, HuntRun, HuntSpan, HuntTold } from '../../api/ports.ts';
import { FIELD_ALIASES } from '../../hunt/field-aliases.ts';
import { compileQuery, compileText, HuntRuleError, ruleTextOf } from '../../hunt/hunt-rule.ts';
import { runHunt, summarizeAll, summarizeHunt } from '../../hunt/run-hunt.ts';
import { type UnknownField, unknownFields } from '../../hunt/unknown-fields.ts';
import { agentPages } from '../../registry/agents.ts';
import type { Registry } from '../../registry/database.ts';
import { CANDIDATE_COLUMNS } from '../../store/clickhouse-hunts.ts';
import { HuntLimitError } from '../../store/hunt-store.ts';
import { HUNT_COLUMNS, HUNT_SCHEMA } from '../../store/sigma-schema.ts';
import type { EventStore } from '../../store/store.ts';
import type { Engine } from '../../../rules/sigma/index.ts';

const TABLE = { schema: HUNT_SCHEMA, columns: CANDIDATE_COLUMNS, asksUnrouted: true } as const;
/** Of one statement of a hunt, beside what stages need. */
const MEMORY_BYTES_MAX = 1_000_000_000;
const SILENT_MAX = 200;
/** The names of all fields of a long time are worth a moment, not a hunt. */
const HINT_SECONDS_MAX = 5;

export function huntDesk(ports: {
  registry: Registry;
  store: Pick<EventStore, 'hunts'>;
  /** The rules in force. */
  engine: () => Engine;
}): HuntControl {
  const { registry, store } = ports;

  function compiled(asked: HuntAsked): { engine: Engine; ruleId: string } {
    if ('query' in asked) return compileQuery(asked.query, FIELD_ALIASES);
    if ('sigma' in asked) return compileText(asked.sigma);
    const engine = ports.engine();
    if (engine.find(asked.ruleId) === undefined) {
      throw new HuntRuleError(`there is no rule ${asked.ruleId} in force, or it is a correlation`);
    }
    return { engine, ruleId: asked.ruleId };
  }

  const agencyIdsOf = ({ scope }: HuntSpan): readonly number[] | undefined =>
    scope.kind === 'all' ? undefined : scope.agencyIds;

  return {
    check: (asked) => void compiled(asked),
    ruleText: (query, head) => ruleTextOf(query, FIELD_ALIASES, head),
    async run(run: HuntRun): Promise<HuntFound> {
      const { fromMs, toMs, limit, after, secondsMax, signal, onProgress } = run;
      return runHunt(store.hunts, TABLE, {
        ...compiled(run.asked),
        fromMs,
        toMs,
        agencyIds: agencyIdsOf(run),
        limit,
        after,
        limits: { secondsMax, memoryBytesMax: MEMORY_BYTES_MAX },
        signal,
        onProgress,
      });
    },
    async unknownFields(span: HuntSpan & { asked: HuntAsked }): Promise<UnknownField[]> {
      const { asked, fromMs, toMs, secondsMax, signal } = span;
      // A rule names what other systems call a thing, too: that one of its fields is nobody's says nothing.
      if (!('query' in asked)) return [];
      const limits = {
        secondsMax: Math.min(secondsMax, HINT_SECONDS_MAX),
        memoryBytesMax: MEMORY_BYTES_MAX,
      };
      try {
        const names = await store.hunts.fieldNames(
          { fromMs, toMs, agencyIds: agencyIdsOf(span) },
          limits,
          signal,
        );
        if (names === undefined) return [];
        return unknownFields(asked.query, FIELD_ALIASES, [...Object.keys(HUNT_COLUMNS), ...names]);
      } catch (error) {
        if (error instanceof HuntLimitError) return [];
        throw error;
      }
    },
    async fields(span: HuntSpan) {
      const { fromMs, toMs, signal } = span;
      const limits = {
        secondsMax: Math.min(span.secondsMax, HINT_SECONDS_MAX),
        memoryBytesMax: MEMORY_BYTES_MAX,
      };
      const asked = { fromMs, toMs, agencyIds: agencyIdsOf(span) };
      const names = (await store.hunts.fieldNames(asked, limits, signal)) ?? [];
      const all = new Set([...Object.keys(HUNT_COLUMNS), ...names]);
      return { names: [...all].toSorted(), aliases: [...FIELD_ALIASES.keys()] };
    },
    async summary(span: HuntSpan & { asked: HuntAsked | undefined }): Promise<HuntTold> {
      const { fromMs, toMs, secondsMax, signal } = span;
      const agencyIds = agencyIdsOf(span);
      const limits = { secondsMax, memoryBytesMax: MEMORY_BYTES_MAX };
      const within = { fromMs, toMs, agencyIds, limits, signal };
      const summary =
        span.asked === undefined
          ? await summarizeAll(store.hunts, TABLE, within)
          : await summarizeHunt(store.hunts, TABLE, { ...compiled(span.asked), ...within });
      const heard = new Set(await store.hunts.agentsWithEvents({ fromMs, toMs, agencyIds }, limits, signal));
      const hosts: HuntTold['hosts'] = { inScope: 0, withEvents: 0, silent: [] };
      for await (const page of agentPages(registry, span.scope, { states: ['active'] })) {
        for (const { id, hostname, lastSeenMs, enrolledMs } of page) {
          if (enrolledMs >= toMs) continue;
          hosts.inScope += 1;
          if (heard.has(id)) hosts.withEvents += 1;
          else if (hosts.silent.length < SILENT_MAX) hosts.silent.push({ agentId: id, hostname, lastSeenMs });
        }
      }
      return { ...summary, hosts };
    },
  };
}
