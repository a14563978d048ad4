/** The filters that are set, each as a chip that takes it off. */
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { Icon } from '../shell/icons.tsx';
import { useMay } from '../shell/me.ts';
import { isMasked, wordFilters, type AlertFilters, type WordFilter } from './alert-filters.ts';
import { useFacets } from './alerts-api.ts';
import { messages } from './alert-messages.ts';
import { FacetValue } from './facets.tsx';

const filterLabel: Readonly<Record<WordFilter, LabelOf<typeof messages>>> = {
  ruleId: 'triage.facet.rule',
  agentId: 'triage.facet.agent',
  host: 'triage.facet.host',
  user: 'triage.facet.user',
  agencyId: 'triage.facet.agency',
  systemId: 'triage.facet.system',
  assignee: 'triage.assignee',
  tag: 'triage.facet.tag',
  kind: 'triage.facet.kind',
  verdict: 'triage.facet.verdict',
  due: 'triage.facet.due',
  createdFrom: 'triage.facet.from',
  createdTo: 'triage.facet.to',
  fleetId: 'triage.facet.fleet',
};

export function ChosenFilters({
  filters,
  onChange,
}: {
  readonly filters: AlertFilters;
  readonly onChange: (next: Partial<AlertFilters>) => void;
}) {
  const { dateTime, language } = useI18n();
  const text = useText(messages);
  const mayRead = useMay('personal:read');
  const { data } = useFacets(filters);
  const set = wordFilters.filter((name) => filters[name] !== '');
  if (set.length === 0) return null;
  const labelOf = (name: WordFilter) => {
    const value = filters[name];
    if (name === 'createdFrom' || name === 'createdTo') return dateTime(value);
    if (name === 'due') return text('triage.overdue');
    const known = data?.facets[name]?.find((one) => one.value === value);
    return (language === 'vi' ? known?.labelVi : undefined) ?? known?.label ?? value;
  };
  const list = (
    <ul className="vg-chosen" aria-label={text('triage.filters')}>
      {set.map((name) => (
        <li key={name}>
          <span className="vg-muted">{text(filterLabel[name])}:</span>{' '}
          <FacetValue filter={name} value={filters[name]} label={labelOf(name)} />
          <button
            type="button"
            aria-label={text('triage.clearOne', { name: text(filterLabel[name]) })}
            onClick={() => onChange({ [name]: '' })}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
  if (!isMasked(filters.user)) return list;
  return (
    <div className="vg-masked-filter">
      {list}
      <p className="vg-warn" role="status" data-testid="masked-filter">
        {text(mayRead ? 'triage.maskedUserCame' : 'triage.maskedUser')}{' '}
        <button type="button" className="vg-link" onClick={() => onChange({ user: '' })}>
          {text('triage.maskedUserDrop')}
        </button>
      </p>
    </div>
  );
}
