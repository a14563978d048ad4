/** One event in full: each field with ways on from its value, or the record as it is. */
import { useState } from 'react';
import { RuleLink } from '../events/rule-link.tsx';
import type { ApiEvent } from '../api/types.ts';
import { aroundTime } from '../events/event-search.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { flatten } from '../text/flatten.ts';
import { visibleString } from '../text/visible-text.ts';
import { AbsoluteTime } from '../ui/times.tsx';
import { useCopy } from '../ui/use-copy.ts';
import { huntSearchQuery } from './hunt-address.ts';
import { term } from './hunt-terms.ts';
import { messages } from './messages.ts';

const aroundMinutes = 5;
/** Longer values cannot be asked for. */
const valueMax = 1_000;

export type EventActs = {
  readonly columns: readonly string[];
  readonly onTerm: (field: string, value: string, isNot: boolean) => void;
  readonly onColumn: (field: string) => void;
};

function FieldRow({
  name,
  value,
  acts,
}: {
  readonly name: string;
  readonly value: string;
  readonly acts: EventActs;
}) {
  const text = useText(messages);
  const asked = value !== '' && value.length <= valueMax && !value.includes('\n');
  const isColumn = acts.columns.includes(name);
  const said = (label: string) => `${label}: ${visibleString(name, 80)}`;
  return (
    <div>
      <dt>
        <LineText value={name} />
      </dt>
      <dd>
        <BlockText value={value} />
        <span className="vg-pivots">
          {asked ? (
            <>
              <button
                type="button"
                aria-label={said(text('hunt.include'))}
                title={text('hunt.include')}
                data-testid="pivot-include"
                onClick={() => acts.onTerm(name, value, false)}
              >
                +
              </button>
              <button
                type="button"
                aria-label={said(text('hunt.exclude'))}
                title={text('hunt.exclude')}
                data-testid="pivot-exclude"
                onClick={() => acts.onTerm(name, value, true)}
              >
                −
              </button>
              <Link
                to={href(
                  '/events',
                  huntSearchQuery({ query: term(name, value), time: { kind: 'range', range: '7d' } }),
                )}
                aria-label={said(text('hunt.newSearch'))}
                title={text('hunt.newSearch')}
                data-testid="pivot-search"
              >
                ⌕
              </Link>
              <Link
                to={href('/alerts', { q: value, state: 'all' })}
                aria-label={said(text('hunt.alertsOf'))}
                title={text('hunt.alertsOf')}
              >
                !
              </Link>
            </>
          ) : null}
          <button
            type="button"
            aria-pressed={isColumn}
            aria-label={said(text(isColumn ? 'hunt.columnOff' : 'hunt.column'))}
            title={text(isColumn ? 'hunt.columnOff' : 'hunt.column')}
            data-testid="pivot-column"
            onClick={() => acts.onColumn(name)}
          >
            ▥
          </button>
        </span>
      </dd>
    </div>
  );
}

export function HuntEvent({ event, acts }: { readonly event: ApiEvent; readonly acts: EventActs }) {
  const { t } = useI18n();
  const text = useText(messages);
  const [raw, setRaw] = useState(false);
  const { entries, left } = flatten(event.fields);
  const own: readonly (readonly [string, string])[] = [
    ['host.name', event.hostname],
    ['event.dataset', event.channel],
    ['agent.id', event.agentId],
  ];
  const known = new Set(entries.map(([name]) => name));
  const copy = useCopy();
  return (
    <div className="vg-event-detail" data-testid="event-detail">
      <div className="vg-event-tools">
        <button type="button" className="vg-tab" aria-pressed={!raw} onClick={() => setRaw(false)}>
          {text('hunt.fields')}
        </button>
        <button type="button" className="vg-tab" aria-pressed={raw} onClick={() => setRaw(true)}>
          {text('hunt.raw')}
        </button>
        <Link
          to={href(
            '/events',
            huntSearchQuery({
              query: term('agent.id', event.agentId),
              time: aroundTime(event.time, aroundMinutes),
            }),
          )}
          data-testid="event-around"
        >
          {text('hunt.around')}
        </Link>
        <Link to={pathOf('hosts', event.agentId)}>{text('hunt.host')}</Link>
        <button
          type="button"
          className="vg-link"
          onClick={() => void copy(JSON.stringify(event), text('hunt.copied'))}
        >
          {text('hunt.copyRaw')}
        </button>
        {event.ruleIds.map((ruleId) => (
          <RuleLink key={ruleId} ruleId={ruleId} />
        ))}
      </div>
      {raw ? (
        <BlockText value={JSON.stringify(event, null, 2)} />
      ) : (
        <>
          <BlockText value={event.message} />
          <p className="vg-hint">
            {text('hunt.received')} <AbsoluteTime iso={event.receivedAt} />
          </p>
          <dl className="vg-fields">
            {[...own.filter(([name]) => !known.has(name)), ...entries].map(([name, value]) => (
              <FieldRow key={name} name={name} value={value} acts={acts} />
            ))}
          </dl>
          {left > 0 ? <p className="vg-hint">{t('text.fieldsLeft', { n: left })}</p> : null}
        </>
      )}
    </div>
  );
}
