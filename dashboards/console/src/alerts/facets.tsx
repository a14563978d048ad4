/** What the found alerts are made of, with counts: a value that is pressed narrows the list. */
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { TagText } from '../ui/tag-list.tsx';
import type { AlertFilters, WordFilter } from './alert-filters.ts';
import { useFacets, type Facets } from './alerts-api.ts';
import { messages } from './alert-messages.ts';
import { kindLabel, verdictLabel } from './labels.ts';

const shownMax = 8;

type Shown = {
  readonly filter: WordFilter;
  /** Of the answer. */
  readonly facet: string;
  readonly label: LabelOf<typeof messages>;
};

const shown: readonly Shown[] = [
  { filter: 'assignee', facet: 'assignee', label: 'triage.assignee' },
  { filter: 'agencyId', facet: 'agencyId', label: 'triage.facet.agency' },
  { filter: 'ruleId', facet: 'ruleId', label: 'triage.facet.rule' },
  { filter: 'host', facet: 'host', label: 'triage.facet.host' },
  { filter: 'tag', facet: 'tag', label: 'triage.facet.tactic' },
  { filter: 'kind', facet: 'kind', label: 'triage.facet.kind' },
  { filter: 'user', facet: 'user', label: 'triage.facet.user' },
  { filter: 'systemId', facet: 'systemId', label: 'triage.facet.system' },
  { filter: 'verdict', facet: 'verdict', label: 'triage.facet.verdict' },
];

/** A facet's value in words. */
export function FacetValue({
  filter,
  value,
  label,
}: {
  readonly filter: WordFilter;
  readonly value: string;
  readonly label: string;
}) {
  const text = useText(messages);
  if (filter === 'kind') {
    const known = Object.entries(kindLabel).find(([kind]) => kind === value)?.[1];
    if (known !== undefined) return text(known);
  }
  if (filter === 'verdict') {
    const known = Object.entries(verdictLabel).find(([verdict]) => verdict === value)?.[1];
    if (known !== undefined) return text(known);
  }
  if (filter === 'assignee' && value === 'me') return text('triage.mine');
  if (filter === 'assignee' && value === 'none') return text('triage.nobody');
  if (filter === 'tag') return <TagText tag={value} />;
  return <LineText value={label} />;
}

function Facet({
  one,
  data,
  chosen,
  onChoose,
}: {
  readonly one: Shown;
  readonly data: Facets;
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
}) {
  const { number, language } = useI18n();
  const text = useText(messages);
  const values = (data.facets[one.facet] ?? [])
    .filter(({ value }) => one.filter !== 'tag' || /^attack\.[a-z-]+$/u.test(value))
    .slice(0, shownMax);
  if (values.length === 0) return null;
  const most = Math.max(...values.map(({ count }) => count));
  return (
    <section className="vg-facet" aria-label={text(one.label)}>
      <h2>{text(one.label)}</h2>
      <ul>
        {values.map(({ value, label, labelVi, count }) => (
          <li key={value}>
            <button
              type="button"
              aria-pressed={chosen === value}
              data-facet={one.facet}
              onClick={() => onChoose(chosen === value ? '' : value)}
            >
              <span className="vg-facet-name">
                <FacetValue
                  filter={one.filter}
                  value={value}
                  label={language === 'vi' ? (labelVi ?? label) : label}
                />
              </span>
              <span className="vg-facet-count">{number(count)}</span>
              <svg viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(count / most) * 100} height="3" />
              </svg>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function FacetRail({
  filters,
  onChange,
}: {
  readonly filters: AlertFilters;
  readonly onChange: (next: Partial<AlertFilters>) => void;
}) {
  const text = useText(messages);
  const { data } = useFacets(filters);
  if (data === undefined) return <aside className="vg-alert-facets" aria-label={text('triage.facets')} />;
  return (
    <aside className="vg-alert-facets" aria-label={text('triage.facets')} data-testid="alert-facets">
      <div className="vg-facet-quick">
        <button
          type="button"
          aria-pressed={filters.assignee === 'me'}
          onClick={() => onChange({ assignee: filters.assignee === 'me' ? '' : 'me' })}
        >
          {text('triage.mine')}
        </button>
        <button
          type="button"
          aria-pressed={filters.assignee === 'none'}
          onClick={() => onChange({ assignee: filters.assignee === 'none' ? '' : 'none' })}
        >
          {text('triage.nobody')}
        </button>
        <button
          type="button"
          aria-pressed={filters.due === 'overdue'}
          onClick={() => onChange({ due: filters.due === 'overdue' ? '' : 'overdue' })}
        >
          {text('triage.overdue')}
        </button>
      </div>
      {shown.map((one) => (
        <Facet
          key={one.facet}
          one={one}
          data={data}
          chosen={filters[one.filter]}
          onChoose={(value) => onChange({ [one.filter]: value })}
        />
      ))}
    </aside>
  );
}
