/** Words for rollouts, rings and what became of a release on a host. */
import type { LabelOf, Text } from '../../i18n/messages.ts';
import { visibleString } from '../../text/visible-text.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { Outcome, Ring, Rollout, RolloutAct, UpdateHost } from './updates-api.ts';
import type { messages } from './updates-messages.ts';

type Label = LabelOf<typeof messages>;
type Say = Text<typeof messages>;

export const stateLabel: Readonly<Record<Rollout['state'], readonly [Label, Tone]>> = {
  planned: ['updates.state.planned', 'info'],
  running: ['updates.state.running', 'good'],
  paused: ['updates.state.paused', 'warn'],
  halted: ['updates.state.halted', 'bad'],
  ended: ['updates.state.ended', 'quiet'],
};

/** Those to look at first. */
export const outcomes = ['failed', 'trying', 'waiting', 'applied', 'held', 'silent', 'unable'] as const;

export const outcomeLabel: Readonly<Record<Outcome, readonly [Label, Tone]>> = {
  failed: ['updates.outcome.failed', 'bad'],
  trying: ['updates.outcome.trying', 'info'],
  waiting: ['updates.outcome.waiting', 'quiet'],
  applied: ['updates.outcome.applied', 'info'],
  held: ['updates.outcome.held', 'good'],
  silent: ['updates.outcome.silent', 'warn'],
  unable: ['updates.outcome.unable', 'quiet'],
};

export const actLabel: Readonly<Record<RolloutAct, Label>> = {
  start: 'updates.act.start',
  pause: 'updates.act.pause',
  resume: 'updates.act.resume',
  halt: 'updates.act.halt',
  end: 'updates.act.end',
};

/** What can be done in a state, what people want most first. */
export const actsOf: Readonly<Record<Rollout['state'], readonly RolloutAct[]>> = {
  planned: ['start', 'end'],
  running: ['pause', 'halt', 'end'],
  paused: ['resume', 'halt', 'end'],
  halted: ['resume', 'end'],
  ended: [],
};

const faults: Readonly<Partial<Record<string, Label>>> = {
  unwell: 'updates.fault.unwell',
  'not-started': 'updates.fault.notStarted',
  'payload-size': 'updates.fault.bytes',
  'payload-digest': 'updates.fault.bytes',
  'file-digest': 'updates.fault.bytes',
  unpack: 'updates.fault.bytes',
  'no-room': 'updates.fault.disk',
  disk: 'updates.fault.disk',
  load: 'updates.fault.load',
  'runtime-missing': 'updates.fault.runtime',
  'few-signatures': 'updates.fault.trust',
  malformed: 'updates.fault.trust',
  'roots-gap': 'updates.fault.trust',
  'rolled-back': 'updates.fault.version',
  'other-of-same-number': 'updates.fault.version',
  'not-newer': 'updates.fault.version',
  'from-too-old': 'updates.fault.version',
  'wrong-platform': 'updates.fault.version',
  expired: 'updates.fault.expired',
  'failed-before': 'updates.fault.before',
};

/** Why, in the reader's words; a code that this console does not know stands for itself. */
export function faultText({ code }: Pick<UpdateHost, 'code'>, text: Say): string | null {
  if (code === null) return null;
  const label = faults[code];
  return label === undefined ? code : text(label);
}

/** A person without the kind of actor; `null`: the collector itself. */
export function personOf(actor: string): string | null {
  if (actor === 'system') return null;
  return actor.startsWith('user:') ? actor.slice('user:'.length) : actor;
}

export const whoText = (actor: string, text: Say): string => personOf(actor) ?? text('updates.itself');

const standard: Readonly<Partial<Record<string, Label>>> = {
  pilot: 'updates.ring.pilot',
  tenth: 'updates.ring.tenth',
  all: 'updates.ring.all',
};

export function ringName(name: string, text: Say): string {
  const label = standard[name];
  return label === undefined ? visibleString(name, 64) : text(label);
}

/** Which hosts a ring is for. */
export function ringText({ agents, groups, agencies, percent }: Ring, text: Say): string {
  const named = [
    ...(agents === undefined ? [] : [text('updates.ofAgents', { n: agents.length })]),
    ...(groups === undefined
      ? []
      : [text('updates.ofGroups', { names: groups.map((name) => visibleString(name, 60)).join(', ') })]),
    ...(agencies === undefined ? [] : [text('updates.ofAgencies', { n: agencies.length })]),
  ];
  if (named.length === 0 && percent === 100) return text('updates.everybody');
  if (percent < 100) named.unshift(text('updates.percentOf', { n: percent }));
  return named.join(', ');
}
