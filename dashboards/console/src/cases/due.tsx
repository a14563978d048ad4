/** When something is due: what is left of the time, the moment itself on hover. */
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useNow } from '../ui/now.ts';
import { messages } from './messages.ts';
import { timeLeft } from './time-left.ts';

export function Due({ iso, urgentHours = 6 }: { readonly iso: string; readonly urgentHours?: number }) {
  const text = useText(messages);
  const { dateTimeZone } = useI18n();
  const { over, days, hours, minutes } = timeLeft(iso, useNow());
  const span =
    days > 0
      ? text('cases.span.days', { days, hours })
      : hours > 0
        ? text('cases.span.hours', { hours, minutes })
        : text('cases.span.minutes', { minutes });
  const urgency = over ? 'over' : days * 24 + hours < urgentHours ? 'soon' : 'far';
  return (
    <time className="vg-case-due" data-urgency={urgency} dateTime={iso} title={dateTimeZone(iso)}>
      {over ? text('cases.over', { span }) : text('cases.left', { span })}
    </time>
  );
}
