/** What differs between two texts, side by side; unchanged lines are folded until they are asked for. */
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { CheckField } from '../ui/form-fields.tsx';
import './rules.css';
import '../styles/explore.css';
import { messages } from './messages.ts';
import { sideBySide, type DiffLine } from './side-by-side.ts';

type SideCell = { readonly number: number; readonly text: string } | null;

function Cells({ side, sign }: { readonly side: SideCell; readonly sign: 'same' | 'removed' | 'added' }) {
  const text = useText(messages);
  const said = sign === 'removed' ? text('rules.diffRemoved') : text('rules.diffAdded');
  return (
    <>
      <td className="vg-diff-number" data-sign={side === null ? 'none' : sign}>
        {side?.number ?? ''}
      </td>
      <td className="vg-diff-line" data-sign={side === null ? 'none' : sign}>
        {side === null ? null : (
          <>
            {sign === 'same' ? null : <span className="vg-sr">{said}: </span>}
            <LineText value={side.text} />
          </>
        )}
      </td>
    </>
  );
}

export function Difference({
  lines,
  caption,
}: {
  readonly lines: readonly DiffLine[];
  readonly caption: string;
}) {
  const text = useText(messages);
  const [all, setAll] = useState(false);
  const added = lines.filter(({ sign }) => sign === '+').length;
  const removed = lines.filter(({ sign }) => sign === '-').length;
  if (added + removed === 0) return <p className="vg-hint">{text('rules.diffSame')}</p>;
  return (
    <>
      <div className="vg-menu-button">
        <span>{text('rules.diffSum', { added, removed })}</span>
        <CheckField label={text('rules.showAll')} checked={all} onChange={setAll} />
      </div>
      <div className="vg-diff-place">
        <table className="vg-diff" data-testid="rule-diff">
          <caption className="vg-sr">{caption}</caption>
          <tbody>
            {sideBySide(lines, !all).map((row, index) =>
              row.kind === 'folded' ? (
                // The rows' order is the texts' own, so the index names them.
                // oxlint-disable-next-line no-array-index-key
                <tr key={index} className="vg-diff-folded">
                  <td colSpan={4}>{text('rules.unchangedLines', { n: row.lines })}</td>
                </tr>
              ) : (
                // oxlint-disable-next-line no-array-index-key
                <tr key={index}>
                  <Cells side={row.left} sign={row.kind === 'same' ? 'same' : 'removed'} />
                  <Cells side={row.right} sign={row.kind === 'same' ? 'same' : 'added'} />
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}
