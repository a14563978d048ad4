/** The controls of a system by group: how each stands, why, and beside it the evidence of the one that is open. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import {
  complianceApi,
  type AssessmentView,
  type ControlStanding,
  type SystemView,
} from './compliance-api.ts';
import { countedAs, modes, modeWords, statuses, statusTone, statusWords } from './compliance-words.ts';
import { ControlPanel } from './control-panel.tsx';
import { messages } from './messages.ts';
import { ScoreBar, usePercent } from './score.tsx';

function Head({ view }: { readonly view: AssessmentView }) {
  const text = useText(messages);
  const { language } = useI18n();
  const percent = usePercent();
  const hosts = view.hostsMissing ?? 0;
  return (
    <div className="vg-standing" data-testid="standing">
      <span className="vg-standing-score">{percent(view.score.percent)}</span>
      <div className="vg-standing-bar">
        <ScoreBar score={view.score} />
        <span className="vg-hint">
          <code>{view.score.arithmetic}</code>
        </span>
      </div>
      <span className="vg-hint">
        {text('compliance.coverage', { share: percent(view.score.coveragePercent) })} ·{' '}
        {text('compliance.hostsReporting', { n: view.hostsReporting, of: view.hosts })}
        {hosts > 0 ? ` · ${language === 'vi' ? view.hostsText.vi : view.hostsText.en}` : null}
        {view.sharedHosts > 0 ? ` · ${text('compliance.shared', { n: view.sharedHosts })}` : null}
        <br />
        {view.kept ? text('compliance.keptOn', { day: dayText(view.day) }) : text('compliance.askedNow')}{' '}
        <AbsoluteTime iso={view.at} />
      </span>
    </div>
  );
}

function failing(control: ControlStanding): number {
  return control.evidence.reduce((most, piece) => Math.max(most, piece.counts.notMet), 0);
}

export function ControlsTab({ system }: { readonly system: SystemView }) {
  const text = useText(messages);
  const words = useWords();
  const { language, number } = useI18n();
  const query = useQueryState();
  const search = useRef<HTMLInputElement>(null);
  const id = String(system.id);
  const day = query.get('day') === '' ? undefined : query.get('day');
  const open = query.get('control') === '' ? null : query.get('control');
  const status = query.oneOf('status', statuses);
  const mode = query.oneOf('mode', modes);
  const asked = foldedWords(query.get('q'));
  const view = useQuery({
    queryKey: ['compliance', 'assessment', id, day],
    enabled: system.level !== null,
    queryFn: ({ signal }) => complianceApi.assessment(id, { day }, signal),
    staleTime: 60_000,
  });
  const profiles = useQuery({
    queryKey: ['compliance', 'profiles'],
    queryFn: ({ signal }) => complianceApi.profiles(signal),
    staleTime: 600_000,
  });
  const groups = useMemo(
    () =>
      new Map(
        profiles.data?.profiles.flatMap((profile) => profile.groups.map((group) => [group.id, group.title])),
      ),
    [profiles.data],
  );
  const shown = (view.data?.controls ?? []).filter(
    (control) =>
      (status === undefined || control.status === status) &&
      (mode === undefined || control.mode === mode) &&
      containsWords(fold(`${control.id} ${control.title.vi} ${control.title.en}`), asked),
  );
  const path = pathOf('compliance', 'systems', id);
  const addressOf = (key: string | null) => query.to(path, { control: key ?? '' });
  const current = useListKeys({
    keys: shown.map((control) => control.id),
    openKey: open,
    addressOf,
    onSearch: () => search.current?.focus(),
  });
  if (system.level === null) {
    return (
      <EmptyState title={text('compliance.levelMissing')}>
        <Link to={query.to(path, { tab: 'dossier' })}>{text('compliance.levelMissingText')}</Link>
      </EmptyState>
    );
  }
  const inGroups = [...new Set(shown.map((control) => control.group))];
  return (
    <Split
      list={
        <QueryView query={view}>
          {(found) => (
            <>
              <Head view={found} />
              <div className="vg-page-toolbar vg-controls-bar">
                <Chips
                  label={text('compliance.status')}
                  chips={statuses.map((value) => ({
                    value,
                    label: words(statusWords[value]),
                    count: found.score[countedAs[value]],
                  }))}
                  chosen={status === undefined ? [] : [status]}
                  onToggle={(value) => query.set({ status: value === status ? '' : value })}
                  testId="control-statuses"
                />
                <FilterSelect
                  label={text('compliance.mode')}
                  all={text('compliance.anyMode')}
                  value={mode ?? ''}
                  options={modes.map((value) => ({ value, label: words(modeWords[value]) }))}
                  onChange={(value) => query.set({ mode: value })}
                />
                <SearchBox
                  label={text('compliance.searchControls')}
                  value={query.get('q')}
                  onChange={(q) => query.set({ q })}
                  inputRef={search}
                />
              </div>
              {shown.length === 0 ? (
                <EmptyState title={text('compliance.noControls')}>
                  <Link to={query.to(path, { status: '', mode: '', q: '' })}>{text('compliance.clear')}</Link>
                </EmptyState>
              ) : (
                <div className="vg-table-place">
                  <table className="vg-table vg-data-table vg-controls">
                    <caption className="vg-sr">{text('compliance.tab.controls')}</caption>
                    {inGroups.map((group) => (
                      <tbody key={group}>
                        <tr className="vg-group-row">
                          <th colSpan={4} scope="rowgroup">
                            {group} · {groups.get(group)?.[language] ?? ''}
                          </th>
                        </tr>
                        {shown
                          .filter((control) => control.group === group)
                          .map((control) => (
                            <tr
                              key={control.id}
                              data-testid="control-row"
                              data-row-key={control.id}
                              data-status={control.status}
                              data-current={current === control.id ? 'true' : undefined}
                            >
                              <td className="vg-control-id">
                                <Link to={addressOf(control.id)}>{control.id}</Link>
                              </td>
                              <td className="vg-wrap">
                                <Link to={addressOf(control.id)}>{control.title[language]}</Link>
                                {control.reason === null || control.status === 'met' ? null : (
                                  <div className="vg-hint">{control.reason.text[language]}</div>
                                )}
                              </td>
                              <td className="vg-needs-medium vg-num">
                                {failing(control) > 0
                                  ? text('compliance.hostsFail', { n: number(failing(control)) })
                                  : null}
                              </td>
                              <td className="vg-control-status">
                                <Badge tone={statusTone[control.status]}>
                                  {words(statusWords[control.status])}
                                </Badge>
                                {control.until === null ? null : (
                                  <div className="vg-hint">
                                    {text('compliance.untilDay')} <AbsoluteTime iso={control.until} />
                                  </div>
                                )}
                              </td>
                            </tr>
                          ))}
                      </tbody>
                    ))}
                  </table>
                </div>
              )}
            </>
          )}
        </QueryView>
      }
      panel={
        open === null ? null : (
          <ControlPanel system={system} control={open} day={day} closeTo={addressOf(null)} />
        )
      }
    />
  );
}
