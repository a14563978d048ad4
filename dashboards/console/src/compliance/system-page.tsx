/** One system: its controls with the evidence behind each, its dossier, its hosts, how it stood on past days. */
import { useQuery } from '@tanstack/react-query';
import { dayText } from '../format/day.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { useQueryState } from '../router/use-query.ts';
import type { PageProps } from '../shell/area.ts';
import { LineText } from '../text/safe-text.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SubTabs } from '../ui/sub-tabs.tsx';
import { complianceApi, type SystemView } from './compliance-api.ts';
import { profileWords } from './compliance-words.ts';
import { ControlsTab } from './controls-tab.tsx';
import { DossierTab } from './dossier-tab.tsx';
import { messages } from './messages.ts';
import { HostsTab, SnapshotsTab } from './system-tabs.tsx';
import './compliance.css';

const tabs = ['controls', 'dossier', 'hosts', 'snapshots'] as const;

function Opened({ system, tab }: { readonly system: SystemView; readonly tab: (typeof tabs)[number] }) {
  switch (tab) {
    case 'controls':
      return <ControlsTab system={system} />;
    case 'dossier':
      return (
        <div className="vg-body">
          <DossierTab system={system} />
        </div>
      );
    case 'hosts':
      return (
        <div className="vg-body">
          <HostsTab system={system} />
        </div>
      );
    case 'snapshots':
      return (
        <div className="vg-body">
          <SnapshotsTab system={system} />
        </div>
      );
  }
}

export default function SystemPage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const text = useText(messages);
  const words = useWords();
  const query = useQueryState();
  const tab = query.oneOf('tab', tabs) ?? 'controls';
  const one = useQuery({
    queryKey: ['compliance', 'system', id],
    queryFn: ({ signal }) => complianceApi.system(id, signal),
    staleTime: 60_000,
  });
  const system = one.data;
  const label = {
    controls: text('compliance.tab.controls'),
    dossier: text('compliance.tab.dossier'),
    hosts: text('compliance.tab.hosts'),
    snapshots: text('compliance.tab.snapshots'),
  };
  const path = pathOf('compliance', 'systems', id);
  const day = query.get('day');
  return (
    <Page
      back={{ to: '/compliance', label: text('compliance.heading') }}
      title={system === undefined ? text('compliance.system') : <LineText value={system.name} />}
      layout="plain"
      summary={
        system === undefined ? undefined : (
          <>
            {system.level === null
              ? text('compliance.noLevel')
              : text('compliance.levelN', { level: system.level })}{' '}
            · {words(profileWords[system.lawProfile])} · <LineText value={system.agencyName} />
            {system.operatorName === null || system.operatorName === system.agencyName ? null : (
              <>
                {' · '}
                {text('compliance.runBy')} <LineText value={system.operatorName} />
              </>
            )}
          </>
        )
      }
      toolbar={
        <div className="vg-system-tabs">
          <SubTabs
            label={text('compliance.tabs')}
            current={tab}
            tabs={tabs.map((key) => ({
              key,
              label: label[key],
              to: query.to(path, {
                tab: key === 'controls' ? '' : key,
                control: '',
                status: '',
                mode: '',
                q: '',
              }),
              count: key === 'hosts' ? system?.hosts : undefined,
            }))}
          />
          {tab === 'controls' ? (
            <label className="vg-as-of">
              {text('compliance.asOfDay')}
              <input
                type="date"
                className="vg-filter-select"
                data-testid="as-of"
                value={day}
                onChange={(event) => query.set({ day: event.target.value, control: '' })}
              />
              {day === '' ? null : (
                <button type="button" className="vg-link" onClick={() => query.set({ day: '' })}>
                  {text('compliance.newest')}
                </button>
              )}
            </label>
          ) : null}
        </div>
      }
    >
      <QueryView query={one}>{(found) => <Opened system={found} tab={tab} />}</QueryView>
      <span className="vg-sr" role="status">
        {day === '' ? '' : dayText(day)}
      </span>
    </Page>
  );
}
