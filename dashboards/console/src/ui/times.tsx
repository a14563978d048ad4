/** Times as people read them: relative in lists with the absolute time on hover, absolute where it is evidence. */
import { useI18n } from '../i18n/use-i18n.ts';
import { useNow } from './now.ts';

/** "2 phút trước", absolute on hover. */
export function RelativeTime({ iso }: { readonly iso: string }) {
  const { relative, dateTimeZone } = useI18n();
  return (
    <time className="vg-ago" dateTime={iso} title={dateTimeZone(iso)}>
      {relative(iso, useNow())}
    </time>
  );
}

/** Date and time, relative on hover. */
export function AbsoluteTime({ iso }: { readonly iso: string }) {
  const { relative, dateTime } = useI18n();
  return (
    <time dateTime={iso} title={relative(iso, useNow())}>
      {dateTime(iso)}
    </time>
  );
}
