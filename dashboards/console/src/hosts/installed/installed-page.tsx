/** "37 of 40 installed, these 3 are not": by agency, and each machine with why and what to do. */
import Button from 'antd/es/button';
import { useDeferredValue } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { Text } from '../../i18n/messages.ts';
import { useText } from '../../i18n/use-text.ts';
import { href } from '../../router/location.ts';
import { Link, navigate, useLocation } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { Chips } from '../../ui/chips.tsx';
import { download } from '../../ui/download.ts';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useAction } from '../../ui/use-action.ts';
import { AgenciesCard } from './agencies-card.tsx';
import {
  exportPath,
  useInstalled,
  type Installed,
  type MachineFilter,
  type Summary,
} from './installed-api.ts';
import { messages } from './installed-messages.ts';
import { machineStates, missingStates, stateLabel } from './installed-words.ts';
import { Machines } from './machines-card.tsx';
import './installed.css';

/** No state in the address: those that lack an agent, which is what people come for. */
function parseFilter(query: URLSearchParams): MachineFilter {
  const asked = query.get('state');
  return {
    agencyId: query.get('agency') ?? '',
    states:
      asked === null ? missingStates : machineStates.filter((state) => asked.split(',').includes(state)),
    text: query.get('text') ?? '',
  };
}

const addressOf = ({ agencyId, states, text }: MachineFilter): string =>
  href('/hosts/installed', {
    agency: agencyId,
    text,
    state: states.length === 0 ? 'all' : states,
  });

function sumText({ installed, expected, missing }: Summary, text: Text<typeof messages>): string {
  if (expected === null) return text('installed.sumUnknown', { installed });
  const sum = text('installed.sum', { installed, expected });
  return missing === null || missing === 0 ? sum : `${sum}; ${text('installed.these', { n: missing })}`;
}

function Body({ data, filter }: { readonly data: Installed; readonly filter: MachineFilter }) {
  const text = useText(messages);
  const wanted = useDeferredValue(filter);
  const change = (next: Partial<MachineFilter>) =>
    navigate(addressOf({ ...filter, ...next }), { replace: true });
  const agency = data.agencies.find(({ agencyId }) => String(agencyId) === filter.agencyId);
  const { states } = agency ?? data.totals;
  return (
    <>
      {data.totals.expected === null ? (
        <section className="vg-card">
          <h2>{text('installed.none')}</h2>
          <p className="vg-hint">{text('installed.noneText')}</p>
        </section>
      ) : null}
      <section className="vg-card vg-installed">
        <h2>{text('installed.machines')}</h2>
        <div className="vg-line">
          <SearchBox
            label={text('installed.search')}
            value={filter.text}
            onChange={(next) => change({ text: next })}
            testId="machine-search"
          />
          <FilterSelect
            label={text('installed.agency')}
            all={text('installed.anyAgency')}
            value={filter.agencyId}
            options={data.agencies.map(({ agencyId, agencyName }) => ({
              value: String(agencyId),
              label: visibleString(agencyName, 120),
            }))}
            onChange={(agencyId) => change({ agencyId })}
            testId="machine-agency"
          />
        </div>
        <Chips
          label={text('installed.states')}
          testId="machine-states"
          chosen={filter.states}
          chips={machineStates
            .filter((state) => states[state] > 0 || filter.states.includes(state))
            .map((state) => ({ value: state, label: text(stateLabel[state][0]), count: states[state] }))}
          onToggle={(state) =>
            change({
              states: filter.states.includes(state)
                ? filter.states.filter((known) => known !== state)
                : [...filter.states, state],
            })
          }
        />
        <Machines filter={wanted} newest={data.newest} />
      </section>
      <AgenciesCard agencies={data.agencies} />
    </>
  );
}

export default function InstalledPage() {
  const text = useText(messages);
  const { language } = useI18n();
  const { search } = useLocation();
  const may = useMay('agent:write');
  const mayInstall = useMay('join-token:read');
  const query = useInstalled();
  const action = useAction();
  const filter = parseFilter(search);
  const agency = query.data?.agencies.find(({ agencyId }) => String(agencyId) === filter.agencyId);
  const summary = agency ?? query.data?.totals;
  return (
    <Page
      title={text('installed.title')}
      summary={
        summary === undefined ? undefined : <span data-testid="installed-sum">{sumText(summary, text)}</span>
      }
      actions={
        <>
          <Button
            loading={action.busy}
            data-testid="installed-export"
            onClick={() =>
              void action.run(async () => {
                await download(exportPath({ ...filter, states: [] }, language), 'machines.csv');
                return undefined;
              })
            }
          >
            {text('installed.export')}
          </Button>
          {may ? (
            <Button
              type="primary"
              data-testid="installed-import"
              onClick={() => navigate('/hosts/installed/import')}
            >
              {text('installed.import')}
            </Button>
          ) : null}
          {mayInstall ? <Link to="/hosts/install">{text('installed.toInstall')}</Link> : null}
        </>
      }
    >
      <QueryView query={query}>{(data) => <Body data={data} filter={filter} />}</QueryView>
    </Page>
  );
}
