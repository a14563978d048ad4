/** What lists of findings show: severity, state, what is not known, and the table itself. */
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { RelativeTime } from '../ui/times.tsx';
import type { Finding, FindingWarning, HostStanding } from './vulnerabilities-api.ts';
import { messages } from './vulnerability-messages.ts';

type Label = LabelOf<typeof messages>;

const stateLabel: Readonly<Record<Finding['state'], readonly [Label, Tone]>> = {
  open: ['findingState.open', 'bad'],
  'not-assessed': ['findingState.notAssessed', 'warn'],
  excepted: ['findingState.excepted', 'info'],
  fixed: ['findingState.fixed', 'good'],
};

const reasonLabel: Readonly<Record<HostStanding['reasons'][number], Label>> = {
  'no-inventory': 'notAssessed.noInventory',
  'partial-inventory': 'notAssessed.partial',
  'old-inventory': 'notAssessed.old',
  silent: 'notAssessed.silent',
  'unknown-system': 'notAssessed.unknownSystem',
  'no-feed': 'notAssessed.noFeed',
};

export function FindingSeverity({ severity }: { readonly severity: Finding['severity'] }) {
  const text = useText(messages);
  if (severity === 'none') return <span className="vg-muted">{text('findingSeverity.none')}</span>;
  if (severity === 'unknown') return <span className="vg-muted">{text('findingSeverity.unknown')}</span>;
  return <SeverityLabel severity={severity} />;
}

export function FindingState({ state }: { readonly state: Finding['state'] }) {
  const text = useText(messages);
  const [label, tone] = stateLabel[state];
  return <Badge tone={tone}>{text(label)}</Badge>;
}

export function NotAssessedWhy({ reasons }: { readonly reasons: HostStanding['reasons'] }) {
  const text = useText(messages);
  return <>{reasons.map((reason) => text(reasonLabel[reason])).join(', ')}</>;
}

/** What keeps a list from being the whole truth. */
export function Warnings({ warnings }: { readonly warnings: readonly FindingWarning[] }) {
  const text = useText(messages);
  if (warnings.length === 0) return null;
  return (
    <ul className="vg-warnings" data-testid="finding-warnings">
      {warnings.map(({ code, subject, message }) => (
        <li key={`${code} ${subject}`}>
          {code === 'no-feeds' ? text('vulnerabilities.noFeeds') : null}
          {code === 'old-feed'
            ? text('vulnerabilities.oldFeed', {
                name: visibleString(subject),
                message: visibleString(message),
              })
            : null}
          {code === 'hosts-waiting' ? text('vulnerabilities.hostsWaiting', { n: Number(subject) }) : null}
          {code === 'hosts-not-assessed' ? (
            <>
              {text('vulnerabilities.hostsNotAssessed', { n: Number(subject) })} ·{' '}
              <Link to="/hosts/vulnerabilities?view=hosts">{text('vulnerabilities.whichHosts')}</Link>
            </>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

type Props = {
  readonly rows: readonly Finding[];
  readonly addressOf: (finding: Finding) => string;
  readonly currentKey: string | null;
  readonly withHost?: boolean;
};

export function FindingTable({ rows, addressOf, currentKey, withHost = true }: Props) {
  const { number } = useI18n();
  const text = useText(messages);
  const columns: readonly Column<Finding>[] = [
    {
      key: 'severity',
      label: text('vulnerabilities.severity'),
      width: '128px',
      cell: ({ severity }) => <FindingSeverity severity={severity} />,
    },
    {
      key: 'cve',
      label: text('vulnerabilities.cve'),
      cell: (finding) => (
        <>
          <Link to={addressOf(finding)} className="vg-row-link">
            <LineText value={finding.cve} />
          </Link>
          {finding.exploited ? (
            <span className="vg-silent-mark">{text('vulnerabilities.attackedShort')}</span>
          ) : null}
        </>
      ),
    },
    ...(withHost
      ? [
          {
            key: 'host',
            label: text('vulnerabilities.host'),
            cell: ({ hostname }: Finding) => <LineText value={hostname} />,
          },
        ]
      : []),
    {
      key: 'package',
      label: text('vulnerabilities.package'),
      cell: (finding) => <LineText value={finding.package} />,
    },
    {
      key: 'installed',
      label: text('vulnerabilities.installed'),
      needs: 'wide',
      cell: ({ installed }) => <LineText value={installed} />,
    },
    {
      key: 'fixed',
      label: text('vulnerabilities.fixed'),
      needs: 'medium',
      cell: ({ fixed }) =>
        fixed === null ? (
          <span className="vg-muted">{text('vulnerabilities.noFix')}</span>
        ) : (
          <LineText value={fixed} />
        ),
    },
    {
      key: 'score',
      label: 'CVSS',
      width: '70px',
      numeric: true,
      needs: 'medium',
      cell: ({ score }) => (score === null ? '—' : number(score)),
    },
    {
      key: 'epss',
      label: 'EPSS',
      width: '76px',
      numeric: true,
      needs: 'wide',
      cell: ({ epss }) => (epss === null ? '—' : `${number(Math.round(epss * 1_000) / 10)}%`),
    },
    {
      key: 'state',
      label: text('vulnerabilities.state'),
      width: '124px',
      cell: ({ state }) => <FindingState state={state} />,
    },
    {
      key: 'seen',
      label: text('vulnerabilities.seen'),
      width: '120px',
      needs: 'wide',
      cell: ({ firstSeen }) => (
        <span className="vg-time">
          <RelativeTime iso={firstSeen} />
        </span>
      ),
    },
  ];
  return (
    <DataTable
      caption={text('vulnerabilities.caption')}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => String(id)}
      addressOf={addressOf}
      currentKey={currentKey}
      testId="finding-row"
      dataOf={({ state }) => ({ 'data-state': state })}
    />
  );
}
