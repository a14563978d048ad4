/** What hosts see: of a kind, by what is switched on there; of one host, by what came from it. Pure. */
import type { LogSource } from '../sigma/index.ts';
import { LOG_NEEDS, type CoverageKind, type LogNeed, type Sign } from './log-needs.ts';
import type { RuleNeeds } from './needs-of-rule.ts';

/** Something a host told in the time: a log source, with the event's number where it is Windows'. */
export interface SeenSource extends LogSource {
  eventId?: number | undefined;
}

/** `unproven`: rarely written, so that its absence says nothing. */
export type NeedState = 'seen' | 'missing' | 'unproven';

export interface NeedLine {
  need: LogNeed;
  state: NeedState;
  /** Rules that need this log, and those of them that see by no other log that is here. */
  rules: readonly RuleNeeds[];
  blind: readonly RuleNeeds[];
}

export interface HostSight {
  lines: readonly NeedLine[];
  /** Rules that are about this kind of host, and those of them that see nothing. */
  rules: number;
  blind: number;
}

const fits = ({ product, category, service, eventIds }: Sign, seen: SeenSource): boolean =>
  (product ?? seen.product) === seen.product &&
  (category ?? seen.category) === seen.category &&
  (service ?? seen.service) === seen.service &&
  (eventIds === undefined || (seen.eventId !== undefined && eventIds.includes(seen.eventId)));

const isSeen = ({ signs }: LogNeed, seen: readonly SeenSource[]): boolean =>
  seen.some((one) => signs.some((sign) => fits(sign, one)));

/** @param seen all that came from the host in the time */
export function sightOfHost(
  kind: CoverageKind,
  rules: readonly RuleNeeds[],
  seen: readonly SeenSource[],
): HostSight {
  return sight(kind, rules, (need) => (isSeen(need, seen) ? 'seen' : need.isRare ? 'unproven' : 'missing'));
}

/** @param set what was done on such hosts */
export function sightOfKind(
  kind: CoverageKind,
  rules: readonly RuleNeeds[],
  set: { auditInstalled: boolean; sysmon: boolean },
): HostSight {
  return sight(kind, rules, ({ id, comes }) =>
    comes === 'itself' ||
    (comes === 'audit-install' && set.auditInstalled) ||
    (id === 'windows-sysmon' && set.sysmon)
      ? 'seen'
      : 'missing',
  );
}

function sight(
  kind: CoverageKind,
  all: readonly RuleNeeds[],
  stateOf: (need: LogNeed) => NeedState,
): HostSight {
  const needs = LOG_NEEDS.filter(({ kinds }) => kinds.includes(kind));
  const states = new Map(needs.map((need) => [need, stateOf(need)]));
  const rules = all.filter((rule) => rule.needs.some((need) => states.has(need)));
  const isBlind = (rule: RuleNeeds): boolean =>
    !rule.needs.some((need) => states.has(need) && states.get(need) !== 'missing');
  const lines = needs.flatMap((need): NeedLine[] => {
    const those = rules.filter((rule) => rule.needs.includes(need));
    if (those.length === 0) return [];
    const state = states.get(need) ?? 'missing';
    return [{ need, state, rules: those, blind: state === 'missing' ? those.filter(isBlind) : [] }];
  });
  return { lines, rules: rules.length, blind: rules.filter(isBlind).length };
}
