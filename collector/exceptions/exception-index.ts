/**
 * Which exception takes a detection: found by rule, cut by scope and time, decided by conditions that are compiled once and
 * asked all at once. Invariants: of several the one with the lowest number; a correlation is known by its group alone, so
 * a condition that asks for more, and a host that the group does not name, never take it; what cannot be known takes nothing.
 */
import {
  compile,
  type Engine,
  type LogSource,
  type ParsedRules,
  type Pipeline,
} from '../../rules/sigma/index.ts';
import type { Detection } from '../alert/detection.ts';
import type { MaintenanceWindow } from '../protocol/maintenance-window.ts';
import { askedFields, parseConditionText, type AskedFields } from './condition.ts';
import { isOpen } from './maintenance.ts';
import type { ExceptionKind } from './vocabulary.ts';

/** An exception as far as it acts. */
export interface ActingException {
  id: number;
  kind: ExceptionKind;
  condition: string | null;
  window: MaintenanceWindow | null;
  /** Agencies that it reaches; undefined for all. */
  agencyIds: ReadonlySet<number> | undefined;
  /** Hosts that it reaches beside these agencies. */
  hosts?: ReadonlyMap<string, unknown> | undefined;
  agentId: string | null;
  groupId: number | null;
  rules: readonly string[] | null;
  categories: readonly string[] | null;
  startsMs: number | null;
  expiresMs: number;
}

/** What the index asks of the rules in force. */
export interface RuleWords {
  /** Tags and log source of a rule. */
  categories: (ruleId: string) => readonly string[];
  logsource: (ruleId: string) => LogSource;
}

/** A detection, and what is known of its host. */
export interface Judged {
  detection: Pick<Detection, 'agencyId' | 'agentId' | 'hostname' | 'timeMs'> & {
    rule: { ruleId: string };
    matched: Fields;
  };
  isCorrelation: boolean;
  groupId: number | null;
}

type Fields = Readonly<Record<string, unknown>>;

const POSTURE = 'posture';
/** What findings of vulnerabilities are judged under: no rule has such a category. */
export const VULNERABILITY = 'vonggac:vulnerability';
/** Fields of a group that name a host. */
const HOST_FIELDS = ['host.name', 'agent.id'];
/** What `rules` names, by kind: a field that holds it. */
const NAMED_IN: Readonly<Record<Exclude<ExceptionKind, 'rule'>, string>> = {
  posture: 'posture.check',
  vulnerability: 'vulnerability.id',
};

interface Entry extends ActingException {
  asked: AskedFields | undefined;
}
/** Exceptions that may take a detection, the lowest number first. */
export type Candidates = readonly Entry[];

export class ExceptionIndex {
  readonly #engine: Engine;
  readonly #words: RuleWords;
  readonly #byRule = new Map<string, Entry[]>();
  readonly #anyRule: Entry[] = [];
  readonly #posture: Entry[] = [];
  readonly #vulnerability: Entry[] = [];
  /** Rule -> what may take its detections. */
  readonly #ofRule = new Map<string, Candidates>();
  /** Those whose condition no longer compiles: they take nothing. */
  readonly rejected: readonly { id: number; message: string }[];
  readonly needsGroups: boolean;

  /** @param exceptions what acts; parsed conditions are kept in `parsed` from one index to the next */
  constructor(
    exceptions: readonly ActingException[],
    words: RuleWords,
    pipelines: readonly Pipeline[],
    parsed: Map<string, ParsedRules> = new Map(),
  ) {
    this.#words = words;
    const texts: ParsedRules[] = [];
    const kept = new Set<string>();
    for (const exception of exceptions) {
      if (exception.condition === null) continue;
      const logsource = commonLogsource(exception, words);
      const key = JSON.stringify([exception.id, logsource, exception.condition]);
      let text = parsed.get(key);
      if (text === undefined) {
        text = parseConditionText({ id: String(exception.id), text: exception.condition, logsource });
        parsed.set(key, text);
      }
      kept.add(key);
      texts.push(text);
    }
    for (const key of parsed.keys()) if (!kept.has(key)) parsed.delete(key);
    this.#engine = compile(texts, { pipelines });
    const rejected: { id: number; message: string }[] = [];
    for (const exception of exceptions.toSorted((a, b) => a.id - b.id)) {
      const rule = exception.condition === null ? undefined : this.#engine.find(String(exception.id));
      if (exception.condition !== null && rule === undefined) {
        const error = this.#engine.errors.find(({ source }) => source === String(exception.id));
        rejected.push({ id: exception.id, message: error?.message ?? 'its condition does not compile' });
        continue;
      }
      this.#add({ ...exception, asked: rule && askedFields(rule) });
    }
    this.rejected = rejected;
    this.needsGroups = exceptions.some(({ groupId }) => groupId !== null);
  }

  get isEmpty(): boolean {
    return this.#byRule.size === 0 && this.#anyRule.length === 0 && this.#posture.length === 0;
  }

  #add(entry: Entry): void {
    if (entry.kind !== 'rule') {
      (entry.kind === 'posture' ? this.#posture : this.#vulnerability).push(entry);
      return;
    }
    if (entry.rules === null) this.#anyRule.push(entry);
    for (const ruleId of entry.rules ?? []) {
      const known = this.#byRule.get(ruleId);
      if (known === undefined) this.#byRule.set(ruleId, [entry]);
      else known.push(entry);
    }
  }

  #entriesOf(ruleId: string): Candidates {
    let entries = this.#ofRule.get(ruleId);
    if (entries !== undefined) return entries;
    const own = this.#words.categories(ruleId);
    const isMeant = ({ categories }: Entry): boolean =>
      categories === null || categories.some((category) => own.includes(category));
    entries = [
      ...(this.#byRule.get(ruleId) ?? []),
      ...this.#anyRule,
      ...(own.includes(POSTURE) ? this.#posture : []),
      ...(own.includes(VULNERABILITY) ? this.#vulnerability : []),
    ]
      .filter((entry) => isMeant(entry))
      .toSorted((a, b) => a.id - b.id);
    this.#ofRule.set(ruleId, entries);
    return entries;
  }

  /** Those that may take it, whatever its event says: most detections have none. */
  candidates({ detection, isCorrelation, groupId }: Judged): Candidates {
    const { rule, agencyId, agentId, timeMs, matched, hostname } = detection;
    const entries = this.#entriesOf(rule.ruleId);
    if (entries.length === 0) return entries;
    const namesHost =
      !isCorrelation || HOST_FIELDS.some((field) => [hostname, agentId].includes(String(matched[field])));
    return entries.filter((entry) => {
      const isReached = entry.agencyIds?.has(agencyId) !== false || entry.hosts?.has(agentId) === true;
      if (!isReached) return false;
      if (timeMs >= entry.expiresMs || (entry.startsMs !== null && timeMs < entry.startsMs)) return false;
      if (entry.agentId !== null && (entry.agentId !== agentId || !namesHost)) return false;
      if (entry.groupId !== null && (entry.groupId !== groupId || !namesHost)) return false;
      if (isCorrelation && !isAnswered(entry, matched)) return false;
      return entry.window === null || isOpen(entry.window, timeMs);
    });
  }

  /** @returns the number of the exception that takes an event, or a correlation's group */
  find(candidates: Candidates, event: Fields): number | undefined {
    let matched: ReadonlySet<string> | undefined;
    const holds = ({ id, asked, kind, rules }: Entry): boolean => {
      if (kind !== 'rule' && rules !== null && !isNamed(rules, event[NAMED_IN[kind]])) return false;
      if (asked === undefined) return true;
      matched ??= new Set(this.#engine.match(event).map(({ rule }) => rule.id));
      return matched.has(String(id));
    };
    return candidates.find((entry) => holds(entry))?.id;
  }
}

/** What has several names, as a vulnerability has, is named by any of them. */
function isNamed(rules: readonly string[], names: unknown): boolean {
  return (Array.isArray(names) ? names : [names]).some((name) => rules.includes(String(name)));
}

/** Whether fields that are at hand, whole, are all that it takes to decide. */
export function isDecided(candidates: Candidates, known: Fields): boolean {
  return candidates.every(
    ({ asked, kind, rules }) =>
      (asked === undefined ||
        (!asked.hasKeywords && [...asked.fields].every((field) => Object.hasOwn(known, field)))) &&
      (kind === 'rule' || rules === null || Object.hasOwn(known, NAMED_IN[kind])),
  );
}

/** A correlation is nothing but its group: what it does not say is not known. */
function isAnswered({ asked }: Entry, group: Fields): boolean {
  if (asked === undefined) return true;
  return !asked.hasKeywords && [...asked.fields].every((field) => Object.hasOwn(group, field));
}

/** Of all rules that it names; where they differ, none. */
export function commonLogsource(
  { rules, kind }: Pick<ActingException, 'rules' | 'kind'>,
  words: Pick<RuleWords, 'logsource'>,
): LogSource {
  if (kind !== 'rule' || rules === null) return {};
  const sources = rules.map((ruleId) => {
    const { product, category, service } = words.logsource(ruleId);
    return JSON.stringify([product ?? null, category ?? null, service ?? null]);
  });
  const [first] = rules;
  return first !== undefined && new Set(sources).size === 1 ? words.logsource(first) : {};
}
