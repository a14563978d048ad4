/** One indicator: who says so and how sure, until when, and the hosts that showed it. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { huntSearchQuery } from '../hunt/hunt-address.ts';
import { quoted } from '../hunt/hunt-terms.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { TagList } from '../ui/tag-list.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { actLabels, IndicatorDialog, StandDialog } from './indicator-dialogs.tsx';
import { indicatorTone } from './indicator-tone.ts';
import { readIndicator, sightings, type Indicator } from './indicators-api.ts';
import { kindLabels, standingLabels } from './indicator-labels.ts';
import { messages } from './messages.ts';

function Sightings({ indicator }: { readonly indicator: Indicator }) {
  const text = useText(messages);
  const seen = useQuery({
    queryKey: ['indicators', 'sightings', indicator.id],
    queryFn: ({ signal }) => sightings(String(indicator.id), signal),
    staleTime: 10_000,
  });
  return (
    <Section title={text('ioc.sightings')}>
      <QueryView query={seen}>
        {(data) =>
          data.sightings.length === 0 ? (
            <p className="vg-hint">{text('ioc.noSightings')}</p>
          ) : (
            <ul className="vg-list-plain">
              {data.sightings.map((one) => (
                <li key={one.agentId} className="vg-counted" data-testid="indicator-sighting">
                  <span>
                    <Link to={pathOf('hosts', one.agentId)}>
                      <LineText value={one.hostname} />
                    </Link>{' '}
                    <span className="vg-hint">
                      {text('ioc.sighting', { n: one.events })}
                      {one.hindsight === 0 ? '' : ` · ${text('ioc.hindsight', { n: one.hindsight })}`}
                    </span>
                  </span>
                  <RelativeTime iso={one.last} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}

function Body({ indicator }: { readonly indicator: Indicator }) {
  const { number } = useI18n();
  const text = useText(messages);
  return (
    <>
      {indicator.description === '' ? null : <BlockText value={indicator.description} />}
      <Facts
        facts={[
          [text('ioc.source'), <LineText key="source" value={indicator.source} />],
          [text('ioc.confidence'), number(indicator.confidence)],
          [
            text('ioc.until'),
            indicator.validUntil === null ? (
              text('ioc.forever')
            ) : (
              <AbsoluteTime key="until" iso={indicator.validUntil} />
            ),
          ],
          indicator.tlp === null ? null : [text('ioc.tlp'), `TLP:${indicator.tlp.toUpperCase()}`],
          [text('ioc.added'), <AbsoluteTime key="added" iso={indicator.addedAt} />],
          indicator.addedBy === null
            ? null
            : [text('ioc.by'), <LineText key="by" value={indicator.addedBy} />],
          indicator.stateReason === null
            ? null
            : [
                text('ioc.state'),
                <LineText
                  key="why"
                  value={text('ioc.stateWhy', { by: indicator.stateBy ?? '—', why: indicator.stateReason })}
                />,
              ],
        ]}
      />
      <TagList tags={indicator.tags} />
      <Sightings indicator={indicator} />
    </>
  );
}

export function IndicatorPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const mayWrite = useMay('indicator:write');
  const mayHunt = useMay('hunt:run');
  const [asking, setAsking] = useState<'edit' | 'stand' | null>(null);
  const query = useQuery({
    queryKey: ['indicators', 'one', id],
    queryFn: ({ signal }) => readIndicator(id, signal),
    staleTime: 10_000,
  });
  const indicator = query.data?.body;
  const throttled = indicator?.state === 'active' && indicator.throttledAt !== null;
  const act = indicator?.state === 'retired' || throttled ? 'restore' : 'retire';
  return (
    <SidePanel
      label={text('ioc.panel')}
      openKey={id}
      onClose={onClose}
      testId="indicator-panel"
      top={
        indicator === undefined ? undefined : (
          <span className="vg-menu-button">
            <Badge tone={indicatorTone[throttled ? 'throttled' : indicator.state]}>
              {text(standingLabels[throttled ? 'throttled' : indicator.state])}
            </Badge>
            <span className="vg-muted">{text(kindLabels[indicator.type])}</span>
          </span>
        )
      }
      title={indicator === undefined ? '' : <LineText value={indicator.value} />}
      actions={
        indicator === undefined ? undefined : (
          <>
            {mayWrite ? (
              <>
                <Button size="small" aria-haspopup="dialog" onClick={() => setAsking('edit')}>
                  {text('ioc.edit')}
                </Button>
                <Button
                  size="small"
                  danger={act === 'retire'}
                  aria-haspopup="dialog"
                  onClick={() => setAsking('stand')}
                  data-testid={`indicator-${act}`}
                >
                  {text(actLabels[act])}
                </Button>
              </>
            ) : null}
            {mayHunt ? (
              <Link
                to={href(
                  '/events',
                  huntSearchQuery({ query: quoted(indicator.value), time: { kind: 'range', range: '30d' } }),
                )}
              >
                {text('ioc.search')}
              </Link>
            ) : null}
          </>
        )
      }
    >
      <QueryView query={query}>{({ body }) => <Body indicator={body} />}</QueryView>
      {indicator !== undefined && asking === 'edit' ? (
        <IndicatorDialog indicator={indicator} etag={query.data?.etag} onClose={() => setAsking(null)} />
      ) : null}
      {indicator !== undefined && asking === 'stand' ? (
        <StandDialog indicator={indicator} act={act} onClose={() => setAsking(null)} />
      ) : null}
    </SidePanel>
  );
}
