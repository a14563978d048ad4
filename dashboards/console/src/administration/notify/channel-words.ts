/** A channel in words: its state, where it goes. */
import type { LabelOf } from '../../i18n/messages.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { Channel } from './notify-api.ts';
import type { messages } from './notify-messages.ts';

type Label = LabelOf<typeof messages>;

export const kindLabel: Readonly<Record<Channel['settings']['kind'], Label>> = {
  email: 'notify.kind.email',
  webhook: 'notify.kind.webhook',
  syslog: 'notify.kind.syslog',
};

export function stateOf(channel: Channel): { readonly tone: Tone; readonly label: Label } {
  if (!channel.enabled) return { tone: 'quiet', label: 'notify.off' };
  if (channel.failingSince !== null) return { tone: 'bad', label: 'notify.fails' };
  if (channel.lastMessageAt === null) return { tone: 'info', label: 'notify.unused' };
  return { tone: 'good', label: 'notify.works' };
}

export function whereOf({ settings }: Channel): string {
  switch (settings.kind) {
    case 'email':
      return settings.to.join(', ');
    case 'webhook':
      return settings.url;
    case 'syslog':
      return settings.target;
  }
}
