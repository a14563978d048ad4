/** Who is silent, and whether what hosts read arrives and stays. */
import type { Overview } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { Link } from '../router/router.tsx';
import { Badge } from '../ui/badge.tsx';
import { TimeChart } from '../ui/time-chart.tsx';
import { Card, Counts } from './card.tsx';
import type { LedgerReport, Watch } from './overview-api.ts';
import { messages } from './overview-messages.ts';

const hourMs = 3_600_000;

export function SilentCard({
  watch,
  figures,
}: {
  readonly watch: Watch;
  readonly figures: Overview | undefined;
}) {
  const { number } = useI18n();
  const text = useText(messages);
  const { agents, sites, channels } = watch.silent;
  const offline = figures === undefined ? 0 : Math.max(0, figures.agentsTotal - figures.agentsOnline);
  const row = (name: string, n: number, to: string) => ({
    name,
    value: number(n),
    to: n === 0 ? undefined : to,
    quiet: n === 0,
    bad: n > 0,
  });
  return (
    <Card title={text('watch.silent')} testId="overview-silent">
      {agents + sites + channels === 0 ? <Badge tone="good">{text('watch.silentNone')}</Badge> : null}
      <Counts
        rows={[
          row(text('watch.silentAgents'), agents, '/hosts/silent'),
          row(text('watch.silentSites'), sites, '/hosts/silent'),
          row(text('watch.silentChannels'), channels, '/hosts/silent'),
          { ...row(text('watch.offline'), offline, '/hosts?state=offline'), bad: false },
        ]}
      />
    </Card>
  );
}

export function IngestCard({
  figures,
  ledger,
}: {
  readonly figures: Overview;
  readonly ledger: LedgerReport | undefined;
}) {
  const { number, compact } = useI18n();
  const text = useText(messages);
  const { ledger: losses, eventsPerSecond, eventsStored, rulesRejected } = figures;
  const fine = losses.sequenceGaps === 0 && losses.unbalancedHours === 0 && losses.declaredLosses === 0;
  const bad = (name: string, n: number) => ({ name, value: number(n), quiet: n === 0, bad: n > 0 });
  const lines = ledger?.lines ?? [];
  return (
    <Card
      title={text('watch.ingest')}
      testId="overview-ingest"
      aside={fine ? <Badge tone="good">{text('watch.balanced')}</Badge> : null}
    >
      <Counts
        rows={[
          ...(eventsPerSecond === null
            ? []
            : [{ name: text('watch.rate'), value: number(Math.round(eventsPerSecond * 10) / 10) }]),
          { name: text('watch.stored'), value: compact(eventsStored), to: '/events' },
          ...(ledger === undefined
            ? []
            : [
                {
                  name: text('watch.waiting'),
                  value: number(ledger.total.waiting),
                  quiet: ledger.total.waiting === 0,
                },
              ]),
          bad(text('watch.lost'), losses.declaredLosses),
          bad(text('watch.gaps'), losses.sequenceGaps),
          bad(text('watch.unbalanced'), losses.unbalancedHours),
        ]}
      />
      {rulesRejected > 0 ? (
        <p>
          <Link to="/rules">
            <Badge tone="bad">{text('watch.refusedRules', { n: rulesRejected })}</Badge>
          </Link>
        </p>
      ) : null}
      {lines.length < 2 ? null : (
        <TimeChart
          label={text('watch.ingestChart')}
          times={lines.map(({ key }) => Date.parse(key))}
          stepMs={hourMs}
          shape="bars"
          height={92}
          series={[
            {
              key: 'stored',
              label: text('watch.records'),
              tone: 'accent',
              values: lines.map(({ stored }) => stored),
            },
          ]}
        />
      )}
    </Card>
  );
}
