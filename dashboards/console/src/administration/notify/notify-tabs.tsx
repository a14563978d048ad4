/** The parts of notifications, side by side. */
import { useText } from '../../i18n/use-text.ts';
import { SubTabs } from '../../ui/sub-tabs.tsx';
import '../operating.css';
import { messages } from './notify-messages.ts';

export type NotifyPart = 'channels' | 'messages' | 'on-call' | 'escalations';

export function NotifyTabs({ current }: { readonly current: NotifyPart }) {
  const text = useText(messages);
  return (
    <SubTabs
      label={text('notify.tabs')}
      current={current}
      tabs={[
        { key: 'channels', label: text('notify.channels'), to: '/administration/notifications' },
        { key: 'messages', label: text('notify.messages'), to: '/administration/messages' },
        { key: 'on-call', label: text('notify.rosters'), to: '/administration/on-call' },
        { key: 'escalations', label: text('notify.escalations'), to: '/administration/escalations' },
      ]}
    />
  );
}
