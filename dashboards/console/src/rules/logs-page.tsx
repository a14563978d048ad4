/** What hosts are blind to, by kind: logs that rules need and that are not written, and how each is switched on. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { Chips } from '../ui/chips.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ShareBar } from '../ui/stat.tsx';
import './rules.css';
import { messages } from './logs-messages.ts';
import { LogsTable } from './logs-table.tsx';
import { sight, sights, type HostKind, type Sights } from './rules-api.ts';

const kindLabel = {
  'office-pc': 'logs.kind.officePc',
  'domain-controller': 'logs.kind.domainController',
  'linux-server': 'logs.kind.linuxServer',
  'web-server': 'logs.kind.webServer',
  'network-device': 'logs.kind.networkDevice',
} as const satisfies Record<HostKind, string>;

const hostKinds = [
  'office-pc',
  'domain-controller',
  'linux-server',
  'web-server',
  'network-device',
] as const satisfies readonly HostKind[];

/** What was done on such hosts, in the address. */
const steps = ['audit', 'sysmon'] as const;
type Step = (typeof steps)[number];
const windowsKinds: ReadonlySet<HostKind> = new Set(['office-pc', 'domain-controller']);

function useAsked() {
  const { search } = useLocation();
  const kind = hostKinds.find((one) => one === search.get('kind')) ?? 'office-pc';
  const done = steps.filter((step) => search.get('done')?.split(',').includes(step) === true);
  const addressOf = (next: { readonly kind?: HostKind; readonly done?: readonly Step[] }) =>
    href('/rules/logs', { kind: next.kind ?? kind, done: [...(next.done ?? done)] });
  return { kind, done, addressOf };
}

export default function LogsPage() {
  const text = useText(messages);
  const { addressOf, kind } = useAsked();
  const query = useQuery({
    queryKey: ['rules', 'sights'],
    queryFn: ({ signal }) => sights(signal),
    staleTime: 5 * 60_000,
  });
  return (
    <Page
      title={text('logs.title')}
      summary={text('logs.summary')}
      actions={<Link to="/rules/attack">{text('logs.toMatrix')}</Link>}
    >
      <section className="vg-card vg-stack">
        <h2>{text('logs.kinds')}</h2>
        <p className="vg-hint">{text('logs.kindsText')}</p>
        <QueryView query={query}>
          {({ kinds }) => <KindsTable kinds={kinds} current={kind} addressOf={addressOf} />}
        </QueryView>
      </section>
      <KindCard />
    </Page>
  );
}

type KindsProps = {
  readonly kinds: Sights['kinds'];
  readonly current: HostKind;
  readonly addressOf: (next: { readonly kind: HostKind }) => string;
};

function KindsTable({ kinds, current, addressOf }: KindsProps) {
  const text = useText(messages);
  const { number } = useI18n();
  return (
    <DataTable
      caption={text('logs.kinds')}
      rows={kinds}
      keyOf={({ kind }) => kind}
      addressOf={addressOf}
      currentKey={current}
      testId="kind-row"
      columns={[
        {
          key: 'kind',
          label: text('logs.kind'),
          wrap: true,
          cell: ({ kind }) => (
            <Link to={addressOf({ kind })} className="vg-row-link">
              {text(kindLabel[kind])}
            </Link>
          ),
        },
        {
          key: 'rules',
          label: text('logs.rules'),
          numeric: true,
          width: '90px',
          cell: ({ rules }) => number(rules),
        },
        {
          key: 'nothing',
          label: text('logs.blindNothing'),
          numeric: true,
          width: '130px',
          cell: ({ blind }) => number(blind.nothing),
        },
        {
          key: 'audit',
          label: text('logs.blindAudit'),
          numeric: true,
          width: '150px',
          needs: 'narrow',
          cell: ({ blind }) => number(blind.audit),
        },
        {
          key: 'sysmon',
          label: text('logs.blindSysmon'),
          numeric: true,
          width: '130px',
          needs: 'narrow',
          cell: ({ kind, blind }) => (windowsKinds.has(kind) ? number(blind.sysmon) : '—'),
        },
        {
          key: 'share',
          label: text('logs.share'),
          width: '160px',
          needs: 'medium',
          cell: ({ kind, rules, blind }) => (
            <ShareBar
              label={text('logs.shareText', {
                kind: text(kindLabel[kind]),
                rules,
                itself: rules - blind.nothing,
                audit: blind.nothing - blind.audit,
                rest: blind.audit,
              })}
              parts={[
                { key: 'itself', tone: 'good', value: rules - blind.nothing },
                { key: 'audit', tone: 'warn', value: blind.nothing - blind.audit },
                { key: 'rest', tone: 'bad', value: blind.audit },
              ]}
            />
          ),
        },
      ]}
    />
  );
}

function KindCard() {
  const text = useText(messages);
  const { kind, done, addressOf } = useAsked();
  const mayPolicy = useMay('policy:read');
  const isWindows = windowsKinds.has(kind);
  const shown = isWindows ? steps : steps.filter((step) => step === 'audit');
  const set = {
    auditInstalled: done.includes('audit'),
    sysmon: isWindows && done.includes('sysmon'),
  };
  const query = useQuery({
    queryKey: ['rules', 'sight', kind, set],
    queryFn: ({ signal }) => sight(kind, set, signal),
    staleTime: 5 * 60_000,
    placeholderData: (before) => before,
  });
  return (
    <section className="vg-card vg-stack" data-testid="kind-logs" data-kind={kind}>
      <h2>{text(kindLabel[kind])}</h2>
      {kind === 'network-device' ? null : (
        <div className="vg-line">
          <span className="vg-muted">{text('logs.done')}</span>
          <Chips
            label={text('logs.done')}
            testId="logs-done"
            chosen={done}
            chips={shown.map((step) => ({
              value: step,
              label: text(step === 'audit' ? 'logs.done.audit' : 'logs.done.sysmon'),
            }))}
            onToggle={(step) =>
              navigate(
                addressOf({
                  done: done.includes(step) ? done.filter((one) => one !== step) : [...done, step],
                }),
                { replace: true },
              )
            }
          />
        </div>
      )}
      <QueryView query={query}>
        {({ rules, blind, logs }) => (
          <>
            <p role="status" data-testid="kind-says">
              {blind === 0 ? text('logs.all', { rules }) : text('logs.says', { rules, blind })}
            </p>
            <LogsTable logs={logs} />
          </>
        )}
      </QueryView>
      <p className="vg-hint">
        {text('logs.install')}{' '}
        {mayPolicy ? <Link to="/administration/policies">{text('logs.toPolicies')}</Link> : null}
      </p>
    </section>
  );
}
