/**
 * Exceptions at work: what is approved, compiled, and laid before the judge for the detections of one transaction.
 * Invariants: the register is asked before each projection, so what was decided by whichever process acts from the next one
 * on; an event is read back only when what its hit kept does not decide, and one that is gone is not excepted.
 */
import type { ParsedRules } from '../../../rules/sigma/index.ts';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import type { Detection } from '../../alert/detection.ts';
import type { Suppression, Suppressor } from '../../alert/judge-detection.ts';
import { ExceptionIndex, isDecided, type RuleWords } from '../../exceptions/exception-index.ts';
import { huntFields } from '../../hunt/run-hunt.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { readActing, readGroups, registerVersion } from '../../registry/exceptions/exception-register.ts';
import type { FoundEvent, RowName } from '../../store/store.ts';

/** What a hit keeps of a value at most: a longer one may have been cut (detect/detector.ts). */
const WHOLE_CHARS_MAX = 1_023;
const WHOLE_ITEMS_MAX = 63;
/** What has expired is read anew after so long, however still the register is. */
const READ_AGAIN_MS = 60_000;

export interface ExceptionDeskOptions {
  db: RegistryDb;
  /** Of the rules in force. */
  words: RuleWords;
  /** Events by their names. */
  readEvents: (names: readonly RowName[], span: { fromMs: number; toMs: number }) => Promise<FoundEvent[]>;
  nameOf: (eventId: string) => RowName;
  now: () => number;
  /** An exception that was approved compiles no more: it takes nothing. */
  onRejected: (id: number, message: string) => void;
}

export class ExceptionDesk {
  readonly #options: ExceptionDeskOptions;
  readonly #pipelines = builtInPipelines();
  readonly #parsed = new Map<string, ParsedRules>();
  #index: ExceptionIndex | undefined;
  #version = '';
  #readMs = 0;

  constructor(options: ExceptionDeskOptions) {
    this.#options = options;
  }

  /** The rules in force changed: what exceptions name may be another now. */
  forget(): void {
    this.#index = undefined;
  }

  async index(): Promise<ExceptionIndex> {
    const { db, words, now, onRejected } = this.#options;
    // Before what is read by it: a change in between makes it old, never the other way round.
    const version = await registerVersion(db);
    const nowMs = now();
    const isOld = nowMs - this.#readMs >= READ_AGAIN_MS || nowMs < this.#readMs;
    if (this.#index !== undefined && version === this.#version && (!isOld || this.#index.isEmpty)) {
      return this.#index;
    }
    const index = new ExceptionIndex(await readActing(db, nowMs), words, this.#pipelines, this.#parsed);
    for (const { id, message } of index.rejected) onRejected(id, message);
    this.#index = index;
    this.#version = version;
    this.#readMs = nowMs;
    return index;
  }

  /** What the judge asks for each of these; undefined when no exception takes any. */
  async suppressor(
    detections: readonly Detection[],
    correlations: readonly Detection[],
  ): Promise<Suppressor | undefined> {
    if (detections.length + correlations.length === 0) return undefined;
    return this.#suppressor(await this.index(), detections, correlations);
  }

  /** The same as if one exception were none. */
  async suppressorWithout(
    id: number,
    detections: readonly Detection[],
    correlations: readonly Detection[],
  ): Promise<Suppressor | undefined> {
    const { db, words, now } = this.#options;
    const others = (await readActing(db, now())).filter((one) => one.id !== id);
    return this.#suppressor(new ExceptionIndex(others, words, this.#pipelines), detections, correlations);
  }

  async #suppressor(
    index: ExceptionIndex,
    detections: readonly Detection[],
    correlations: readonly Detection[],
  ): Promise<Suppressor | undefined> {
    if (index.isEmpty) return undefined;
    const taken = await this.take(index, detections, correlations);
    if (taken.size === 0) return undefined;
    const suppressions = new Map<string, Suppression>();
    for (const [id, exceptionId] of taken) {
      suppressions.set(id, { by: `exception:${exceptionId}`, exceptionId });
    }
    return ({ id }) => suppressions.get(id);
  }

  /** Detection -> number of the exception that takes it. */
  async take(
    index: ExceptionIndex,
    detections: readonly Detection[],
    correlations: readonly Detection[] = [],
  ): Promise<Map<string, number>> {
    const all = [
      ...detections.map((detection) => ({ detection, isCorrelation: false })),
      ...correlations.map((detection) => ({ detection, isCorrelation: true })),
    ];
    const groups = index.needsGroups
      ? await readGroups(this.#options.db, [...new Set(all.map(({ detection }) => detection.agentId))])
      : undefined;
    const taken = new Map<string, number>();
    const open: { detection: Detection; candidates: ReturnType<ExceptionIndex['candidates']> }[] = [];
    for (const { detection, isCorrelation } of all) {
      const groupId = groups?.get(detection.agentId) ?? null;
      const candidates = index.candidates({ detection, isCorrelation, groupId });
      if (candidates.length === 0) continue;
      const known = isCorrelation ? detection.matched : wholeFields(detection);
      if (!isCorrelation && !isDecided(candidates, known)) {
        open.push({ detection, candidates });
        continue;
      }
      const by = index.find(candidates, known);
      if (by !== undefined) taken.set(detection.id, by);
    }
    if (open.length === 0) return taken;
    const events = await this.#readEvents(open.map(({ detection }) => detection));
    for (const { detection, candidates } of open) {
      const event = events.get(detection.eventId);
      // What a hit names beside its event: the indicator that was found, say.
      const fields = event && { ...detection.matched, ...huntFields(event) };
      const by = fields && index.find(candidates, fields);
      if (by !== undefined) taken.set(detection.id, by);
    }
    return taken;
  }

  async #readEvents(detections: readonly Detection[]): Promise<Map<string, FoundEvent>> {
    const { readEvents, nameOf } = this.#options;
    let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { timeMs } of detections) {
      fromMs = Math.min(fromMs, timeMs);
      toMs = Math.max(toMs, timeMs);
    }
    const names = [...new Set(detections.map(({ eventId }) => eventId))].map((id) => nameOf(id));
    const found = await readEvents(names, { fromMs, toMs });
    return new Map(found.map((event) => [event.id, event]));
  }
}

/** What is known of an event by its hit, without what may have been cut. */
function wholeFields(detection: Detection): Record<string, unknown> {
  const { matched, hostname, agentId } = detection;
  const known: Record<string, unknown> = { 'host.name': hostname, 'agent.id': agentId };
  for (const [name, value] of Object.entries(matched)) if (isWhole(value)) known[name] = value;
  return known;
}

function isWhole(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= WHOLE_CHARS_MAX;
  if (!Array.isArray(value)) return true;
  return value.length <= WHOLE_ITEMS_MAX && value.every((item: unknown) => isWhole(item));
}
