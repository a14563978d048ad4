/** How far a policy is let out, in words, and what hosts made of it in numbers. */
import type { LabelOf, Text } from '../../i18n/messages.ts';
import { visibleString } from '../../text/visible-text.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { HostStatus, Rollout } from './policies-api.ts';
import type { messages } from './policy-messages.ts';

type Room = typeof messages;

export const outcomeLabel: Readonly<Record<HostStatus['outcome'], LabelOf<Room>>> = {
  applied: 'policy.applied',
  failed: 'policy.failed',
  waiting: 'policy.waiting',
  'own-settings': 'policy.ownSettings',
};
export const outcomeTone: Readonly<Record<HostStatus['outcome'], Tone>> = {
  applied: 'good',
  failed: 'bad',
  waiting: 'info',
  'own-settings': 'quiet',
};

export const versionText = (version: number, text: Text<Room>): string =>
  version === 0 ? text('policy.own') : text('policy.version', { n: version });

export function shareText({ percent, canaries }: Rollout, text: Text<Room>): string {
  return canaries.length === 0
    ? text('policy.part', { n: percent })
    : text('policy.partNamed', { n: percent, c: canaries.length });
}

export const isWhole = ({ state, percent }: Rollout): boolean => state === 'running' && percent === 100;

export function standsText(rollout: Rollout, text: Text<Room>): string {
  const { version: n, previous, state, reason } = rollout;
  const before = versionText(previous, text);
  if (state === 'halted') return text('policy.standsHalted', { n, why: visibleString(reason, 300), before });
  if (n === 0) return text('policy.standsNone');
  if (isWhole(rollout)) return text('policy.stands', { n });
  return text('policy.standsPart', { n, share: shareText(rollout, text), before });
}

export function countsOf(agents: readonly HostStatus[]) {
  const of = (outcome: HostStatus['outcome']) => agents.filter((one) => one.outcome === outcome).length;
  return { all: agents.length, applied: of('applied'), failed: of('failed'), waiting: of('waiting') };
}

/** How many of so many hosts a share is, with those that are named. */
export const sharedHosts = (hosts: number, percent: number, named: number): number =>
  Math.min(hosts, Math.max(named, Math.round((hosts * percent) / 100)));

/** As the editor shows it. */
export const prettyText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
