/** States of a person as words and colours. */
import type { LabelOf } from '../../i18n/messages.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { Person } from './people-api.ts';
import type { messages } from './people-messages.ts';

type Label = LabelOf<typeof messages>;

export const personState: Readonly<Record<Person['state'], readonly [Label, Tone]>> = {
  active: ['personState.active', 'good'],
  invited: ['personState.invited', 'info'],
  pending: ['personState.pending', 'warn'],
  locked: ['personState.locked', 'warn'],
  disabled: ['personState.disabled', 'quiet'],
};
export const personStates = ['active', 'invited', 'pending', 'locked', 'disabled'] as const;
