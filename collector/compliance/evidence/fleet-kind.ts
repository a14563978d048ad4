/**
 * Kinds of evidence that go by what hosts tell of themselves: their inventory, what happened on them, and lists of
 * administrators to compare with. Invariants: what was not told, not read or told too long ago is never met; a list that
 * nobody gave makes the system not assessed.
 */
import type { z } from 'zod';
import type { BothLanguages } from '../../protocol/posture-policy.ts';
import type { FleetCount, FleetEvent, FleetMoment, FleetReader } from '../../store/fleet-store.ts';
import { periodBefore, type Period } from '../iso-period.ts';
import { listFor, type AssessmentList, type ListKind } from './assessment-lists.ts';
import {
  defineKind,
  type AnyEvidenceKind,
  type AssessedHost,
  type AssessedSystem,
  type Finding,
} from './evidence-kind.ts';
import { perHost, showTime } from './host-findings.ts';
import {
  PICTURE_FRESH_MS,
  readPictures,
  type HostPicture,
  type Look,
  type Pictures,
} from './host-pictures.ts';

export type Judged<R extends string> = Omit<Finding<R>, 'subject'>;

/** What is known of one host. */
export interface Told<M> {
  host: AssessedHost;
  atMs: number;
  /** Of one look, as it was told; it may be old or partial. */
  picture: (category: string) => HostPicture | undefined;
  count: (event: FleetEvent) => FleetCount | undefined;
  /** The list of the system; empty where it is optional and nobody gave one. */
  listed: readonly string[];
  /** Whether somebody gave the list. */
  hasList: boolean;
  more: M | undefined;
  /** Whether a host is one of the system that is judged. */
  isMember: (agentId: string) => boolean;
}

export interface FleetKind<P, R extends string, M = never> {
  readonly kind: string;
  readonly schema: z.ZodType<P>;
  readonly reasons: Readonly<Record<R, BothLanguages>>;
  explain(params: P): BothLanguages;
  /** Categories of the inventory. The first must be told, read and fresh for the host to be judged. */
  readonly looks?: readonly Look[] | undefined;
  /** What its parameters ask to look at besides; the kind itself judges what of it is missing, old or was not read. */
  readonly besides?: ((params: P) => readonly Look[]) | undefined;
  /** What could not be read of the first look's category puts a good result in doubt. */
  readonly partialIsDoubt?: boolean | undefined;
  readonly events?: { names: readonly FleetEvent[]; within: (params: P) => Period } | undefined;
  readonly list?: ListKind | undefined;
  /** Parameters that need no list although the kind has one. */
  readonly listIsOptional?: ((params: P) => boolean) | undefined;
  /** Facts of a family of their own, by host; asked once for each different list and set of parameters. */
  readonly more?:
    | ((
        fleet: FleetReader,
        moment: Omit<FleetMoment, 'fromMs'>,
        params: P,
        listed: readonly string[],
      ) => Promise<ReadonlyMap<string, M>>)
    | undefined;
  /**
   * Undefined: the host says nothing about it.
   * @param own what was told for the first look; empty for a kind without looks
   */
  judge(params: P, told: Told<M>, own: HostPicture): Judged<R> | undefined;
  /** How a system's findings are to be seen together, e.g. that none has what is asked. */
  readonly whole?:
    | ((
        params: P,
        findings: readonly Finding<R>[],
        system: AssessedSystem,
        atMs: number,
      ) => readonly Finding<R>[])
    | undefined;
}

interface Facts<P, M> {
  looks: ReadonlyMap<string, Pictures>;
  /** By period, host and event. */
  counts: ReadonlyMap<string, ReadonlyMap<string, FleetCount>>;
  lists: readonly AssessmentList[];
  more: ReadonlyMap<P, ReadonlyMap<string, ReadonlyMap<string, M>>>;
}

/** Of a shorter time than any that is asked for. */
const CLOCK_OFF_MS = 3_600_000;
/** What happens all the time is looked for in the newest stretch first, and further back where nothing of it was found. */
const INCESSANT: ReadonlySet<FleetEvent> = new Set(['process-start', 'connection', 'logon', 'logon-failed']);
const NEWEST_MS = 6 * 3_600_000;

async function newestCounts(
  fleet: FleetReader,
  moment: FleetMoment & { agentIds: readonly string[] },
  events: readonly FleetEvent[],
): Promise<FleetCount[]> {
  const { agentIds, atMs, fromMs } = moment;
  const found = await fleet.counts({ ...moment, events: events.filter((event) => !INCESSANT.has(event)) });
  const newestMs = Math.max(fromMs, atMs - NEWEST_MS);
  for (const event of events.filter((one) => INCESSANT.has(one))) {
    const newest = await fleet.counts({ ...moment, fromMs: newestMs, events: [event] });
    found.push(...newest);
    const told = new Set(newest.map(({ agentId }) => agentId));
    const rest = agentIds.filter((id) => !told.has(id));
    if (rest.length === 0 || newestMs === fromMs) continue;
    const older = await fleet.counts({ agentIds: rest, fromMs, atMs: newestMs, events: [event] });
    found.push(...older.filter(({ agentId }) => !told.has(agentId)));
  }
  return found;
}

const NOTHING: HostPicture = { state: '', toldMs: 0, unread: '', cut: false, items: [] };
const listKey = (listed: readonly string[] | undefined): string => (listed ?? []).join('\n');
const countKey = (agentId: string, event: FleetEvent): string => `${agentId} ${event}`;

export function defineFleetKind<P, R extends string, M = never>(kind: FleetKind<P, R, M>): AnyEvidenceKind {
  const { looks = [], events, list } = kind;
  const [first] = looks;
  return defineKind<P, Facts<P, M>, R>({
    kind: kind.kind,
    history: 'events',
    schema: kind.schema,
    reasons: kind.reasons,
    explain: (params) => kind.explain(params),
    async gather({ fleet, lists: reader }, { hosts, systems, params, atMs }) {
      const agentIds = hosts.map(({ id }) => id);
      const pictures = new Map<string, Pictures>();
      const besides = params.flatMap((one) => kind.besides?.(one) ?? []);
      for (const look of [...looks, ...besides])
        pictures.set(look.category, await readPictures(fleet, hosts, { atMs }, look));
      const counts = new Map<string, ReadonlyMap<string, FleetCount>>();
      for (const one of params) {
        const period = events?.within(one);
        if (events === undefined || period === undefined || counts.has(period.iso)) continue;
        const moment = { agentIds, atMs, fromMs: periodBefore(atMs, period) };
        const found = await newestCounts(fleet, moment, events.names);
        counts.set(period.iso, new Map(found.map((count) => [countKey(count.agentId, count.event), count])));
      }
      const lists = list === undefined ? [] : await reader.at([list], atMs);
      const more = new Map<P, Map<string, ReadonlyMap<string, M>>>();
      for (const one of kind.more === undefined ? [] : params) {
        const byList = new Map<string, ReadonlyMap<string, M>>();
        more.set(one, byList);
        for (const system of systems) {
          const listed = list === undefined ? [] : listFor(lists, list, system, atMs);
          const key = listKey(listed);
          if (byList.has(key) || (listed === undefined && kind.listIsOptional?.(one) !== true)) continue;
          const found = await kind.more?.(fleet, { agentIds, atMs }, one, listed ?? []);
          if (found !== undefined) byList.set(key, found);
        }
      }
      return { looks: pictures, counts, lists, more };
    },
    judge(params, facts, system, moment) {
      const { atMs } = moment;
      const given = list === undefined ? undefined : listFor(facts.lists, list, system, atMs);
      if (list !== undefined && given === undefined && kind.listIsOptional?.(params) !== true) {
        const reason = { code: 'list-missing', args: { list } } as const;
        return [{ subject: { kind: 'system' }, result: 'not-assessed', reason, atMs }];
      }
      const counts = events === undefined ? undefined : facts.counts.get(events.within(params).iso);
      const more = facts.more.get(params)?.get(listKey(given));
      const members = new Set(system.hosts.map(({ id }) => id));
      const isMember = (agentId: string): boolean => members.has(agentId);
      const findings = perHost<R>(system, moment, (host) => {
        const told: Told<M> = {
          host,
          atMs,
          picture: (category) => facts.looks.get(category)?.get(host.id),
          count: (event) => counts?.get(countKey(host.id, event)),
          listed: given ?? [],
          hasList: given !== undefined,
          more: more?.get(host.id),
          isMember,
        };
        const clock = judgeClock<R>(host, atMs);
        if (clock !== undefined) return clock;
        if (first === undefined) return kind.judge(params, told, NOTHING);
        return judgePicture<R>(told.picture(first.category), atMs, kind.partialIsDoubt === true, (own) =>
          kind.judge(params, told, own),
        );
      });
      return kind.whole?.(params, findings, system, atMs) ?? findings;
    },
  });
}

/** What a host tells is looked for by its own times. */
function judgeClock<R extends string>(
  { clockSkewMs = 0 }: AssessedHost,
  atMs: number,
): Judged<R> | undefined {
  if (Math.abs(clockSkewMs) <= CLOCK_OFF_MS) return undefined;
  const hours = Math.round(clockSkewMs / CLOCK_OFF_MS);
  return { result: 'not-assessed', reason: { code: 'clock-wrong', args: { hours } }, atMs };
}

function judgePicture<R extends string>(
  picture: HostPicture | undefined,
  atMs: number,
  partialIsDoubt: boolean,
  judge: (own: HostPicture) => Judged<R> | undefined,
): Judged<R> | undefined {
  if (picture === undefined) return undefined;
  const { state, toldMs, unread, cut } = picture;
  const unknown = (code: 'stale' | 'look-failed', args: Record<string, string>): Judged<R> => ({
    result: 'not-assessed',
    reason: { code, args },
    atMs: toldMs,
  });
  if (atMs - toldMs > PICTURE_FRESH_MS) return unknown('stale', { since: showTime(toldMs) });
  if (state === 'failed') return unknown('look-failed', { why: shown(unread) });
  const judged = judge(picture);
  // What was seen to be wrong is wrong, whatever else was not seen.
  if (judged?.result !== 'met') return judged;
  return (partialIsDoubt || cut ? unreadPart<R>(picture) : undefined) ?? judged;
}

/** @param observed what was seen, cut to what is shown */
export function judgedAs<R extends string>(
  result: Judged<R>['result'],
  code: Judged<R>['reason']['code'],
  args: Judged<R>['reason']['args'],
  atMs: number,
  observed?: string,
): Judged<R> {
  const reason = { code, args };
  return observed === undefined || observed === ''
    ? { result, reason, atMs }
    : { result, reason, atMs, observed: shown(observed) };
}

/** That something did not happen within a period is not met only by a host that was here all the time. */
export function absentFor<R extends string>(
  { host: { enrolledMs }, atMs }: Pick<Told<never>, 'host' | 'atMs'>,
  within: Period,
  code: R,
): Judged<R> {
  const args = { within: within.iso, enrolled: showTime(enrolledMs) };
  return enrolledMs > periodBefore(atMs, within)
    ? judgedAs<R>('not-assessed', 'too-new', args, atMs)
    : judgedAs<R>('not-met', code, args, atMs);
}

/** That something is not there proves nothing where a part was not read. */
export function unreadPart<R extends string>({
  state,
  unread,
  cut,
  toldMs,
}: HostPicture): Judged<R> | undefined {
  if (cut) return judgedAs<R>('not-assessed', 'cut', {}, toldMs);
  return state === 'partial'
    ? judgedAs<R>('not-assessed', 'partly-read', { why: shown(unread) }, toldMs)
    : undefined;
}

const SHOWN_MAX = 200;

/** Text of a host as findings show it. */
export function shown(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1).toWellFormed()}…` : text;
}

/** The first of them, and how many more. */
export function some(texts: readonly string[], most = 3): string {
  const more = texts.length - most;
  return shown(`${texts.slice(0, most).join(', ')}${more > 0 ? ` (+${more})` : ''}`);
}
