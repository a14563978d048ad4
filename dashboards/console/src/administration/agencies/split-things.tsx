/** One kind of thing of the agency that is split, each with the part that it goes to; many at once by what was searched for. */
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { containsWords, fold, foldedWords } from '../../text/fold.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { messages } from './split-messages.ts';

export type Thing = { readonly key: string; readonly label: string; readonly hint: string };
export type PartChoice = { readonly value: string; readonly label: string };

type Props = {
  readonly title: string;
  readonly things: readonly Thing[];
  readonly parts: readonly PartChoice[];
  readonly given: Readonly<Record<string, string>>;
  readonly onGive: (keys: readonly string[], part: string) => void;
  readonly testId: string;
};

const shownMax = 100;

export function SplitThings({ title, things, parts, given, onGive, testId }: Props) {
  const text = useText(messages);
  const { number } = useI18n();
  const [asked, setAsked] = useState('');
  const words = foldedWords(asked);
  const found = things.filter(({ label, hint }) => containsWords(fold(`${label} \n ${hint}`), words));
  const shown = found.slice(0, shownMax);
  const count = things.filter(({ key }) => given[key] !== undefined).length;
  return (
    <details className="vg-split-things" open={things.length > 0 && things.length <= 12} data-testid={testId}>
      <summary>
        <strong>{title}</strong>{' '}
        <span className="vg-muted">
          {things.length === 0
            ? text('split.none')
            : text('split.given', { given: number(count), n: number(things.length) })}
        </span>
      </summary>
      {things.length === 0 ? null : (
        <>
          <div className="vg-page-toolbar">
            {things.length > 8 ? (
              <SearchBox
                label={text('split.find')}
                value={asked}
                onChange={setAsked}
                testId={`${testId}-find`}
              />
            ) : null}
            <FilterSelect
              label={text('split.all', { n: number(found.length) })}
              labelled
              all="—"
              value=""
              options={[{ value: 'rest', label: text('split.withRest') }, ...parts]}
              onChange={(part) => {
                if (part !== '')
                  onGive(
                    found.map(({ key }) => key),
                    part === 'rest' ? '' : part,
                  );
              }}
              testId={`${testId}-all`}
            />
          </div>
          <ul className="vg-plain-list vg-split-list-of">
            {shown.map(({ key, label, hint }) => (
              <li key={key}>
                <span>
                  <LineText value={label} />
                  {hint === '' ? null : (
                    <span className="vg-hint">
                      {' '}
                      <LineText value={hint} />
                    </span>
                  )}
                </span>
                <FilterSelect
                  label={text('split.toOf', { name: visibleString(label, 80) })}
                  all={text('split.withRest')}
                  value={given[key] ?? ''}
                  options={parts}
                  onChange={(part) => onGive([key], part)}
                  testId="split-to"
                />
              </li>
            ))}
          </ul>
          {found.length > shown.length ? (
            <p className="vg-hint">{text('split.more', { n: number(found.length - shown.length) })}</p>
          ) : null}
        </>
      )}
    </details>
  );
}
