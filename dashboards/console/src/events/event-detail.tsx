/** One event in full: its fields with ways on from them, or the record as it is. */
import { useState } from 'react';
import type { ApiEvent } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { FieldList } from '../ui/field-list.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { aroundTime, searchQuery } from './event-search.ts';
import { RuleLink } from './rule-link.tsx';

const aroundMinutes = 5;

type View = 'fields' | 'raw';

export function EventDetail({ event }: { readonly event: ApiEvent }) {
  const { t } = useI18n();
  const [view, setView] = useState<View>('fields');
  const tab = (name: View, label: string) => (
    <button type="button" className="vg-tab" aria-pressed={view === name} onClick={() => setView(name)}>
      {label}
    </button>
  );
  return (
    <div className="vg-event-detail" data-testid="event-detail">
      <div className="vg-event-tools">
        {tab('fields', t('events.fields'))}
        {tab('raw', t('events.raw'))}
        <Link
          to={href(
            '/events',
            searchQuery({ agentId: event.agentId, time: aroundTime(event.time, aroundMinutes) }),
          )}
        >
          {t('alert.around', { n: aroundMinutes })}
        </Link>
        {event.ruleIds.map((ruleId) => (
          <RuleLink key={ruleId} ruleId={ruleId} />
        ))}
      </div>
      {view === 'fields' ? (
        <>
          <BlockText value={event.message} />
          <dl className="vg-fields">
            <div>
              <dt>{t('events.received')}</dt>
              <dd>
                <AbsoluteTime iso={event.receivedAt} />
              </dd>
            </div>
            <div>
              <dt>{t('events.origin')}</dt>
              <dd>
                <LineText value={event.origin} />
              </dd>
            </div>
          </dl>
          <FieldList fields={event.fields} />
        </>
      ) : (
        <BlockText value={JSON.stringify(event, null, 2)} />
      )}
    </div>
  );
}
