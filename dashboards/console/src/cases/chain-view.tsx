/** Why alerts are one case: in their order, each with what it shares with one before it. */
import type { ChainReason, ChainView as Chain } from '../../../../collector/api/contract-chains.ts';
import { titleOf } from '../alerts/labels.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import type { Text } from '../i18n/messages.ts';
import { alertPath } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { messages as chainMessages } from './chain-messages.ts';

type Words = Text<typeof chainMessages>;

function reasonWords({ kind, label, user }: ChainReason, text: Words): string {
  const named = { label: user ?? label };
  switch (kind) {
    case 'process':
      return text('chain.process', named);
    case 'file':
      return text('chain.file', named);
    case 'domain':
      return text('chain.domain', named);
    case 'address':
      return text('chain.address', named);
    case 'user':
      return text('chain.user', named);
    case 'host':
      return text('chain.host');
  }
}

const reasonsOf = (reasons: readonly ChainReason[], text: Words): string =>
  reasons.map((reason) => reasonWords(reason, text)).join('; ');

function gapWords(seconds: number, text: Words): string {
  if (seconds === 0) return '';
  const gap =
    seconds < 60
      ? text('chain.seconds', { n: seconds })
      : seconds < 5_400
        ? text('chain.minutes', { n: Math.round(seconds / 60) })
        : text('chain.hours', { n: Math.round(seconds / 360) / 10 });
  return text('chain.gap', { gap });
}

export function ChainView({ chain }: { readonly chain: Chain }) {
  const text = useText(chainMessages);
  const { language } = useI18n();
  const byId = new Map(chain.members.map(({ alert }) => [alert.id, alert]));
  const because = (link: NonNullable<Chain['members'][number]['link']>): string => {
    const other = byId.get(link.to);
    if (other === undefined) return text('chain.alone');
    const said = text('chain.because', {
      reasons: reasonsOf(link.reasons, text),
      title: titleOf(other, language),
      host: other.hostname ?? '',
    });
    return `${said}${gapWords(link.gapSeconds, text)}`;
  };
  return (
    <div className="vg-stack">
      {chain.leads.length === 0 ? null : (
        <section aria-label={text('chain.leads')}>
          <h3 className="vg-chain-head">{text('chain.leads')}</h3>
          <ul className="vg-chain-leads">
            {chain.leads.map((lead) => (
              <li key={lead.to}>
                <strong>
                  <LineText value={`${lead.fromHost} → ${lead.toHost}`} />
                </strong>{' '}
                <LineText value={reasonsOf(lead.reasons, text)} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <ol className="vg-chain" data-testid="chain">
        {chain.members.map(({ alert, link }, at) => (
          <li key={alert.id}>
            <div className="vg-chain-line">
              <SeverityLabel severity={alert.severity} />
              <Link to={alertPath(alert.id)}>
                <LineText value={titleOf(alert, language)} />
              </Link>
              <span className="vg-muted">
                <LineText value={alert.hostname ?? '—'} /> · <AbsoluteTime iso={alert.firstSeen} />
              </span>
            </div>
            <p className="vg-hint">
              {link === null ? (
                text(at === 0 ? 'chain.begins' : 'chain.alone')
              ) : (
                <LineText value={because(link)} />
              )}
            </p>
          </li>
        ))}
      </ol>
      {chain.untold === 0 ? null : <p className="vg-hint">{text('chain.untold', { n: chain.untold })}</p>}
      {chain.leftOut.length === 0 ? null : (
        <section aria-label={text('chain.leftOut')}>
          <h3 className="vg-chain-head">{text('chain.leftOut')}</h3>
          <ul className="vg-plain-list">
            {chain.leftOut.map(({ alert, why }) => (
              <li key={alert.id}>
                <span>
                  <Link to={alertPath(alert.id)}>
                    <LineText value={titleOf(alert, language)} />
                  </Link>{' '}
                  <span className="vg-muted">
                    <LineText value={alert.hostname ?? '—'} /> ·{' '}
                    {text(why === 'minor' ? 'chain.minor' : 'chain.common')}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
