/** The versions of a rule, newest first: who made each and why, which counts, and the way to another. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/side-panel.tsx';
import { messages } from './messages.ts';
import { ruleVersions, type RuleDetail } from './rules-api.ts';

type Props = { readonly rule: RuleDetail; readonly onActivate: (version: number) => void };

export function RuleVersions({ rule, onActivate }: Props) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const mayWrite = useMay('rule:write');
  const versions = useQuery({
    queryKey: ['rules', 'versions', rule.id],
    queryFn: ({ signal }) => ruleVersions(rule.id, signal),
    staleTime: 10_000,
  });
  return (
    <Section
      title={text('rules.versions')}
      actions={
        rule.latestVersion > 1 ? (
          <Link to={pathOf('rules', rule.id, 'versions')} data-testid="rule-compare">
            {text('rules.compare')}
          </Link>
        ) : undefined
      }
    >
      <QueryView query={versions}>
        {(data) => (
          <ul className="vg-list-plain">
            {data.versions.map((version) => (
              <li key={version.number} data-testid="rule-version">
                <div className="vg-menu-button">
                  <b>{text('rules.versionName', { n: version.number })}</b>
                  {version.number === rule.activeVersion ? (
                    <Badge tone="good">{text('rules.inForce')}</Badge>
                  ) : null}
                  {version.number === rule.shippedVersion ? (
                    <Badge tone="quiet">{text('rules.asShipped')}</Badge>
                  ) : null}
                  {version.number === rule.activeVersion ? null : (
                    <Link
                      to={href(pathOf('rules', rule.id, 'versions'), {
                        from: String(rule.activeVersion),
                        to: String(version.number),
                      })}
                    >
                      {text('rules.compare')}
                    </Link>
                  )}
                  {mayWrite && version.number !== rule.activeVersion ? (
                    <button
                      type="button"
                      className="vg-link"
                      aria-haspopup="dialog"
                      onClick={() => onActivate(version.number)}
                    >
                      {text('rules.useVersion')}
                    </button>
                  ) : null}
                </div>
                <div className="vg-hint">
                  <LineText value={[version.why, version.madeBy, dateTime(version.madeAt)].join(' · ')} />
                </div>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  );
}
