/**
 * The only way text from logs, agents and rules reaches the page: isolated from the direction of the text around it,
 * hidden characters shown, long text cut with a way to see all of it.
 */
import { memo, useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { visibleText, type Segment } from './visible-text.ts';

const lineUnitsMax = 400;
const blockUnitsMax = 2_000;

function Segments({ segments }: { readonly segments: readonly Segment[] }) {
  return segments.map((segment, index) =>
    segment.kind === 'text' ? (
      segment.text
    ) : (
      // The order of segments is fixed by the text, so the index names them.
      // oxlint-disable-next-line no-array-index-key
      <span key={index} className="vg-mark" title={segment.codePoint}>
        {segment.text}
      </span>
    ),
  );
}

/** One line of text, for table cells and headings; the cell's CSS cuts what does not fit. */
export const LineText = memo(function LineText({ value }: { readonly value: string }) {
  const { segments, hiddenUnits } = visibleText(value, { unitsMax: lineUnitsMax });
  return (
    <bdi>
      <Segments segments={segments} />
      {hiddenUnits > 0 ? '…' : null}
    </bdi>
  );
});

/** A block of text with its lines kept; cut, with a button that shows all of it. */
export const BlockText = memo(function BlockText({ value }: { readonly value: string }) {
  const { t } = useI18n();
  const [all, setAll] = useState(false);
  const { segments, hiddenUnits } = visibleText(value, {
    unitsMax: all ? Number.POSITIVE_INFINITY : blockUnitsMax,
    keepLines: true,
  });
  const long = value.length > blockUnitsMax;
  return (
    <div className="vg-block">
      <pre
        className={all ? 'vg-block-text vg-block-all' : 'vg-block-text'}
        dir="auto"
        tabIndex={all ? 0 : undefined}
      >
        <Segments segments={segments} />
        {hiddenUnits > 0 ? '…' : null}
      </pre>
      {long ? (
        <button type="button" className="vg-link" onClick={() => setAll(!all)}>
          {all ? t('text.showLess') : t('text.showAll', { n: value.length })}
        </button>
      ) : null}
    </div>
  );
});
