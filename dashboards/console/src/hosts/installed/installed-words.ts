/** Words for how a machine stands, why, and what somebody has to do. */
import type { LabelOf, Text } from '../../i18n/messages.ts';
import { visibleString } from '../../text/visible-text.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { Machine, MachineReason, MachineState } from './installed-api.ts';
import type { messages } from './installed-messages.ts';

type Label = LabelOf<typeof messages>;
type Say = Text<typeof messages>;

/** Those without an agent first. */
export const machineStates = [
  'missing',
  'refused',
  'revoked',
  'not-assessed',
  'silent',
  'pending',
  'outdated',
  'reporting',
  'unlisted',
] as const;

/** No agent is there. */
export const missingStates = ['missing', 'refused', 'revoked', 'not-assessed'] as const;

export const stateLabel: Readonly<Record<MachineState, readonly [Label, Tone]>> = {
  missing: ['installed.state.missing', 'bad'],
  refused: ['installed.state.refused', 'bad'],
  revoked: ['installed.state.revoked', 'quiet'],
  'not-assessed': ['installed.state.notAssessed', 'warn'],
  silent: ['installed.state.silent', 'warn'],
  pending: ['installed.state.pending', 'info'],
  outdated: ['installed.state.outdated', 'warn'],
  reporting: ['installed.state.reporting', 'good'],
  unlisted: ['installed.state.unlisted', 'info'],
};

const reasons: Readonly<Record<Exclude<MachineReason, 'forwards'>, Label>> = {
  'old-system': 'installed.why.oldSystem',
  'not-64-bit': 'installed.why.not64Bit',
  'other-system': 'installed.why.otherSystem',
  'token-expired': 'installed.why.tokenExpired',
  'token-revoked': 'installed.why.tokenRevoked',
  'token-used-up': 'installed.why.tokenUsedUp',
  'key-revoked': 'installed.why.keyRevoked',
  'key-in-use': 'installed.why.keyInUse',
};

const toDo: Readonly<Partial<Record<MachineState, Label>>> = {
  silent: 'installed.do.silent',
  pending: 'installed.do.pending',
  revoked: 'installed.do.revoked',
  missing: 'installed.do.missing',
  unlisted: 'installed.do.unlisted',
};

/** Why it stands so and what to do; '' where all is well. */
export function whyText(machine: Machine, newest: string, text: Say): string {
  const { state, reason, forwardsTo, version, elsewhere } = machine;
  const said: string[] = [];
  const label = toDo[state];
  if (reason === 'forwards')
    said.push(text('installed.why.forwards', { host: visibleString(forwardsTo, 64) }));
  else if (reason !== null) said.push(text(reasons[reason]));
  else if (state === 'outdated')
    said.push(text('installed.do.outdated', { version: version ?? '—', newest }));
  else if (label !== undefined) said.push(text(label));
  if (elsewhere !== null)
    said.push(text('installed.elsewhere', { agency: visibleString(elsewhere.agencyName, 120) }));
  return said.join(' ');
}

/** What it is called by whoever looks for it. */
export const machineName = ({ hostname, label, serial, macs, agentHostname }: Machine): string =>
  [hostname, agentHostname ?? '', label, serial, macs[0] ?? ''].find((name) => name !== '') ?? '—';
