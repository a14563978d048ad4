/** The filters of the list of rules: which rules, their state with counts, and what else narrows the list. */
import type { RefObject } from 'react';
import { knownTactics } from '../alerts/attack.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Chips } from '../ui/chips.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { severityLabel } from '../ui/severity.tsx';
import { tacticLabel } from '../ui/tag-list.tsx';
import { messages } from './messages.ts';
import {
  isRuleFiltered,
  noRuleFilters,
  ruleOrigins,
  ruleStates,
  ruleViews,
  type RuleFilters,
  type RuleView,
} from './rule-filters.ts';
import { originWords, stateWords } from './rule-labels.ts';
import type { RuleFacets } from './rules-api.ts';

const viewWords: Readonly<Record<RuleView, LabelOf<typeof messages>>> = {
  all: 'rules.view.all',
  noisy: 'rules.view.noisy',
  dead: 'rules.view.dead',
  differs: 'rules.view.differs',
};
const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const;

type Props = {
  readonly filters: RuleFilters;
  readonly facets: RuleFacets | undefined;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onChange: (next: Partial<RuleFilters>) => void;
};

export function RuleToolbar({ filters, facets, search, onChange }: Props) {
  const { t } = useI18n();
  const text = useText(messages);
  const isReport = filters.view === 'noisy' || filters.view === 'dead';
  const all = text('rules.all');
  return (
    <>
      <SearchBox
        label={text('rules.find')}
        value={filters.text}
        onChange={(next) => onChange({ text: next })}
        waitMs={isReport ? 0 : 250}
        inputRef={search}
        testId="rule-search"
      />
      <Chips
        label={text('rules.views')}
        chips={ruleViews.map((view) => ({ value: view, label: text(viewWords[view]) }))}
        chosen={[filters.view]}
        onToggle={(view) => onChange({ view })}
        testId="rule-views"
      />
      <span className="vg-break" />
      <Chips
        label={text('rules.filter.states')}
        chips={ruleStates.map((state) => ({
          value: state,
          label: text(stateWords[state]),
          count: isReport ? undefined : (facets?.state[state] ?? 0),
        }))}
        chosen={filters.states}
        onToggle={(state) =>
          onChange({
            states: filters.states.includes(state)
              ? filters.states.filter((known) => known !== state)
              : [...filters.states, state],
          })
        }
        testId="rule-states"
      />
      <FilterSelect
        labelled
        label={text('rules.filter.level')}
        all={all}
        value={filters.level}
        options={levels.map((level) => ({
          value: level,
          label: t(severityLabel[level]),
          count: facets?.level[level] ?? 0,
        }))}
        onChange={(value) => onChange({ level: levels.find((level) => level === value) ?? '' })}
        testId="rule-level"
      />
      <FilterSelect
        labelled
        label={text('rules.filter.product')}
        all={all}
        value={filters.product}
        options={Object.entries(facets?.product ?? {})
          .filter(([product]) => product !== '')
          .map(([product, count]) => ({ value: product, label: product, count }))}
        onChange={(product) => onChange({ product })}
        testId="rule-product"
      />
      {isReport ? null : (
        <>
          <FilterSelect
            labelled
            label={text('rules.filter.tactic')}
            all={all}
            value={filters.tactic}
            options={knownTactics
              .filter((tactic) => (facets?.tactic[tactic] ?? 0) > 0)
              .map((tactic) => ({
                value: tactic,
                label: t(tacticLabel[tactic]),
                count: facets?.tactic[tactic] ?? 0,
              }))}
            onChange={(value) =>
              onChange({ tactic: knownTactics.find((tactic) => tactic === value) ?? '', technique: '' })
            }
            testId="rule-tactic"
          />
          <FilterSelect
            labelled
            label={text('rules.filter.origin')}
            all={all}
            value={filters.origin}
            options={ruleOrigins
              .filter((origin) => (facets?.origin[origin] ?? 0) > 0)
              .map((origin) => ({
                value: origin,
                label: text(originWords[origin]),
                count: facets?.origin[origin] ?? 0,
              }))}
            onChange={(value) => onChange({ origin: ruleOrigins.find((origin) => origin === value) ?? '' })}
          />
        </>
      )}
      {filters.technique === '' ? null : (
        <button type="button" className="vg-button" onClick={() => onChange({ technique: '' })}>
          {text('rules.filter.technique', { id: filters.technique })} ×
        </button>
      )}
      {isRuleFiltered(filters) ? (
        <button
          type="button"
          className="vg-link"
          onClick={() => onChange({ ...noRuleFilters, view: filters.view })}
        >
          {text('rules.filter.clear')}
        </button>
      ) : null}
    </>
  );
}
