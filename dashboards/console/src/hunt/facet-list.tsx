/** The most frequent values of some fields, each with a way to have only it or none of it. */
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import type { HuntSummary } from './hunt-api.ts';
import { messages } from './messages.ts';

type Props = {
  readonly summary: HuntSummary;
  readonly onTerm: (field: string, value: string, isNot: boolean) => void;
};

export function FacetList({ summary, onTerm }: Props) {
  const { number } = useI18n();
  const text = useText(messages);
  const facets = Object.entries(summary.facets).filter(([, values]) => values.length > 0);
  return (
    <aside className="vg-facets" aria-label={text('hunt.facets')} data-testid="hunt-facets">
      {facets.map(([field, values]) => (
        <details key={field} open={values.length > 1}>
          <summary>
            <LineText value={field} />
          </summary>
          <ul>
            {values.map(({ value, count }) => (
              <li key={value}>
                <button
                  type="button"
                  className="vg-facet-value"
                  title={text('hunt.only', { value: visibleString(value, 200) })}
                  onClick={() => onTerm(field, value, false)}
                >
                  <LineText value={value} />
                </button>
                <span className="vg-num">{number(count)}</span>
                <button
                  type="button"
                  className="vg-facet-not"
                  aria-label={text('hunt.without', { value: visibleString(value, 200) })}
                  title={text('hunt.without', { value: visibleString(value, 200) })}
                  onClick={() => onTerm(field, value, true)}
                >
                  −
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </aside>
  );
}
