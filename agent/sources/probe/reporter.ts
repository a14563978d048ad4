/**
 * From looks to records: only what changed is told, once it is sure. A finding is sure when two looks in a row have it;
 * that a target is down, when so many of so many checks failed. What is over is told at once. Hours end in a summary.
 */
import { LIMITS } from '#protocol/limits.ts';
import type { ProbeRecord } from '#protocol/probe-record.ts';
import { probeName } from '../../probe-config.ts';
import type { ProbeConfig } from '../../probe-config.ts';
import { openWindow } from '#protocol/maintenance-window.ts';
import { pass, withCheck } from './availability.ts';
import type { Condition, Hour } from './availability.ts';
import { isOfMoment, stateOf } from './finding.ts';
import type { Aspect, Facts, Finding, Look } from './finding.ts';
import type { Outcome } from './look.ts';
import { describePage } from './look-at-page.ts';
import type { AspectMemory, PageMemory, TargetState } from './target-state.ts';

/** So many intervals without a check: the agent was away. */
const GAP_INTERVALS = 3;
const GAP_MS_MIN = 120_000;

export interface Reported {
  records: ProbeRecord[];
  state: TargetState;
  /** Something waits to be seen again: look soon. */
  unsure: boolean;
}

/** @param others how the agent's other targets are: when all are down, it may be the agent's own line. */
export function report(
  config: ProbeConfig,
  { looks, state: seen, page, responseMs }: Outcome,
  atMs: number,
  others: { all: number; down: number },
): Reported {
  const quiet = openWindow(config.maintenance, atMs) !== undefined;
  const reachability = looks.get('reachability') ?? { findings: [], facts: {} };
  const asked = stateOf(reachability.findings) !== 'not-assessed';
  const answered = asked ? [...seen.answered, reachability.findings.length === 0] : [...seen.answered];
  const recent = answered.slice(-config.failures.of);
  const failures = recent.filter((was) => !was).length;
  const down = seen.down ? recent.at(-1) !== true : failures >= config.failures.needed;
  const records: ProbeRecord[] = [];
  const aspects: TargetState['aspects'] = { ...seen.aspects };
  let unsure = failures > 0 && !down;
  for (const [aspect, look] of looks) {
    const settled = aspect === 'reachability' && asked ? settle(look, down) : look;
    const isSure = sureOf(aspect, !(unsure && aspects[aspect]?.told === undefined));
    const told = tell(aspect, settled, aspects[aspect], { quiet, isSure });
    aspects[aspect] = told.memory;
    unsure ||= told.unsure;
    if (told.record === undefined) continue;
    const facts = aspect === 'reachability' && down ? { ...look.facts, ...othersFacts(others) } : look.facts;
    records.push({ ...base(config, atMs), aspect, ...told.record, ...words(look, facts) });
  }
  const condition: Condition | undefined = quiet ? 'quiet' : !asked ? undefined : down ? 'down' : 'up';
  const { last } = seen;
  const gapMsMax = Math.max(GAP_MS_MIN, config.intervalMs * GAP_INTERVALS);
  const { hour, ended } = pass(seen.hour, {
    fromMs: last?.atMs ?? atMs,
    toMs: atMs,
    condition: last?.condition,
    gapMsMax,
  });
  const state: TargetState = {
    ...seen,
    aspects,
    answered: recent,
    down,
    lookedAtMs: atMs,
    last: condition === undefined ? undefined : { atMs, condition },
    hour: asked ? withCheck(hour, { answered: recent.at(-1) === true, responseMs }) : hour,
  };
  for (const one of ended) records.push(summary(config, state, page, one, atMs));
  return { records, state, unsure };
}

/** Undefined: a finding is sure when the look before had it, too. */
function sureOf(aspect: Aspect, decided: boolean): boolean | undefined {
  if (aspect === 'reachability') return decided;
  // What a registry says once a day needs no second look.
  return aspect === 'domain' ? true : undefined;
}

function base(config: ProbeConfig, at: number): Pick<ProbeRecord, 'kind' | 'at' | 'probe' | 'target'> {
  return { kind: 'probe', at, probe: probeName(config), target: config.target };
}

/** One failed check is no outage; a first good one is its end. */
function settle(look: Look, down: boolean): Look {
  if (look.findings.length === 0) return look;
  return down ? look : { ...look, findings: [] };
}

function othersFacts({ all, down }: { all: number; down: number }): Facts {
  return { othersAsked: all, othersDown: down, allDown: all > 0 && down === all };
}

interface Told {
  memory: AspectMemory;
  record: Pick<ProbeRecord, 'change' | 'state' | 'previousState' | 'findings'> | undefined;
  unsure: boolean;
}

function tell(
  aspect: Aspect,
  look: Look,
  before: AspectMemory | undefined,
  { quiet, isSure }: { quiet: boolean; isSure: boolean | undefined },
): Told {
  const lasting = look.findings.filter((finding) => !isOfMoment(finding));
  const moments = look.findings.filter(isOfMoment);
  const known = new Set<Finding>([...(before?.findings ?? []), ...(before?.told?.findings ?? [])]);
  // That something was not assessed harms nobody if it is said at once.
  const calm = stateOf(lasting) === 'not-assessed' && before?.told === undefined;
  const sure = isSure === undefined && !calm ? lasting.filter((finding) => known.has(finding)) : lasting;
  const waiting = sure.length < lasting.length || isSure === false;
  const memory: AspectMemory = { findings: lasting, told: before?.told };
  if (quiet) return { memory, record: undefined, unsure: false };
  const state = stateOf(sure);
  const told = before?.told;
  const same =
    aspect === 'reachability' ? told?.state === state : told !== undefined && isSame(told.findings, sure);
  const first = told === undefined;
  if ((same && moments.length === 0) || (first && waiting))
    return { memory, record: undefined, unsure: waiting };
  const lastingState = state === 'changed' ? 'ok' : state;
  const findings = [...sure, ...moments];
  return {
    memory: { findings: lasting, told: { state: lastingState, findings: sure } },
    record: {
      change: first ? 'first' : 'change',
      state: stateOf(findings),
      ...(first ? {} : { previousState: told.state }),
      ...(findings.length === 0 ? {} : { findings }),
    },
    unsure: waiting,
  };
}

function isSame(left: readonly Finding[], right: readonly Finding[]): boolean {
  return left.length === right.length && left.every((finding) => right.includes(finding));
}

function words({ message }: Look, facts: Facts): Pick<ProbeRecord, 'reason' | 'detail'> {
  return {
    ...(message === undefined ? {} : { reason: short(message) }),
    ...(Object.keys(facts).length === 0 ? {} : { detail: tidy(facts) }),
  };
}

function tidy(facts: Facts): Facts {
  const entries = Object.entries(facts).slice(0, LIMITS.detailEntriesMax);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? short(value) : value]),
  );
}

function short(text: string): string {
  return text.slice(0, LIMITS.shortStringMax / 2).toWellFormed();
}

function summary(
  config: ProbeConfig,
  state: TargetState,
  page: PageMemory,
  hour: Hour,
  atMs: number,
): ProbeRecord {
  const { fromMs, checks, failures, upMs, downMs, quietMs, responses, responseMsSum, responseMsMax } = hour;
  const states = Object.entries(state.aspects).flatMap(([aspect, { told }]) =>
    told === undefined ? [] : [[`state.${aspect}`, told.state] as const],
  );
  const findings = Object.values(state.aspects).flatMap(({ told }) => told?.findings ?? []);
  return {
    ...base(config, atMs),
    aspect: 'reachability',
    change: 'summary',
    state: state.aspects.reachability?.told?.state ?? 'not-assessed',
    ...(findings.length === 0 ? {} : { findings }),
    detail: {
      fromMs,
      checks,
      failures,
      upMs,
      downMs,
      quietMs,
      ...(responses === 0 ? {} : { responseMsMean: Math.round(responseMsSum / responses), responseMsMax }),
      ...(state.certificateEndsMs === undefined ? {} : { certificateEndsMs: state.certificateEndsMs }),
      ...(state.domain?.expiresMs === undefined ? {} : { domainEndsMs: state.domain.expiresMs }),
      ...describePage(page, config.page.learnLooks),
      ...Object.fromEntries(states),
    },
  };
}
