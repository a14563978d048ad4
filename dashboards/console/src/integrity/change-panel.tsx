/** One change: what differs in the contents and properties, who did it, and where to look further. */
import { aroundTime, searchQuery } from '../events/event-search.ts';
import { hostAddress } from '../hosts/host-table.tsx';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { FieldList } from '../ui/field-list.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { differenceLines, stateRows, type Change } from './integrity-change.ts';
import { causeLabel, causeTone, kindLabel } from './integrity-labels.ts';
import { messages } from './integrity-messages.ts';

const linesMax = 400;
const aroundMinutes = 15;

function Difference({ difference }: { readonly difference: string }) {
  const text = useText(messages);
  if (difference === '') return <p className="vg-hint">{text('integrity.noDifference')}</p>;
  return (
    <>
      <ol className="vg-difference" data-testid="difference">
        {differenceLines(difference, linesMax).map((line, index) => (
          // The lines of a difference are fixed, so the place names them.
          // oxlint-disable-next-line no-array-index-key
          <li key={index} data-kind={line.kind}>
            <LineText value={line.text} />
          </li>
        ))}
      </ol>
      <p className="vg-hint">{text('integrity.differenceHint')}</p>
    </>
  );
}

/** Facts of a report or of a baseline: what the agent counted. */
function detailsOf({ fields }: Change['event']): Readonly<Record<string, unknown>> {
  const left = new Set(['integrity.difference', 'integrity.package', 'integrity.offline', 'integrity.since']);
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => name.startsWith('integrity.') && !left.has(name)),
  );
}

export function ChangePanel({ change, onClose }: { readonly change: Change; readonly onClose: () => void }) {
  const text = useText(messages);
  const { event, kind, path } = change;
  const states = stateRows(event.fields);
  const details = detailsOf(event);
  const [label, tone] = kindLabel[kind];
  const hasContents = change.properties.includes('content');
  return (
    <SidePanel
      label={text('integrity.panel')}
      title={<LineText value={path} />}
      top={
        <>
          <Badge tone={tone}>{text(label)}</Badge>
          <Badge tone={causeTone[change.cause]}>{text(causeLabel[change.cause])}</Badge>
        </>
      }
      openKey={event.id}
      testId="change-panel"
      onClose={onClose}
    >
      <Section title={text('integrity.facts')}>
        <Facts
          facts={[
            [text('integrity.when'), <AbsoluteTime key="t" iso={event.time} />],
            [
              text('integrity.host'),
              <Link key="h" to={hostAddress(event.agentId, 'integrity')}>
                <LineText value={event.hostname} />
              </Link>,
            ],
            change.package === ''
              ? null
              : [text('integrity.package'), <LineText key="p" value={change.package} />],
            change.person === ''
              ? null
              : [text('integrity.person'), <LineText key="u" value={change.person} />],
            change.process === ''
              ? null
              : [text('integrity.process'), <LineText key="c" value={change.process} />],
            change.since === ''
              ? null
              : [text('integrity.since'), <AbsoluteTime key="s" iso={change.since} />],
          ]}
        />
        {change.offline ? <Badge tone="warn">{text('integrity.offline')}</Badge> : null}
      </Section>
      {hasContents || change.difference !== '' ? (
        <Section title={text('integrity.difference')}>
          <Difference difference={change.difference} />
        </Section>
      ) : null}
      {states.length === 0 ? null : (
        <Section title={text('integrity.states')}>
          <table className="vg-table vg-states">
            <thead>
              <tr>
                <th scope="col">{text('integrity.property')}</th>
                <th scope="col">{text('integrity.before')}</th>
                <th scope="col">{text('integrity.after')}</th>
              </tr>
            </thead>
            <tbody>
              {states.map(({ name, before, after }) => (
                <tr key={name} data-differs={before !== after}>
                  <th scope="row">{name}</th>
                  <td className="vg-wrap">{before === '' ? '—' : <LineText value={before} />}</td>
                  <td className="vg-wrap">{after === '' ? '—' : <LineText value={after} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      {Object.keys(details).length === 0 ? null : (
        <Section title={text('integrity.details')}>
          <FieldList fields={details} />
        </Section>
      )}
      {event.ruleIds.length === 0 ? null : (
        <Section title={text('integrity.matched')}>
          <ul>
            {event.ruleIds.map((rule) => (
              <li key={rule}>
                <Link to={href('/alerts', { rule, agent: event.agentId, state: 'all' })}>
                  {text('integrity.ruleAlerts')}
                </Link>{' '}
                <LineText value={rule} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <p>
        <Link
          to={href(
            '/events',
            searchQuery({ agentId: event.agentId, time: aroundTime(event.time, aroundMinutes) }),
          )}
        >
          {text('integrity.around')}
        </Link>{' '}
        ·{' '}
        <Link to={href('/events', searchQuery({ file: path, time: { kind: 'range', range: '30d' } }))}>
          {text('integrity.fileEvents')}
        </Link>
      </p>
    </SidePanel>
  );
}
