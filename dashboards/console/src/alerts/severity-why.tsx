/** Why an alert has its severity: the parts of the sum. */
import type { AlertDetail } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { messages } from './alert-messages.ts';

type Part = AlertDetail['severityWhy']['parts'][number]['part'];

const partLabel: Readonly<Record<Part, LabelOf<typeof messages>>> = {
  rule: 'triage.why.rule',
  'system-level': 'triage.why.level',
  'asset-role': 'triage.why.role',
  indicator: 'triage.why.indicator',
  prevalence: 'triage.why.prevalence',
};

export function SeverityWhy({ why }: { readonly why: AlertDetail['severityWhy'] }) {
  const { number, language } = useI18n();
  const text = useText(messages);
  return (
    <details className="vg-why">
      <summary>
        {text('triage.why')}: {number(why.score)}
      </summary>
      <table className="vg-table">
        <caption className="vg-sr">{text('triage.why')}</caption>
        <tbody>
          {why.parts.map((part, index) => (
            // Two parts may say the same.
            <tr key={`${part.part}-${index}`}>
              <td>{text(partLabel[part.part])}</td>
              <td className="vg-wrap">
                <LineText value={language === 'vi' ? (part.valueVi ?? part.value) : part.value} />
              </td>
              <td className="vg-num">{part.points > 0 ? `+${number(part.points)}` : number(part.points)}</td>
            </tr>
          ))}
          <tr>
            <td colSpan={2}>{text('triage.why.sum')}</td>
            <td className="vg-num vg-strong">{number(why.score)}</td>
          </tr>
        </tbody>
      </table>
    </details>
  );
}
