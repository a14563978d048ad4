/** The ledger's sum: what was read equals what is stored, what waits and what was lost; then every term with its meaning. */
import { useI18n } from '../../i18n/use-i18n.ts';
import type { LabelOf } from '../../i18n/messages.ts';
import { useText } from '../../i18n/use-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { balanceOf, detailNames, parts, takenOff, type DetailName, type Part } from './balance.ts';
import type { Numbers, Report } from './ledger-api.ts';
import { messages } from './ledger-messages.ts';

type Label = LabelOf<typeof messages>;

export const partLabel: Readonly<Record<Part, Label>> = {
  stored: 'ledger.part.stored',
  waiting: 'ledger.part.waiting',
  lost: 'ledger.part.lost',
  missing: 'ledger.part.missing',
};
export const termLabel: Readonly<Record<DetailName, Label>> = {
  stored: 'ledger.stored',
  rejected: 'ledger.rejected',
  uncounted: 'ledger.uncounted',
  untold: 'ledger.untold',
  waiting: 'ledger.waiting',
  limited: 'ledger.limited',
  dropped: 'ledger.dropped',
  named: 'ledger.named',
  missing: 'ledger.missing',
};
const meaning: Readonly<Record<DetailName, Label>> = {
  stored: 'ledger.storedText',
  rejected: 'ledger.rejectedText',
  uncounted: 'ledger.uncountedText',
  untold: 'ledger.untoldText',
  waiting: 'ledger.waitingText',
  limited: 'ledger.limitedText',
  dropped: 'ledger.droppedText',
  named: 'ledger.namedText',
  missing: 'ledger.missingText',
};

function Equation({ numbers }: { readonly numbers: Numbers }) {
  const { number } = useI18n();
  const text = useText(messages);
  const balance = balanceOf(numbers);
  return (
    <p className="vg-equation" data-testid="ledger-equation">
      <span>
        <b data-testid="ledger-produced">{number(numbers.produced)}</b>
        <i>{text('ledger.equation')}</i>
      </span>
      {parts.map((part, index) => (
        <span key={part} data-part={part} data-some={balance[part] === 0 ? undefined : 'true'}>
          <span className="vg-sign">{index === 0 ? '=' : balance[part] < 0 ? '−' : '+'}</span>
          <b data-testid={`ledger-${part}`}>
            {number(index === 0 ? balance[part] : Math.abs(balance[part]))}
          </b>
          <i>{text(partLabel[part])}</i>
        </span>
      ))}
    </p>
  );
}

function Terms({ numbers }: { readonly numbers: Numbers }) {
  const { number } = useI18n();
  const text = useText(messages);
  return (
    <table className="vg-table vg-terms" data-testid="ledger-terms">
      <caption className="vg-sr">{text('ledger.every')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('ledger.term')}</th>
          <th scope="col" className="vg-num">
            {text('ledger.number')}
          </th>
          <th scope="col">{text('ledger.meaning')}</th>
        </tr>
      </thead>
      <tbody>
        {detailNames.map((name, index) => (
          <tr key={name} data-term={name}>
            <th scope="row">
              <span className="vg-sign">{index === 0 ? '' : takenOff.has(name) ? '−' : '+'}</span>
              {text(termLabel[name])}
            </th>
            <td className="vg-num">{number(numbers[name])}</td>
            <td className="vg-hint">{text(meaning[name])}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            <span className="vg-sign">=</span>
            {text('ledger.produced')}
          </th>
          <td className="vg-num">{number(numbers.produced)}</td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}

export function BalanceView({ report }: { readonly report: Report }) {
  const text = useText(messages);
  const places = report.unbalanced.length + report.gaps.length;
  return (
    <section className="vg-card" data-testid="ledger-balance" data-balanced={report.balanced}>
      <div className="vg-section-head">
        <h2>{text('ledger.sum')}</h2>
        <Badge tone={report.balanced ? 'good' : 'bad'}>
          {text(report.balanced ? 'ledger.good' : 'ledger.bad')}
        </Badge>
      </div>
      <p className="vg-card-lead">
        {report.balanced ? text('ledger.balanced') : text('ledger.notBalanced', { n: places })}
      </p>
      <Equation numbers={report.total} />
      {report.total.uncounted === 0 ? null : (
        <p className="vg-hint vg-card-lead">{text('ledger.besides', { n: report.total.uncounted })}</p>
      )}
      <details>
        <summary>{text('ledger.every')}</summary>
        <Terms numbers={report.total} />
      </details>
    </section>
  );
}
