/** What the law asks, control by control, and what differs between the two profiles. */
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import type { PageProps } from '../shell/area.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { Facts } from '../ui/facts.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Section, SidePanel } from '../ui/side-panel.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { complianceApi, type Control, type LawProfile } from './compliance-api.ts';
import { modes, modeWords, profileWords } from './compliance-words.ts';
import { ConfidenceMark } from './control-panel.tsx';
import { differenceOf, type Difference } from './catalogue-diff.ts';
import { messages } from './catalogue-messages.ts';
import './compliance.css';

const profiles = ['vn-2026', 'vn-2022'] as const satisfies LawProfile[];
const differences = ['only-2026', 'only-2022', 'changed', 'same'] as const satisfies Difference[];

function useControls(profile: LawProfile) {
  return useQuery({
    queryKey: ['compliance', 'controls', profile],
    queryFn: ({ signal }) => complianceApi.controls({ profile }, signal),
    staleTime: 600_000,
  });
}

/** One control as a profile asks it. */
function Asked({ control, profile }: { readonly control: Control; readonly profile: LawProfile }) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const clauses = [...new Set(Object.values(control.clauses))];
  return (
    <Section title={words(profileWords[profile])}>
      <p>{control.requirement[language]}</p>
      <Facts
        facts={[
          [text('catalogue.levels'), control.levels.join(', ')],
          [
            text('catalogue.clause'),
            <>
              {clauses.length === 1
                ? clauses[0]
                : Object.entries(control.clauses).map(([level, clause]) => (
                    <div key={level}>{text('catalogue.atLevel', { level, clause })}</div>
                  ))}{' '}
              <ConfidenceMark confidence={control.confidence} />
            </>,
          ],
          [text('catalogue.source'), control.source[language]],
          [text('catalogue.mode'), words(modeWords[control.mode])],
          control.unconfirmed.length === 0
            ? null
            : [
                text('catalogue.unconfirmed'),
                <Badge key="unconfirmed" tone="warn">
                  {control.unconfirmed.join(', ')}
                </Badge>,
              ],
          ...Object.entries(control.thresholds).map(([name, byLevel]): readonly [string, React.ReactNode] => [
            name,
            Object.entries(byLevel)
              .map(([level, value]) => `${level}: ${String(value)}`)
              .join(' · '),
          ]),
          control.evidence.length === 0
            ? null
            : [text('catalogue.evidence'), control.evidence.map((piece) => piece.kind).join(', ')],
          control.attestation === null
            ? null
            : [text('catalogue.papers'), control.attestation.documents[language]],
          control.note === null ? null : [text('catalogue.note'), control.note[language]],
          [text('catalogue.remedy'), control.remedy[language]],
        ]}
      />
      {control.overrides.map((override) => (
        <p key={override.field} className="vg-hint">
          {text('catalogue.override', { field: override.field, value: JSON.stringify(override.value) })}{' '}
          <LineText value={`${override.setBy}: ${override.reason}`} />
        </p>
      ))}
    </Section>
  );
}

export default function CataloguePage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const query = useQueryState();
  const search = useRef<HTMLInputElement>(null);
  const profile = query.oneOf('profile', profiles) ?? 'vn-2026';
  const level = query.get('level');
  const mode = query.oneOf('mode', modes);
  const difference = query.oneOf('difference', differences);
  const asked = foldedWords(query.get('q'));
  const own = useControls('vn-2026');
  const older = useControls('vn-2022');
  const about = useQuery({
    queryKey: ['compliance', 'profiles'],
    queryFn: ({ signal }) => complianceApi.profiles(signal),
    staleTime: 600_000,
  });
  const byProfile = {
    'vn-2026': new Map(own.data?.controls.map((control) => [control.id, control])),
    'vn-2022': new Map(older.data?.controls.map((control) => [control.id, control])),
  };
  const diffOf = (control: Control): Difference =>
    differenceOf(byProfile['vn-2026'].get(control.id), byProfile['vn-2022'].get(control.id));
  const rows = [...byProfile[profile].values()].filter(
    (control) =>
      (level === '' || control.levels.some((one) => String(one) === level)) &&
      (mode === undefined || control.mode === mode) &&
      (difference === undefined || diffOf(control) === difference) &&
      containsWords(
        fold([control.id, control.title.vi, control.title.en, control.requirement[language]].join(' \n ')),
        asked,
      ),
  );
  const addressOf = (key: string | null) =>
    query.to(key === null ? '/compliance/catalogue' : pathOf('compliance', 'catalogue', key));
  const current = useListKeys({
    keys: rows.map((row) => row.id),
    openKey: id,
    addressOf,
    onSearch: () => search.current?.focus(),
  });
  const diffWords: Readonly<Record<Difference, string>> = {
    'only-2026': text('catalogue.only2026'),
    'only-2022': text('catalogue.only2022'),
    changed: text('catalogue.changed'),
    same: text('catalogue.same'),
  };
  const columns: readonly Column<Control>[] = [
    {
      key: 'id',
      label: text('catalogue.id'),
      width: '92px',
      cell: (row) => <Link to={addressOf(row.id)}>{row.id}</Link>,
    },
    {
      key: 'title',
      label: text('catalogue.requirement'),
      wrap: true,
      cell: (row) => (
        <>
          {row.title[language]}{' '}
          {row.confidence === 'D' || row.unconfirmed.length > 0 ? (
            <Badge tone="warn">{text('catalogue.toConfirm')}</Badge>
          ) : null}
        </>
      ),
    },
    {
      key: 'levels',
      label: text('catalogue.levels'),
      width: '110px',
      needs: 'narrow',
      cell: (row) => row.levels.join(', '),
    },
    {
      key: 'mode',
      label: text('catalogue.mode'),
      width: '120px',
      needs: 'medium',
      cell: (row) => words(modeWords[row.mode]),
    },
    {
      key: 'difference',
      label: text('catalogue.difference'),
      width: '200px',
      needs: 'wide',
      cell: (row) => diffWords[diffOf(row)],
    },
  ];
  const shownProfile = about.data?.profiles.find((one) => one.profile === profile);
  const open = id === null ? undefined : (byProfile['vn-2026'].get(id) ?? byProfile['vn-2022'].get(id));
  const queryOfProfile = profile === 'vn-2026' ? own : older;
  return (
    <Page
      title={text('catalogue.heading')}
      summary={
        shownProfile === undefined
          ? undefined
          : text('catalogue.summary', { n: shownProfile.controls, digest: shownProfile.digest.slice(0, 12) })
      }
      layout="plain"
      toolbar={
        <>
          <FilterSelect
            label={text('catalogue.profile')}
            testId="catalogue-profile"
            value={profile}
            options={profiles.map((one) => ({ value: one, label: words(profileWords[one]) }))}
            onChange={(value) => query.set({ profile: value, difference: '' })}
          />
          <SearchBox
            label={text('catalogue.search')}
            value={query.get('q')}
            onChange={(q) => query.set({ q })}
            inputRef={search}
          />
          <FilterSelect
            label={text('catalogue.levels')}
            all={text('catalogue.anyLevel')}
            value={level}
            options={['1', '2', '3', '4', '5'].map((one) => ({
              value: one,
              label: text('catalogue.level', { level: one }),
            }))}
            onChange={(value) => query.set({ level: value })}
          />
          <FilterSelect
            label={text('catalogue.mode')}
            all={text('catalogue.anyMode')}
            value={mode ?? ''}
            options={modes.map((one) => ({ value: one, label: words(modeWords[one]) }))}
            onChange={(value) => query.set({ mode: value })}
          />
          <FilterSelect
            label={text('catalogue.difference')}
            all={text('catalogue.anyDifference')}
            value={difference ?? ''}
            options={differences
              .filter((one) => one !== (profile === 'vn-2026' ? 'only-2022' : 'only-2026'))
              .map((one) => ({ value: one, label: diffWords[one] }))}
            onChange={(value) => query.set({ difference: value })}
          />
        </>
      }
    >
      <Split
        list={
          <QueryView query={queryOfProfile}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('catalogue.noMatch')}>
                  <Link to="/compliance/catalogue">{text('catalogue.clear')}</Link>
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('catalogue.heading')}
                  columns={columns}
                  rows={rows}
                  keyOf={(row) => row.id}
                  addressOf={(row) => addressOf(row.id)}
                  currentKey={current}
                  testId="catalogue-row"
                />
              )
            }
          </QueryView>
        }
        panel={
          id === null || open === undefined ? null : (
            <SidePanel
              label={text('catalogue.one')}
              title={open.title[language]}
              top={
                <span className="vg-line">
                  <strong>{open.id}</strong>
                  <span className="vg-hint">{diffWords[diffOf(open)]}</span>
                </span>
              }
              openKey={id}
              testId="catalogue-panel"
              onClose={() => navigate(addressOf(null))}
            >
              {profiles.map((one) => {
                const control = byProfile[one].get(id);
                return control === undefined ? null : <Asked key={one} control={control} profile={one} />;
              })}
            </SidePanel>
          )
        }
      />
    </Page>
  );
}
