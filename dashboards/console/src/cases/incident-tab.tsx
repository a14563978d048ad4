/** The incident of a case: what is known, whether it is serious and by which rule, forms, and who was told. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { casesApi, type CaseDetail, type Incident } from './cases-api.ts';
import { IncidentForm } from './incident-form.tsx';
import { Notices } from './incident-notices.tsx';
import { ToldPart } from './incident-told.tsx';
import {
  certaintyWords,
  consequenceWords,
  factGroups,
  factWords,
  isTimeFact,
  olderClassWords,
  type FactName,
} from './incident-words.ts';
import { messages } from './messages.ts';
import { useMissing } from './use-missing.ts';

function FactValue({ name, incident }: { readonly name: FactName; readonly incident: Incident }) {
  const text = useText(messages);
  const words = useWords();
  const { number } = useI18n();
  const { facts } = incident;
  if (isTimeFact(name)) return <AbsoluteTime iso={facts[name] ?? ''} />;
  if (name === 'consequences')
    return facts.consequences.map((one) => words(consequenceWords[one])).join(' · ');
  if (name === 'causeCertainty') return words(certaintyWords[facts.causeCertainty]);
  if (name === 'olderClass')
    return facts.olderClass === null ? null : words(olderClassWords[facts.olderClass]);
  const value = facts[name];
  if (typeof value === 'boolean') return value ? text('cases.yes') : text('cases.no');
  if (typeof value === 'number') return number(value);
  return <BlockText value={value ?? ''} />;
}

const isKnown = (value: unknown): boolean =>
  value !== null &&
  value !== '' &&
  value !== false &&
  value !== 'unknown' &&
  !(Array.isArray(value) && value.length === 0);

function Known({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  return factGroups.map((group) => {
    const known = group.facts.filter((name) => isKnown(incident.facts[name]));
    return known.length === 0 ? null : (
      <section key={group.key} className="vg-panel-section">
        <h3>{words(group.label)}</h3>
        <Facts
          facts={known.map((name) => [
            words(factWords[name]),
            <FactValue key={name} name={name} incident={incident} />,
          ])}
        />
      </section>
    );
  });
}

function Grade({ incident }: { readonly incident: Incident }) {
  const text = useText(messages);
  const { language } = useI18n();
  return (
    <section className="vg-card" aria-label={text('cases.grade')} data-testid="incident-grade">
      <div className="vg-section-head">
        <h2>{text('cases.grade')}</h2>
        <Badge tone={incident.serious ? 'bad' : 'quiet'}>
          {incident.serious ? text('cases.isSerious') : text('cases.notSerious')}
        </Badge>
      </div>
      {incident.grounds.length === 0 ? <p className="vg-hint">{text('cases.noGrounds')}</p> : null}
      {incident.grounds.map((ground) => (
        <div key={ground.code} className="vg-ground">
          <LineText value={language === 'vi' ? ground.vi : ground.en} />{' '}
          <span className="vg-hint">
            <LineText value={ground.source} />
          </span>{' '}
          {ground.toBeConfirmed ? <Badge tone="warn">{text('cases.toConfirm')}</Badge> : null}
        </div>
      ))}
      {incident.systems.length === 0 ? (
        <p className="vg-hint">{text('cases.noSystems')}</p>
      ) : (
        <p>
          {text('cases.systems')}{' '}
          {incident.systems.map((system, index) => (
            <span key={system.id}>
              {index === 0 ? null : ' · '}
              <Link to={pathOf('compliance', 'systems', String(system.id))}>
                <LineText value={system.name} />
              </Link>{' '}
              ({system.level === null ? text('cases.noLevel') : text('cases.level', { level: system.level })})
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

export function IncidentTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const missingName = useMissing();
  const may = useMay('case:write') && detail.whole && detail.state !== 'closed';
  const [editing, setEditing] = useState(false);
  const query = useQuery({
    queryKey: ['cases', 'incident', detail.number],
    queryFn: ({ signal }) => casesApi.incident(detail.number, signal),
    enabled: detail.whole,
  });
  if (!detail.whole) return <EmptyState title={text('cases.incidentPartly')} />;
  return (
    <QueryView query={query}>
      {({ body: incident, etag }) => (
        <>
          <section className="vg-card" aria-label={text('cases.tab.incident')}>
            <div className="vg-section-head">
              <h2>{text('cases.known')}</h2>
              {may ? (
                <button
                  type="button"
                  className="vg-button"
                  data-testid="incident-edit"
                  aria-haspopup="dialog"
                  onClick={() => setEditing(true)}
                >
                  {incident.begun ? text('cases.changeFacts') : text('cases.beginIncident')}
                </button>
              ) : null}
            </div>
            {incident.begun ? (
              <Known incident={incident} />
            ) : (
              <p className="vg-hint">{text('cases.notBegun')}</p>
            )}
            {incident.begun && incident.missing.length > 0 ? (
              <p className="vg-warn">
                {text('cases.missing', {
                  list: incident.missing.map((name) => missingName(name)).join(', '),
                })}
              </p>
            ) : null}
          </section>
          {incident.begun ? (
            <>
              <Grade incident={incident} />
              <Notices detail={detail} />
              <ToldPart detail={detail} />
            </>
          ) : null}
          {editing ? (
            <IncidentForm
              number={detail.number}
              incident={incident}
              etag={etag}
              onClose={() => setEditing(false)}
            />
          ) : null}
        </>
      )}
    </QueryView>
  );
}
