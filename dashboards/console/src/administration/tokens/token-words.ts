/** States of a token as words and colours. */
import type { LabelOf } from '../../i18n/messages.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { ApiToken } from './tokens-api.ts';
import type { messages } from './tokens-messages.ts';

export const tokenState: Readonly<Record<ApiToken['state'], readonly [LabelOf<typeof messages>, Tone]>> = {
  usable: ['apiTokenState.usable', 'good'],
  expired: ['apiTokenState.expired', 'quiet'],
  revoked: ['apiTokenState.revoked', 'quiet'],
};
